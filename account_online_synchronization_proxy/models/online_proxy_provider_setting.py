from odoo import api, fields, models

from ..services.vault import get_vault


class OnlineProxyProviderSetting(models.Model):
    """One value the operator entered for a provider; secret ones can be replaced, never read."""

    _name = 'online.proxy.provider.setting'
    _description = 'Bank Provider Setting'
    _order = 'provider_id, sequence, id'

    provider_id = fields.Many2one('online.proxy.provider', required=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, readonly=True)
    label = fields.Char(compute='_compute_words')
    help = fields.Text(compute='_compute_words')
    secret = fields.Boolean(readonly=True)
    required = fields.Boolean(readonly=True)
    multiline = fields.Boolean(readonly=True)
    value_encrypted = fields.Text(groups=fields.NO_ACCESS, copy=False)
    value = fields.Text(
        compute='_compute_value', inverse='_inverse_value', copy=False, exportable=False,
        help="A secret can be replaced, but not read again.",
    )
    is_set = fields.Boolean(compute='_compute_value')

    _name_uniq = models.Constraint(
        'unique(provider_id, name)', "A provider has each setting once.",
    )

    @api.depends('name', 'provider_id.code')
    @api.depends_context('lang')
    def _compute_words(self):
        """What the provider's class says about the setting, in the language of whoever reads it."""
        for setting in self:
            provider = setting.provider_id
            said = provider._registered_settings().get(setting.name)
            setting.label = (said and provider._translate(said.label)) or setting.name
            setting.help = said and provider._translate(said.help)

    @api.depends('label')
    def _compute_display_name(self):
        for setting in self:
            setting.display_name = setting.label

    @api.depends('value_encrypted', 'secret')
    def _compute_value(self):
        vault = get_vault()
        for setting in self:
            sealed = setting.sudo().value_encrypted
            setting.is_set = bool(sealed)
            setting.value = not setting.secret and sealed and setting._open(vault)

    def _inverse_value(self):
        vault = get_vault()
        for setting in self.filtered(lambda setting: setting.value or not setting.secret):
            value = (setting.value or '').strip()
            setting.sudo().value_encrypted = value and vault.seal(setting._scope(), value)

    def action_clear(self):
        """Forget the value."""
        self.check_access('write')
        self.sudo().value_encrypted = False

    def _scope(self):
        return f'setting:{self.provider_id.code}:{self.name}'

    def _open(self, vault):
        return vault.open(self._scope(), self.sudo().value_encrypted)
