from odoo import fields, models

CONNECT_MODES = [
    ('connect', "Connect"), ('update_credentials', "Update Credentials"),
    ('reconnect', "Reconnect"), ('fetch_accounts', "Fetch Accounts"), ('refresh', "Refresh"),
]
CONNECT_PHASES = [
    ('consent', "Asking for Consent"), ('provider', "At the Bank"), ('ask', "Asking the User"),
    ('wait', "Waiting for the Bank"), ('connected', "Connected"), ('cancelled', "Cancelled"),
    ('error', "Error"),
]


class OnlineProxyConnect(models.Model):
    """One visit of a user to a bank: what was asked, how far it is, when it ends."""

    _name = 'online.proxy.connect'
    _description = 'Bank Connect Flow'
    _order = 'id desc'

    link_id = fields.Many2one('online.proxy.link', required=True, ondelete='cascade', index=True)
    mode = fields.Selection(CONNECT_MODES, required=True)
    phase = fields.Selection(CONNECT_PHASES, default='consent', required=True)
    token_hash = fields.Char(required=True, groups=fields.NO_ACCESS)
    state_hash = fields.Char(required=True, groups=fields.NO_ACCESS)
    secrets_encrypted = fields.Char(
        groups=fields.NO_ACCESS, help="The token and the state, while the flow is open.",
    )
    step_encrypted = fields.Text(groups=fields.NO_ACCESS, help="What the user has to do next.")
    lang = fields.Char()
    return_url = fields.Char()
    popup = fields.Boolean()
    expires_at = fields.Datetime(required=True)
    busy_until = fields.Datetime()
    error_code = fields.Char()
    error_message = fields.Char()
    reference = fields.Char()

    _token_uniq = models.UniqueIndex('(token_hash)')
    _state_uniq = models.UniqueIndex('(state_hash)')
