from odoo import models


class AccountMove(models.Model):
    _inherit = 'account.move'

    def write(self, vals):
        """Override of `account`: sums of entries in a journal follow what becomes of them."""
        if not vals.keys().isdisjoint({'state', 'date', 'journal_id'}):
            self.statement_line_id._forget_subtotals()
        result = super().write(vals)
        if 'journal_id' in vals:
            self.statement_line_id._forget_subtotals()
        return result

    def unlink(self):
        """Override of `account`: an entry that is deleted takes its bank transaction along.

        The database removes the statement line by itself then, and nobody would remember it.
        """
        self.statement_line_id._forget_subtotals()
        rows_sudo = self.statement_line_id.sudo().online_transaction_id
        result = super().unlink()
        rows_sudo.invalidate_recordset(['statement_line_id'])
        deleted = rows_sudo.filtered(
            lambda row: row.state in ('imported', 'to_review') and not row.statement_line_id
        )
        if deleted:
            deleted._remember_deletion()
            deleted.online_account_id._note_change_of_books()
        return result
