from odoo import fields, models
from odoo.addons.account_online_synchronization import legacy


class ResPartner(models.Model):
    _inherit = 'res.partner'

    online_partner_vendor_name = fields.Char(
        string="Vendor Name at the Bank (previous module)",
        readonly=True,
        copy=False,
    )
    online_partner_bank_account = fields.Char(
        string="Bank Account at the Bank (previous module)",
        readonly=True,
        copy=False,
    )

    def _auto_init(self):
        legacy.prepare_previous_table(self)
        return super()._auto_init()
