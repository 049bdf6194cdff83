from odoo import api, fields, models


class AccountBankStatementLine(models.Model):
    """The ways from a bank transaction to its feed row and its journal entry."""

    _inherit = 'account.bank.statement.line'

    is_from_bank_feed = fields.Boolean(
        compute='_compute_is_from_bank_feed', compute_sudo=True,
        help="Date and amount are the bank's: they are not edited here.",
    )

    @api.depends('online_transaction_id')
    def _compute_is_from_bank_feed(self):
        for line in self:
            line.is_from_bank_feed = bool(line.online_transaction_id)

    def action_open_feed_transaction(self):
        """What the bank said about this transaction."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Bank Feed"),
            'res_model': 'account.online.transaction',
            'res_id': self.online_transaction_id.id,
            'view_mode': 'form',
        }

    def action_open_journal_entry(self):
        """The journal entry of this transaction."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Journal Entry"),
            'res_model': 'account.move',
            'res_id': self.move_id.id,
            'view_mode': 'form',
        }
