"""Yodlee with one bank; users are made by asking for their token."""

from urllib.parse import parse_qs

from .pages import YodleePages
from .server import FakeServer, Refused, route, secret

KEYS = {'client_id': 'client-4711', 'secret': 'secret-0815'}
BANK = 16441


class FakeYodlee(YodleePages, FakeServer):
    prefix = '/ysl'

    def __init__(self, **options):
        super().__init__(**options)
        self.tokens, self.users, self.accounts, self.transactions = {}, {}, {}, []
        self.providers = [self.provider(BANK, 'Dag Site')]
        self.consents, self.quick, self.today = [], False, '2026-03-15'

    # What the bank and its user do.

    @staticmethod
    def provider(key, name, **values):
        days = {'BANK': {'numberOfTransactionDays': 365},
                'CREDITCARD': {'numberOfTransactionDays': 90}}
        attribute = {'name': 'TRANSACTIONS', 'container': ['bank'], 'containerAttributes': days}
        return {'id': key, 'name': name, 'countryISOCode': 'US', 'logo': 'https://l.png',
                'baseUrl': 'https://bank.example', 'status': 'Supported',
                'isAutoRefreshEnabled': True,
                'dataset': [{'name': 'BASIC_AGG_DATA', 'attribute': [attribute]}], **values}

    def agree(self, step):
        """The user links his bank in FastLink; the id of the provider account."""
        assert step.fields['accessToken'].startswith('Bearer ')
        login = self.tokens[step.fields['accessToken'].removeprefix('Bearer ')]
        asked = {name: values[0] for name, values in parse_qs(step.fields['extraParams']).items()}
        assert asked['configName'] == 'Books'
        if asked['flow'] == 'add':
            key = 10000001 + sum(map(len, self.users.values()))
            self.users[login][key] = self.link(key, int(asked['providerId']))
            return key
        self.read_bank(int(asked['providerAccountId']))
        return int(asked['providerAccountId'])

    def link(self, key, provider_id):
        return {'id': key, 'providerId': provider_id, 'status': 'IN_PROGRESS', 'requestId': 'r',
                'isManual': False, 'isRealTimeMFA': False, 'aggregationSource': 'USER',
                'createdDate': '2026-03-15', 'dataset': [self.dataset()]}

    @staticmethod
    def dataset(**values):
        return {'name': 'BASIC_AGG_DATA', 'additionalStatus': 'AVAILABLE_DATA_RETRIEVED',
                'updateEligibility': 'ALLOW_UPDATE', 'lastUpdated': '2026-03-15T06:10:02Z',
                'lastUpdateAttempt': '2026-03-15T06:10:02Z', **values}

    def read_bank(self, key, status='SUCCESS', **values):
        """The reading of the bank ends."""
        for links in self.users.values():
            if key in links:
                links[key].update(status=status, dataset=[self.dataset(**values)])

    def open_account(self, link=10000001, **values):
        key = 20000001 + len(self.accounts)
        self.accounts[key] = {
            'CONTAINER': 'bank', 'id': key, 'providerAccountId': link, 'providerId': str(BANK),
            'providerName': 'Dag Site', 'accountName': 'Business Checking',
            'accountNumber': 'xxxx3xxx', 'accountType': 'CHECKING', 'accountStatus': 'ACTIVE',
            'isManual': False, 'isAsset': True, 'displayedName': 'ACME INC',
            'balance': {'amount': 1200.5, 'currency': 'USD'},
            'currentBalance': {'amount': 1250.5, 'currency': 'USD'},
            'availableBalance': {'amount': 1200.5, 'currency': 'USD'},
            'lastUpdated': '2026-03-15T06:10:02Z', 'dataset': [self.dataset()], **values,
        }
        return str(key)

    def add(self, account, **values):
        """Book a transaction at the bank."""
        row = {
            'CONTAINER': self.accounts[int(account)]['CONTAINER'],
            'id': 30000001 + len(self.transactions), 'accountId': int(account),
            'amount': {'amount': 480.66, 'currency': 'USD'}, 'baseType': 'DEBIT',
            'status': 'POSTED', 'date': '2026-03-11', 'transactionDate': '2026-03-10',
            'postDate': '2026-03-11', 'description': {'original': 'MOCK SUPPLIER 998'},
            'merchant': {'id': 'm1', 'source': 'YODLEE', 'name': 'Mock Supplier'},
            'isManual': False, 'runningBalance': {'amount': 1250.5, 'currency': 'USD'}, **values,
        }
        self.transactions.append(row)
        return row

    # The server.

    def check(self, request, name):
        if request.headers.get('Api-Version') != '1.1':
            raise self.error(401, 'Y016')
        if name == 'token':
            return
        token = request.headers.get('Authorization', '').removeprefix('Bearer ')
        if token not in self.tokens:
            raise self.error(401, 'Y020')
        if self.tokens[token] not in self.users:
            raise self.error(401, 'Y006')
        request.user = self.tokens[token]

    @staticmethod
    def error(status, code):
        body = {'errorCode': code, 'errorMessage': f'It is {code}', 'referenceCode': 'ref-1'}
        return Refused(status, body)

    def refusal(self, status, message):
        return {'errorCode': 'Y800', 'errorMessage': message, 'referenceCode': 'ref-1'}

    @route('POST', '/auth/token', required=('clientId', 'secret'), form=True, status=201)
    def token(self, request, body):
        if body != {'clientId': KEYS['client_id'], 'secret': KEYS['secret']}:
            raise self.error(401, 'Y301')
        login = request.headers['loginName']
        assert 3 <= len(login) <= 150
        assert ' ' not in login
        self.users.setdefault(login, {})
        token = secret('token')
        self.tokens[token] = login
        return {'token': {'accessToken': token, 'issuedAt': '2026-03-15T12:00:00Z',
                          'expiresIn': 1799}}

    @route('DELETE', '/user/unregister', status=204)
    def unregister(self, request, body):
        del self.users[request.user]

    @route('GET', '/providers', query=('priority', 'skip', 'top'))
    def list_providers(self, request, body):
        skip, top = int(request.args['skip']), int(request.args['top'])
        rows = self.providers[skip:skip + top]
        return {'provider': rows} if rows else {}

    @route('GET', '/providerAccounts')
    def links(self, request, body):
        rows = list(self.users[request.user].values())
        return {'providerAccount': rows} if rows else {}

    @route('PUT', '/providerAccounts', query=('providerAccountIds',))
    def refresh(self, request, body):
        row = self._link(request, int(request.args['providerAccountIds']))
        row.update(status='SUCCESS' if self.quick else 'LOGIN_IN_PROGRESS')
        return {'providerAccount': [{'id': row['id'], 'requestId': 'req-1', 'dataset': []}]}

    @route('GET', '/providerAccounts/<int:key>', query=('requestId',))
    def read_link(self, request, body, key):
        return {'providerAccount': [{'consentId': 0, **self._link(request, key)}]}

    @route('DELETE', '/providerAccounts/<int:key>', status=204)
    def delete_link(self, request, body, key):
        self._link(request, key)
        del self.users[request.user][key]

    def _link(self, request, key):
        if key not in self.users[request.user]:
            raise self.error(404, 'Y807')
        return self.users[request.user][key]

    @route('GET', '/consents', query=('providerAccountIds',))
    def list_consents(self, request, body):
        return {'consent': self.consents}

    @route('GET', '/accounts', query=('accountId', 'providerAccountId', 'status', 'include'))
    def list_accounts(self, request, body):
        query = request.args
        rows = [row for row in self.accounts.values()
                if query.get('accountId', str(row['id'])) == str(row['id'])
                and query.get('providerAccountId', str(row['providerAccountId']))
                == str(row['providerAccountId'])
                and row['accountStatus'] in query['status'].split(',')]
        return {'account': rows} if rows else {}

    @route('GET', '/transactions', query=(
        'accountId', 'container', 'fromDate', 'toDate', 'skip', 'top'))
    def list_transactions(self, request, body):
        query = request.args
        first, last = query['fromDate'], query['toDate']
        if not '2024-03' < first <= last <= self.today:
            raise self.error(400, 'Y809')
        rows = [row for row in self.transactions if str(row['accountId']) == query['accountId']
                and row['CONTAINER'] == query['container']
                and first <= (row['date'] or first) <= last]
        rows = rows[int(query['skip']):int(query['skip']) + int(query['top'])]
        return {'transaction': rows} if rows else {}
