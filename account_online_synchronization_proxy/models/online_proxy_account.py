from odoo import fields, models

from .online_proxy_institution_route import ID_GRADES


class OnlineProxyAccount(models.Model):
    """One account of a consent. Its id here outlives the ids that providers give and replace."""

    _name = 'online.proxy.account'
    _description = 'Bank Account at the Proxy'
    _order = 'link_id, id'

    link_id = fields.Many2one('online.proxy.link', required=True, ondelete='cascade', index=True)
    active = fields.Boolean(default=True)
    identifier = fields.Char(string='Account ID', required=True, readonly=True, copy=False)
    external_id = fields.Char(string="Provider's Id", required=True)
    identity = fields.Char()
    name = fields.Char(required=True)
    number = fields.Char()
    iban = fields.Char(string='IBAN')
    currency = fields.Char(required=True)
    account_type = fields.Char(default='checking')
    owner = fields.Char()
    closed = fields.Boolean()
    id_grade = fields.Selection(ID_GRADES, default='strong', required=True)
    balance = fields.Json(help="The last balance the bank stated: amount, currency, at, available.")
    quota_ids = fields.One2many('online.proxy.quota', 'account_id')

    _identifier_uniq = models.Constraint('unique(identifier)', "Accounts have unique ids.")
