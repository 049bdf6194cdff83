import hashlib
import secrets

from odoo import api, fields, models

from ..providers.errors import ErrorCode
from ..services.errors import ProxyError
from ..services.events import ALPHABET

CODE_GROUPS, CODE_GROUP_LENGTH = 4, 5  # about 98 bits: nobody guesses it, so a plain hash is enough


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
    client_count = fields.Integer(string='Registered', compute='_compute_client_count')

    _code_uniq = models.UniqueIndex('(code_hash) WHERE code_hash IS NOT NULL')

    @api.depends('client_ids')
    def _compute_client_count(self):
        for subscription in self:
            subscription.client_count = len(subscription.client_ids)

    def action_issue_code(self):
        """Show a new code, once; the old one is void."""
        self.check_access('write')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Subscription Code"),
            'res_model': 'online.proxy.shown.once',
            'view_mode': 'form',
            'target': 'new',
            # In the context only: a wizard that is never saved leaves no copy in the database.
            'context': {'default_value': self._issue_code()},
        }

    @api.model
    def _find(self, code):
        """The subscription with this code, or an empty recordset."""
        return self.search([('code_hash', '=', self._hash(code))])

    def _check_valid(self):
        """Refuse a client whose contract does not exist or has ended."""
        if not self or not self.active:
            raise ProxyError(ErrorCode.NOT_REGISTERED)
        if self._is_over():
            raise ProxyError(
                ErrorCode.NOT_REGISTERED,
                f"The subscription ended on {self.valid_until}: renew it with the proxy's"
                " operator.",
            )

    def _is_over(self):
        return bool(self.valid_until) and self.valid_until < fields.Date.today()

    def _issue_code(self):
        """A new code, which voids the old one. Only its hash is kept."""
        self.ensure_one()
        code = '-'.join(
            ''.join(secrets.choice(ALPHABET) for _ in range(CODE_GROUP_LENGTH))
            for _ in range(CODE_GROUPS)
        )
        self.sudo().write({
            'code_hash': self._hash(code), 'code_hint': code[-CODE_GROUP_LENGTH:],
        })
        return code

    @api.model
    def _hash(self, code):
        return hashlib.sha256(code.strip().upper().encode()).hexdigest()
