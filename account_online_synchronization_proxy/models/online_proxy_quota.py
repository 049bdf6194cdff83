from odoo import api, fields, models

from ..services import clock
from ..services.quotas import Usage


class OnlineProxyQuota(models.Model):
    """How much of a provider's grant an account has used, and until when it must pause."""

    _name = 'online.proxy.quota'
    _description = 'Bank Refresh Quota'
    _order = 'account_id'

    account_id = fields.Many2one('online.proxy.account', required=True, ondelete='cascade')
    day = fields.Date(help="The day (UTC) the counts are of.")
    unattended_count = fields.Integer()
    attended_count = fields.Integer()
    last_refresh_at = fields.Datetime()
    limited_until = fields.Datetime(help="Said by the provider.")
    unattended_left = fields.Integer(help="Said by the provider on the day beside.")
    unattended_left_day = fields.Date()

    _account_uniq = models.Constraint('unique(account_id)', "One quota per account.")

    @api.model
    def _of(self, account):
        """The quota of an account, made when it is first needed."""
        return self.search([('account_id', '=', account.id)]) or self.create(
            {'account_id': account.id}
        )

    @api.model
    def _learn(self, accounts, unattended_left, until):
        """Keep what the provider said about its limits.

        :param unattended_left: calls left today without a user; None: not said.
        :param until: aware datetime before which nothing is granted; None: not said.
        """
        for account in accounts:
            values = {}
            if unattended_left is not None:
                today = clock.now(account.link_id.provider_id).date()
                values = {'unattended_left': unattended_left, 'unattended_left_day': today}
            if until is not None:
                values['limited_until'] = clock.naive(until)
            if values:
                self._of(account).write(values)

    def _usage(self):
        """What was used, for the decision in ``quotas``; nothing for no record."""
        if not self:
            return Usage()
        return Usage(
            day=self.day or None,
            attended=self.attended_count,
            unattended=self.unattended_count,
            last_refresh=clock.aware(self.last_refresh_at),
            limited_until=clock.aware(self.limited_until),
            learned_left=self.unattended_left if self.unattended_left_day else None,
            learned_day=self.unattended_left_day or None,
        )

    def _count(self, now, attended):
        """One refresh at ``now`` (aware, the provider's clock)."""
        if self.day != now.date():
            self.write({'day': now.date(), 'attended_count': 0, 'unattended_count': 0})
        counter = 'attended_count' if attended else 'unattended_count'
        self.write({counter: self[counter] + 1, 'last_refresh_at': clock.naive(now)})
