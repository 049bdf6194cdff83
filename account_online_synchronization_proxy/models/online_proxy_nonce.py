from odoo import api, fields, models


class OnlineProxyNonce(models.Model):
    """Nonces seen of late: a signed request is accepted once."""

    _name = 'online.proxy.nonce'
    _description = 'Bank Proxy Nonce'
    _log_access = False

    client_id = fields.Many2one('online.proxy.client', required=True, ondelete='cascade')
    nonce = fields.Char(required=True)
    expires_at = fields.Datetime(required=True, index=True)

    _nonce_uniq = models.UniqueIndex('(client_id, nonce)')

    @api.autovacuum
    def _gc_expired(self):
        """A nonce is of no use once its timestamp is refused."""
        self.search([('expires_at', '<', fields.Datetime.now())]).unlink()
