import uuid

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..services import jobs, urls

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
    previous_secret_encrypted = fields.Char(
        groups=fields.NO_ACCESS, copy=False, help="Whoever still has it was restored or copied.",
    )
    secret_changed_at = fields.Datetime(readonly=True, copy=False)
    phone_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False)
    phone_hint = fields.Char(string='Phone', readonly=True, copy=False)
    phone_verified_at = fields.Datetime(readonly=True, copy=False)
    phone_simulated = fields.Boolean(readonly=True, copy=False)
    country_code = fields.Char(
        string='Country of its Requests', readonly=True, copy=False,
        help="A request from another country blocks the client, until its phone is proved.",
    )
    network = fields.Char(
        string='Network of its Requests', readonly=True, copy=False,
        help="Of the last one; many within an hour block the client.",
    )
    blocked_at = fields.Datetime(readonly=True, copy=False)
    watched_from = fields.Datetime(
        readonly=True, help="What happened before is forgiven.", copy=False,
    )
    code_ids = fields.One2many('online.proxy.code', 'client_id')
    last_seen = fields.Datetime(readonly=True)
    link_ids = fields.One2many('online.proxy.link', 'client_id')
    link_count = fields.Integer(compute='_compute_link_count')
    event_ids = fields.One2many('online.proxy.event', 'client_id')

    _identifier_uniq = models.Constraint('unique(identifier)', "Clients have unique ids.")
    _database_uuid_uniq = models.UniqueIndex('(database_uuid)')

    @api.depends('link_ids')
    def _compute_link_count(self):
        counts = dict(self.env['online.proxy.link']._read_group(
            [('client_id', 'in', self.ids)], ['client_id'], ['__count'],
        ))
        for client in self:
            client.link_count = counts.get(client, 0)

    def action_disconnect(self):
        """Ask for the reason that the users of this client will read."""
        self.check_access('write')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Disconnect"),
            'res_model': 'online.proxy.disconnect',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_client_ids': [Command.set(self.ids)]},
        }

    def action_erase(self):
        """Delete what is known of this client, on its request."""
        self.check_access('write')
        self.ensure_one()
        error = jobs.attempt(
            self.env, 'erase', lambda call: jobs.erase_client(call, self.with_env(call.env)),
        )
        if error:
            raise UserError(self.env._(
                "The data was not erased: %(message)s (%(reference)s)",
                message=error.message, reference=error.reference,
            ))
        return self.env['ir.actions.act_window']._for_xml_id(
            'account_online_synchronization_proxy.online_proxy_client_action'
        )

    def action_activate(self):
        """Let this client in again."""
        self.check_access('write')
        for client in self:
            client._unblock()

    def action_open_links(self):
        """The links of this client."""
        self.check_access('read')
        return self._open_related('online.proxy.link', self.env._("Links"))

    def action_open_events(self):
        """What this client asked, and what it was answered."""
        self.check_access('read')
        return self._open_related('online.proxy.event', self.env._("Events"))

    def _open_related(self, model, name):
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': model,
            'view_mode': 'list,form',
            'domain': [('client_id', 'in', self.ids)],
        }

    @api.model
    def _create_local(self, database_uuid):
        """The client that stands for the database the proxy is installed in."""
        return self.create({
            'name': self.env['res.company'].search([], limit=1).name,
            'identifier': str(uuid.uuid4()),
            'is_local': True,
            'database_uuid': database_uuid,
            'database_name': self.env.cr.dbname,
        })

    def _block(self, reason):
        """Stop every request, until the phone is proved or the operator lets the client in."""
        self.write({'state': 'blocked', 'reason': reason, 'blocked_at': fields.Datetime.now()})
        self.message_post(body=self.env._("Blocked: %(reason)s", reason=reason))

    def _unblock(self):
        """The client is who it was: let it in again, and count from anew."""
        self.write({
            'state': 'active', 'reason': False, 'blocked_at': False, 'country_code': False,
            'watched_from': fields.Datetime.now(),
        })

    def _origins(self, base_url):
        """Origins of this database, the likeliest first: nothing is sent to any other.

        :param base_url: where browsers reach this proxy, which is the database itself in-process.
        """
        if not self.is_local:
            return [self.database_url] if self.database_url else [None]
        known = self.env['ir.config_parameter'].sudo().get_param('web.base.url')
        return list(dict.fromkeys([urls.origin(base_url), urls.origin(known)]))
