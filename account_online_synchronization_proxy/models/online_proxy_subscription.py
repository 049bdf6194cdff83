from odoo import fields, models


class OnlineProxySubscription(models.Model):
    """What entitles databases to use this proxy. The code itself is known to the customer only."""

    _name = 'online.proxy.subscription'
    _description = 'Bank Proxy Subscription'
    _order = 'name, id'

    name = fields.Char(string='Customer', required=True)
    active = fields.Boolean(default=True)
    code_hash = fields.Char(groups=fields.NO_ACCESS, copy=False)
    code_hint = fields.Char(string='Code Ends In', readonly=True, copy=False)
    valid_until = fields.Date(help="Empty: without end.")
    max_databases = fields.Integer(string='Databases', default=1, help="0: as many as wanted.")
    client_ids = fields.One2many('online.proxy.client', 'subscription_id')

    _code_uniq = models.UniqueIndex('(code_hash) WHERE code_hash IS NOT NULL')
