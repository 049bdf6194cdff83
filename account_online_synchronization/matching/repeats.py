"""Rows that the provider sent twice in one window, and equal rows that really are two.

=====================================================  =========================================
what is equal                                          what follows
=====================================================  =========================================
all fields and the id, on two pages that overlap       one row (paging)
all fields and the id, otherwise                       one row, the other is asked about  (T6)
all fields but no id, running balances prove a repeat  one row                            (T7)
… of the day alone, where not all rows have one        one row, the other is asked about  (T7)
all fields but no id, otherwise                        two rows: they are counted         (T7)
all but the running balance                            two rows                       (T6, T7)
=====================================================  =========================================

"Running balances prove a repeat": every row of the window has one, with the second copy they
can't have happened one after the other, without it they can. Two equal payments with the
opposite one between them come back to the same balance and are two. Where some rows of a complete
window have no balance or can't be read, the balances of one day alone make it a question: a bank
may also report the balance at the end of the day with every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .chain import edges_of, is_chained, is_walk, without_repeats
from .outcome import Skipped, Why
from .paging import everything_of
from .pairing import bucket
from .rows import IncomingRow


@dataclass(slots=True)
class Sifted:
    """``rows`` to reason about, ``skipped`` ones, and ``twins``: position → position of the
    first of its equals, for rows that are equal in everything and may be one."""

    rows: list[IncomingRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    twins: dict[int, int] = field(default_factory=dict)


def sift(
    rows: Sequence[IncomingRow], repeated: frozenset[int], complete: bool = False,
    all_readable: bool = True,
) -> Sifted:
    """Take out the proven repetitions among the booked rows of one window.

    ``repeated``: positions of rows that overlapping pages brought again. ``complete``: the window
    lists every row of its days; ``all_readable``: all of them are among ``rows``.
    """
    firsts, copies = _copies(rows)
    edges = edges_of(rows)
    index_of = {row.position: index for index, row in enumerate(rows)}
    spare = [index_of[row.position] for row in copies]
    impossible = without_repeats(edges, spare) if edges and copies else set()
    telling = _tells_of_overlap(rows, edges, repeated) if edges and copies else True
    has_gaps = complete and (edges is None or not all_readable)
    doubtful = _doubtful_by_day(rows, copies) if has_gaps else frozenset()
    result = Sifted()
    for row in rows:
        first = firsts[row.position]
        if first is row:
            result.rows.append(row)
            continue
        proven = index_of[row.position] in impossible
        paged = row.position in repeated and (row.transaction_id or telling)
        if proven or paged:
            result.skipped.append(Skipped(row=row, why=Why.REPEATED, of=first))
            continue
        result.rows.append(row)
        if row.transaction_id or row.position in doubtful:
            result.twins[row.position] = result.twins[first.position] = first.position
    return result


def _doubtful_by_day(
    rows: Sequence[IncomingRow], copies: Sequence[IncomingRow],
) -> frozenset[int]:
    """Positions of copies that the balances of their own day contradict."""
    found = set()
    of_day = bucket(rows, lambda row: row.date)
    for day, spare in bucket(copies, lambda row: row.date).items():
        edges = edges_of(of_day[day])
        index_of = {row.position: index for index, row in enumerate(of_day[day])}
        spare_at = {index_of[row.position]: row for row in spare}
        surplus = without_repeats(edges, spare_at) if edges else ()
        found.update(spare_at[index].position for index in surplus)
    return frozenset(found)


def _tells_of_overlap(rows, edges, repeated: frozenset[int]) -> bool:
    """Whether rows without an id on overlapping pages are the same, by their balances.

    They are when all rows together can't have happened, or when the feed runs through in order
    without them, and not with them.
    """
    if not is_walk(edges):
        return True
    rest = [
        edge for row, edge in zip(rows, edges, strict=True) if row.position not in repeated
    ]
    return _runs_through(rest) and not _runs_through(edges)


def _runs_through(edges) -> bool:
    return is_chained(edges) or is_chained(edges[::-1])


def _copies(rows):
    """For each position the first equal row, and the rows that are not the first."""
    seen, firsts, copies = {}, {}, []
    for row in rows:
        first = seen.setdefault(everything_of(row), row)
        firsts[row.position] = first
        if first is not row:
            copies.append(row)
    return firsts, copies
