"""A SimpleFIN bridge with one user."""

import base64

from werkzeug.wrappers import Response

from .pages import SimpleFinPages
from .server import FakeServer, Refused, route

PARAMETERS = ('version', 'start-date', 'end-date', 'pending', 'account', 'balances-only')


class FakeSimpleFin(SimpleFinPages, FakeServer):
    prefix = '/simplefin'

    def __init__(self, **options):
        super().__init__(**options)
        self.claims = {'ONCE'}
        self.password = 'pass456word'
        self.protocol = 2
        self.connections = [
            {'conn_id': 'CON-1', 'name': 'My Bank - Jill', 'org_id': 'INST-9',
             'org_url': 'https://mybank.example', 'sfin_url': 'https://sfin.mybank.example'},
        ]
        self.accounts = [self.account('ACT-77', 'CON-1')]
        self.errlist, self.errors = [], []

    @staticmethod
    def account(account_id, connection, **values):
        return {
            'id': account_id, 'conn_id': connection, 'name': 'Business Checking',
            'currency': 'USD', 'balance': '1250.50', 'available-balance': '1200.50',
            'balance-date': 1773568800, 'transactions': [], 'extra': {}, **values,
        }

    def add(self, account=0, **values):
        """Book a transaction at the bank."""
        number = sum(len(item['transactions']) for item in self.accounts) + 1
        row = {'id': f'TRN-{number}', 'posted': 1773230400, 'amount': '-72.10',
               'description': 'MOCK STORE 4711', 'payee': 'Mock Store', 'memo': '', **values}
        self.accounts[account]['transactions'].append(row)
        return row

    @property
    def setup_token(self):
        return base64.b64encode(f'{self.url}/claim/ONCE'.encode()).decode()

    @property
    def access_url(self):
        return self.url.replace('://', f'://user123:{self.password}@')

    def check(self, request, name):
        if 'Python' in request.headers.get('User-Agent', ''):
            raise Refused(403, 'error code: 1010')
        if name == 'read_accounts':
            login = request.authorization
            if not login or (login.username, login.password) != ('user123', self.password):
                raise Refused(403, 'Forbidden')

    @route('GET', '/info')
    def info(self, request, body):
        return {'versions': ['1.0', '2']}

    @route('POST', '/claim/<token>')
    def claim(self, request, body, token):
        if request.headers.get('Content-Length') != '0' or token not in self.claims:
            raise Refused(403, 'Forbidden')
        self.claims.remove(token)
        return self.access_url + '\n'

    @route('POST', '/moved/<token>')
    def moved(self, request, body, token):
        return Response('', 301, {'Location': f'{self.url}/claim/{token}'})

    @route('GET', '/accounts', query=PARAMETERS)
    def read_accounts(self, request, body):
        query = request.args
        start, end = int(query.get('start-date', 0)), int(query.get('end-date', 0) or 2**40)
        if query.get('pending') not in (None, '1'):
            raise Refused(400, 'pending')
        capped = max(start, end - 90 * 86400)
        rows = [self._shown(item, capped, end, query) for item in self.accounts]
        if self.protocol == 1:
            return {'errors': self.errors, 'accounts': [self._version_1(row) for row in rows]}
        return {'errlist': self.errlist, 'errors': self.errors, 'connections': self.connections,
                'accounts': rows}

    def _shown(self, account, start, end, query):
        def visible(row):
            is_pending = row.get('pending') or not row['posted']
            if is_pending:
                return 'pending' in query and start <= row['transacted_at'] < end
            return start <= row['posted'] < end

        rows = [] if 'balances-only' in query else list(filter(visible, account['transactions']))
        return {**account, 'transactions': rows}

    def _version_1(self, row):
        org = {'domain': 'mybank.example', 'name': 'My Bank', 'sfin-url': 'https://sfin.example'}
        return {'org': org, **{key: row[key] for key in row if key != 'conn_id'}}
