"""Which known rows a plan needs: few, however long the history of the account is."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from .keys import id_keys, raw_key
from .policy import Policy, Window
from .rows import IncomingRow, InvalidRow, KnownRow, State


class Candidates(NamedTuple):
    """Load every feed row of the account that has one of ``keys`` among its aliases, or is
    dated (booking date, else value date) from ``date_from`` to ``date_to`` (both included, None
    when only keys and states count), or is in one of ``states``."""

    keys: frozenset[str]
    date_from: date | None
    date_to: date | None
    states: frozenset[State]


STATES = frozenset({State.PENDING, State.TO_IMPORT, State.WAITING, State.QUARANTINED})


def candidates(
    incoming: Iterable[IncomingRow | InvalidRow], window: Window, policy: Policy,
) -> Candidates:
    """What to load before ``plan``, for this window and nothing else."""
    keys, days = set(), {window.date_from, window.date_to}
    for row in incoming:
        keys |= id_keys(row.transaction_id)
        if isinstance(row, InvalidRow):
            keys.add(raw_key(row.raw))
        else:
            keys |= id_keys(row.pending_id)
            days |= {day for day in (row.booking_date, row.value_date) if _counts(day, policy)}
    keys |= frozenset().union(*(id_keys(each) for each in window.removed))
    days.discard(None)
    if not days:
        return Candidates(frozenset(keys), None, None, STATES)
    margin = timedelta(days=reach(policy))
    return Candidates(frozenset(keys), min(days) - margin, max(days) + margin, STATES)


def _counts(day: date | None, policy: Policy) -> bool:
    """A day before the start is left out, however old: nothing of it is looked up by content."""
    return day is not None and (policy.import_from is None or day >= policy.import_from)


def spans_of_lines(
    wanted: Candidates, known: Iterable[KnownRow], policy: Policy,
) -> list[tuple[date, date]]:
    """The days, as (first, last), of which ``plan`` needs the lines by hand or file.

    Those around the window, and those around every row whose lock is lifted: it may have been
    entered by hand while it waited, however long ago that was.
    """
    around = [] if wanted.date_from is None else [(wanted.date_from, wanted.date_to)]
    return _merged(around + [
        span for row in known if row.awaits_line and not policy.locks_on(row.date)
        for span in spans_around([row.date], policy)
    ])


def spans_around(days: Iterable[date], policy: Policy) -> list[tuple[date, date]]:
    """The days of which the lines by hand or file may be rows of these days."""
    margin = timedelta(days=policy.tolerance.link_days)
    return _merged((day - margin, day + margin) for day in days)


def _merged(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days in as few spans as there are."""
    merged = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def reach(policy: Policy) -> int:
    """How many days around the window known rows and unlinked lines may matter."""
    tolerance = policy.tolerance
    return max(
        tolerance.moved_days, tolerance.pair_days, tolerance.switch_days, tolerance.link_days,
    )
