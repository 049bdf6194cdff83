"""Each provider's bank as a person meets it, behind a fake that lives in the present."""

from datetime import datetime, timedelta, timezone

from drivers.basiq import BasiqDriver
from drivers.enablebanking import EnableBankingDriver
from drivers.gocardless import GoCardlessDriver
from drivers.plaid import PlaidDriver
from drivers.ponto import PontoCustomDriver, PontoDriver
from drivers.saltedge import SaltEdgeDriver
from drivers.simplefin import SimpleFinDriver
from drivers.yodlee import YodleeDriver
from fakes.ponto import CREDENTIALS
from providers.testing import Feature


class Today:
    """A bank whose clock is that of this machine, as the server's is.

    :cvar bank: what the user searches.
    :cvar is_explained: whether there is something to read before one goes there.
    """

    bank = None
    is_explained = False

    def __init__(self):
        super().__init__()
        self.fake.now = self.now

    @property
    def time(self):
        return datetime.now(timezone.utc)

    @time.setter
    def time(self, value):
        """The tests of connectors set a clock; here there is only one."""

    @property
    def code(self):
        """The provider's code."""
        return self.provider.code

    @property
    def hears_of_the_end(self):
        """Whether the provider can be told to end a consent, and ``has_consent`` can be asked."""
        return Feature.REVOCATION in self.features

    def know_callback(self, url):
        """The operator registers the address at the provider, where that matters."""

    # === WHAT A PERSON DOES === #

    def sign_in(self, page):
        """Agree on the provider's own page."""
        page.get_by_role('button', name='Allow').click()

    renew = sign_in


class SimpleFinBank(Today, SimpleFinDriver):
    bank = 'SimpleFIN Bridge'

    def sign_in(self, page):
        bridge = page.context.new_page()
        bridge.goto(f'{self.fake.url}/create')
        bridge.get_by_role('button', name='Create a Setup Token').click()
        token = bridge.locator('output').inner_text()
        bridge.close()
        page.get_by_label('Setup Token').fill(token)
        page.get_by_role('button', name='Continue').click()

    renew = sign_in


class GoCardlessBank(Today, GoCardlessDriver):
    bank = 'Demo Bank'

    def has_consent(self):
        return bool(self.fake.requisitions)


class EnableBankingBank(Today, EnableBankingDriver):
    bank = 'Mock ASPSP'

    def has_consent(self):
        return 'AUTHORIZED' in self.fake.sessions.values()


class PontoBank(Today, PontoDriver):
    bank = 'Demo Bank'
    is_explained = True  # it is in its beta

    def __init__(self):
        super().__init__()
        soon = self.fake.after(timedelta(days=10))
        for account in self.fake.accounts.values():
            account['attributes']['authorizationExpirationExpectedAt'] = soon

    def has_consent(self):
        return self.fake.integrated

    def renew(self, page):
        for _account in self.fake.accounts:
            self.sign_in(page)


class PontoCustomBank(Today, PontoCustomDriver):
    bank = 'Ponto'

    def __init__(self):
        super().__init__()
        for number, account in enumerate(self.fake.accounts.values()):
            account['attributes'].update(
                reference=f'NL0000000000000{number}',
                authorizationExpirationExpectedAt=self.fake.after(timedelta(days=100)),
            )

    def sign_in(self, page):
        page.get_by_label('Client ID').fill(CREDENTIALS['client_id'])
        page.get_by_label('Client secret').fill(CREDENTIALS['client_secret'])
        page.get_by_role('button', name='Continue').click()

    def renew(self, page):
        page.get_by_role('button', name='Continue').click()


class PlaidBank(Today, PlaidDriver):
    bank = 'Platypus 0'

    def has_consent(self):
        return bool(self.fake.items)


class SaltEdgeBank(Today, SaltEdgeDriver):
    bank = 'Demo OAuth Bank'

    def has_consent(self):
        return bool(self.fake.connections)


class BasiqBank(Today, BasiqDriver):
    bank = 'Hooli'

    def know_callback(self, url):
        self.fake.callback = url

    def has_consent(self):
        return bool(self.fake.users)

    def sign_in(self, page):
        page.get_by_label('E-mail address').fill('jo@acme.example')
        page.get_by_role('button', name='Continue').click()
        super().sign_in(page)


class YodleeBank(Today, YodleeDriver):
    bank = 'Dag Site'

    def has_consent(self):
        return any(self.fake.users.values())


BANKS = (
    SimpleFinBank, GoCardlessBank, EnableBankingBank, PontoBank, PontoCustomBank, PlaidBank,
    SaltEdgeBank, BasiqBank, YodleeBank,
)
