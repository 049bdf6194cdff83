"""SimpleFIN's fake as the conformance suite drives it."""

from datetime import datetime, time, timezone
from decimal import Decimal

from fakes.simplefin import FakeSimpleFin
from providers.errors import ErrorCode
from providers.interface import IdGrade
from providers.simplefin import SimpleFin
from providers.testing import Feature

from .faked import FakedBank


class SimpleFinDriver(FakedBank):
    """One user with two accounts."""

    provider = SimpleFin
    institution_id = 'simplefin'
    id_grade = IdGrade.WEAK
    features = frozenset({
        Feature.SINCE, Feature.WINDOW, Feature.PENDING, Feature.BALANCE, Feature.SECOND_ACCOUNT,
    })
    failures = {
        ErrorCode.USER_ACTION_REQUIRED: ('/accounts', 402, {}),
        ErrorCode.CONSENT_EXPIRED: ('/accounts', 403, {}),
        ErrorCode.RATE_LIMITED: ('/accounts', 429, {'errors': ['Too many requests.']}),
        ErrorCode.PROVIDER_ERROR: ('/accounts', 500, {}),
    }

    def __init__(self):
        super().__init__(FakeSimpleFin())
        self.settings = {'base_url': self.fake.url}
        self.fake.accounts.append(self.fake.account('ACT-78', 'CON-1'))
        self.updated()

    def updated(self):
        for account in self.fake.accounts:
            account['balance-date'] = int(self.time.timestamp())

    def answer(self, step, request):
        self.fake.claims.add('ONCE')
        return {'setup_token': self.fake.setup_token} if step.fields else {}

    def book(self, row):
        self._add(row, posted=self._noon(row.day))

    def hold(self, row):
        self._add(row, posted=0, transacted_at=self._noon(row.day), pending=True)

    def release(self, key):
        for account in self.fake.accounts:
            kept = [row for row in account['transactions'] if row['id'] != key]
            account['transactions'] = kept

    def balance(self, account=0):
        return self.fake.accounts[account]['balance']

    def _add(self, row, **values):
        self.fake.add(row.account, id=row.key, amount=str(Decimal(row.amount)),
                      description=row.text, payee=row.party, **values)

    def _noon(self, day):
        return int(datetime.combine(day, time(12), timezone.utc).timestamp())
