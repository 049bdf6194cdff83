"""Ponto's fakes as the conformance suite drives them."""

import base64
import hashlib
import json
from decimal import Decimal

import jwt
from fakes.ponto import BANK, CREDENTIALS, FakePonto, FakePontoCustom
from keys import jwk_of, rsa_pair
from providers.errors import ErrorCode
from providers.interface import WebhookRequest
from providers.ponto import Ponto, PontoCustom
from providers.testing import Feature

from .faked import FakedBank


def _told(code, status=400):
    return ('/transactions', status, {'errors': [{'code': code, 'detail': code}]})


class PontoCustomDriver(FakedBank):
    """An organization with two accounts, opened with its own credentials."""

    provider = PontoCustom
    institution_id = 'ponto'
    features = frozenset({
        Feature.SINCE, Feature.WINDOW, Feature.PAGES, Feature.BALANCE, Feature.SECOND_ACCOUNT,
    })
    failures = {
        ErrorCode.CONSENT_EXPIRED: _told('authorizationInvalid'),
        ErrorCode.RATE_LIMITED: _told('tooManyRequests', 429),
        ErrorCode.INSTITUTION_UNAVAILABLE: _told('synchronization failed'),
        ErrorCode.PROVIDER_ERROR: _told('internalError', 500),
        ErrorCode.ACCOUNT_CLOSED: _told('resourceNotFound', 404),
    }

    def __init__(self, fake=None):
        super().__init__(fake or FakePontoCustom(self.now))
        self.fake.polls = 0
        self.settings = {'base_url': self.fake.url}
        self.accounts = [self.fake.open_account(), self.fake.open_account()]
        self.updated()

    def updated(self):
        self.fake.synchronized_at = self.time.isoformat()

    def answer(self, step, request):
        return CREDENTIALS if step.fields else {}

    def set_page_size(self, size):
        self.fake.page = size

    def book(self, row):
        self._add(row, 'rows')

    def hold(self, row):
        self._add(row, 'pending')

    def release(self, key):
        for account in self.fake.accounts.values():
            account['pending'] = [row for row in account['pending'] if row['id'] != key]

    def balance(self, account=0):
        return '1250.5'

    def _add(self, row, kind):
        added = self.fake.add(
            self.accounts[row.account], kind, amount=Decimal(row.amount),
            executionDate=str(row.day), valueDate=str(row.day), counterpartName=row.party,
            remittanceInformation=row.text, description=None,
        )
        added['id'] = row.key


class PontoDriver(PontoCustomDriver):
    """The same organization, which lets the operator's application in."""

    provider = Ponto
    institution_id = BANK
    features = PontoCustomDriver.features | {
        Feature.TURN_BACK, Feature.PENDING, Feature.REVOCATION, Feature.WEBHOOKS,
    }

    def __init__(self):
        super().__init__(FakePonto(self.now, rsa_pair()[1]))
        self.settings = {
            'base_url': self.fake.url, 'authorization_url': f'{self.fake.origin}/oauth2/auth',
            'signature_key_id': 'signature-cert', 'signature_key': rsa_pair()[0],
            'application_id': 'application-1', **CREDENTIALS,
        }
        key = jwk_of(rsa_pair('webhook')[1], kid='webhook-key', status='ACTIVE')
        self.fake.webhook_keys = [key]

    def answer(self, step, request):
        if '/oauth2/auth?' in step.url:
            return {'state': request.state, 'code': self.fake.agree(step.url)}
        return {'state': request.state}

    def turn_back(self, step, request):
        return {'state': request.state, 'error': 'access_denied'}

    def webhook(self, link_key):
        related = {'organization': {'data': {'type': 'organization', 'id': link_key}}}
        event = {'type': 'pontoConnect.account.transactionsCreated', 'id': 'event-1',
                 'relationships': related}
        body = json.dumps({'data': event}).encode()
        claims = {
            'iss': 'https://api.ibanity.com', 'aud': 'application-1',
            'iat': int(self.time.timestamp()),
            'digest': base64.b64encode(hashlib.sha512(body).digest()).decode(),
        }
        private = rsa_pair('webhook')[0]
        token = jwt.encode(claims, private, algorithm='RS512', headers={'kid': 'webhook-key'})
        return WebhookRequest({'Signature': token}, body, {})
