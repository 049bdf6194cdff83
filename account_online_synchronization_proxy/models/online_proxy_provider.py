from odoo import fields, models


class OnlineProxyProvider(models.Model):
    """What the operator decided about one registered provider class."""

    _name = 'online.proxy.provider'
    _description = 'Bank Provider'
    _order = 'sequence, id'

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
