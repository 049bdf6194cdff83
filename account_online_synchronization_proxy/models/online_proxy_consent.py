from odoo import api, fields, models

TEXT_VERSION = '2026-11'  # of the consent page: raise it when the text changes


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

    @api.model
    def _grant(self, link, flow):
        """Write down what the user has just consented to; an earlier consent is replaced by it."""
        if flow.mode not in ('connect', 'reconnect'):
            link.consent_ids._current().expires_at = link.consent_expires_at
            return
        link.consent_ids._finish('replaced')
        self.create({
            'link_id': link.id,
            'client_id': link.client_id.id,
            'client_name': link.client_id.name,
            'institution_name': link.institution_id.name,
            'provider_name': link.provider_id.name,
            'user_name': link.user_name,
            'text_version': TEXT_VERSION,
            'lang': flow.lang,
            'granted_at': fields.Datetime.now(),
            'expires_at': link.consent_expires_at,
        })

    def _finish(self, how, revocation=None):
        """Say of the consents that last how and when they ended.

        :param revocation: what the provider answered to the revocation, if there was one.
        """
        self._current().write({
            'ended_at': fields.Datetime.now(),
            'end_reason': how,
            'revoked_at_provider': bool(revocation) and revocation.revoked,
            'revocation_detail': revocation and revocation.detail,
            'revocation_reference': revocation and revocation.provider_reference,
        })

    def _current(self):
        return self.filtered(lambda consent: not consent.ended_at)
