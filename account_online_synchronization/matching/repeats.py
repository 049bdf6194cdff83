"""Rows that the provider sent twice in one window, and equal rows that really are two.

=====================================================  =========================================
what is equal                                          what follows
=====================================================  =========================================
all fields and the id, on two pages that overlap       one row (paging)
all fields and the id, otherwise                       one row, the other is asked about  (T6)
all fields but no id, running balances prove a repeat  one row                            (T7)
all fields but no id, otherwise                        two rows: they are counted         (T7)
all but the running balance                            two rows                       (T6, T7)
=====================================================  =========================================

"Running balances prove a repeat": every row of the window has one, with the second copy they
can't have happened one after the other, without it they can. Two equal payments with the
opposite one between them come back to the same balance and are two.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .chain import edges_of, is_walk, without_repeats
from .keys import main_id_key
from .outcome import Skipped, Why
from .rows import IncomingRow


@dataclass(slots=True)
class Sifted:
    """``rows`` to reason about, ``skipped`` ones, and ``twins``: position → position of the
    first of its equals, for rows of one id that are equal in everything."""

    rows: list[IncomingRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    twins: dict[int, int] = field(default_factory=dict)


def sift(rows: Sequence[IncomingRow]) -> Sifted:
    """Take out the proven repetitions among the booked rows of one window."""
    firsts, copies = _copies(rows)
    overlapping = _overlapping(rows)
    edges = edges_of(rows)
    index_of = {row.position: index for index, row in enumerate(rows)}
    spare = [index_of[row.position] for row in copies]
    impossible = without_repeats(edges, spare) if edges and copies else set()
    possible = bool(edges and copies) and is_walk(edges)
    result = Sifted()
    for row in rows:
        first = firsts[row.position]
        if first is row:
            result.rows.append(row)
            continue
        proven = index_of[row.position] in impossible
        paged = row.position in overlapping and (row.transaction_id or not possible)
        if proven or paged:
            result.skipped.append(Skipped(row=row, why=Why.REPEATED, of=first))
            continue
        result.rows.append(row)
        if row.transaction_id:
            result.twins[row.position] = result.twins[first.position] = first.position
    return result


def _everything(row: IncomingRow) -> tuple[Any, ...]:
    """What makes two rows equal "in all fields"."""
    return (
        main_id_key(row.transaction_id), row.amount, row.booking_date, row.value_date,
        row.description, row.counterparty, row.references, row.foreign, row.code,
        row.balance_after, row.pending_id,
    )


def _copies(rows):
    """For each position the first equal row, and the rows that are not the first."""
    seen, firsts, copies = {}, {}, []
    for row in rows:
        first = seen.setdefault(_everything(row), row)
        firsts[row.position] = first
        if first is not row:
            copies.append(row)
    return firsts, copies


def _overlapping(rows: Sequence[IncomingRow]) -> set[int]:
    """Positions of rows at the head of a page that repeat the tail of the page before."""
    pages = defaultdict(list)
    for row in rows:
        pages[row.page].append(row)
    found = set()
    for number, following in pairwise(sorted(pages)):
        size = _overlap(pages[number], pages[following])
        found.update(row.position for row in pages[following][:size])
    return found


def _overlap(page: Sequence[IncomingRow], following: Sequence[IncomingRow]) -> int:
    """How many rows end one page and begin the next: less than both pages together hold.

    Two pages that are equal as a whole are not an overlap (with one row per page any repetition
    would look like one). Rows without an id count only if a running balance tells them apart.
    """
    tail, head = [_everything(row) for row in page], [_everything(row) for row in following]
    for size in range(min(len(tail), len(head)), 0, -1):
        if tail[-size] != head[0] or size == max(len(tail), len(head)):
            continue
        distinct = all(
            row.transaction_id or (row.amount and row.balance_after is not None)
            for row in following[:size]
        )
        if distinct and tail[-size:] == head[:size]:
            return size
    return 0
