"""Yodlee's fake as the conformance suite drives it."""

from decimal import Decimal

from fakes.yodlee import BANK, KEYS, FakeYodlee
from providers.errors import ErrorCode
from providers.interface import IdGrade
from providers.testing import Feature
from providers.yodlee import Yodlee
from providers.yodlee import provider as module

from .faked import FakedBank

PAGE = module.PAGE


def _told(code, status=400):
    return ('/transactions', status, FakeYodlee.error(status, code).body)


class YodleeDriver(FakedBank):
    """One user with two accounts; every refresh ends at once."""

    provider = Yodlee
    institution_id = str(BANK)
    id_grade = IdGrade.WEAK
    features = frozenset({
        Feature.SINCE, Feature.WINDOW, Feature.PAGES, Feature.PENDING, Feature.BALANCE,
        Feature.SECOND_ACCOUNT, Feature.REVOCATION,
    })
    failures = {
        ErrorCode.CONSENT_EXPIRED: _told('Y006', 401),
        ErrorCode.RATE_LIMITED: _told('Y825'),
        ErrorCode.INSTITUTION_UNAVAILABLE: _told('Y868'),
        ErrorCode.PROVIDER_ERROR: ('/transactions', 500, {}),
    }

    def __init__(self):
        super().__init__(FakeYodlee())
        self.settings = {
            'base_url': self.fake.url, 'fastlink_url': f'{self.fake.url}/fastlink',
            'config_name': 'Books', **KEYS,
        }
        self.fake.quick = True
        self.accounts = [self.fake.open_account(), self.fake.open_account()]
        self.updated()

    def updated(self):
        self.fake.today = str(self.time.date())
        dataset = self.fake.dataset(lastUpdated=self.time.isoformat())
        for account in self.fake.accounts.values():
            account['dataset'] = [dataset]

    def answer(self, step, request):
        key = self.fake.agree(step)
        self.fake.read_bank(key, lastUpdated=self.time.isoformat())
        for account in self.fake.accounts.values():
            account['providerAccountId'] = key
        return {'state': request.state}

    def set_page_size(self, size):
        module.PAGE = size

    def close(self):
        module.PAGE = PAGE
        super().close()

    def book(self, row):
        self._add(row, status='POSTED')

    def hold(self, row):
        self._add(row, status='PENDING')

    def release(self, key):
        kept = [row for row in self.fake.transactions if row['id'] != key]
        self.fake.transactions[:] = kept

    def balance(self, account=0):
        return '1250.5'

    def _add(self, row, **values):
        amount = Decimal(row.amount)
        self.fake.add(
            self.accounts[row.account], id=row.key, date=str(row.day), postDate=str(row.day),
            amount={'amount': abs(amount), 'currency': 'USD'},
            baseType='CREDIT' if amount > 0 else 'DEBIT', description={'original': row.text},
            merchant={'name': row.party}, **values,
        )
