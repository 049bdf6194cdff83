from dataclasses import replace

from odoo import fields, models

from ..matching import Window, candidates, plan, spans_of_lines
from ..sync.known import load_known, load_unlinked_lines


class AccountOnlineAccount(models.Model):
    """Looking for what a synchronization may have missed, without changing anything."""

    _inherit = 'account.online.account'

    def action_find_missing(self):
        """Find Missing Transactions: ask the bank again for a period."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Find Missing Transactions"),
            'res_model': 'account.online.missing',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_online_account_id': self.id},
        }

    def _plan_window(self, fetched, import_from):
        """What a synchronization would do with a fetched window, importing from a day on.

        :param import_from: date, or False for everything.
        :return: (:class:`~..matching.Plan`, :class:`~..matching.Source`).
        """
        self.ensure_one()
        today = fetched.today or fields.Date.context_today(self)
        incoming = self._read_rows(fetched, today)
        window = Window(
            date_from=fetched.date_from, date_to=fetched.date_to, complete=fetched.complete,
            lists_pending=fetched.complete,
        )
        policy = replace(self._policy(today, None), import_from=import_from or None)
        wanted = candidates(incoming, window, policy)
        known = load_known(self, wanted)
        by_hand = load_unlinked_lines(self.journal_id, spans_of_lines(wanted, known, policy))
        return plan(incoming, known, by_hand, window, policy), policy.source
