from odoo import fields, models


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
