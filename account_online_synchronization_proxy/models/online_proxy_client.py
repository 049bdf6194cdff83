from odoo import fields, models

CLIENT_STATES = [
    ('active', "Active"), ('blocked', "Blocked"), ('disconnected', "Disconnected"),
]


class OnlineProxyClient(models.Model):
    """A database that uses this proxy."""

    _name = 'online.proxy.client'
    _description = 'Bank Proxy Client'
    _order = 'name, id'
    _inherit = ['mail.thread']

    name = fields.Char(required=True, tracking=True)
    identifier = fields.Char(string='Client ID', required=True, readonly=True, copy=False)
    active = fields.Boolean(default=True)
    state = fields.Selection(CLIENT_STATES, default='active', required=True, tracking=True)
    reason = fields.Char(
        string='Reason for the User', tracking=True,
        help="Why this client was blocked or disconnected; the user reads it.",
    )
    is_local = fields.Boolean(string='This Database', readonly=True)
    subscription_id = fields.Many2one(
        'online.proxy.subscription', ondelete='restrict', index='btree_not_null',
    )
    contract_until = fields.Date(related='subscription_id.valid_until')
    database_uuid = fields.Char(string='Database UUID', required=True, readonly=True, copy=False)
    database_name = fields.Char()
    database_url = fields.Char(string='Database Address')
    odoo_version = fields.Char()
    contact_email = fields.Char()
    secret_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False)
    next_secret_encrypted = fields.Char(
        groups=fields.NO_ACCESS, copy=False, help="Issued by a rotation, not yet used.",
    )
    phone_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False)
    phone_hint = fields.Char(string='Phone', readonly=True, copy=False)
    phone_verified_at = fields.Datetime(readonly=True, copy=False)
    last_seen = fields.Datetime(readonly=True)
    link_ids = fields.One2many('online.proxy.link', 'client_id')
    event_ids = fields.One2many('online.proxy.event', 'client_id')

    _identifier_uniq = models.Constraint('unique(identifier)', "Clients have unique ids.")
    _database_uuid_uniq = models.UniqueIndex('(database_uuid)')
