"""Salt Edge with one bank and one customer; verifies the signature of every call."""

import base64
from datetime import timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from .pages import SaltEdgePages
from .server import FakeServer, Refused, route

KEYS = {'app_id': 'app-4711-4711', 'secret': 'secret-0815'}
VISIT = {'consent', 'attempt', 'return_connection_id', 'return_error_class', 'automatic_refresh'}
ATTEMPT = {'fetch_scopes', 'fetch_from_date', 'return_to', 'custom_fields', 'locale'}
BANK = 'fakebank_oauth_xf'


class FakeSaltEdge(SaltEdgePages, FakeServer):
    prefix = '/api/v6'

    def __init__(self, clock, public_key, **options):
        super().__init__(**options)
        self.clock = clock
        self.public_key = serialization.load_pem_public_key(public_key.encode())
        self.provider = {
            'id': '901', 'code': BANK, 'name': 'Demo OAuth Bank', 'country_code': 'XF',
            'status': 'active', 'mode': 'oauth', 'regulated': True, 'bic_codes': ['DEMOXFXX'],
            'logo_url': 'https://example.invalid/l.svg', 'max_consent_days': 180,
            'max_fetch_interval': 365, 'automatic_fetch': True,
            'supported_account_types': ['personal', 'business'],
            'supported_account_natures': ['account', 'credit_card'],
        }
        self.customers, self.connections, self.accounts = {}, {}, {}
        self.transactions, self.page, self.attempts = [], 100, 0
        self.consents = True
        self.interactive = self.quick = False
        self.is_exclusive = False  # whether ``from_id`` names the last row that is not wanted

    # What the bank and its user do.

    def open_account(self, **values):
        """Give the user an account; returns its id."""
        key = str(300 + len(self.accounts))
        extra = {'iban': f'FR760000000000000000000000{len(self.accounts)}',
                 'client_name': 'ACME SARL', 'available_amount': 1200.5, **values.pop('extra', {})}
        self.accounts[key] = {'id': key, 'name': 'Current account', 'nature': 'account',
                              'balance': 1250.5, 'currency_code': 'EUR', 'extra': extra,
                              'updated_at': '2026-03-15T08:00:00Z', **values}
        return key

    def add(self, account, **values):
        """Book a transaction at the bank."""
        row = {'id': str(9000 + len(self.transactions)), 'account_id': account,
               'status': 'posted', 'mode': 'normal', 'duplicated': False, 'made_on': '2026-03-11',
               'amount': -42.5, 'currency_code': 'EUR', 'description': 'SEPA DD ENERGY',
               'extra': {}, **values}
        self.transactions.append(row)
        return row

    def attempt(self, key, **values):
        """A fetch begins at the bank."""
        self.attempts += 1
        self.connections[key]['last_attempt'] = {
            'id': str(self.attempts), 'finished': False, 'partial': False, 'success_at': None,
            'fail_at': None, 'fail_error_class': None, 'last_stage': {'name': 'start'}, **values}

    def succeed(self, key, **values):
        """The fetch ends well."""
        done = {'finished': True, 'success_at': '2026-03-15T11:00:00Z', **values}
        self.connections[key]['last_attempt'].update(done)
        self.connections[key]['status'] = 'active'

    def agree(self):
        """The user has agreed in the widget; the connection's id."""
        customer = list(self.customers)[-1]
        key = str(200 + len(self.connections))
        self.connections[key] = {
            'id': key, 'customer_id': customer, 'provider_code': BANK, 'status': 'active',
            'created_at': f'2026-03-15T10:00:0{len(self.connections)}Z',
            'next_refresh_possible_at': None}
        self.attempt(key)
        return key

    # The server.

    def check(self, request, name):
        headers = request.headers
        if (headers.get('App-id'), headers.get('Secret')) != (KEYS['app_id'], KEYS['secret']):
            raise self.error(401, 'InvalidCredentials')
        if 'Signature' not in headers:
            raise self.error(400, 'MissingSignature')
        expires = headers.get('Expires-at', '')
        if not 0 < int(expires) - self.clock().timestamp() <= 3600:
            raise self.error(400, 'ExpiresAtInvalid')
        url = request.base_url
        if request.query_string:
            url += f'?{request.query_string.decode()}'
        text = f'{expires}|{request.method}|{url}|'.encode() + request.get_data()
        try:
            self.public_key.verify(base64.b64decode(headers['Signature']), text,
                                   padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise self.error(400, 'SignatureNotMatch') from error

    @staticmethod
    def error(status, kind, **more):
        return Refused(status, {'error': {'class': kind, 'message': f'It is {kind}', **more}})

    def refusal(self, status, message):
        return {'error': {'class': 'WrongRequestFormat', 'message': message}}

    def _only(self, given, allowed):
        if unknown := set(given) - allowed:
            self.violations.append(f'unknown fields {sorted(unknown)}')
            raise self.error(400, 'WrongRequestFormat')

    def _page(self, request, rows, size=100):
        start = int(request.args.get('from_id', 0)) + self.is_exclusive
        rows = sorted((r for r in rows if int(r['id']) >= start), key=lambda row: int(row['id']))
        following = rows[size - self.is_exclusive]['id'] if len(rows) > size else None
        return {'data': rows[:size], 'meta': {'next_id': following, 'next_page': None}}

    @route('GET', '/countries')
    def countries(self, request, body):
        return {'data': [{'code': 'XF', 'name': 'Fake', 'refresh_start_time': 2}], 'meta': {}}

    @route('GET', '/providers', query=('country_code', 'include_sandboxes', 'from_id'))
    def providers(self, request, body):
        disabled = {**self.provider, 'id': '902', 'status': 'disabled'}
        return self._page(request, [self.provider, disabled], 1)

    @route('POST', '/customers', required=('data',))
    def new_customer(self, request, body):
        self._only(body['data'], {'identifier'})
        if body['data']['identifier'] in self.customers.values():
            raise self.error(409, 'DuplicatedCustomer')
        key = str(111 + len(self.customers))
        self.customers[key] = body['data']['identifier']
        return {'data': {'customer_id': key, 'identifier': body['data']['identifier']}}

    @route('GET', '/customers', query=('from_id',))
    def list_customers(self, request, body):
        rows = [{'id': key, 'identifier': name} for key, name in self.customers.items()]
        return self._page(request, rows)

    @route('DELETE', '/customers/<key>')
    def delete_customer(self, request, body, key):
        if key not in self.customers:
            raise self.error(404, 'CustomerNotFound')
        del self.customers[key]
        return {'data': {'customer_id': key, 'deleted': True}}

    @route('POST', '/connections/connect', required=('data',))
    def connect(self, request, body):
        data = body['data']
        self._only(data, VISIT | {'customer_id', 'provider'})
        self._only(data['attempt'], ATTEMPT)
        self._only(data['consent'], {'scopes', 'from_date', 'to_date', 'period_days'})
        if data['customer_id'] not in self.customers:
            raise self.error(404, 'CustomerNotFound')
        return self._widget(data['attempt'])

    @route('POST', '/connections/<key>/reconnect', required=('data',))
    def reconnect(self, request, body, key):
        self._only(body['data'], VISIT)
        self._connection(key)
        return self._widget(body['data']['attempt'], key)

    def _widget(self, attempt, connection=None):
        self.visit = {'return_to': attempt.get('return_to'), 'connection': connection}
        return {'data': {'expires_at': '2026-03-15T13:00:00Z', 'customer_id': '111',
                         'connect_url': f'{self.origin}/connect?token=t'}}

    @route('POST', '/connections/<key>/refresh', required=('data',))
    def refresh(self, request, body, key):
        self._only(body['data'], {'attempt', 'widget', 'return_error_class'})
        connection = self._connection(key)
        if connection['next_refresh_possible_at']:
            raise self.error(406, 'ConnectionCannotBeRefreshed',
                             next_refresh_possible_at=connection['next_refresh_possible_at'])
        if self.interactive:
            return self._widget(body['data']['attempt'], key)
        self.attempt(key)
        if self.quick:
            self.succeed(key, success_at=self.clock().isoformat())
        return {'data': {'id': key, 'status': 'active'}}

    @route('GET', '/connections', query=('customer_id', 'from_id'))
    def list_connections(self, request, body):
        customer = request.args['customer_id']
        rows = [row for row in self.connections.values() if row['customer_id'] == customer]
        return self._page(request, rows)

    @route('GET', '/connections/<key>')
    def read_connection(self, request, body, key):
        return {'data': self._connection(key)}

    @route('DELETE', '/connections/<key>')
    def delete_connection(self, request, body, key):
        self._connection(key)
        del self.connections[key]
        return {'data': {'id': key, 'removed': True}}

    def _connection(self, key):
        if key not in self.connections:
            raise self.error(404, 'ConnectionNotFound')
        return self.connections[key]

    @route('GET', '/consents', query=('connection_id', 'from_id'))
    def list_consents(self, request, body):
        if not self.consents:
            raise self.error(404, 'RouteNotFound')
        row = {'id': '1', 'expires_at': self.after(timedelta(days=180))}
        return {'data': [row], 'meta': {'next_id': None}}

    @route('GET', '/accounts', query=('connection_id', 'customer_id', 'from_id'))
    def list_accounts(self, request, body):
        key = self._connection(request.args['connection_id'])['id']
        return self._page(request, [{**row, 'connection_id': key}
                                    for row in self.accounts.values()], 2)

    @route('GET', '/transactions', query=(
        'connection_id', 'account_id', 'from_id', 'per_page', 'pending', 'duplicated'))
    def list_transactions(self, request, body):
        self._connection(request.args['connection_id'])
        account = request.args['account_id']
        if account not in self.accounts:
            raise self.error(404, 'AccountNotFound')
        status = 'pending' if request.args.get('pending') == 'true' else 'posted'
        duplicated = request.args.get('duplicated') == 'true'
        rows = [row for row in self.transactions if duplicated == row['duplicated']
                and (row['account_id'], row['status']) == (account, status)]
        return self._page(request, rows, self.page)
