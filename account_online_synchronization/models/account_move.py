from odoo import models


class AccountMove(models.Model):
    _inherit = 'account.move'

    def unlink(self):
        """Override of `account`: an entry that is deleted takes its bank transaction along.

        The database removes the statement line by itself then, and nobody would remember it.
        """
        rows_sudo = self.statement_line_id.sudo().online_transaction_id
        result = super().unlink()
        rows_sudo.invalidate_recordset(['statement_line_id'])
        rows_sudo.filtered(
            lambda row: row.state == 'imported' and not row.statement_line_id
        )._remember_deletion()
        return result
