"""A user of the sandbox's banks, for tests."""

from datetime import datetime, timedelta, timezone

from helpers import ATTENDED, connect_request
from providers.interface import AskUser, ConnectMode, Context, Redirect, Refreshing
from providers.sandbox import SandboxProvider
from providers.sandbox.connect import CODE, PASSWORD
from providers.sandbox.site import sign_in

START = datetime(2026, 3, 10, 9, 0, tzinfo=timezone.utc)


class Customer:
    """The user of one link at one institution of the sandbox, and a clock."""

    def __init__(self, institution_id, country='BE', settings=None, start=START):
        self.settings = settings or {}
        self.now = self.first_at = start
        self.consents = 0
        self.refreshed_at = None
        self.tokens = {}
        self.learned = []
        self.institution_id = institution_id
        self.country = country

    @property
    def provider(self):
        context = Context(
            session=None,
            settings=self.settings,
            tokens=self.tokens,
            store=lambda tokens, link_key: setattr(self, 'tokens', tokens),
            learn=lambda *values: self.learned.append(values),
            now=lambda: self.now,
        )
        return SandboxProvider(context)

    def request(self, mode=ConnectMode.CONNECT, state='state-1'):
        return connect_request(self.institution_id, mode, state=state, country=self.country)

    def connect(self, mode=ConnectMode.CONNECT):
        """Go through a connect flow as a user who agrees to everything."""
        self.consents += mode in (ConnectMode.CONNECT, ConnectMode.RECONNECT)
        request = self.request(mode)
        step = self.provider.start(request)
        if isinstance(step, AskUser):
            self.provider.resume(request, {'login': 'demo', 'password': PASSWORD})
            return self.provider.resume(request, {'code': CODE})
        assert isinstance(step, Redirect)
        return self.provider.resume(request, sign_in(step.url, self.settings, self.now))

    def refresh(self, presence=ATTENDED):
        """Let the bank be asked, however often it takes."""
        ids, job = tuple(account.id for account in self.provider.accounts()), None
        while isinstance(answer := self.provider.refresh(ids, presence, job), Refreshing):
            job = answer.job
        self.refreshed_at = self.now
        return answer

    def after(self, **duration):
        self.now += timedelta(**duration)
        return self

    def pages(self, account=0, since=None, cursor=None):
        account_id = self.provider.accounts()[account].id
        pages = [self.provider.transactions(account_id, since, cursor, ATTENDED)]
        while pages[-1].more:
            cursor = pages[-1].cursor
            pages.append(self.provider.transactions(account_id, since, cursor, ATTENDED))
        return pages

    def rows(self, account=0, since=None, status='booked'):
        return [
            row
            for page in self.pages(account, since)
            for row in page.transactions
            if row.status == status
        ]
