"""Every bank of the sandbox for some weeks: what the matching makes of what the provider brings.

The books of the matching's own tests synchronize as the addon does, at odd hours, with a renewed
consent on the way; then they are compared with the oracle.
"""

import sys
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from customer import Customer
from helpers import ATTENDED
from providers.errors import ErrorCode, ProviderError
from providers.interface import ConnectMode
from providers.sandbox.institutions import INSTITUTIONS
from providers.sandbox.world import World

sys.path.append(str(Path(__file__).resolve().parents[2] / 'account_online_synchronization'))

from matching import BalanceEvidence, Grade, Source, State, Window

from tests.matching.books import Books

OVERLAP = timedelta(days=30)
SYNCHRONIZED = (0, 1, 2, 3, 4, 6, 7, 8, 11, 14, 15, 19, 20, 21, 22, 29, 36, 44, 52)  # days
HOURS = (3, 15, 9, 22)  # of the synchronizations, one after the other
RENEWED_ON = 20
WHAT_THE_USER_DOES = {
    ErrorCode.CONSENT_EXPIRED: ConnectMode.RECONNECT,
    ErrorCode.USER_ACTION_REQUIRED: ConnectMode.REFRESH,
}
# Nothing arrives from the first; the others say nothing new at a high price.
LEFT_OUT = {'sandbox-failing', 'sandbox-ten-thousand', 'sandbox-hundred'}
# What these banks say can't be true as a whole: the difference is shown, or a person is asked.
UNTRUE = {'sandbox-edits', 'sandbox-missing-row', 'sandbox-wrong-rows'}
INSTITUTION_IDS = [name for name in INSTITUTIONS if name not in LEFT_OUT]


def told(value):
    """What ``asdict`` gives, without a copy of all that is in it."""
    if not is_dataclass(value):
        return value
    return {item.name: told(getattr(value, item.name)) for item in fields(value)}


class Feed:
    """One account of a customer, and the books it is imported into."""

    def __init__(self, customer, number):
        self.customer, self.number = customer, number
        self.books = Books(currency=self.account.currency)
        self.cursor = self.last_day = None
        self.first_day = World().oldest_day(self.truth_account, customer.now)

    @property
    def account(self):
        return self.customer.provider.accounts()[self.number]

    @property
    def truth_account(self):
        customer = self.customer
        return World().accounts(
            'sandbox', customer.institution_id, customer.country, customer.first_at, customer.now,
        )[self.number]

    def synchronize(self):
        """What the addon does: from the cursor, else with an overlap of days."""
        since = max(self.first_day, self.last_day - OVERLAP) if self.last_day else self.first_day
        pages = self._pages(since)
        rows = [[told(row) for row in page.transactions] for page in pages]
        window, last = pages[-1].window, pages[-1]
        opening = Decimal(last.balance.amount) if self.last_day is None else None
        self.books.sync(
            [row for page in rows for row in page],
            paging=lambda _rows: rows,
            window=Window(
                date_from=window and window.date_from, date_to=window and window.date_to,
                complete=bool(window), lists_pending=bool(window), incremental=not window,
                removed=frozenset(row_id for page in pages for row_id in page.removed),
            ),
            today=self.customer.now.date(),
            import_from=self.first_day,
            grade=self.books.settings.get('grade') or self._grade(),
            source=Source('sandbox', str(self.customer.consents)),
            balance=self._evidence(last.balance),
        )
        if opening is not None:
            self.opening = opening - self.books.balance()
        self.difference = Decimal(last.balance.amount) - self.opening - self.books.balance()
        self.cursor, self.last_day = last.cursor, self.customer.now.date()

    def _pages(self, since):
        account_id, cursor, pages = self.account.id, self.cursor, []
        while not pages or pages[-1].more:
            pages.append(self.customer.provider.transactions(account_id, since, cursor, ATTENDED))
            cursor = pages[-1].cursor
        return pages

    def _grade(self):
        grade = INSTITUTIONS[self.customer.institution_id].id_grade
        return Grade(str(grade)) if grade else Grade.STRONG

    def _evidence(self, balance):
        if self.last_day is None:
            return None
        now = Decimal(balance.amount) - self.opening - self.books.balance()
        return BalanceEvidence(difference=now, difference_before=self.difference)

    def truth(self):
        """The rows that the bank has booked since the first day, as (day, amount)."""
        consent = self.customer.consents
        rows = World().booked(self.truth_account, self.first_day, self.as_of, consent)
        return Counter((date.fromisoformat(row.booking_date), Decimal(row.amount)) for row in rows)

    @property
    def as_of(self):
        snapshot = INSTITUTIONS[self.customer.institution_id].behaviour.snapshot
        return self.customer.refreshed_at if snapshot else self.customer.now

    def held(self):
        """The rows that a person is asked about, as (day, amount)."""
        rows = self.books.in_state(State.TO_REVIEW)
        return Counter((row.date, row.amount) for row in rows)


def live(institution_id):
    """Some weeks of a customer; his feeds."""
    customer = Customer(institution_id, country=INSTITUTIONS[institution_id].countries[0])
    customer.connect()
    feeds = [Feed(customer, number) for number in range(min(2, len(customer.provider.accounts())))]
    begin = customer.now
    for number, day in enumerate(SYNCHRONIZED):
        customer.now = begin + timedelta(days=day, hours=HOURS[number % len(HOURS)])
        if day == RENEWED_ON:
            renew(customer, feeds, ConnectMode.RECONNECT)
        synchronize(customer, feeds)
    return feeds


def synchronize(customer, feeds):
    """What the addon does, and what its user does when the bank wants him."""
    try:
        customer.refresh()
    except ProviderError as error:
        if error.code not in WHAT_THE_USER_DOES:
            return
        renew(customer, feeds, WHAT_THE_USER_DOES[error.code])
        customer.refresh()
    for feed in feeds:
        try:
            feed.synchronize()
        except ProviderError as error:
            if error.code != ErrorCode.ACCOUNT_CLOSED:
                raise


def renew(customer, feeds, mode):
    """The user goes to the bank."""
    customer.connect(mode)
    if mode == ConnectMode.RECONNECT:
        for feed in feeds:
            feed.cursor = None  # cursors belong to the consent


@pytest.fixture(scope='module')
def lived():
    """The feeds of a customer at an institution, lived once for all tests."""
    return cache(live)


@pytest.mark.parametrize('institution_id', [
    name for name in INSTITUTION_IDS if name != 'sandbox-edits'
])
def test_the_books_hold_what_the_bank_has_booked(lived, institution_id):
    for feed in lived(institution_id):
        assert feed.books.counted() + feed.held() == feed.truth()


@pytest.mark.parametrize('institution_id', [
    name for name in INSTITUTION_IDS if name not in UNTRUE
])
def test_the_balance_is_proven_and_nobody_is_asked(lived, institution_id):
    for feed in lived(institution_id):
        assert feed.difference == 0
        assert feed.books.doubts() == []


def test_a_row_that_the_bank_never_shows_is_a_difference(lived):
    assert str(lived('sandbox-missing-row')[0].difference) == '-4.50'


def test_what_the_bank_changes_or_removes_is_asked_and_no_line_changes(lived):
    feed = lived('sandbox-edits')[0]
    kept = feed.books.counted() - feed.truth()
    asked = feed.books.doubts()
    assert 0 < sum(kept.values()) <= len(asked)
    assert 'removed' in asked
    missing = feed.truth() - feed.books.counted() - feed.held()
    assert sum(missing.values()) <= asked.count('changed')


def test_ids_that_count_positions_lose_their_trust(lived):
    grades = [feed.books.settings['grade'] for feed in lived('sandbox-positional')]
    assert grades == [Grade.POSITIONAL] * 2
