"""Enable Banking's fake as the conformance suite drives it."""

from decimal import Decimal

from fakes.enablebanking import FakeEnableBanking
from keys import rsa_pair
from providers.enablebanking import EnableBanking
from providers.errors import ErrorCode
from providers.testing import Feature

from .faked import OFTEN, FakedBank

APPLICATION = '2a2c6dd8-9c09-4b0e-8c6e-0123456789ab'


def _told(name, status=400):
    return ('/transactions', status, {'message': name, 'code': status, 'error': name})


class EnableBankingDriver(FakedBank):
    """One user with two accounts; reads cost nothing."""

    provider = EnableBanking
    institution_id = 'FI|Mock ASPSP'
    features = frozenset({
        Feature.TURN_BACK, Feature.SINCE, Feature.WINDOW, Feature.PAGES, Feature.PENDING,
        Feature.BALANCE, Feature.SECOND_ACCOUNT, Feature.REVOCATION,
    })
    failures = {
        ErrorCode.USER_ACTION_REQUIRED: _told('ASPSP_PSU_ACTION_REQUIRED'),
        ErrorCode.CONSENT_EXPIRED: _told('EXPIRED_SESSION', 401),
        ErrorCode.UNATTENDED_REFUSED: _told('PSU_HEADER_NOT_PROVIDED'),
        ErrorCode.RATE_LIMITED: _told('ASPSP_RATE_LIMIT_EXCEEDED', 429),
        ErrorCode.INSTITUTION_UNAVAILABLE: _told('ASPSP_TIMEOUT', 408),
        ErrorCode.PROVIDER_ERROR: _told('NEW_ERROR', 500),
        ErrorCode.ACCOUNT_CLOSED: _told('ACCOUNT_DOES_NOT_EXIST', 404),
    }

    def __init__(self):
        super().__init__(FakeEnableBanking(APPLICATION, rsa_pair()[1], self.now))
        self.settings = {
            'base_url': self.fake.url, 'application_id': APPLICATION, 'private_key': rsa_pair()[0],
        }
        self.fake.unattended_left = OFTEN
        self.fake.open_account()
        self.fake.open_account()

    def answer(self, step, request):
        return {'state': request.state, 'code': self.fake.accept()}

    def turn_back(self, step, request):
        return {'state': request.state, 'error': 'access_denied'}

    def set_page_size(self, size):
        self.fake.page = size

    def book(self, row):
        self._add(row, 'BOOK')

    def hold(self, row):
        self._add(row, 'PDNG')

    def release(self, key):
        for account in self.fake.accounts:
            kept = [row for row in account['rows'] if row['entry_reference'] != key]
            account['rows'] = kept

    def balance(self, account=0):
        return '1250.50'

    def _add(self, row, status):
        is_incoming = Decimal(row.amount) > 0
        self.fake.add(
            row.account, entry_reference=row.key, status=status,
            transaction_amount={'currency': 'EUR', 'amount': row.amount.lstrip('-')},
            credit_debit_indicator='CRDT' if is_incoming else 'DBIT',
            booking_date=str(row.day), value_date=str(row.day), remittance_information=[row.text],
            **{'debtor' if is_incoming else 'creditor': {'name': row.party}},
        )
