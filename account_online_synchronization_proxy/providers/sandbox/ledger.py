"""The books of the sandbox's banks: what is booked on an account up to an instant, and the balance.

All of it follows from the account alone. The further the clock moves, the more entries are visible;
what was booked stays booked, except where the institution edits or removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from .flavours import FLAVOURS
from .habits import drafts_of
from .model import BankAccount, Draft, Entry, Hold, day_start
from .trouble import troubled

CLOSING_TIME = timedelta(
    days=3
)  # nothing happens any more on an account that is about to be closed
SETTLED_DAYS = 40  # after so many days nothing happens to an entry any more (see ``trouble``)


def today(account: BankAccount, now: datetime) -> date:
    """The day on the bank's clock."""
    return now.astimezone(FLAVOURS[account.country].zone).date()


def entries(account: BankAccount, first: date, now: datetime) -> Iterator[Entry]:
    """Every entry that belongs to a day from ``first`` on and is booked or held by ``now``."""
    # A hold is visible some days before the day on which its entry is booked.
    last = today(account, now) + timedelta(days=4)
    for year, month in _months(max(first, account.opened), last):
        for entry in _month_entries(account, year, month):
            visible_from = entry.hold.since if entry.hold else entry.booked_at
            if entry.booking_date >= first and visible_from <= now:
                yield entry


def booked(account: BankAccount, first: date, now: datetime) -> list[Entry]:
    """What the bank has booked up to ``now`` from the day ``first`` on, in the order of booking."""
    found = [
        entry
        for entry in entries(account, first, now)
        if entry.booked_at <= now and not (entry.removed_at and entry.removed_at <= now)
    ]
    return sorted(found, key=lambda entry: entry.booked_at)


def cents_at(entry: Entry, now: datetime) -> int:
    """The amount that the bank has booked for the entry by ``now``."""
    return entry.edit.cents if entry.edit and entry.edit.at <= now else entry.cents


def balance_cents(account: BankAccount, now: datetime) -> int:
    """The booked balance at ``now``."""
    settled = _month_before(today(account, now) - timedelta(days=SETTLED_DAYS))
    cents = account.opening
    for year, month in _months(account.opened, settled):
        cents += _settled_total(account, year, month)
    first_open = settled + timedelta(days=1)
    return cents + sum(cents_at(entry, now) for entry in booked(account, first_open, now))


def _month_before(day: date) -> date:
    """The last day of the month before the one of ``day``."""
    return day.replace(day=1) - timedelta(days=1)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    number, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    for month in range(number, end + 1):
        yield month // 12, month % 12 + 1


@lru_cache(maxsize=4096)
def _settled_total(account: BankAccount, year: int, month: int) -> int:
    """What a month adds to the balance once nothing in it changes any more."""
    return sum(
        entry.edit.cents if entry.edit else entry.cents
        for entry in _month_entries(account, year, month)
        if not entry.removed_at
    )


@lru_cache(maxsize=512)
def _month_entries(account: BankAccount, year: int, month: int) -> tuple[Entry, ...]:
    found = []
    day = max(date(year, month, 1), account.opened)
    while (day.year, day.month) == (year, month):
        if account.closed_on and day >= account.closed_on - CLOSING_TIME:
            break
        drafts = drafts_of(account, day)
        found += [_entry(account, day, number, draft) for number, draft in enumerate(drafts)]
        day += timedelta(days=1)
    return tuple(found)


def _entry(account: BankAccount, day: date, number: int, draft: Draft) -> Entry:
    begin = day_start(day, FLAVOURS[account.country].zone)
    # Seconds keep the order of equal minutes: the running balance depends on it.
    booked_at = begin + timedelta(minutes=draft.minute, seconds=number % 60)
    hold = None
    if draft.hold_days:
        cents = draft.cents if draft.hold_cents is None else draft.hold_cents
        since = max(
            booked_at - timedelta(days=draft.hold_days), day_start(account.opened, begin.tzinfo)
        )
        hold = Hold(since, cents, draft.description.split('\n')[0])
    return troubled(
        account,
        Entry(
            key=f'{day}/{number}',
            booked_at=booked_at,
            booking_date=day,
            value_date=day + timedelta(days=draft.value_days),
            cents=draft.cents,
            description=draft.description,
            counterparty=draft.counterparty,
            references=draft.references,
            foreign=draft.foreign,
            code=draft.code,
            hold=hold,
        ),
    )
