from odoo import fields, models

from ..services import clock, quotas, serialize
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

    def _values(self, account, link):
        """What to store of a provider's account."""
        said = serialize.clean({
            'external_id': account.id, 'identity': account.identity, 'name': account.name,
            'number': account.number, 'iban': account.iban, 'currency': account.currency,
            'account_type': account.type, 'owner': account.owner, 'closed': account.closed,
        })
        return {
            **said,
            'name': said['name'] or said['number'] or said['external_id'],
            'active': True,
            'id_grade': link.route_id._grade(),
            'balance': serialize.balance(account.balance),
        }

    def _matching(self, account):
        """Which of these accounts is the one the provider speaks of; empty when it is new."""
        if account.identity:
            same = self.filtered(
                lambda known: (known.identity, known.currency)
                == (account.identity, account.currency)
            )
            if same:
                return same[0]
        return self.filtered(
            lambda known: known.external_id == account.id
            and (not known.identity or not account.identity)
        )[:1]

    def _as_json(self):
        """The account as the interface describes it."""
        return {
            'id': self.identifier,
            'identity': self.identity or None,
            'name': self.name,
            'number': self.number or None,
            'iban': self.iban or None,
            'currency': self.currency,
            'type': self.account_type,
            'owner': self.owner or None,
            'closed': self.closed,
            'id_grade': self.id_grade,
            'balance': self.balance or None,
        }

    def _allowance(self, attended):
        """Whether this account may be refreshed now; see ``quotas.Allowance``."""
        provider = self.link_id.provider_id
        return quotas.allowance(
            self.link_id.route_id._quota(), self.quota_ids._usage(), clock.now(provider),
            attended=attended,
        )

    def _allowance_as_json(self):
        by_hand, by_itself = self._allowance(attended=True), self._allowance(attended=False)
        return {
            'until': by_hand.until and by_hand.until.isoformat(),
            'unattended_until': by_itself.until and by_itself.until.isoformat(),
            'unattended_left': by_itself.unattended_left,
        }

    def _count_refresh(self, attended):
        """These accounts have been refreshed now."""
        for account in self:
            now = clock.now(account.link_id.provider_id)
            self.env['online.proxy.quota']._of(account)._count(now, attended)
