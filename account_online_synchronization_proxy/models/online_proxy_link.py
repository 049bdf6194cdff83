from odoo import fields, models

LINK_STATES = [
    ('new', "New"), ('connected', "Connected"), ('error', "Error"),
    ('disconnected', "Disconnected"),
]


class OnlineProxyLink(models.Model):
    """One consent of one user of a client at one institution."""

    _name = 'online.proxy.link'
    _description = 'Bank Proxy Link'
    _order = 'id desc'
    _rec_name = 'identifier'
    _inherit = ['mail.thread']

    identifier = fields.Char(string='Link ID', required=True, readonly=True, copy=False)
    active = fields.Boolean(default=True)
    client_id = fields.Many2one(
        'online.proxy.client', required=True, ondelete='cascade', index=True,
    )
    institution_id = fields.Many2one(
        'online.proxy.institution', required=True, ondelete='restrict', index=True,
    )
    route_id = fields.Many2one(
        'online.proxy.institution.route', required=True, ondelete='restrict',
    )
    provider_id = fields.Many2one('online.proxy.provider', required=True, ondelete='restrict')
    state = fields.Selection(LINK_STATES, default='new', required=True, tracking=True)
    reason = fields.Char(
        string='Reason for the User', tracking=True,
        help="Why the operator disconnected this link; it reaches the user's chatter.",
    )
    country = fields.Char()
    lang = fields.Char(default='en_US')
    user_name = fields.Char()
    history_from = fields.Date()
    history_days = fields.Integer(help="What the bank granted. 0: not said.")
    tokens_encrypted = fields.Text(groups=fields.NO_ACCESS, copy=False)
    link_key = fields.Char(
        groups=fields.NO_ACCESS, copy=False, help="How the provider's webhooks name this link.",
    )
    idempotency_key = fields.Char(readonly=True, copy=False)
    connected_at = fields.Datetime(readonly=True)
    consent_expires_at = fields.Datetime(readonly=True)
    last_refresh_at = fields.Datetime(readonly=True)
    lease_until = fields.Datetime(
        readonly=True, help="While set and not past, one call to the provider is under way.",
    )
    error_code = fields.Char(readonly=True)
    error_message = fields.Char(readonly=True)
    error_reference = fields.Char(readonly=True)
    account_ids = fields.One2many('online.proxy.account', 'link_id')
    connect_ids = fields.One2many('online.proxy.connect', 'link_id')
    consent_ids = fields.One2many('online.proxy.consent', 'link_id')
    event_ids = fields.One2many('online.proxy.event', 'link_id')

    _identifier_uniq = models.Constraint('unique(identifier)', "Links have unique ids.")
    _idempotency_uniq = models.UniqueIndex(
        '(client_id, idempotency_key) WHERE idempotency_key IS NOT NULL'
    )
    _link_key_idx = models.Index('(provider_id, link_key) WHERE link_key IS NOT NULL')
