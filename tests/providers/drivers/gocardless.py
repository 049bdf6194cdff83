"""GoCardless' fake as the conformance suite drives it."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from fakes.gocardless import BANK, FakeGoCardless
from providers.errors import ErrorCode
from providers.gocardless import GoCardless
from providers.testing import BankDriver, Feature

FAILURES = {
    ErrorCode.CONSENT_EXPIRED: (401, {'type': 'AccessExpiredError'}),
    ErrorCode.USER_ACTION_REQUIRED: (403, {'type': 'AccountAccessForbidden'}),
    ErrorCode.RATE_LIMITED: (429, {'type': 'RateLimitError', 'detail': 'again in 60 seconds'}),
    ErrorCode.INSTITUTION_UNAVAILABLE: (503, {'type': 'ServiceError'}),
    ErrorCode.PROVIDER_ERROR: (500, {'type': 'UnknownRequestError'}),
    ErrorCode.ACCOUNT_CLOSED: (409, {'type': 'AccountInactiveError'}),
}
OFTEN = 1000


class GoCardlessDriver(BankDriver):
    """One user with two accounts; reads cost nothing."""

    provider = GoCardless
    institution_id = BANK
    features = frozenset({
        Feature.TURN_BACK, Feature.SINCE, Feature.WINDOW, Feature.PENDING, Feature.BALANCE,
        Feature.SECOND_ACCOUNT, Feature.REVOCATION,
    })

    def __init__(self):
        self.fake = FakeGoCardless()
        self.fake.left = OFTEN
        self.settings = {'base_url': self.fake.url, **self.fake.secrets}
        self.accounts = [
            self.fake.open_account(),
            self.fake.open_account(iban='FR7600000000000000000000114'),
        ]
        self.time = datetime(2026, 3, 15, 12, 0, tzinfo=timezone.utc)

    def close(self):
        self.fake.__exit__(None, None, None)

    def now(self):
        return self.time

    def move_on(self, days):
        self.time += timedelta(days=days)

    def answer(self, step, request):
        self.fake.accept()
        return {'ref': request.state}

    def turn_back(self, step, request):
        return {'ref': request.state, 'error': 'UserCancelledSession'}

    def book(self, row):
        self._add(row, 'booked')

    def hold(self, row):
        self._add(row, 'pending')

    def release(self, key):
        for account in self.fake.accounts.values():
            account['pending'] = [row for row in account['pending'] if row['key'] != key]

    def _add(self, row, status):
        side = 'debtorName' if Decimal(row.amount) > 0 else 'creditorName'
        self.fake.add(
            self.accounts[row.account], status,
            key=row.key, internalTransactionId=f'id-{row.account}-{row.key}',
            bookingDate=str(row.day), valueDate=str(row.day),
            transactionAmount={'amount': row.amount, 'currency': 'EUR'},
            remittanceInformationUnstructuredArray=[row.text], **{side: row.party},
        )

    def balance(self, account=0):
        return self.fake.accounts[self.accounts[account]]['balances'][0]['balanceAmount']['amount']

    def fail(self, code):
        if code not in FAILURES:
            return False
        status, body = FAILURES[code]
        self.fake.fail('/transactions/', status, body, times=OFTEN)
        return True

    def recover(self):
        self.fake.faults.clear()
