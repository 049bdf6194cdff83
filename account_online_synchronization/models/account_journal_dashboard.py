from odoo import fields, models
from odoo.fields import Domain


class AccountJournal(models.Model):
    """What the dashboard card of a synchronized journal shows."""

    _inherit = 'account.journal'

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Override of `account` to add ``online_sync`` and ``online_picker`` to bank cards."""
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        journals = self.filtered(lambda journal: journal.type in ('bank', 'credit'))
        counts = journals._online_feed_counts()
        may_connect = self.env['account.online.link'].has_access('create')
        for journal in journals.sudo():
            account = journal.account_online_account_id
            dashboard_data[journal.id]['online_picker'] = may_connect and not account
            dashboard_data[journal.id]['online_sync'] = (account and {
                **journal._online_link_card(account.account_online_link_id),
                'account_id': account.id,
                'waiting': counts.get((account.id, 'waiting'), 0),
                'review': counts.get((account.id, 'to_review'), 0),
                'quarantined': counts.get((account.id, 'quarantined'), 0),
                'pending': counts.get((account.id, 'pending'), 0),
                'new': counts.get((account.id, 'imported'), 0),
                'balance': journal._online_balance_card(account),
            }) or False

    def _online_feed_counts(self):
        """One query for all cards: rows that are not in the books, and what the last run booked.

        :return: count by account and state; ``imported`` are those of the last run alone.
        """
        accounts = self.sudo().account_online_account_id
        if not accounts:
            return {}
        runs = accounts.account_online_link_id.last_run_id
        counted = Domain('online_account_id', 'in', accounts.ids) & (
            Domain('state', 'in', ('pending', 'waiting', 'to_review', 'quarantined'))
            | Domain('state', '=', 'imported') & Domain('first_run_id', 'in', runs.ids)
        )
        return {
            (account.id, state): count
            for account, state, count in self.env['account.online.transaction'].sudo()._read_group(
                counted, ['online_account_id', 'state'], ['__count'],
            )
        }

    def _online_link_card(self, link):
        return {
            'link_id': link.id,
            'link_name': link.name or False,
            'link_state': link.state or 'disconnected',
            # Asked for by somebody, or under way.
            'running': bool(link.sync_user_id) or link.last_run_id.state == 'running',
            'needs_user': link.needs_user,
            'connect_mode': link.connect_mode or False,
            'auto_sync': link.auto_sync,
            'unattended_allowed': link.unattended_allowed,
            'last_success': _utc(link.last_success),
            'next_refresh': _utc(link.next_refresh if link.auto_sync else False),
            'limited_until': _utc(link.limited_until),
            'error_message': link.last_error_message or False,
            'error_reference': link.last_error_reference or False,
            'expires_on': fields.Date.to_string(link.expiring_synchronization_date) or False,
            'expires_in_days': link.expiring_in_days
            if link.expiring_synchronization_date
            else False,
        }

    def _online_balance_card(self, account):
        currency = self._online_currency()
        proof = account.balance_proof or {}
        if not account.balance_date or proof.get('state', 'unknown') == 'unknown':
            return {'state': 'unknown'}
        return {
            'state': proof['state'],
            'bank': currency.format(account.balance),
            'books': currency.format(account.books_balance),
            'difference': currency.format(account.balance_difference),
            'since': fields.Date.to_string(account.balance_differs_since) or False,
        }


def _utc(instant):
    return f'{instant.isoformat()}Z' if instant else False
