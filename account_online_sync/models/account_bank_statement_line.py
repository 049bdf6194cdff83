from odoo import fields, models
from odoo.addons.account_online_synchronization import legacy

from .account_online_provider import PREVIOUS_MODULE


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
        legacy.prepare_previous_module(self.env.cr)
        legacy.ensure_field_columns(self, PREVIOUS_MODULE)
        return super()._auto_init()
