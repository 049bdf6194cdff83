"""GoCardless Bank Account Data with one bank and one user."""

import uuid

from .pages import GoCardlessPages
from .server import FakeServer, Refused, route, secret

BANK = 'DEMOBANK_DEMOFRPP'


class FakeGoCardless(GoCardlessPages, FakeServer):
    prefix = '/api/v2'

    def __init__(self, **options):
        super().__init__(**options)
        self.secrets = {'secret_id': 'sid-4711-4711', 'secret_key': 'skey-0815-0815'}
        self.access = None
        self.logins = 0
        self.agreements, self.requisitions, self.accounts = {}, {}, {}
        self.left, self.reset = 4, 3600
        self.institution = {
            'id': BANK, 'name': 'Demo Bank', 'bic': 'DEMOFRPP', 'transaction_total_days': '540',
            'countries': ['FR'], 'logo': 'https://example.invalid/demo.png',
            'max_access_valid_for_days': '180',
        }

    # What the bank and its user do.

    def open_account(self, **details):
        """Give the user an account; returns its id."""
        account_id = str(uuid.uuid4())
        self.accounts[account_id] = {
            'status': 'READY', 'booked': [], 'pending': [],
            'details': {'iban': 'FR7600000000000000000000017', 'currency': 'EUR',
                        'ownerName': 'ACME SARL', 'name': 'Compte courant',
                        'cashAccountType': 'CACC', **details},
            'balances': [
                {'balanceAmount': {'amount': '1250.50', 'currency': 'EUR'},
                 'balanceType': 'interimBooked', 'referenceDate': '2026-03-15'},
                {'balanceAmount': {'amount': '1200.50', 'currency': 'EUR'},
                 'balanceType': 'interimAvailable'},
            ],
        }
        return account_id

    def add(self, account_id, status='booked', **values):
        """Book a transaction at the bank."""
        rows = self.accounts[account_id][status]
        rows.append({'transactionId': f'2026-{len(rows)}',
                     'internalTransactionId': f'c2d{len(rows)}',
                     'bookingDate': '2026-03-11', 'valueDate': '2026-03-12',
                     'transactionAmount': {'amount': '-42.50', 'currency': 'EUR'}, **values})
        return rows[-1]

    def accept(self, status='LN'):
        """The user agrees at the bank."""
        requisition = list(self.requisitions.values())[-1]
        requisition.update(status=status, accounts=list(self.accounts))
        agreement = self.agreements[requisition['agreement']]
        agreement['accepted'] = self.after()
        return requisition

    # The server.

    def check(self, request, name):
        token = request.headers.get('Authorization', '')
        if name != 'token_new' and (not self.access or token != f'Bearer {self.access}'):
            raise Refused(401, {'summary': 'Invalid token', 'detail': 'Token is invalid or expired',
                                'status_code': 401})

    def refusal(self, status, message):
        return {'summary': 'Unknown fields', 'detail': message, 'status_code': status}

    @route('POST', '/token/new/', required=('secret_id', 'secret_key'))
    def token_new(self, request, body):
        if body != self.secrets:
            detail = 'No active account found with the given credentials'
            raise Refused(401, {'summary': 'Authentication failed', 'detail': detail,
                                'status_code': 401})
        self.logins += 1
        self.access = secret('access')
        return {'access': self.access, 'access_expires': 86400,
                'refresh': 'r', 'refresh_expires': 2592000}

    @route('GET', '/institutions/', query=(
        'country', 'private_accounts_supported', 'business_accounts_supported',
        'card_accounts_supported'))
    def institutions(self, request, body):
        return [] if 'card_accounts_supported' in request.args else [self.institution]

    @route('GET', '/institutions/<bank>/')
    def read_institution(self, request, body, bank):
        return {**self.institution, 'id': bank, 'supported_features': ['business_accounts'],
                'supported_payments': {}, 'identification_codes': []}

    @route('POST', '/agreements/enduser/', required=('institution_id',), status=201, optional=(
        'max_historical_days', 'access_valid_for_days', 'access_scope'))
    def new_agreement(self, request, body):
        if not 1 <= body['max_historical_days'] <= 540 or body['access_valid_for_days'] > 180:
            raise Refused(400, {'max_historical_days': {'summary': 'Incorrect', 'detail': 'range'},
                                'status_code': 400})
        row = {'id': str(uuid.uuid4()), 'created': '2026-03-15T11:00:00Z', 'accepted': None, **body}
        self.agreements[row['id']] = row
        return row

    @route('GET', '/agreements/enduser/<key>/')
    def read_agreement(self, request, body, key):
        return self.agreements[key]

    @route('POST', '/requisitions/', required=('redirect', 'institution_id'), status=201, optional=(
        'agreement', 'reference', 'user_language', 'account_selection', 'redirect_immediate'))
    def new_requisition(self, request, body):
        if any(row['reference'] == body['reference'] for row in self.requisitions.values()):
            raise Refused(400, {'reference': {'summary': 'Client reference must be unique',
                                              'detail': 'exists'}, 'status_code': 400})
        key = str(uuid.uuid4())
        row = {'id': key, 'created': '2026-03-15T11:00:00Z', 'status': 'CR', 'accounts': [],
               'link': f'{self.origin}/psd2/start/{key}', **body}
        self.requisitions[key] = row
        return row

    @route('GET', '/requisitions/<key>/')
    def read_requisition(self, request, body, key):
        return self._requisition(key)

    @route('DELETE', '/requisitions/<key>/')
    def delete_requisition(self, request, body, key):
        self._requisition(key)
        del self.requisitions[key]
        return {'summary': 'Requisition deleted', 'detail': 'with its agreements'}

    def _requisition(self, key):
        if key not in self.requisitions:
            words = 'Not found.'
            raise Refused(404, {'summary': words, 'detail': words, 'status_code': 404})
        return self.requisitions[key]

    def _granted(self, key):
        """The account, while a requisition opens it: deleting one ends its agreement too."""
        if not any(key in row['accounts'] for row in self.requisitions.values()):
            words = 'No valid End User Agreement'
            raise Refused(401, {'summary': words, 'detail': words, 'status_code': 401})
        return self.accounts[key]

    @route('GET', '/accounts/<key>/')
    def read_account(self, request, body, key):
        account = self.accounts[key]
        return {'id': key, 'status': account['status'], 'institution_id': BANK,
                **{k: account['details'][k] for k in ('iban',) if k in account['details']}}

    @route('GET', '/accounts/<key>/details/')
    def details(self, request, body, key):
        return {'account': self._granted(key)['details']}

    @route('GET', '/accounts/<key>/balances/')
    def balances(self, request, body, key):
        return {'balances': self._granted(key)['balances']}

    @route('GET', '/accounts/<key>/transactions/', query=('date_from', 'date_to'))
    def transactions(self, request, body, key):
        account, start = self._granted(key), request.args.get('date_from', '')
        if start > self.after()[:10]:
            raise Refused(400, {'date_from': {'summary': 'Incorrect date', 'detail': 'future'},
                                'status_code': 400})
        if not self.left:
            raise Refused(429, {'summary': 'Rate limit exceeded', 'type': 'RateLimitError',
                                'detail': f'Please try again in {self.reset} seconds',
                                'status_code': 429})
        self.left -= 1
        rows = [row for row in account['booked'] if (row.get('bookingDate') or start) >= start]
        return self.answer({'transactions': {'booked': rows, 'pending': account['pending']}}, {
            'http_x_ratelimit_account_success_remaining': str(self.left),
            'http_x_ratelimit_account_success_reset': str(self.reset),
        })
