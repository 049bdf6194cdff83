import uuid

from odoo import Command, api, fields, models

from ..providers.errors import ErrorCode
from ..services import clock, jobs, pings, serialize
from ..services.errors import ProxyError
from ..services.shown import shown

LINK_STATES = [
    ('new', "New"), ('connected', "Connected"), ('error', "Error"),
    ('disconnected', "Disconnected"),
]


class OnlineProxyLink(models.Model):
    """One consent of one user of a client at one institution."""

    _name = 'online.proxy.link'
    _description = 'Bank Proxy Link'
    _order = 'id desc'
    _rec_names_search = ['identifier', 'institution_id.name']
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
    news_at = fields.Datetime(readonly=True, help="The provider reported something new.")
    pinged_at = fields.Datetime(readonly=True)
    ping_attempts = fields.Integer(readonly=True)
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

    @api.depends('institution_id.name', 'client_id.name')
    def _compute_display_name(self):
        for link in self:
            link.display_name = f'{link.institution_id.name} – {link.client_id.name}'

    # === BUTTONS AND SCHEDULED === #

    def action_disconnect(self):
        """Ask for the reason that the user will read."""
        return self._open_disconnect()

    def _open_disconnect(self):
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Disconnect"),
            'res_model': 'online.proxy.disconnect',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_link_ids': [Command.set(self.ids)]},
        }

    @api.model
    def _cron_expire_consents(self):
        """Say that a consent has come to its end, before a synchronization finds out."""
        links = self.search([('state', '=', 'connected'), ('consent_expires_at', '!=', False)])
        for link in links:
            if clock.aware(link.consent_expires_at) <= clock.now(link.provider_id):
                link._set_error(ProxyError(ErrorCode.CONSENT_EXPIRED), False)
                link.consent_ids._finish('expired')

    def _note_news(self):
        """The provider says that there is something new: tell the databases soon."""
        if self:
            self.write({'news_at': fields.Datetime.now(), 'ping_attempts': 0})
            self.env.ref('account_online_synchronization_proxy.ir_cron_ping')._trigger()

    @api.model
    def _cron_ping(self):
        """Tell the databases of links with news; who cannot be told finds out by himself."""
        waiting = self.search([('news_at', '!=', False)], order='news_at, id').filtered(
            lambda link: not link.pinged_at or link.pinged_at < link.news_at
        )
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=len(waiting))
        for link in waiting:
            told_at = fields.Datetime.now()
            error = jobs.attempt(
                self.env, 'ping', lambda call, link=link: pings.send(call, link.with_env(call.env)),
            )
            self.env.cr.rollback()  # begin anew: the ping has written its event meanwhile
            if error:
                if not pings.give_up(link):
                    self.env.ref('account_online_synchronization_proxy.ir_cron_ping')._trigger(
                        fields.Datetime.add(told_at, minutes=5)
                    )
            else:
                link.write({'pinged_at': told_at, 'ping_attempts': 0})
            if not cron._commit_progress(1):
                break

    # === THE INTERFACE === #

    def _as_json(self, base_url):
        """The link as the interface describes it."""
        return {
            'link_id': self.identifier,
            'state': self.state,
            'flow': self.connect_ids[:1]._result(),
            'institution': shown(self.institution_id, base_url, even_withdrawn=True)[0],
            'provider': {'code': self.provider_id.code, 'name': self.provider_id.name},
            'consent_expires_at': serialize.instant(self.consent_expires_at),
            'history_days': self.history_days or self.route_id.history_days or None,
            'unattended': self.route_id.unattended,
            'accounts': [account._as_json() for account in self.account_ids],
            'error': self._error_as_json() or self.connect_ids[:1]._error_as_json(),
            'reason': self.reason or None,
        }

    def _error_as_json(self):
        if not self.error_code:
            return None
        return serialize.failure(self.error_code, self.error_message, self.error_reference)

    def _set_connected(self, connected, flow):
        """The user has been at the bank and the provider has given access."""
        self.write({
            'state': 'connected',
            'reason': False,
            'connected_at': fields.Datetime.now(),
            'consent_expires_at': clock.naive(connected.consent_expires_at),
            'history_days': connected.history_days or 0,
            'error_code': False, 'error_message': False, 'error_reference': False,
        })
        self.env['online.proxy.consent']._grant(self, flow)

    def _set_error(self, error, reference):
        """Keep the last failure until the next success.

        :param error: a ``ProxyError``.
        """
        self.write({
            'state': 'error' if self.state in ('connected', 'error') else self.state,
            'error_code': str(error.code),
            'error_message': error.message,
            'error_reference': reference,
        })

    def _set_working(self):
        """A call succeeded: what was wrong is not wrong any more."""
        if self.state == 'error' or self.error_code:
            self.write({
                'state': 'connected' if self.state == 'error' else self.state,
                'error_code': False, 'error_message': False, 'error_reference': False,
            })

    def _disconnect(self, reason):
        """Stop using these links; the user is told the reason and can reconnect."""
        self.write({
            'state': 'disconnected', 'reason': reason, 'tokens_encrypted': False,
            'link_key': False,
        })

    def _end(self, how, revocation):
        """The link is over; its history stays.

        :param how: reason of the consent ledger.
        :param revocation: what became of the consent at the provider.
        """
        self.consent_ids._finish(how, revocation)
        self.write({
            'state': 'disconnected', 'active': False, 'tokens_encrypted': False,
            'link_key': False,
        })

    def _keep_accounts(self, accounts):
        """Bring the stored accounts in line with what the provider says.

        An account is recognised by its identity (IBAN or stable hash) and currency before the
        provider's id, since a new consent often brings new ids.
        """
        known = self.with_context(active_test=False).account_ids
        kept = self.env['online.proxy.account']
        for account in accounts:
            values = kept._values(account, self)
            record = (known - kept)._matching(account)
            if record:
                record.write(values)
            else:
                record = kept.create(
                    {**values, 'link_id': self.id, 'identifier': str(uuid.uuid4())}
                )
            kept |= record
        (known - kept).active = False
