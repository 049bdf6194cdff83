"""Enable Banking with one bank and one user; verifies the signature of every call."""

import uuid
from datetime import datetime

import jwt

from .pages import EnableBankingPages
from .server import FakeServer, Refused, route

NEEDED = {'Psu-Ip-Address', 'Psu-User-Agent'}


class FakeEnableBanking(EnableBankingPages, FakeServer):
    def __init__(self, application_id, public_key, clock, **options):
        super().__init__(**options)
        self.application_id, self.public_key, self.clock = application_id, public_key, clock
        self.environment, self.active = 'SANDBOX', True
        self.bank = {
            'name': 'Mock ASPSP', 'country': 'FI', 'logo': 'https://example.invalid/mock.png',
            'psu_types': ['business'], 'auth_methods': [], 'maximum_consent_validity': 15552000,
            'beta': False, 'bic': 'MOCKFIHH', 'required_psu_headers': sorted(NEEDED),
        }
        self.accounts, self.sessions, self.codes = [], {}, {}
        self.page, self.unattended_left, self.oldest_day = 100, 4, '2025-01-01'
        self.empty_pages = 0

    # What the bank and its user do.

    def open_account(self, **values):
        """Give the user an account."""
        number = len(self.accounts)
        account = {
            'account_id': {'iban': f'FI210000000000000{number}'}, 'name': 'ACME OY',
            'details': 'Käyttötili', 'cash_account_type': 'CACC', 'currency': 'EUR',
            'identification_hash': f'hash-{number}', 'identification_hashes': [f'hash-{number}'],
            'uid': str(uuid.uuid4()), **values,
        }
        self.accounts.append({'shown': account, 'rows': []})
        return account

    def add(self, account=0, **values):
        """Book a transaction at the bank."""
        rows = self.accounts[account]['rows']
        rows.append({
            'entry_reference': f'20260203000{len(rows)}', 'status': 'BOOK',
            'transaction_amount': {'currency': 'EUR', 'amount': '42.50'},
            'credit_debit_indicator': 'DBIT', 'booking_date': '2026-03-11',
            'value_date': '2026-03-12', 'remittance_information': ['Invoice 2026-7'], **values,
        })
        return rows[-1]

    def accept(self):
        """The user agrees: the code that the browser brings back."""
        code = f'code-{len(self.codes)}'
        self.codes[code] = False
        for account in self.accounts:  # ids live as long as a session
            if account['shown'].get('uid'):
                account['shown']['uid'] = str(uuid.uuid4())
        return code

    # The server.

    def check(self, request, name):
        token = request.headers.get('Authorization', '').removeprefix('Bearer ')
        try:
            claims = jwt.decode(token, self.public_key, algorithms=['RS256'],
                                audience='api.enablebanking.com', issuer='enablebanking.com',
                                options={'verify_exp': False, 'verify_iat': False})
        except jwt.PyJWTError as error:
            raise self.error(401, 'UNAUTHORIZED_ACCESS') from error
        now = self.clock().timestamp()
        header = jwt.get_unverified_header(token)
        is_timely = claims['iat'] <= now < claims['exp'] <= claims['iat'] + 86400
        if not is_timely or (header['kid'], header['typ']) != (self.application_id, 'JWT'):
            raise self.error(401, 'UNAUTHORIZED_ACCESS')

    @staticmethod
    def error(status, name):
        return Refused(status, {'message': f'It is {name}', 'code': status, 'error': name})

    def refusal(self, status, message):
        return {'message': message, 'code': status, 'error': 'WRONG_REQUEST_PARAMETERS'}

    @route('GET', '/application')
    def application(self, request, body):
        return {'name': 'Books', 'description': '', 'kid': self.application_id,
                'environment': self.environment, 'redirect_urls': ['https://proxy.example/cb'],
                'active': self.active, 'countries': ['FI'], 'services': ['AIS']}

    @route('GET', '/aspsps', query=('country', 'psu_type', 'service'))
    def aspsps(self, request, body):
        return {'aspsps': [self.bank]}

    @route('POST', '/auth', required=('access', 'aspsp', 'state', 'redirect_url'),
           optional=('psu_type', 'language', 'psu_id'))
    def auth(self, request, body):
        until = datetime.fromisoformat(body['access']['valid_until'])
        if until.tzinfo is None or (until - self.clock()).total_seconds() > 15552000:
            raise self.error(422, 'WRONG_REQUEST_PARAMETERS')
        if body['aspsp'] != {'name': 'Mock ASPSP', 'country': 'FI'}:
            raise self.error(422, 'WRONG_ASPSP_PROVIDED')
        self.asked, self.access = body, body['access']
        return {'url': f'{self.origin}/consent', 'authorization_id': str(uuid.uuid4()),
                'psu_id_hash': 'h'}

    @route('POST', '/sessions', required=('code',))
    def new_session(self, request, body):
        if self.codes.get(body['code'], True):
            raise self.error(422, 'ALREADY_AUTHORIZED' if body['code'] in self.codes
                             else 'WRONG_AUTHORIZATION_CODE')
        self.codes[body['code']] = True
        key = str(uuid.uuid4())
        self.sessions[key] = 'AUTHORIZED'
        return {'session_id': key, 'accounts': [a['shown'] for a in self.accounts],
                'aspsp': {'name': 'Mock ASPSP', 'country': 'FI'}, 'psu_type': 'business',
                'access': self.access}

    @route('GET', '/sessions/<key>')
    def read_session(self, request, body, key):
        shown = [a['shown'] for a in self.accounts if a['shown'].get('uid')]
        fields = ('uid', 'identification_hash', 'identification_hashes')
        return {'status': self.sessions[key], 'accounts': [a['uid'] for a in shown],
                'accounts_data': [{f: a[f] for f in fields} for a in shown],
                'aspsp': {'name': 'Mock ASPSP', 'country': 'FI'}, 'psu_type': 'business',
                'psu_id_hash': 'h', 'access': self.access, 'created': '2026-03-15T12:00:00Z'}

    @route('DELETE', '/sessions/<key>')
    def delete_session(self, request, body, key):
        if self.sessions.get(key) != 'AUTHORIZED':
            raise self.error(401, 'CLOSED_SESSION')
        self.sessions[key] = 'CLOSED'
        return {'message': 'OK'}

    @route('GET', '/accounts/<uid>/balances')
    def balances(self, request, body, uid):
        self._account(uid)
        money = {'currency': 'EUR', 'amount': '1250.50'}
        return {'balances': [
            {'name': 'Available', 'balance_amount': money, 'balance_type': 'ITAV'},
            {'name': 'Booked', 'balance_amount': money, 'balance_type': 'CLBD',
             'reference_date': '2026-03-14'},
        ]}

    @route('GET', '/accounts/<uid>/transactions', query=(
        'date_from', 'date_to', 'transaction_status', 'strategy', 'continuation_key'))
    def transactions(self, request, body, uid):
        account = self._account(uid)
        self._check_presence(request)
        query = request.args
        start = query.get('date_from', '')
        if start > self.clock().date().isoformat():
            raise self.error(422, 'DATE_FROM_IN_FUTURE')
        if start and start < self.oldest_day:
            raise self.error(422, 'WRONG_TRANSACTIONS_PERIOD')
        rows = [r for r in account['rows'] if (r.get('booking_date') or '9') >= start]
        return self._page(rows, query)

    def _page(self, rows, query):
        same = f'{query.get("date_from")} {query.get("strategy")} {len(self.sessions)}'
        key = query.get('continuation_key', f'0|{same}|{self.empty_pages}')
        position, asked, empty = key.split('|')
        if asked != same:
            raise self.error(422, 'WRONG_CONTINUATION_KEY')
        if int(empty):
            return {'transactions': [], 'continuation_key': f'{position}|{asked}|{int(empty) - 1}'}
        end = int(position) + self.page
        following = f'{end}|{asked}|0' if end < len(rows) else None
        return {'transactions': rows[int(position):end], 'continuation_key': following}

    def _check_presence(self, request):
        given = {name for name in NEEDED if name in request.headers}
        if given and given != NEEDED:
            raise self.error(400, 'PSU_HEADER_NOT_PROVIDED')
        if not given and not self.unattended_left:
            raise self.error(429, 'ASPSP_RATE_LIMIT_EXCEEDED')
        if not given:
            self.unattended_left -= 1

    def _account(self, uid):
        if 'AUTHORIZED' not in self.sessions.values():
            raise self.error(401, 'CLOSED_SESSION')
        for account in self.accounts:
            if account['shown'].get('uid') == uid:
                return account
        raise self.error(404, 'ACCOUNT_DOES_NOT_EXIST')
