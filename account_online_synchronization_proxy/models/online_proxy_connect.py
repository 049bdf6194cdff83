from odoo import api, fields, models
from odoo.tools import consteq

from ..services import connect, jobs, serialize, urls

CONNECT_MODES = [
    ('connect', "Connect"), ('update_credentials', "Update Credentials"),
    ('reconnect', "Reconnect"), ('fetch_accounts', "Fetch Accounts"), ('refresh', "Refresh"),
]
VISIT_MINUTES = 3  # between two questions about a visit of which nothing is heard
CONNECT_PHASES = [
    ('phone', "Asking for the Phone"), ('code', "Asking for the Code"),
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
    visit_hash = fields.Char(
        groups=fields.NO_ACCESS, help="How the provider names the visit, where it can be asked.",
    )
    browser_hash = fields.Char(
        groups=fields.NO_ACCESS, help="The browser where the user agreed, by its cookie.",
    )
    visit_asked_at = fields.Datetime(groups=fields.NO_ACCESS)
    secrets_encrypted = fields.Char(
        groups=fields.NO_ACCESS, help="The token and the state, while the flow is open.",
    )
    step_encrypted = fields.Text(groups=fields.NO_ACCESS, help="What the user has to do next.")
    lang = fields.Char()
    phone_country = fields.Char(help="Where the user's phone is most likely from.")
    base_url = fields.Char(required=True, help="Where browsers reached the proxy at its start.")
    return_url = fields.Char()
    notice = fields.Char(help="What to tell the user about the last thing he entered.")
    popup = fields.Boolean()
    expires_at = fields.Datetime(required=True)
    busy_until = fields.Datetime()
    error_code = fields.Char()
    error_message = fields.Char()
    reference = fields.Char()

    _token_uniq = models.UniqueIndex('(token_hash)')
    _state_uniq = models.UniqueIndex('(state_hash)')
    _visit_idx = models.Index("(visit_hash) WHERE visit_hash IS NOT NULL AND phase = 'provider'")

    @api.model
    def _cron_finish_visits(self):
        """Ask about visits whose browser has not come back: the user may be through already."""
        now = fields.Datetime.now()
        waiting = self.search([
            ('visit_hash', '!=', False), ('phase', '=', 'provider'), ('expires_at', '>', now),
            ('visit_asked_at', '<', fields.Datetime.subtract(now, minutes=VISIT_MINUTES)),
        ])
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=len(waiting))
        for flow in waiting:
            flow.visit_asked_at = now
            cron._commit_progress()
            jobs.attempt(
                self.env, 'visit',
                lambda call, flow=flow: connect.ask_about(call, flow.with_env(call.env)),
            )
            self.env.cr.rollback()  # begin anew: the flow has gone on meanwhile
            if not cron._commit_progress(1):
                break

    def _note_end_of_visit(self):
        """The provider says that the user is through: ask about these visits now."""
        if self:
            self.visit_asked_at = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
            self.env.ref('account_online_synchronization_proxy.ir_cron_finish_visits')._trigger()

    def _secrets(self, vault):
        """The token of the page and the state of the callback, in clear."""
        return vault.open(f'connect:{self.token_hash}', self.secrets_encrypted)

    def _go_on_in(self, browser):
        """The user goes on in this browser, and in no other."""
        if not self._is_of(browser):
            self.browser_hash = connect.digest(browser.secret)

    def _is_of(self, browser):
        """Whether this is the browser where the user agreed."""
        return consteq(self.browser_hash or '', connect.digest(browser.secret))

    def _is_at_bank(self):
        """Whether the user may still come back from the bank; some banks are asked before that."""
        in_time = self.expires_at > fields.Datetime.now()
        return in_time and self.phase in ('provider', 'connected')

    def _set_step(self, vault, phase, step):
        """What the user has to do next.

        :param step: JSON of a provider's step.
        """
        self.write({
            'phase': phase, 'step_encrypted': vault.seal(f'step:{self.token_hash}', step),
        })

    def _step(self, vault):
        """The step the user has to take."""
        return vault.open(f'step:{self.token_hash}', self.step_encrypted)

    def _finish(self, phase, reference, error=None):
        """The flow is over; nothing of it can be used again.

        :param error: a ``ProxyError``.
        """
        self.write({
            'phase': phase,
            'reference': reference,
            'error_code': error and str(error.code),
            'error_message': error and error.message,
            'step_encrypted': False,
            'busy_until': False,
        })

    def _close_open(self):
        """Another flow takes the place of these."""
        self.filtered(lambda flow: flow._result() == 'open').expires_at = fields.Datetime.now()

    def _result(self):
        """How the flow stands: open, connected, cancelled, error or expired; None for no flow."""
        if not self:
            return None
        if self.phase in ('connected', 'cancelled', 'error'):
            return self.phase
        return 'open' if self.expires_at > fields.Datetime.now() else 'expired'

    def _error_as_json(self):
        """Why the flow ended without a connection, for who asks about the link; None otherwise."""
        if self.phase != 'error':
            return None
        return serialize.failure(self.error_code, self.error_message, self.reference)

    def _opener_origin(self):
        """The only origin that is told how the flow ended."""
        client = self.link_id.client_id
        return urls.origin(self.return_url) or client._origins(self.base_url)[0]

    def _back_url(self):
        """Where the browser goes when no window waits for it; None when nobody said."""
        if not self.return_url:
            return None
        return urls.with_parameters(
            self.return_url, link_id=self.link_id.identifier, result=self._result(),
            reference=self.reference or '',
        )

    @api.autovacuum
    def _gc_expired(self):
        """A flow that ended a day ago is of no use; the consent ledger and the events stay."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([('expires_at', '<', limit)]).unlink()
