from odoo import fields, models
from odoo.addons.account_online_synchronization import legacy


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    online_identifier = fields.Char(
        string="Identifier (previous module)",
        readonly=True,
        copy=False,
        help="How the bank's provider named this transaction when the previous module imported it.",
    )
    online_partner_vendor_name = fields.Char(
        string="Vendor Name (previous module)",
        readonly=True,
        copy=False,
    )
    online_partner_bank_account = fields.Char(
        string="Partner Bank Account (previous module)",
        readonly=True,
        copy=False,
    )

    def _auto_init(self):
        legacy.prepare_previous_table(self)
        return super()._auto_init()
