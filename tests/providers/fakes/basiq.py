"""Basiq with one bank; users are made through its interface."""

import re
import uuid
from datetime import timedelta

from .pages import BasiqPages
from .server import FakeServer, Refused, route, secret

API_KEY = 'bXktYXBpLWtleTpzZWNyZXQ='
PERSON = {'email', 'mobile', 'firstName', 'lastName', 'businessName', 'businessIdNo',
          'businessIdNoType'}
BANK = 'AU00000'


class FakeBasiq(BasiqPages, FakeServer):
    def __init__(self, **options):
        super().__init__(**options)
        self.tokens, self.users, self.jobs = {}, {}, {}
        self.accounts, self.transactions = {}, []
        self.page = 500
        self.stage, self.bank_type, self.login = 'live', 'Test Bank', 'other'
        self.mfa = self.quick = False

    # What the bank and its user do.

    def agree(self, user_id):
        """The user consents and signs in: the job that the browser brings back."""
        user = self.users[user_id]
        user['consents'] = [{
            'type': 'consent', 'id': str(uuid.uuid4()), 'status': 'active', 'origin': 'ui',
            'created': '2026-03-15T12:00:00Z', 'updated': '2026-03-15T12:00:00Z',
            'expiryDate': self.after(timedelta(days=365)), 'revoked': '',
            'purpose': {'primary': {'title': 'x', 'description': 'x'}},
            'data': {'retainData': False, 'initialRetrievalDays': 365, 'permissions': []},
            'links': {'self': 'x'},
        }]
        key = f'con-{len(user["connections"])}'
        user['connections'][key] = {
            'type': 'connection', 'id': key, 'status': 'active', 'method': 'openbanking',
            'createdDate': '2026-03-15T12:00:00Z', 'lastUsed': '2026-03-15T12:00:00Z',
            'expiryDate': self.after(timedelta(days=184)),
            'institution': {'type': 'institution', 'id': BANK, 'links': {'self': 'x'}},
            'links': {'self': 'x', 'accounts': 'x', 'transactions': 'x', 'user': 'x'},
        }
        return self.new_job(user_id, key)

    def work(self, job, status='success', code=None):
        """The steps of the job go on."""
        for step in self.jobs[job]['steps']:
            if step['title'] == 'mfa-challenge':
                continue
            step['status'] = status
            if code:
                # Without a type: the guides call it "error", which the description doesn't know.
                step['result'] = {'code': code, 'title': 'x', 'detail': 'x'}

    def open_account(self, **values):
        key = f'acc-{len(self.accounts)}'
        self.accounts[key] = {
            'type': 'account', 'id': key, 'name': 'Business Everyday',
            'accountNo': '000000123456789',
            'accountHolder': 'ACME PTY LTD', 'isOwned': True, 'accountOwnership': 'ONE_PARTY',
            'currency': 'AUD', 'balance': '356.50', 'availableFunds': '420.28', 'creditLimit': None,
            'class': {'type': 'transaction', 'product': 'Everyday'}, 'status': 'available',
            'connection': 'con-0', 'institution': BANK, 'lastUpdated': '2026-03-15T10:00:00Z',
            'transactionIntervals': [{'from': '2025-03-15', 'to': '2026-03-15'}], **values,
        }
        return key

    def add(self, account, **values):
        """Book a transaction at the bank."""
        row = {
            'type': 'transaction', 'id': f't-{len(self.transactions)}', 'status': 'posted',
            'amount': '-42.50', 'direction': 'debit', 'currency': 'AUD', 'account': account,
            'connection': 'con-0', 'institution': BANK, 'description': 'ENERGY LTD INV 7',
            'reference': '', 'postDate': '2026-03-11T00:00:00Z', 'transactionDate': '',
            'balance': '314.00', 'class': 'payment', 'subClass': None, 'enrich': None,
            'links': {'self': 'x', 'account': 'x', 'institution': 'x', 'connection': 'x'}, **values,
        }
        self.transactions.append(row)
        return row

    def new_job(self, user_id, connection):
        key = f'job-{len(self.jobs)}'
        titles = ['verify-credentials', 'retrieve-accounts', 'retrieve-transactions']
        steps = [{'title': title, 'status': 'pending', 'result': None} for title in titles]
        if self.mfa:
            steps.insert(1, {'title': 'mfa-challenge', 'status': 'in-progress', 'result': {
                'type': 'mfa', 'method': 'token', 'description': 'Enter the code',
                'input': ['Code'], 'links': {'response': 'x'}}})
        source = f'{self.url}/users/{user_id}/connections/{connection}'
        if self.quick:
            steps = [{**step, 'status': 'success'} for step in steps]
        stamp = f'2026-03-15T12:{len(self.jobs):02}:00Z'
        self.jobs[key] = {'type': 'job', 'id': key, 'jobType': 'connection', 'steps': steps,
                          'created': stamp, 'updated': stamp,
                          'links': {'self': 'x', 'source': source}}
        return key

    # The server.

    def check(self, request, name):
        given = request.headers.get('Authorization', '')
        if name == 'token':
            if given != f'Basic {API_KEY}':
                raise self.error(401, 'unauthorized-access')
            return
        kind = self.tokens.get(given.removeprefix('Bearer '))
        if kind == 'expired':
            raise self.error(403, 'access-denied', 'Token has expired')
        if kind is None:
            raise self.error(401, 'invalid-authorization-token')
        if kind.startswith('CLIENT') != (name == 'answer'):
            raise self.error(403, 'forbidden-access')

    @staticmethod
    def error(status, code, detail='x'):
        row = {'type': 'error', 'code': code, 'title': 'x', 'detail': detail,
               'source': {'parameter': 'x', 'pointer': 'x'}}
        return Refused(status, {'type': 'list', 'correlationId': 'c-1', 'data': [row]})

    def refusal(self, status, message):
        return self.error(status, 'parameter-not-valid', message).body

    def user(self, key):
        if key not in self.users:
            raise self.error(404, 'resource-not-found')
        return self.users[key]

    @staticmethod
    def _list(rows, **links):
        return {'type': 'list', 'count': len(rows), 'size': len(rows), 'totalCount': len(rows),
                'data': rows, 'links': {'self': 'x', **links}}

    @staticmethod
    def _conditions(request):
        pattern = r"([a-zA-Z.]+)\.(eq|gteq)\('([^']*)'\)"
        text = request.args.get('filter', '')
        found = re.findall(pattern, text)
        assert re.sub(pattern, '', text).strip(',') == ''
        return {name: value for name, _operator, value in found}

    @route('POST', '/token', required=('scope',), optional=('userId',), form=True)
    def token(self, request, body):
        assert request.headers.get('basiq-version') == '3.0'
        if body['scope'] == 'CLIENT_ACCESS':
            self.user(body['userId'])
        key = secret('token')
        self.tokens[key] = body['scope']
        return {'access_token': key, 'expires_in': 3600, 'token_type': 'Bearer'}

    @route('GET', '/connectors', query=('filter',))
    def connectors(self, request, body):
        bank = {'type': self.bank_type, 'name': 'Hooli', 'shortName': 'Hooli', 'tier': '4',
                'country': 'Australia', 'logo': {'type': 'image', 'colors': {'primary': '#fff'},
                                                 'links': {'full': 'x', 'square': 'https://s'}}}
        duration = {'verifyCredentials': 1, 'retrieveAccounts': 1, 'retrieveTransactions': 1,
                    'retrieveMeta': 1, 'total': 4}
        row = {'type': 'connector', 'id': BANK, 'stage': self.stage, 'status': 'operational',
               'scopes': [], 'authorization': {'type': self.login}, 'institution': bank,
               'stats': {'averageDurationMs': duration}, 'links': {'self': 'x'}}
        return self._list([{**row, 'method': 'openbanking'}, {**row, 'method': 'web'}])

    @route('POST', '/users', optional=PERSON, status=201)
    def new_user(self, request, body):
        if not body.get('email') and not body.get('mobile'):
            raise self.error(400, 'parameter-not-supplied')
        key = str(uuid.uuid4())
        self.users[key] = {'person': body, 'consents': [], 'connections': {}}
        return {'type': 'user', 'id': key, 'mobile': '', 'links': {'self': 'x'}, **body}

    @route('DELETE', '/users/<key>', status=204)
    def delete_user(self, request, body, key):
        self.user(key)
        del self.users[key]

    @route('GET', '/users/<key>/consents')
    def consents(self, request, body, key):
        return self._list(self.user(key)['consents'])

    @route('GET', '/users/<key>/connections/<connection>')
    def connection(self, request, body, key, connection):
        return self.user(key)['connections'][connection]

    @route('POST', '/users/<key>/connections/<connection>/refresh', status=202)
    def refresh(self, request, body, key, connection):
        self.user(key)
        job = self.new_job(key, connection)
        return {'type': 'job', 'id': job, 'links': {'self': 'x'}}

    @route('GET', '/jobs/<key>')
    def job(self, request, body, key):
        return self.jobs[key]

    @route('GET', '/users/<key>/jobs', query=('filter',))
    def list_jobs(self, request, body, key):
        self.user(key)
        mine = f'/users/{key}/'
        rows = [job for job in self.jobs.values() if mine in job['links']['source']]
        return self._list(rows[::-1])  # in no order that is promised

    @route('POST', '/jobs/<key>/mfa', required=('mfa-response',), status=202)
    def answer(self, request, body, key):
        right = body['mfa-response'] == ['1234']
        for step in self.jobs[key]['steps']:
            if step['title'] == 'mfa-challenge':
                step['status'] = 'success' if right else 'failed'
                step['result'] = None if right else {'code': 'invalid-credentials', 'title': 'x',
                                                     'detail': 'x'}
        return {'type': 'job', 'id': key, 'links': {'self': 'x'}}

    @route('GET', '/users/<key>/accounts', query=('filter',))
    def list_accounts(self, request, body, key):
        self.user(key)
        connection = self._conditions(request)['connection.id']
        return self._list([a for a in self.accounts.values() if a['connection'] == connection])

    @route('GET', '/users/<key>/accounts/<account>')
    def account(self, request, body, key, account):
        self.user(key)
        if account not in self.accounts:
            raise self.error(404, 'resource-not-found')
        return self.accounts[account]

    @route('GET', '/users/<key>/transactions', query=('limit', 'filter', 'next'))
    def list_transactions(self, request, body, key):
        self.user(key)
        text = request.args.get('next') or f'{request.args.get("filter")}|0'
        conditions, start = text.rsplit('|', 1)
        found = dict(re.findall(r"([a-zA-Z.]+)\.(?:eq|gteq)\('([^']*)'\)", conditions))
        rows = [row for row in self.transactions if row['account'] == found['account.id']
                and row['status'] == found['transaction.status']
                and (row['postDate'] or '') >= found.get('transaction.postDate', '')]
        end = int(start) + self.page
        links = {}
        if end < len(rows):
            links['next'] = f'{request.base_url}?next={conditions}|{end}'
        return self._list(rows[int(start):end], **links)
