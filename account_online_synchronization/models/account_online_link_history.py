from datetime import timedelta

from odoo import fields, models

DAYS = 30
NO_RUNS = {'runs': 0, 'errors': 0, 'seconds': 0.0}


class AccountOnlineLink(models.Model):
    """What a connection has done lately, for the graphs of its page."""

    _inherit = 'account.online.link'

    def get_history(self):
        """The last days, today included.

        :return: list of ``{date, transactions, runs, errors, seconds}``, the oldest first:
            transactions by the day of booking, synchronizations by the day of their start,
            ``seconds`` of them on average.
        """
        self.ensure_one()
        self.check_access('read')
        today = fields.Date.context_today(self)
        begin = today - timedelta(days=DAYS - 1)
        booked, runs = self._booked_by_day(begin), self._runs_by_day(begin)
        days = (begin + timedelta(days=number) for number in range(DAYS))
        return [
            {
                'date': fields.Date.to_string(day), 'transactions': booked.get(day, 0),
                **runs.get(day, NO_RUNS),
            }
            for day in days
        ]

    def _booked_by_day(self, begin):
        return dict(self.env['account.online.transaction']._read_group(
            [
                ('account_online_link_id', '=', self.id), ('booking_date', '>=', begin),
                ('status', '=', 'booked'), ('state', '!=', 'removed'),
            ],
            ['booking_date:day'], ['__count'],
        ))

    def _runs_by_day(self, begin):
        found = self.env['account.online.run']._read_group(
            [('link_id', '=', self.id), ('started', '>=', begin)],
            ['started:day'], ['__count', 'error_count:sum', 'duration:avg'],
        )
        return {
            day.date(): {
                'runs': count, 'errors': errors or 0, 'seconds': round(seconds or 0.0, 1),
            }
            for day, count, errors, seconds in found
        }
