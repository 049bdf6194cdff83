from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import formatLang
from odoo.tools.translate import LazyGettext

from ..providers import registry
from ..services import catalogue, clock, jobs
from ..services.call import BASE_PATH
from ..services.gateway import Gateway

DAY, WEEK = 24 * 60 * 60, 7 * 24 * 60 * 60  # seconds
CATALOGUE_AGE = timedelta(hours=20)  # older institutions are read again by the next daily pass


class OnlineProxyProvider(models.Model):
    """What the operator decided about one registered provider class."""

    _name = 'online.proxy.provider'
    _description = 'Bank Provider'
    _order = 'sequence, id'
    _inherit = ['mail.thread', 'online.proxy.health']
    _health_field = 'provider_id'

    name = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    description = fields.Char(compute='_compute_description')
    setup_url = fields.Char(string='Where to Get the Keys', readonly=True)
    sequence = fields.Integer(default=10)
    enabled = fields.Boolean(
        help="Offer the institutions of this provider, and allow calls to it.", copy=False,
    )
    production = fields.Boolean(
        help="Use the provider's live environment instead of its test environment.", copy=False,
    )
    setting_ids = fields.One2many('online.proxy.provider.setting', 'provider_id')
    route_ids = fields.One2many('online.proxy.institution.route', 'provider_id')
    simulated = fields.Boolean(
        readonly=True, help="Play money: the clock of this provider can be moved on.",
    )
    callback_url = fields.Char(
        string='Callback Address', compute='_compute_addresses',
        help="Register it at the provider: browsers come back there.",
    )
    webhook_url = fields.Char(
        string='Webhook Address', compute='_compute_addresses',
        help="Register it at the provider: it reports news there.",
    )
    simulated_now = fields.Datetime(string='Clock', compute='_compute_simulated_now')
    clock_offset = fields.Integer(
        string='Clock Ahead (Seconds)', help="How far this provider's clock runs ahead.",
    )
    catalogue_pass = fields.Integer(readonly=True)
    catalogue_refreshed_at = fields.Datetime(string='Institutions Refreshed', readonly=True)
    institution_count = fields.Integer(readonly=True)
    beta = fields.Boolean(help="Mark all institutions of this provider as being tried out.")

    _code_uniq = models.Constraint('unique(code)', "Each provider has one record.")

    @api.depends('code')
    @api.depends_context('lang')
    def _compute_description(self):
        for provider in self:
            provider.description = self._describe(provider.code)

    @api.model
    def _describe(self, code):
        """What the class of this code says of itself; None when the addon that brought it is gone.
        """
        provider_class = registry.get(code)
        return provider_class and self.env._(
            LazyGettext(provider_class.description, _module=provider_class.__module__)
        )

    @api.depends('code')
    def _compute_addresses(self):
        base_url = self.env['online.proxy.service']._base_url() + BASE_PATH
        for provider in self:
            provider.callback_url = f'{base_url}/callback/{provider.code}'
            provider.webhook_url = f'{base_url}/webhook/{provider.code}'

    @api.depends('clock_offset')
    def _compute_simulated_now(self):
        for provider in self:
            provider.simulated_now = clock.naive(clock.now(provider))

    def write(self, vals):
        """Offer or withdraw the institutions along with their provider."""
        result = super().write(vals)
        if 'enabled' in vals:
            self.with_context(active_test=False).route_ids.institution_id._update_offered()
            if vals['enabled']:
                self.env.ref(
                    'account_online_synchronization_proxy.ir_cron_refresh_institutions'
                )._trigger()
        return result

    # === BUTTONS === #

    def action_test_connection(self):
        """Prove that the settings work, before the provider is offered."""
        self.check_access('write')
        self.ensure_one()
        error = jobs.attempt(self.env, f'test {self.code}', self._test_connection)
        if error:
            return self._notify('danger', self.env._(
                "%(provider)s does not work: %(detail)s (%(reference)s)",
                provider=self.name, detail=error.detail or error.message,
                reference=error.reference,
            ))
        return self._notify('success', self.env._("%(provider)s works.", provider=self.name))

    def action_refresh_institutions(self):
        """Read the institutions of this provider now."""
        self.check_access('write')
        self.ensure_one()
        error = jobs.attempt(
            self.env, f'institutions {self.code}',
            lambda call: catalogue.refresh(call, self.with_env(call.env)),
        )
        self.invalidate_recordset()
        if error:
            return self._notify('danger', self.env._(
                "The institutions could not be read: %(detail)s (%(reference)s)",
                detail=error.detail or error.message, reference=error.reference,
            ))
        return self._notify('success', self.env._(
            "%(count)s institutions are offered.",
            count=formatLang(self.env, self.institution_count, digits=0),
        ))

    def action_open_institutions(self):
        """The institutions that this provider reaches."""
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Institutions"),
            'res_model': 'online.proxy.institution',
            'view_mode': 'list,form',
            'domain': [('route_ids.provider_id', '=', self.id)],
        }

    def action_clock_day(self):
        """Move the simulated clock on by a day."""
        self._move_clock(DAY)

    def action_clock_week(self):
        """Move the simulated clock on by a week."""
        self._move_clock(WEEK)

    def action_clock_now(self):
        """Set the simulated clock back to the real time."""
        self._move_clock(-self.clock_offset)

    def _move_clock(self, seconds):
        self.check_access('write')
        for provider in self.filtered('simulated'):
            provider.clock_offset += seconds
            self.env['online.proxy.service']._tell_moved_clock(provider.code, seconds)

    def _test_connection(self, call):
        provider = self.with_env(call.env)
        gateway = Gateway(call, provider, even_disabled=True)
        gateway.run('test connection', lambda connector: connector.test_connection())

    def _notify(self, kind, message):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': kind, 'message': message, 'sticky': kind == 'danger',
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    # === SCHEDULED === #

    @api.model
    def _cron_refresh_institutions(self):
        """Read the institutions of the providers in use again; one failure stops no other."""
        due = self.search([('enabled', '=', True)]).filtered(
            lambda provider: not provider.catalogue_refreshed_at
            or provider.catalogue_refreshed_at < fields.Datetime.now() - CATALOGUE_AGE
        )
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=len(due))
        for provider in due:
            jobs.attempt(
                self.env, f'institutions {provider.code}',
                lambda call, provider=provider: catalogue.refresh(
                    call, provider.with_env(call.env),
                ),
            )
            if not cron._commit_progress(1):
                break

    @api.model
    def _cron_reseal(self):
        """After a change of the encryption keys: bring everything under the new one."""
        jobs.reseal(jobs.make_call(self.env(su=True), 'reseal'))

    # === REGISTERED CLASSES === #

    @api.model
    def _sync_registered(self):
        """Give every registered provider class its record and its settings.

        Called at installation and upgrade; an addon that brings a provider calls it from its data.
        """
        known = {provider.code: provider for provider in self.search([])}
        for code, provider_class in registry.all_providers().items():
            values = {
                'name': provider_class.name,
                'setup_url': provider_class.setup_url,
                'simulated': provider_class.simulated,
            }
            provider = known.get(code)
            if provider:
                provider.write(values)
            else:
                # Play money is there to be tried at once; the operator can switch it off.
                provider = self.create({'code': code, 'enabled': values['simulated'], **values})
            provider._sync_settings(provider_class)

    def _sync_settings(self, provider_class):
        known = {setting.name: setting for setting in self.setting_ids}
        for sequence, setting in enumerate(provider_class.settings):
            values = {
                'sequence': sequence,
                'secret': setting.secret,
                'required': setting.required,
                'multiline': setting.multiline,
            }
            if setting.name in known:
                known.pop(setting.name).write(values)
            else:
                self.env['online.proxy.provider.setting'].create(
                    {'provider_id': self.id, 'name': setting.name, **values},
                )
        for obsolete in known.values():
            obsolete.unlink()

    def _registered_settings(self):
        """What the class says about its settings, by name."""
        provider_class = self._class()
        return {each.name: each for each in provider_class.settings} if provider_class else {}

    def _translate(self, text):
        """Words of the provider's class, in the language of whoever reads them."""
        return text and self.env._(LazyGettext(text, _module=self._class().__module__))

    def _settings(self, vault):
        """The settings that have a value, by name, in clear."""
        return {
            setting.name: setting._open(vault)
            for setting in self.setting_ids if setting.sudo().value_encrypted
        }

    def _class(self):
        """The registered class, or None when the addon that brought it is gone."""
        return registry.get(self.code)
