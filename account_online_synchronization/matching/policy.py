"""Under which circumstances a window is read: what it covers, and what the company decided."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .rows import Grade, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of the account's history a fetch covers.

    ``complete``: the bank listed every booked transaction of ``date_from``…``date_to`` (both
    included). Only then may the absence of a row mean something.
    ``lists_pending``: the bank listed every pending transaction; only then may a pending row
    that isn't listed be taken off the list.
    ``incremental``: a feed by cursor, that brings what is new or changed since the last time;
    nothing follows from absence, ``removed`` names the ids that the bank took back. The first
    fetch of a consent, without a cursor to go on from, tells the history again: it is not
    incremental, although it comes from the same feed; ``log`` says that it does, so that its
    pages tell what happened one after the other.
    Neither complete nor incremental: a part of a window, of which anything may be missing.
    """

    date_from: date | None = None
    date_to: date | None = None
    complete: bool = False
    lists_pending: bool = False
    incremental: bool = False
    log: bool = False
    removed: frozenset[str] = frozenset()

    def covers(self, day: date | None, margin: int = 0) -> bool:
        """Whether absence on that day is meaningful, ``margin`` days away from the edges."""
        if not self.complete or day is None:
            return False
        after_start = self.date_from is None or (day - self.date_from).days >= margin
        before_end = self.date_to is None or (self.date_to - day).days >= margin
        return after_start and before_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock date of the company: nothing may be dated on or before ``last_day``.

    ``kind`` is passed through to the plan (for instance ``hard_lock_date``).
    """

    kind: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceEvidence:
    """The bank's booked balance minus the balance of the books, before this plan is applied.

    ``difference_before`` is the same figure as it stood after the previous synchronization
    (0 when the books were proven). What the plan adds must explain the change between the two.
    """

    difference: Decimal
    difference_before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far two accounts of one transaction may lie apart. Days are calendar days."""

    moved_days: int = 10  # a strong id whose booking date moved is still the same row
    reused_days: int = 31  # the same id further away, outside the window: another row
    pair_days: int = 7  # a vanished row and a new one that may replace it
    pair_ratio: Decimal = Decimal('0.3')  # … and how much their amounts may differ
    switch_days: int = 1  # two providers date the same row differently
    link_days: int = 5  # a line by hand or file and the bank's row
    link_sure_days: int = 2  # … within which the texts need not agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for one account at this synchronization.

    ``import_from``: first day to import (rows before it are counted, not imported).
    ``source``: provider and consent of this fetch; a known row with another ``source`` has ids
    that can't be compared, and is recognised by its content. ``key_version``: version of the
    identity keys to write; older versions stay readable for ever.
    ``newest_first``: the order the provider documents; None lets the rows tell.
    """

    currency: str
    today: date
    grade: Grade = Grade.STRONG
    import_from: date | None = None
    locks: tuple[Lock, ...] = ()
    source: Source | None = None
    balance: BalanceEvidence | None = None
    newest_first: bool | None = None
    key_version: int = 2
    tolerance: Tolerance = field(default_factory=Tolerance)

    def locks_on(self, day: date) -> tuple[Lock, ...]:
        """The locks that forbid that day, the longest-lasting first."""
        shut = [lock for lock in self.locks if day <= lock.last_day]
        return tuple(sorted(shut, key=lambda lock: (lock.last_day, lock.kind), reverse=True))
