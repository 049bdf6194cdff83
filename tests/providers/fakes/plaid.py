"""Plaid with one bank and one user."""

import uuid
from datetime import timedelta

from .pages import PlaidPages
from .server import FakeServer, Refused, route

KEYS = {'client_id': 'client-4711', 'secret': 'secret-0815'}


class FakePlaid(PlaidPages, FakeServer):
    def __init__(self, **options):
        super().__init__(**options)
        self.banks = [{
            'institution_id': f'ins_{number}', 'name': f'Platypus {number}', 'oauth': False,
            'products': ['transactions'], 'country_codes': ['US'], 'routing_numbers': [],
            'url': 'https://bank.example', 'logo': 'aWNvbg==',
        } for number in range(3)]
        self.links, self.items, self.public = {}, {}, {}
        self.accounts = [self.account('A1')]
        self.log, self.page = {'A1': []}, 500
        self.numbers = {'ach': [], 'eft': [], 'international': [], 'bacs': []}
        self.status = 'HISTORICAL_UPDATE_COMPLETE'
        self.last_update = '2026-03-15T06:00:00Z'
        self.products = ['transactions', 'auth']
        self.refreshes = True
        self.webhook_key = None

    # What the bank and its user do.

    @staticmethod
    def account(key, **values):
        return {
            'account_id': key, 'name': 'Checking', 'official_name': None, 'mask': '0000',
            'type': 'depository', 'subtype': 'checking', 'balances': {
                'available': 1200.5, 'current': 1250.5, 'limit': None, 'iso_currency_code': 'USD',
                'unofficial_currency_code': None}, **values,
        }

    def open_account(self, key, **values):
        self.accounts.append(self.account(key, **values))
        self.log[key] = []

    def add(self, account='A1', change='added', **values):
        """Report a change of the account: added, modified or removed."""
        number = len(self.log[account])
        row = {
            'transaction_id': f'T{number}', 'pending_transaction_id': None, 'account_id': account,
            'pending': False, 'amount': 72.10, 'iso_currency_code': 'USD',
            'unofficial_currency_code': None, 'date': '2026-03-11', 'authorized_date': '2026-03-10',
            'datetime': None, 'authorized_datetime': None, 'name': 'PURCHASE MOCK STORE',
            'merchant_name': 'Mock Store', 'original_description': 'POS 4711 MOCK STORE',
            'payment_channel': 'in store', 'transaction_code': None, 'account_owner': None,
            'check_number': None, 'counterparties': [],
            'location': dict.fromkeys(
                ('address', 'city', 'region', 'postal_code', 'country', 'lat', 'lon',
                 'store_number')),
            'payment_meta': dict.fromkeys(
                ('reference_number', 'ppd_id', 'payee', 'by_order_of', 'payer', 'payment_method',
                 'payment_processor', 'reason')),
            **values,
        }
        if change == 'removed':
            row = {'transaction_id': row['transaction_id'], 'account_id': account}
        self.log[account].append((change, row))
        return row

    def agree(self):
        """The user is through at his bank."""
        link = list(self.links.values())[-1]
        results = {kind: [] for kind in (
            'cra_item_add_results', 'cra_update_results', 'bank_income_results',
            'payroll_income_results')}
        results['document_income_results'] = None
        added = []
        if 'access_token' not in link['asked']:
            token = f'public-sandbox-{uuid.uuid4()}'
            self.public[token] = True
            bank = {'name': 'Platypus 0', 'institution_id': 'ins_0'}
            added = [{'public_token': token, 'accounts': [], 'institution': bank}]
        link['sessions'] = [self._session(results={**results, 'item_add_results': added})]
        for item in self.items.values():
            item['error'] = None

    def leave(self, error=None):
        """The user leaves Plaid's page."""
        link = list(self.links.values())[-1]
        metadata = {'link_session_id': 's', 'request_id': 'r', 'institution': None,
                    'status': 'requires_credentials'}
        link['sessions'] = [self._session(exit={'error': error, 'metadata': metadata})]

    @staticmethod
    def _session(**values):
        return {'link_session_id': 's', 'started_at': '2026-03-15T12:00:00Z',
                'finished_at': '2026-03-15T12:01:00Z', **values}

    @staticmethod
    def problem(code, kind='ITEM_ERROR', **more):
        return {'error_type': kind, 'error_code': code, 'error_message': f'It is {code}',
                'display_message': None, 'request_id': 'req-1', **more}

    # The server.

    def check(self, request, name):
        headers = request.headers
        keys = (headers.get('PLAID-CLIENT-ID'), headers.get('PLAID-SECRET'))
        if keys != (KEYS['client_id'], KEYS['secret']):
            raise Refused(400, self.problem('INVALID_API_KEYS', 'INVALID_INPUT'))
        if headers.get('Plaid-Version') != '2020-09-14':
            raise Refused(400, self.problem('INVALID_HEADERS', 'INVALID_REQUEST'))

    def refusal(self, status, message):
        return self.problem('UNKNOWN_FIELDS', 'INVALID_REQUEST', detail=message)

    def _item(self, body):
        if body['access_token'] not in self.items:
            raise Refused(400, self.problem('INVALID_ACCESS_TOKEN', 'INVALID_INPUT'))
        return self.items[body['access_token']]

    def _healthy(self, body):
        item = self._item(body)
        if item['error']:
            raise Refused(400, item['error'])
        return item

    @route('POST', '/institutions/get', required=('count', 'offset', 'country_codes'),
           optional=('options',))
    def institutions(self, request, body):
        rows = self.banks[body['offset']:body['offset'] + body['count']]
        return {'institutions': rows[:2], 'total': len(self.banks), 'request_id': 'r'}

    @route('POST', '/link/token/create', required=(
        'client_name', 'language', 'country_codes', 'user', 'hosted_link'),
        optional=('products', 'required_if_supported_products', 'transactions', 'webhook',
                  'access_token', 'update'))
    def new_link(self, request, body):
        if 'access_token' in body:
            self._item(body)
            if 'products' in body:
                raise Refused(400, self.problem('INVALID_FIELD', 'INVALID_REQUEST'))
        elif not 1 <= body['transactions']['days_requested'] <= 730:
            raise Refused(400, self.problem('INVALID_FIELD', 'INVALID_REQUEST'))
        token = f'link-sandbox-{uuid.uuid4()}'
        self.links[token] = {'asked': body, 'sessions': []}
        return {'link_token': token, 'expiration': '2026-03-15T12:30:00Z', 'request_id': 'r',
                'hosted_link_url': f'{self.origin}/hosted/{token}'}

    @route('POST', '/link/token/get', required=('link_token',))
    def read_link(self, request, body):
        link = self.links[body['link_token']]
        metadata = {'initial_products': ['transactions'], 'webhook': None, 'country_codes': ['US'],
                    'language': 'en', 'redirect_uri': None, 'client_name': 'x'}
        return {'link_token': body['link_token'], 'created_at': '2026-03-15T12:00:00Z',
                'expiration': '2026-03-15T12:30:00Z', 'link_sessions': link['sessions'],
                'metadata': metadata, 'request_id': 'r'}

    @route('POST', '/item/public_token/exchange', required=('public_token',))
    def exchange(self, request, body):
        if not self.public.pop(body['public_token'], None):
            raise Refused(400, self.problem('INVALID_PUBLIC_TOKEN', 'INVALID_INPUT'))
        token = f'access-sandbox-{uuid.uuid4()}'
        self.items[token] = {'item_id': f'item-{len(self.items)}', 'error': None,
                             'update_type': 'background'}
        return {'access_token': token, 'item_id': self.items[token]['item_id'], 'request_id': 'r'}

    def _shown(self, item):
        return {'institution_id': 'ins_0', 'webhook': None, 'available_products': [],
                'billed_products': self.products, 'products': self.products,
                'consent_expiration_time': self.after(timedelta(days=180)), **item}

    @route('POST', '/item/get', required=('access_token',))
    def read_item(self, request, body):
        updates = {'last_successful_update': self.last_update, 'last_failed_update': None}
        return {'item': self._shown(self._item(body)), 'status': {'transactions': updates},
                'request_id': 'r'}

    @route('POST', '/item/remove', required=('access_token',))
    def remove(self, request, body):
        self._item(body)
        del self.items[body['access_token']]
        return {'request_id': 'r'}

    @route('POST', '/accounts/get', required=('access_token',))
    def list_accounts(self, request, body):
        item = self._shown(self._healthy(body))
        return {'accounts': self.accounts, 'item': item, 'request_id': 'r'}

    @route('POST', '/auth/get', required=('access_token',))
    def auth(self, request, body):
        item = self._shown(self._healthy(body))
        return {'accounts': self.accounts, 'numbers': self.numbers, 'item': item,
                'request_id': 'r'}

    @route('POST', '/transactions/refresh', required=('access_token',))
    def refresh(self, request, body):
        self._healthy(body)
        if not self.refreshes:
            raise Refused(400, self.problem('PRODUCT_NOT_ENABLED', 'INVALID_REQUEST'))
        return {'request_id': 'r'}

    @route('POST', '/transactions/sync', required=('access_token',),
           optional=('cursor', 'count', 'options'))
    def sync(self, request, body):
        self._healthy(body)
        account = body['options']['account_id']
        if account not in self.log:
            raise Refused(400, self.problem('INVALID_ACCOUNT_ID', 'INVALID_INPUT'))
        ready = self.status != 'NOT_READY'
        start = int(body.get('cursor', 'c0')[1:])
        end = min(start + min(self.page, body['count']), len(self.log[account])) if ready else 0
        changes = self.log[account][start:end] if ready else []
        return {
            'transactions_update_status': self.status, 'request_id': 'r',
            'accounts': [row for row in self.accounts if row['account_id'] == account],
            **{kind: [row for change, row in changes if change == kind]
               for kind in ('added', 'modified', 'removed')},
            'next_cursor': f'c{end}' if ready else '', 'has_more': end < len(self.log[account])
            and ready,
        }

    @route('POST', '/webhook_verification_key/get', required=('key_id',))
    def key(self, request, body):
        return {'key': self.webhook_key, 'request_id': 'r'}
