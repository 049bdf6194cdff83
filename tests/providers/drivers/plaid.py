"""Plaid's fake as the conformance suite drives it."""

import hashlib
import json
from decimal import Decimal

import jwt
from fakes.plaid import KEYS, FakePlaid
from keys import ec_pair, jwk_of
from providers.errors import ErrorCode
from providers.interface import WebhookRequest
from providers.plaid import Plaid
from providers.testing import Feature

from .faked import FakedBank


def _told(code, kind='ITEM_ERROR'):
    return ('/transactions/sync', 400, FakePlaid.problem(code, kind))


class PlaidDriver(FakedBank):
    """One user with two accounts; Plaid has just read the bank."""

    provider = Plaid
    institution_id = 'ins_0'
    features = frozenset({
        Feature.TURN_BACK, Feature.SINCE, Feature.CURSOR, Feature.PAGES, Feature.PENDING,
        Feature.EDITS, Feature.REMOVALS, Feature.BALANCE, Feature.SECOND_ACCOUNT,
        Feature.REVOCATION, Feature.WEBHOOKS,
    })
    failures = {
        ErrorCode.USER_ACTION_REQUIRED: _told('ITEM_LOGIN_REQUIRED'),
        ErrorCode.CONSENT_EXPIRED: _told('ITEM_NOT_FOUND'),
        ErrorCode.RATE_LIMITED: _told('TRANSACTIONS_LIMIT', 'RATE_LIMIT_EXCEEDED'),
        ErrorCode.INSTITUTION_UNAVAILABLE: _told('INSTITUTION_DOWN'),
        ErrorCode.PROVIDER_ERROR: _told('INTERNAL_SERVER_ERROR', 'API_ERROR'),
        ErrorCode.ACCOUNT_CLOSED: _told('INVALID_ACCOUNT_ID', 'INVALID_INPUT'),
    }

    def __init__(self):
        super().__init__(FakePlaid())
        self.settings = {'base_url': self.fake.url, 'countries': 'US', **KEYS}
        self.fake.open_account('A2')
        self.fake.refreshes = False
        more = {'kid': 'webhook-key', 'alg': 'ES256', 'created_at': 1, 'expired_at': None}
        self.fake.webhook_key = jwk_of(ec_pair('webhook')[1], **more)
        self.kept = {}

    def answer(self, step, request):
        self.fake.agree()
        return {'state': request.state}

    def turn_back(self, step, request):
        self.fake.leave()
        return {'state': request.state}

    def set_page_size(self, size):
        self.fake.page = size

    def book(self, row):
        self._report(row, 'added')

    def hold(self, row):
        self._report(row, 'added', pending=True)

    def edit(self, row):
        self._report(row, 'modified')

    def release(self, key):
        self._report(self.kept[key], 'removed')

    remove = release

    def balance(self, account=0):
        return '1250.5'

    def webhook(self, link_key):
        event = {'webhook_code': 'SYNC_UPDATES_AVAILABLE', 'item_id': link_key}
        body = json.dumps(event).encode()
        digest = hashlib.sha256(body).hexdigest()
        claims = {'iat': int(self.time.timestamp()), 'request_body_sha256': digest}
        private = ec_pair('webhook')[0]
        token = jwt.encode(claims, private, algorithm='ES256', headers={'kid': 'webhook-key'})
        return WebhookRequest({'Plaid-Verification': token}, body, {})

    def _report(self, row, change, **values):
        self.kept[row.key] = row
        self.fake.add(
            f'A{row.account + 1}', change, transaction_id=f'T-{row.key}',
            amount=-Decimal(row.amount), date=str(row.day), original_description=row.text,
            merchant_name=row.party, **values,
        )
