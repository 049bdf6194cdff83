"""What all cases of the conformance suite use: connect, read to the end, look at the rows."""

from __future__ import annotations

import abc
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ..errors import ProviderError
from ..interface import (
    Account,
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Context,
    Page,
    Presence,
    Provider,
    Refreshed,
    Refreshing,
    Step,
    Transaction,
    Wait,
)
from .driver import BankDriver, BankRow, Feature

if TYPE_CHECKING:
    from unittest import TestCase as _Base
else:
    _Base = object  # the suite is mixed into any TestCase: unittest's or Odoo's

ATTENDED = Presence(attended=True, user_ip='203.0.113.7', user_agent='Mozilla/5.0')
MOST_STEPS = 30
MOST_POLLS = 50
MOST_PAGES = 500


class Harness(_Base):
    """Mix the suite and a TestCase, and say with which driver it runs."""

    @abc.abstractmethod
    def make_driver(self) -> BankDriver:
        """A fresh bank for each test."""

    def setUp(self):
        super().setUp()
        self.driver = self.make_driver()
        self.addCleanup(self.driver.close)
        self.addCleanup(self.driver.recover)
        self.tokens: dict[str, Any] = {}
        self.link_key: str | None = None
        self.saves = self.flows = 0
        self.today = self.driver.now().date()

    def need(self, *features: Feature) -> None:
        """Leave the test out when the provider cannot do this."""
        missing = set(features) - self.driver.features
        if missing:
            self.skipTest(f'{self.driver.provider.name} has no {", ".join(sorted(missing))}')

    def provider(self) -> Provider:
        """A new instance, as for each call: it knows nothing but what was saved."""
        return self.driver.provider(Context(
            session=self.driver.session(),
            settings=self.driver.settings,
            tokens=dict(self.tokens),
            store=self._store,
            now=self.driver.now,
        ))

    def _store(self, tokens, link_key):
        self.tokens = tokens
        self.link_key = link_key or self.link_key
        self.saves += 1

    def request(self, mode=ConnectMode.CONNECT) -> ConnectRequest:
        """What the proxy hands over when it sends a user to the bank; each flow has its state."""
        self.flows += 1
        return ConnectRequest(
            mode,
            self.driver.institution_id,
            f'state-of-the-suite-{self.flows}',
            'https://proxy.example/account_online/1/callback/suite',
            country='FR',
            user_reference='link-of-the-suite',
            user_ip='203.0.113.7',
        )

    def connect(self, mode=ConnectMode.CONNECT) -> Connected:
        """Go through a connect flow to its end."""
        request = self.request(mode)
        step: Step = self.provider().start(request)
        for _step in range(MOST_STEPS):
            if isinstance(step, Connected):
                return step
            self.assertNotIsInstance(step, Cancelled, 'the user agreed, and yet it was cancelled')
            answer = {} if isinstance(step, Wait) else self.driver.answer(step, request)
            step = self.provider().resume(request, answer)
        return self.fail('the connect flow never ends')

    def account(self, number: int = 0) -> Account:
        """An account of the consent."""
        return self.provider().accounts()[number]

    def refresh(self) -> Refreshed:
        """Let the provider fetch from the bank, however often it has to be asked."""
        ids, job = tuple(account.id for account in self.provider().accounts()), None
        for _poll in range(MOST_POLLS):
            answer = self.provider().refresh(ids, ATTENDED, job)
            if isinstance(answer, Refreshed):
                return answer
            self.assertIsInstance(answer, Refreshing)
            self.assertGreater(answer.seconds, 0)
            job = answer.job
        return self.fail('the refresh never ends')

    def page(self, since: date | None = None, cursor: str | None = None, account: int = 0) -> Page:
        """One page; the first one after a refresh."""
        if cursor is None:
            self.refresh()
        return self.provider().transactions(self.account(account).id, since, cursor, ATTENDED)

    def pages(
        self, since: date | None = None, cursor: str | None = None, account: int = 0
    ) -> list[Page]:
        """Every page of one synchronization, which begins with a refresh."""
        self.refresh()
        account_id, found, seen = self.account(account).id, [], set()
        for _page in range(MOST_PAGES):
            found.append(self.provider().transactions(account_id, since, cursor, ATTENDED))
            if not found[-1].more:
                return found
            cursor = found[-1].cursor
            self.assertTrue(cursor, 'there is more, but no cursor to it')
            self.assertNotIn(cursor, seen, 'the same cursor came twice: the pages would never end')
            seen.add(cursor)
        return self.fail('the pages never end')

    def rows(self, pages: list[Page] | None = None, status: str = 'booked') -> list[Transaction]:
        """The rows of these pages, or of a first synchronization; a repeated row counts once."""
        found, seen = [], set()
        for page in pages if pages is not None else self.pages():
            for row in page.transactions:
                if row.status == status and (row.id is None or row.id not in seen):
                    found.append(row)
                    seen.add(row.id)
        return found

    def book(self, count: int = 1, **values) -> list[BankRow]:
        """The bank books rows on the last days, oldest first, each with an amount of its own."""
        made = [
            BankRow(**{
                'key': f'row-{number}',
                'amount': f'{number + 1}.{number % 100:02d}',
                'day': self.today - timedelta(days=(count - number) % 20),
                'text': f'Invoice {number}',
                **values,
            })
            for number in range(count)
        ]
        for row in made:
            self.driver.book(row)
        return made

    def assert_arrived(self, rows: list[Transaction], expected: list[BankRow]) -> None:
        """The rows are exactly those of the bank, as often as the bank has them."""
        self.assertCountEqual(
            [(row.booking_date, row.amount, row.description) for row in rows],
            [(str(row.day), row.amount, self.driver.text(row.text)) for row in expected],
        )

    def refused(self, call, *arguments) -> ProviderError:
        """The ProviderError with which the call ends."""
        with self.assertRaises(ProviderError) as caught:
            call(*arguments)
        return caught.exception
