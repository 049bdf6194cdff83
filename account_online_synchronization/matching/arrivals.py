"""Rows that shall be in the books: link them, let them wait for a lock, or book them in order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .bench import Bench
from .doubts import hold_review
from .keys import id_keys, identity_keys
from .linking import link
from .order import by_balance, in_time, ranks
from .outcome import Booking, Doubt, Link, Review, Waiting, Why
from .rows import IncomingRow, KnownRow, UnlinkedLine


@dataclass(slots=True)
class Arrival:
    """A row to book. ``row`` is None if it is booked from memory, ``known`` if it is new."""

    row: IncomingRow | None
    known: KnownRow | None
    why: Why

    @property
    def subject(self) -> IncomingRow | KnownRow:
        """What the bank says, as late as we have it."""
        return self.row or self.known

    def keys(self, version: int) -> frozenset[str]:
        """Identity keys to remember."""
        if not self.row:
            return self.known.aliases
        return identity_keys(self.row, version) | id_keys(self.row.pending_id, version)


@dataclass(slots=True)
class Placed:
    """The arrivals, each in its place."""

    bookings: list[Booking]
    waiting: list[Waiting]
    links: list[Link]
    reviews: list[Review]


def place(
    arrivals: Sequence[Arrival], lines: Sequence[UnlinkedLine], bench: Bench,
    listed: Sequence[IncomingRow], known: Sequence[KnownRow],
) -> Placed:
    """Decide for every arrival: link, ask, wait or book.

    Linking comes before the locks, because it changes nothing in the books.
    """
    placed, version = Placed([], [], [], []), bench.policy.key_version
    linked = link([each.subject for each in arrivals], lines, bench.policy.tolerance)
    to_book = []
    for index, each in enumerate(arrivals):
        locks = bench.policy.locks_on(each.subject.date)
        if index in linked.pairs:
            line, why = linked.pairs[index]
            placed.links.append(Link(
                row=each.row, known=each.known, line=line, why=why, keys=each.keys(version),
            ))
        elif index in linked.open:
            placed.reviews.append(hold_review(
                each.row, Doubt.AMBIGUOUS_LINK, each.keys(version),
                lines=linked.open[index], known=each.known,
            ))
        elif each.row and each.row.position in bench.unmatched:
            placed.reviews.append(hold_review(
                each.row, Doubt.UNMATCHED_AFTER_SWITCH, each.keys(version),
                candidates=bench.unmatched[each.row.position], known=each.known,
                for_now=not bench.window.complete,
            ))
        elif locks:
            placed.waiting.append(Waiting(
                row=each.row, known=each.known, locks=locks, keys=each.keys(version),
            ))
        else:
            to_book.append(each)
    placed.bookings = _in_order(to_book, bench, listed, known)
    return placed


def _in_order(arrivals, bench: Bench, listed, known) -> list[Booking]:
    """Bookings by day, and within the day such that running balances equal the bank's."""
    by_day = _days(arrivals, bench, listed, known)
    bookings = []
    for day in sorted(by_day):
        given = [rank for rank, _arrival in by_day[day]]
        for (_rank, arrival), rank in zip(by_day[day], ranks(given), strict=True):
            if arrival:
                bookings.append(Booking(
                    row=arrival.row, known=arrival.known, why=arrival.why, rank=rank,
                    keys=arrival.keys(bench.policy.key_version),
                ))
    return bookings


def _days(arrivals, bench: Bench, listed, known):
    """For each day with arrivals its rows in time: (rank or None, arrival or None).

    Rows that this window does not list come first; where all have running balances these decide.
    """
    at_position = {each.row.position: each for each in arrivals if each.row}
    matched = {match.row.position: match.known for match in bench.matches}
    met = {match.known.key for match in bench.matches}
    days = {each.subject.date for each in arrivals}
    items = defaultdict(list)
    for each in sorted(known, key=lambda each: (each.rank or 0, each.key)):
        if each.date in days and each.has_line and each.rank and each.key not in met:
            items[each.date].append((each, each.rank, None))
    for each in arrivals:
        if not each.row:
            items[each.subject.date].append((each.subject, each.known.rank, each))
    for row in in_time(listed, bench.policy.newest_first):
        arrival, before = at_position.get(row.position), matched.get(row.position)
        if arrival:
            items[arrival.subject.date].append((row, None, arrival))
        elif before and before.date in days and before.rank:
            items[before.date].append((row, before.rank, None))
    return {day: _sorted(items[day]) for day in days}


def _sorted(items):
    """The items of one day by running balance, as far as they have one."""
    subjects = [_Indexed(subject, index) for index, (subject, _rank, _each) in enumerate(items)]
    return [items[each.index][1:] for each in by_balance(subjects)]


class _Indexed:
    """A row as a link of the chain of balances, with its place in a list."""

    __slots__ = ('amount', 'balance_after', 'index')

    def __init__(self, subject: IncomingRow | KnownRow, index: int):
        self.amount, self.balance_after = subject.amount, subject.balance_after
        self.index = index
