"""What comes out: the plan, one item per decision, each with its reason.

Every incoming row ends in exactly one item, except that a row whose difference to an existing
line is asked about (``changed``) is in a ``Same`` too. The shell applies the items; it takes no
decision of its own. Nothing in a plan ever changes or deletes a statement line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .policy import Lock
from .rows import Grade, IncomingRow, InvalidRow, KnownRow, UnlinkedLine

SHOWN = 5  # so many of the rows or lines that a held row may be are shown to the user


class Why(str, Enum):
    """Why a row is recognised, booked or let go."""

    # a line is made
    NEW = 'new'  # never seen before
    POSTED = 'posted'  # it was known as pending
    CORRECTED = 'corrected'  # it was quarantined, the bank sent it valid
    UNLOCKED = 'unlocked'  # it waited for a lock that has been lifted
    RETURNED = 'returned'  # the bank had taken it back and brings it again
    DECIDED = 'decided'  # a person let it in
    # a question of a part of a window is answered by a complete one
    SETTLED = 'settled'  # it is a row of its own: a line is made; or it is none: it is let go
    # a row is recognised
    SAME_ID = 'same_id'
    SAME_CONTENT = 'same_content'  # counted: as many equal rows at the bank as are known
    RENAMED = 'renamed'  # same content, the known id is gone, this one is new
    NEW_CONSENT = 'new_consent'  # counted across a renewal of the consent
    OTHER_PROVIDER = 'other_provider'  # recognised across a change of provider
    ASKED = 'asked'  # under yet another id, after one that was asked about
    # a line by hand or file is recognised
    REFERENCE = 'reference'
    SAME_TEXT = 'same_text'
    SAME_DAY = 'same_day'
    ONLY_CANDIDATE = 'only_candidate'
    # a row is let go
    NOT_LISTED = 'not_listed'  # a complete window no longer contains it
    TAKEN_BACK = 'taken_back'  # the bank named it among the removed ones
    REPEATED = 'repeated'  # the provider sent the very same row twice
    BEFORE_START = 'before_start'


class Doubt(str, Enum):
    """What a review asks. The first two are about a line that exists, the others hold a row."""

    CHANGED = 'changed'  # the bank says now something else of a row that has a line
    REMOVED = 'removed'  # the bank no longer lists a row that has a line
    ID_CONFLICT = 'id_conflict'  # a known id comes with content that can't be the same row
    POSSIBLE_PAIR = 'possible_pair'  # may replace a row that the bank no longer lists
    POSSIBLE_DUPLICATE = 'possible_duplicate'  # may repeat a row that is known or listed
    AMBIGUOUS_LINK = 'ambiguous_link'  # may be one of several lines by hand or file
    UNMATCHED_AFTER_SWITCH = 'unmatched_after_switch'  # in the overlap, but not found there


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Make a statement line of ``row``, dated ``row.date``.

    ``known`` is the feed transaction to reuse (it waited, was pending, was quarantined…), None
    to create one. ``row`` is None when a row that waited is booked without having been fetched
    again: book what ``known`` remembers. ``keys``: identity keys to remember. ``rank``: order
    within the day, ascending in time, comparable with ``KnownRow.rank``.
    """

    row: IncomingRow | None
    known: KnownRow | None
    why: Why
    keys: frozenset[str]
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Keep ``row`` until ``locks`` are lifted; ``row`` and ``known`` as in ``Booking``."""

    row: IncomingRow | None
    known: KnownRow | None
    locks: tuple[Lock, ...]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``row`` (``known``, if None) is the bank's side of ``line``: link it, don't double it."""

    row: IncomingRow | None
    known: KnownRow | None
    line: UnlinkedLine
    why: Why
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """``row`` is ``known``. Remember ``new_keys`` and the id, source and date (``seen_date``)
    that it was last seen with.

    ``updates``: what the bank now says of fields that were empty or are only text
    (``value_date``, ``booking_date``, ``balance_after``, ``description``…): to be shown, never
    written into a line. ``adopt``: there is no line, so the feed transaction takes over the
    content of ``row``. ``settled``: the row is as booked again: its open review is
    void and ``raised`` begins anew.
    ``remember``: if False, the row was recognised for now only (in a part of a window, after a
    change of provider or of ids); remember nothing, so that the next complete window decides.
    """

    row: IncomingRow | InvalidRow
    known: KnownRow
    why: Why
    new_keys: frozenset[str] = frozenset()
    updates: Mapping[str, Any] = field(default_factory=dict)
    adopt: bool = False
    settled: bool = False
    remember: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A question for the user.

    ``changed``: ``known`` has a line, ``row`` is what the bank says now (no feed transaction is
    made of it). ``removed``: ``known`` has a line, ``row`` is None. All other kinds hold back
    ``row``: keep it as a feed transaction *to review* with ``keys`` (``known`` is the one to
    reuse, if any) and show it beside ``candidates`` / ``lines`` / ``rows`` (other rows of the
    same window). Remember ``token`` in ``KnownRow.raised`` of ``known`` for the first two kinds.
    A row that waited may be asked about without having been fetched again: then ``row`` is None
    and ``known`` is the one that waited.
    ``for_now``: only a part of a window raises the question; a complete one may answer it.
    """

    doubt: Doubt
    token: str
    row: IncomingRow | None = None
    known: KnownRow | None = None
    candidates: tuple[KnownRow, ...] = ()
    lines: tuple[UnlinkedLine, ...] = ()
    rows: tuple[IncomingRow, ...] = ()
    keys: frozenset[str] = frozenset()
    for_now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Show ``row`` in the list of pending transactions (update ``known`` if it is there)."""

    row: IncomingRow
    known: KnownRow | None
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Keep the invalid ``row``; ``known`` is its earlier appearance, if any."""

    row: InvalidRow
    known: KnownRow | None
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """``known`` has no line and is no longer at the bank: set it to removed.

    ``settled``: it was held back in vain, and proves to be ``of``, if the window still lists that.
    Its ids are from now on those of ``of``; it is never again among the known rows.
    """

    known: KnownRow
    why: Why
    of: KnownRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """``row`` needs nothing: a proven repetition of ``of``, dated before the start, or an
    announcement of what is booked."""

    row: IncomingRow | InvalidRow
    why: Why
    of: IncomingRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demotion:
    """The ids deserve less trust than the policy gave them; ``evidence`` says what showed it.

    Each piece of evidence is (code, id, other): ``two_contents``, ``two_ids``, ``moved``,
    ``reused`` or ``shape``.
    """

    grade: Grade
    evidence: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything to do for one fetched window, in the order in which it should be done."""

    bookings: tuple[Booking, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    links: tuple[Link, ...] = ()
    same: tuple[Same, ...] = ()
    reviews: tuple[Review, ...] = ()
    pending: tuple[Pending, ...] = ()
    quarantine: tuple[Quarantine, ...] = ()
    gone: tuple[Gone, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    demotion: Demotion | None = None

    @property
    def before_start(self) -> int:
        """How many rows were left out because they are dated before the start."""
        return sum(1 for item in self.skipped if item.why is Why.BEFORE_START)
