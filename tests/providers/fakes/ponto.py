"""Ponto with one organization: Ponto Connect, and the integration of the company itself."""

import base64
import hashlib
import re
import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from .pages import PontoPages
from .server import FakeServer, Refused, route, secret

CREDENTIALS = {'client_id': 'client-4711', 'client_secret': 'secret-0815'}
BANK = '95391234-0000-4000-8000-000000000001'
PAGING = ('limit', 'after', 'before')


class FakePontoCustom(FakeServer):
    """What both kinds of Ponto share: the data of an organization."""

    media_type = 'application/vnd.api+json'

    def __init__(self, clock, **options):
        super().__init__(**options)
        self.clock = clock
        self.access = {}
        self.accounts, self.synchronizations = {}, {}
        self.polls, self.page = 2, 100
        self.subtypes = {
            'accountDetails', 'accountTransactions', 'accountTransactionsWithUnsettled',
        }
        self.synchronized_at = '2026-03-15T08:00:00.000Z'
        self.bank = {'name': 'Demo Bank', 'bic': 'DEMOBEBB', 'country': 'BE', 'status': 'beta',
                     'deprecated': False, 'logoUrl': 'https://example.invalid/l.svg',
                     'timeZone': 'Europe/Brussels'}

    # What the bank and its user do.

    def open_account(self, **values):
        """Give the organization an account; returns its id."""
        key = str(uuid.uuid4())
        self.accounts[key] = {'rows': [], 'pending': [], 'errors': [], 'attributes': {
            'subtype': 'checking', 'reference': f'BE0000000000000{len(self.accounts)}',
            'referenceType': 'IBAN', 'currency': 'EUR', 'description': 'Zichtrekening',
            'holderName': 'ACME NV', 'currentBalance': 1250.5, 'availableBalance': 1200.5,
            'deprecated': False, 'authorizationExpirationExpectedAt': '2026-06-01T00:00:00.000Z',
            **values,
        }}
        return key

    def add(self, account, kind='rows', **values):
        """Book a transaction at the bank."""
        rows = self.accounts[account][kind]
        attributes = {
            'amount': -42.5, 'currency': 'EUR', 'executionDate': '2026-03-11T00:00:00.000Z',
            'valueDate': '2026-03-12', 'counterpartName': 'Energy Ltd',
            'counterpartReference': 'BE00000000000000', 'remittanceInformation': 'Invoice 2026-7',
            'remittanceInformationType': 'unstructured', 'description': 'Wire transfer', **values,
        }
        rows.append({'type': 'transaction', 'id': str(uuid.uuid4()), 'attributes': attributes})
        return rows[-1]

    # The server.

    def check(self, request, name):
        if self.media_type not in request.headers.get('Accept', ''):
            raise self.error(406, 'notAcceptable')
        if name == 'token':
            login = request.authorization
            given = login and {'client_id': login.username, 'client_secret': login.password}
            if given != CREDENTIALS:
                raise Refused(401, {'error': 'invalid_client', 'error_description': 'unknown'})
        elif name not in ('keys', 'authorize'):
            kind = self.access.get(request.headers.get('Authorization', '').removeprefix('Bearer '))
            if kind != self.kind_for(name):
                raise self.error(401, 'unauthorized')

    def kind_for(self, name):
        return 'client'

    @staticmethod
    def error(status, code):
        return Refused(status, {'errors': [{'code': code, 'detail': f'It is {code}'}]})

    def refusal(self, status, message):
        return {'errors': [{'code': 'invalid', 'detail': message}]}

    def grant(self, body):
        if body != {'grant_type': 'client_credentials'}:
            raise Refused(400, {'error': 'invalid_request'})
        return self.issue('client')

    def issue(self, kind, **more):
        token = secret('access')
        self.access[token] = kind
        return {'access_token': token, 'expires_in': 1799, 'scope': 'ai', 'token_type': 'bearer',
                **more}

    @route('POST', '/oauth2/token', required=('grant_type',), form=True, optional=(
        'refresh_token', 'code', 'code_verifier', 'redirect_uri'))
    def token(self, request, body):
        return self.grant(body)

    @route('GET', '/financial-institutions', query=PAGING)
    def institutions(self, request, body):
        row = {'type': 'financialInstitution', 'id': BANK, 'attributes': self.bank}
        old = {**row, 'id': 'old', 'attributes': {**self.bank, 'deprecated': True}}
        return self._page(request, [row, old])

    @route('GET', f'/financial-institutions/{BANK}')
    def institution(self, request, body):
        return {'data': {'type': 'financialInstitution', 'id': BANK, 'attributes': self.bank}}

    @route('GET', '/accounts', query=PAGING)
    def list_accounts(self, request, body):
        return self._page(request, [self._account(key) for key in self.accounts])

    @route('GET', '/accounts/<key>')
    def read_account(self, request, body, key):
        return {'data': self._account(key)}

    @route('GET', '/accounts/<key>/transactions', query=PAGING)
    def transactions(self, request, body, key):
        rows = self._stored(key)['rows']
        newest = sorted(rows, key=lambda row: row['attributes']['executionDate'], reverse=True)
        return self._page(request, newest)

    @route('GET', '/accounts/<key>/pending-transactions', query=PAGING)
    def pending(self, request, body, key):
        return self._page(request, self._stored(key)['pending'])

    @route('POST', '/synchronizations', required=('data',), status=201)
    def synchronize(self, request, body):
        attributes = body['data']['attributes']
        if set(attributes) != {'resourceType', 'resourceId', 'subtype', 'customerIpAddress'}:
            raise self.error(400, 'invalidAttributes')
        if attributes['subtype'] not in self.subtypes:
            raise self.error(400, 'invalidSubtype')
        self._stored(attributes['resourceId'])
        key = str(uuid.uuid4())
        self.synchronizations[key] = self.polls
        return {'data': {'type': 'synchronization', 'id': key, 'attributes': {'status': 'pending'}}}

    @route('GET', '/synchronizations/<key>')
    def read_synchronization(self, request, body, key):
        self.synchronizations[key] -= 1
        status = 'running' if self.synchronizations[key] > 0 else 'success'
        return {'data': {'type': 'synchronization', 'id': key, 'attributes': {'status': status}}}

    def _stored(self, key):
        if key not in self.accounts:
            raise self.error(404, 'resourceNotFound')
        return self.accounts[key]

    def _account(self, key):
        stored = self._stored(key)
        status = 'error' if stored['errors'] else 'success'
        return {
            'type': 'account', 'id': key, 'attributes': stored['attributes'],
            'meta': {'synchronizedAt': self.synchronized_at, 'availability': 'available',
                     'latestSynchronization': {'attributes': {
                         'status': status, 'errors': stored['errors']}}},
            'relationships': {'financialInstitution': {'data': {'id': BANK}}},
        }

    def _page(self, request, rows):
        limit = min(self.page, int(request.args.get('limit', 10)))
        after = request.args.get('after')
        keys = [row['id'] for row in rows]
        start = keys.index(after) + 1 if after else 0
        found = rows[start:start + limit]
        links = {}
        if start + limit < len(rows):
            links = {'next': f'{request.base_url}?limit={limit}&after={found[-1]["id"]}'}
        return {'data': found, 'links': links, 'meta': {'paging': {'limit': limit}}}


class FakePonto(PontoPages, FakePontoCustom):
    """Ponto Connect: signatures, a user who agrees, tokens that rotate."""

    prefix = '/ponto-connect'

    def __init__(self, clock, public_key, **options):
        super().__init__(clock, **options)
        self.public_key = serialization.load_pem_public_key(public_key.encode())
        self.refresh_token, self.codes = None, {}
        self.onboarded, self.prefill, self.webhook_keys = True, True, []
        self.organization = '429f0000-0000-4000-8000-000000000002'
        self.integrated = True

    def agree(self, url):
        """The user agrees on Ponto's pages: the code that the browser brings back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (query['client_id'], query['response_type']) == (CREDENTIALS['client_id'], 'code')
        assert query['code_challenge_method'] == 'S256'
        code = f'code-{len(self.codes)}'
        self.codes[code] = (query['code_challenge'], query['redirect_uri'])
        return code

    def check(self, request, name):
        self._check_signature(request)
        super().check(request, name)
        if request.method == 'POST' and name != 'token' and (
                'Ibanity-Idempotency-Key' not in request.headers):
            raise self.error(400, 'missingIdempotencyKey')

    def kind_for(self, name):
        operator = ('institutions', 'onboarding', 'delete_integration')
        return 'client' if name in operator else 'organization'

    def _check_signature(self, request):
        header = request.headers.get('Signature', '')
        parts = dict(re.findall(r'([A-Za-z]+)="([^"]*)"', header))
        digest = 'SHA-512=' + base64.b64encode(hashlib.sha512(request.get_data()).digest()).decode()
        target = request.full_path.rstrip('?') if not request.query_string else (
            f'{request.path}?{request.query_string.decode()}')
        known = {'(request-target)': f'{request.method.lower()} {target}', 'digest': digest,
                 '(created)': parts.get('created', ''), 'host': request.host}
        names = parts.get('headers', '').split()
        text = '\n'.join(f'{n}: {known.get(n) or request.headers.get(n, "")}' for n in names)
        present = [n for n in ('authorization', 'ibanity-idempotency-key') if n in request.headers]
        wanted = ['(request-target)', 'host', 'digest', '(created)', *present]
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        try:
            self.public_key.verify(base64.b64decode(parts.get('signature', '')), text.encode(), pss,
                                   hashes.SHA256())
        except InvalidSignature as error:
            raise self.error(401, 'invalidSignature') from error
        is_timely = abs(int(known['(created)']) - self.clock().timestamp()) < 60
        if names != wanted or parts['keyId'] != 'signature-cert' or not is_timely:
            raise self.error(401, 'invalidSignature')
        if request.headers.get('Digest') != digest or parts['algorithm'] != 'hs2019':
            raise self.error(401, 'invalidSignature')

    def grant(self, body):
        kind = body.pop('grant_type')
        if kind == 'client_credentials':
            return super().grant({'grant_type': kind, **body})
        if kind == 'authorization_code':
            verifier = hashlib.sha256(body['code_verifier'].encode()).digest()
            challenge = base64.urlsafe_b64encode(verifier).rstrip(b'=').decode()
            if self.codes.pop(body['code'], None) != (challenge, body['redirect_uri']):
                raise Refused(400, {'error': 'invalid_grant', 'error_description': 'code'})
        elif body.get('refresh_token') != self.refresh_token or not self.integrated:
            raise Refused(400, {'error': 'invalid_grant', 'error_description': 'refresh'})
        self.refresh_token = f'refresh-{uuid.uuid4()}'  # it rotates with each use
        return self.issue('organization', refresh_token=self.refresh_token)

    def later(self, **duration):
        """Access tokens die."""
        self.clock.time += timedelta(**duration)
        self.access = dict.fromkeys(self.access, 'dead')

    @route('GET', '^/webhooks/keys')
    def keys(self, request, body):
        return {'keys': self.webhook_keys}

    @route('GET', '/userinfo')
    def userinfo(self, request, body):
        return {'sub': self.organization, 'name': 'ACME NV', 'onboardingComplete': self.onboarded}

    @route('POST', '/onboarding-details', required=('data',), status=201)
    def onboarding(self, request, body):
        if not self.prefill:
            raise self.error(400, 'invalidAttributes')
        assert body['data']['attributes']['initialFinancialInstitutionId'] == BANK
        return {'data': {'type': 'onboardingDetails', 'id': 'onboarding-1'}}

    @route('POST', '/accounts/<key>/reauthorization-requests', required=('data',), status=201)
    def reauthorize(self, request, body, key):
        self._stored(key)
        back = body['data']['attributes']['redirectUri']
        return {'data': {'type': 'reauthorizationRequest', 'id': '1',
                         'links': {'redirect': f'{self.origin}/bank/{key}?back={back}'}}}

    @route('DELETE', '/organizations/<key>/integration')
    def delete_integration(self, request, body, key):
        if key != self.organization or not self.integrated:
            raise self.error(404, 'resourceNotFound')
        self.integrated = False
        self.access = dict.fromkeys(self.access, 'dead')
        return {'data': {'type': 'integration', 'id': '1'}}
