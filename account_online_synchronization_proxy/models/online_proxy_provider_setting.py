from odoo import fields, models


class OnlineProxyProviderSetting(models.Model):
    """One value the operator entered for a provider; secret ones can be replaced, never read."""

    _name = 'online.proxy.provider.setting'
    _description = 'Bank Provider Setting'
    _order = 'provider_id, sequence, id'
    _rec_name = 'label'

    provider_id = fields.Many2one('online.proxy.provider', required=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, readonly=True)
    label = fields.Char(required=True, readonly=True)
    help = fields.Char(readonly=True)
    secret = fields.Boolean(readonly=True)
    required = fields.Boolean(readonly=True)
    multiline = fields.Boolean(readonly=True)
    value_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False)

    _name_uniq = models.Constraint(
        'unique(provider_id, name)', "A provider has each setting once.",
    )
