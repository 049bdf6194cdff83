"""Salt Edge's fake as the conformance suite drives it."""

import base64
import json
from decimal import Decimal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from fakes.saltedge import BANK, KEYS, FakeSaltEdge
from keys import rsa_pair
from providers.errors import ErrorCode
from providers.interface import WebhookRequest
from providers.saltedge import SaltEdge
from providers.testing import Feature

from .faked import FakedBank

CALLBACK = 'https://proxy.example/account_online/1/webhook/saltedge'


def _told(kind, status=400):
    return ('/transactions', status, {'error': {'class': kind, 'message': kind}})


class WithCallback(SaltEdge):
    """The provider as the proxy makes it: it knows its own callback address."""

    def __init__(self, context):
        context.webhook_url = CALLBACK
        super().__init__(context)


class SaltEdgeDriver(FakedBank):
    """One user with two accounts; every fetch ends at once."""

    provider = WithCallback
    institution_id = BANK
    features = frozenset({
        Feature.TURN_BACK, Feature.SINCE, Feature.WINDOW, Feature.PAGES, Feature.PENDING,
        Feature.BALANCE, Feature.SECOND_ACCOUNT, Feature.REVOCATION, Feature.WEBHOOKS,
    })
    failures = {
        ErrorCode.USER_ACTION_REQUIRED: _told('ProviderAccessNotGranted'),
        ErrorCode.CONSENT_EXPIRED: _told('ConsentExpired'),
        ErrorCode.RATE_LIMITED: _told('TooManyRequests', 429),
        ErrorCode.INSTITUTION_UNAVAILABLE: _told('ProviderUnavailable'),
        ErrorCode.PROVIDER_ERROR: _told('InternalServerError', 500),
        ErrorCode.ACCOUNT_CLOSED: _told('AccountNotFound', 404),
    }

    def __init__(self):
        super().__init__(FakeSaltEdge(self.now, rsa_pair()[1]))
        self.settings = {
            'base_url': self.fake.url, 'private_key': rsa_pair()[0],
            'callback_key': rsa_pair('callback')[1], **KEYS,
        }
        self.fake.quick = True
        self.accounts = [self.fake.open_account(), self.fake.open_account()]

    def answer(self, step, request):
        known = list(self.fake.connections)
        key = known[-1] if known else self.fake.agree()
        self.fake.attempt(key)
        self.fake.succeed(key, success_at=self.time.isoformat())
        return {'state': request.state, 'connection_id': key}

    def turn_back(self, step, request):
        return {'state': request.state}

    def set_page_size(self, size):
        self.fake.page = size

    def book(self, row):
        self._add(row, status='posted')

    def hold(self, row):
        self._add(row, status='pending')

    def release(self, key):
        kept = [row for row in self.fake.transactions if row['key'] != key]
        self.fake.transactions[:] = kept

    def balance(self, account=0):
        return '1250.5'

    def webhook(self, link_key):
        data = {'connection_id': link_key, 'customer_id': '111', 'stage': 'finish'}
        body = json.dumps({'data': data, 'meta': {'version': '6'}}).encode()
        pem = rsa_pair('callback')[0].encode()
        private = serialization.load_pem_private_key(pem, password=None)
        signed = f'{CALLBACK}|'.encode() + body
        signature = private.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return WebhookRequest({'Signature': base64.b64encode(signature).decode()}, body, {})

    def _add(self, row, **values):
        side = 'payer' if Decimal(row.amount) > 0 else 'payee'
        self.fake.add(
            self.accounts[row.account], key=row.key, made_on=str(row.day),
            amount=Decimal(row.amount), description=row.text, extra={side: row.party}, **values,
        )
