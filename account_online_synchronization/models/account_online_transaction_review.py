from odoo import models


class AccountOnlineTransaction(models.Model):
    """Decisions about feed rows that only a person may take."""

    _inherit = 'account.online.transaction'

    def action_accept_bank(self):
        """Review: what the bank says is right.

        The books are never changed behind anybody's back: for a row that is booked already this
        opens the entry to correct, or books the row when it was only held back.
        """
        self._check_may_review()
        return self._decide('accept_bank')

    def action_keep_books(self):
        """Review: the books are right; the difference is noted and not asked about again."""
        self._check_may_review()
        return self._decide('keep_books')

    def action_restore(self):
        """Book a transaction again whose line was deleted; once."""
        self._check_may_review()
        return self._restore()

    def action_open_statement_line(self):
        """The entry in the books."""
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.bank.statement.line',
            'res_id': self.statement_line_id.id,
            'view_mode': 'form',
        }

    def _check_may_review(self):
        """Bookkeepers decide; they need the right to write bank transactions."""
        self.check_access('read')
        self.env['account.bank.statement.line'].check_access('write')
