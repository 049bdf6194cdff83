from odoo import api, fields, models

from ..providers import registry


class OnlineProxyProvider(models.Model):
    """What the operator decided about one registered provider class."""

    _name = 'online.proxy.provider'
    _description = 'Bank Provider'
    _order = 'sequence, id'
    _inherit = ['mail.thread']

    name = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    description = fields.Char(readonly=True)
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
    clock_offset = fields.Integer(
        string='Clock Ahead (Seconds)', help="How far this provider's clock runs ahead.",
    )
    catalogue_pass = fields.Integer(readonly=True)
    catalogue_refreshed_at = fields.Datetime(string='Institutions Refreshed', readonly=True)
    institution_count = fields.Integer(readonly=True)
    beta = fields.Boolean(help="Mark all institutions of this provider as being tried out.")

    _code_uniq = models.Constraint('unique(code)', "Each provider has one record.")

    @api.model
    def _sync_registered(self):
        """Give every registered provider class its record and its settings.

        Called at installation and upgrade; an addon that brings a provider calls it from its data.
        """
        known = {provider.code: provider for provider in self.search([])}
        for code, provider_class in registry.all_providers().items():
            values = {
                'name': provider_class.name,
                'description': provider_class.description,
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
                'label': setting.label,
                'help': setting.help,
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

    def _settings(self, vault):
        """The settings that have a value, by name, in clear."""
        return {
            setting.name: setting._open(vault)
            for setting in self.setting_ids if setting.sudo().value_encrypted
        }

    def _class(self):
        """The registered class, or None when the addon that brought it is gone."""
        return registry.get(self.code)
