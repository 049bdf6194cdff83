import uuid

from odoo import api, fields, models

from ..services import urls

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

    @api.model
    def _create_local(self, database_uuid):
        """The client that stands for the database the proxy is installed in."""
        return self.create({
            'name': self.env.cr.dbname,
            'identifier': str(uuid.uuid4()),
            'is_local': True,
            'database_uuid': database_uuid,
            'database_name': self.env.cr.dbname,
        })

    def _disconnect_copy(self, reason):
        """This client was copied along with the database: forget what belongs to the original."""
        for client in self.filtered(lambda client: client.state != 'disconnected'):
            client.link_ids._disconnect(reason)
            client.write({'state': 'disconnected', 'reason': reason})

    def _origins(self, base_url):
        """Origins of this database, the likeliest first: nothing is sent to any other.

        :param base_url: where browsers reach this proxy, which is the database itself in-process.
        """
        if not self.is_local:
            return [self.database_url] if self.database_url else [None]
        known = self.env['ir.config_parameter'].sudo().get_param('web.base.url')
        return list(dict.fromkeys([urls.origin(base_url), urls.origin(known)]))
