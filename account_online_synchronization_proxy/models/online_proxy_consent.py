from odoo import fields, models


class OnlineProxyConsent(models.Model):
    """The ledger of consents: who consented to what, when, until when, and how it ended."""

    _name = 'online.proxy.consent'
    _description = 'Bank Consent'
    _order = 'granted_at desc, id desc'

    link_id = fields.Many2one('online.proxy.link', ondelete='set null', index='btree_not_null')
    client_id = fields.Many2one('online.proxy.client', ondelete='set null', index='btree_not_null')
    client_name = fields.Char(required=True)
    institution_name = fields.Char(required=True)
    provider_name = fields.Char(required=True)
    user_name = fields.Char()
    text_version = fields.Char(required=True, help="Version of the text the user accepted.")
    lang = fields.Char()
    granted_at = fields.Datetime(required=True)
    expires_at = fields.Datetime()
    ended_at = fields.Datetime()
    end_reason = fields.Selection(
        [
            ('replaced', "Replaced"), ('expired', "Expired"), ('revoked', "Revoked by the User"),
            ('operator', "Revoked by the Operator"),
        ],
    )
    revoked_at_provider = fields.Boolean()
    revocation_detail = fields.Char()
    revocation_reference = fields.Char(string="Provider's Reference")
