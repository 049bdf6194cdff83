from odoo import fields, models


class AccountBankStatement(models.Model):
    _inherit = 'account.bank.statement'

    online_period_start = fields.Date(
        readonly=True,
        copy=False,
        help="First day of the period that this statement groups; empty when it is made by hand.",
    )
    online_period_end = fields.Date(readonly=True, copy=False)

    def unlink(self):
        """Override of `account`: the database takes the lines out of a deleted statement."""
        self.line_ids._forget_subtotals()
        return super().unlink()
