from odoo import fields, models
from odoo.fields import NO_ACCESS


class AccountOnlineRegistration(models.Model):
    """Who this database is to the proxy. One row, read by the system alone."""

    _name = 'account.online.registration'
    _description = "Registration at the Bank Proxy"
    _rec_name = 'client_identifier'

    proxy_url = fields.Char(required=True, readonly=True)
    client_identifier = fields.Char(required=True, readonly=True, copy=False)
    secret = fields.Char(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    next_secret = fields.Char(
        readonly=True, copy=False, groups=NO_ACCESS,
        help="Received at the last rotation; the old secret is valid until this one is used.",
    )
    database_uuid = fields.Char(
        required=True, readonly=True, copy=False,
        help="The database that registered. A copy has another one, and must register itself.",
    )
    contract_until = fields.Date(readonly=True)

    _proxy_uniq = models.UniqueIndex('(proxy_url)', "This database is registered already.")
