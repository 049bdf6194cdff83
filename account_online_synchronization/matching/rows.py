"""What goes into a plan: rows as the bank sends them, rows as the database remembers them.

Everything here is plain, immutable data. Amounts are ``Decimal``, signed from the account
holder's view; dates are ``datetime.date``; nothing is ever converted between time zones or
currencies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple


class Status(str, Enum):
    """Whether the bank has booked a transaction or only announces it."""

    BOOKED = 'booked'
    PENDING = 'pending'


class State(str, Enum):
    """What became of a feed transaction. The values are those of the stored selection."""

    PENDING = 'pending'  # announced by the bank, shown, never booked
    IMPORTED = 'imported'  # it has a statement line
    TO_IMPORT = 'to_import'  # accepted, its line is made in a moment
    WAITING = 'waiting'  # dated in a locked period, no line yet
    TO_REVIEW = 'to_review'  # held back until the user decides, no line yet
    QUARANTINED = 'quarantined'  # the bank sent it without a usable date, amount…
    IGNORED = 'ignored'  # the user deleted its line: it stays away
    REMOVED = 'removed'  # the bank took it back before it got a line


class Grade(str, Enum):
    """How far the transaction ids of one (provider, institution) can be trusted."""

    STRONG = 'strong'  # one id for one transaction, for ever
    WEAK = 'weak'  # usually the same, but may change, repeat or be reused
    POSITIONAL = 'positional'  # a place in a list (``2026-07-12.0``): renumbered at will
    ABSENT = 'absent'  # no ids at all


class Source(NamedTuple):
    """Where an id comes from: ids are only comparable within one consent of one provider."""

    provider: str
    consent: str


class Counterparty(NamedTuple):
    """The other side of a transaction, as the bank names it."""

    name: str = ''
    account_number: str = ''
    bank_code: str = ''


class References(NamedTuple):
    """The references of a payment, each in the field the bank reported it in."""

    structured: str = ''
    end_to_end: str = ''
    mandate: str = ''
    creditor: str = ''


class Foreign(NamedTuple):
    """The original amount of a transaction made in another currency, as the bank booked it."""

    amount: Decimal
    currency: str
    rate: Decimal | None = None


class _Dated:
    """The date a row counts under: when it was booked, else its value date."""

    __slots__ = ()

    @property
    def day(self) -> date | None:
        """The date to recognise the row by."""
        return self.date

    @property
    def date(self) -> date | None:
        """The booking date, or the value date while the bank gives no booking date."""
        return self.booking_date or self.value_date


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingRow(_Dated):
    """One valid transaction as the bank sends it now (made by ``normalize``).

    ``position`` is its place in the whole fetched window (0, 1, 2… in the order of arrival,
    across pages) and identifies the row within one call; ``page`` is the page it came on.
    A booked row always has a ``date``; a pending one may have none.
    """

    position: int
    status: Status
    amount: Decimal
    currency: str
    booking_date: date | None = None
    value_date: date | None = None
    page: int = 0
    transaction_id: str | None = None  # as sent, trimmed; None if missing or blank
    pending_id: str | None = None  # id of the pending row that this booked row was
    duplicate_hint: bool = False  # the provider itself suspects a duplicate
    description: str = ''
    counterparty: Counterparty = Counterparty()
    references: References = References()
    foreign: Foreign | None = None
    balance_after: Decimal | None = None
    code: str = ''
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


class Reason(NamedTuple):
    """Why a row is invalid: a stable code, the field, the offending value (as text)."""

    code: str
    field: str
    value: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidRow(_Dated):
    """A row that can't be booked as it is. It is kept with its raw content and its reasons.

    Dates and amount are given as far as they can be read.
    """

    position: int
    reasons: tuple[Reason, ...]
    page: int = 0
    transaction_id: str | None = None
    amount: Decimal | None = None
    booking_date: date | None = None
    value_date: date | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow(_Dated):
    """What the database remembers of one feed transaction of this account.

    ``key`` is opaque (the record id). ``aliases`` are all the versioned keys ever seen for it
    (see ``keys``); ``transaction_id`` is the latest id. Amount, dates and texts are those that
    were *booked* (or would be): the feed never changes them once there is a line.
    ``seen_date`` is the ``date`` of the row in the latest ``Same`` item, which a change of
    provider may have moved by a day; None while it is the booked one.
    ``raised`` holds the tokens of the reviews already opened or answered for this row, so that
    the same question is asked once. ``source`` is where the row was last seen (None: unknown).
    ``rank`` is the ``rank`` of the plan item that booked it (order within its day).
    ``for_now``: it is to review because of a ``Review`` that was ``for_now``.
    """

    key: int
    state: State
    has_line: bool = False
    aliases: frozenset[str] = frozenset()
    transaction_id: str | None = None
    amount: Decimal | None = None
    currency: str = ''
    booking_date: date | None = None
    value_date: date | None = None
    description: str = ''
    counterparty: Counterparty = Counterparty()
    balance_after: Decimal | None = None
    raised: frozenset[str] = frozenset()
    source: Source | None = None
    seen_date: date | None = None
    rank: int | None = None
    for_now: bool = False

    @property
    def day(self) -> date | None:
        """The date to recognise the row by: the one that the bank used last."""
        return self.seen_date or self.date

    @property
    def awaits_line(self) -> bool:
        """Whether the row is accepted and gets its line as soon as it may."""
        return self.state in (State.WAITING, State.TO_IMPORT)

    @property
    def is_gone(self) -> bool:
        """Whether the bank took the row back before it got a line."""
        return self.state is State.REMOVED and not self.has_line


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkedLine:
    """A statement line of the journal that no feed transaction stands behind (hand or file)."""

    key: int
    amount: Decimal
    date: date
    label: str = ''
    reference: str = ''
    partner_account: str = ''
