from odoo import api, fields, models

from ..services.vault import SealBroken, get_vault


class OnlineProxyCode(models.Model):
    """A one-time code that proves a phone number. Only what is needed to check it is kept."""

    _name = 'online.proxy.code'
    _description = 'Phone Code'
    _order = 'id desc'

    client_id = fields.Many2one(
        'online.proxy.client', required=True, ondelete='cascade', index=True,
    )
    purpose = fields.Selection(
        [('verify', "Verify the Phone"), ('reactivate', "Reactivate the Client")], required=True,
    )
    phone_hint = fields.Char(string='Phone')
    phone_encrypted = fields.Char(groups=fields.NO_ACCESS)
    code_mac = fields.Char(groups=fields.NO_ACCESS)
    attempts = fields.Integer(string='Wrong Attempts')
    expires_at = fields.Datetime(required=True)
    used_at = fields.Datetime()
    delivery = fields.Selection([('sms', "SMS"), ('console', "This List")], required=True)
    code_encrypted = fields.Char(groups=fields.NO_ACCESS, help="Of codes shown here only.")
    code = fields.Char(compute='_compute_code', exportable=False)

    @api.depends('code_encrypted', 'used_at', 'expires_at')
    def _compute_code(self):
        vault = get_vault()
        now = fields.Datetime.now()
        for record in self:
            sealed = record.sudo().code_encrypted
            record.code = False
            if sealed and not record.used_at and record.expires_at > now:
                try:
                    record.code = vault.open(f'code:{record.client_id.identifier}', sealed)
                except SealBroken:
                    record.code = False

    @api.autovacuum
    def _gc_expired(self):
        """Codes are of no use after a day, when the limits forget them too."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([('expires_at', '<', limit)]).unlink()
