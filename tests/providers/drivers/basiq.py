"""Basiq's fake as the conformance suite drives it."""

import base64
import hashlib
import hmac
import json

from fakes.basiq import API_KEY, BANK, FakeBasiq
from providers.basiq import Basiq
from providers.errors import ErrorCode
from providers.interface import AskUser, WebhookRequest
from providers.testing import Feature

from .faked import FakedBank

SECRET = b'webhook-secret'


def _told(code, status=400):
    return ('/transactions', status, FakeBasiq.error(status, code).body)


class BasiqDriver(FakedBank):
    """One user with two accounts; every job ends at once."""

    provider = Basiq
    institution_id = BANK
    features = frozenset({
        Feature.SINCE, Feature.WINDOW, Feature.PAGES, Feature.PENDING, Feature.BALANCE,
        Feature.SECOND_ACCOUNT, Feature.REVOCATION, Feature.WEBHOOKS,
    })
    failures = {
        ErrorCode.USER_ACTION_REQUIRED: _told('user-action-required'),
        ErrorCode.RATE_LIMITED: _told('too-many-requests', 429),
        ErrorCode.INSTITUTION_UNAVAILABLE: _told('service-unavailable', 503),
        ErrorCode.PROVIDER_ERROR: _told('internal-server-error', 500),
    }

    def __init__(self):
        super().__init__(FakeBasiq())
        self.settings = {
            'base_url': self.fake.url, 'consent_url': f'{self.fake.url}/home', 'api_key': API_KEY,
            'webhook_secret': f'whsec_{base64.b64encode(SECRET).decode()}',
        }
        self.fake.quick = True
        self.accounts = [self.fake.open_account(), self.fake.open_account(accountNo='000000987654')]
        self.updated()

    def updated(self):
        for account in self.fake.accounts.values():
            until = str(self.time.date())
            account['transactionIntervals'] = [{'from': '2025-03-15', 'to': until}]

    def answer(self, step, request):
        if isinstance(step, AskUser):
            return {'email': 'jo@acme.example'}
        user = next(iter(self.fake.users))
        is_known = bool(self.fake.users[user]['connections'])
        job = self.fake.new_job(user, 'con-0') if is_known else self.fake.agree(user)
        return {'state': request.state, 'jobId': job, 'jobIds': job}

    def set_page_size(self, size):
        self.fake.page = size

    def book(self, row):
        self._add(row, status='posted', postDate=f'{row.day}T00:00:00Z')

    def hold(self, row):
        self._add(row, status='pending', postDate=None)

    def release(self, key):
        kept = [row for row in self.fake.transactions if row['id'] != key]
        self.fake.transactions[:] = kept

    def balance(self, account=0):
        return self.fake.accounts[self.accounts[account]]['balance']

    def webhook(self, link_key):
        links = {'eventEntity': f'https://au-api.basiq.io/users/{link_key}/transactions'}
        event = {'eventTypeId': 'transactions.updated', 'eventId': 'event-1', 'links': links}
        body, stamp = json.dumps(event).encode(), str(int(self.time.timestamp()))
        digest = hmac.new(SECRET, f'msg-1.{stamp}.'.encode() + body, hashlib.sha256).digest()
        signature = f'v1,{base64.b64encode(digest).decode()}'
        return WebhookRequest({
            'webhook-id': 'msg-1', 'webhook-timestamp': stamp, 'webhook-signature': signature,
        }, body, {})

    def _add(self, row, **values):
        self.fake.add(
            self.accounts[row.account], id=row.key, amount=row.amount, description=row.text,
            direction='debit' if row.amount.startswith('-') else 'credit',
            enrich={'merchant': {'businessName': row.party}}, **values,
        )
