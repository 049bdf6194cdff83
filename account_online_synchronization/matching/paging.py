"""Rows that come twice because the pages of a feed overlap."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from .keys import main_id_key, raw_key
from .rows import IncomingRow, InvalidRow


def everything_of(row: IncomingRow | InvalidRow) -> tuple[Any, ...]:
    """What makes two rows equal "in all fields"."""
    if isinstance(row, InvalidRow):
        return (main_id_key(row.transaction_id), raw_key(row.raw))
    return (
        main_id_key(row.transaction_id), row.status, row.amount, row.booking_date,
        row.value_date, row.description, row.counterparty, row.references, row.foreign,
        row.code, row.balance_after, row.pending_id,
    )


def overlapping(rows: Sequence[IncomingRow | InvalidRow]) -> frozenset[int]:
    """Positions of rows at the head of a page that repeat the tail of the page before."""
    pages = defaultdict(list)
    for row in rows:
        pages[row.page].append(row)
    found = set()
    for number, following in pairwise(sorted(pages)):
        size = _overlap(pages[number], pages[following])
        found.update(row.position for row in pages[following][:size])
    return frozenset(found)


def _overlap(page: Sequence, following: Sequence) -> int:
    """How many rows end one page and begin the next: less than both pages together hold.

    Two pages that are equal as a whole are not an overlap (with one row per page any repetition
    would look like one).
    """
    tail, head = [everything_of(row) for row in page], [everything_of(row) for row in following]
    for size in range(min(len(tail), len(head)), 0, -1):
        if tail[-size] != head[0] or size == max(len(tail), len(head)):
            continue
        if tail[-size:] == head[:size] and all(map(_is_distinct, following[:size])):
            return size
    return 0


def _is_distinct(row: IncomingRow | InvalidRow) -> bool:
    """Whether an equal row can't be a second one: it has an id, or a balance that it moved."""
    if row.transaction_id or isinstance(row, InvalidRow):
        return bool(row.transaction_id)
    return row.balance_after is not None and row.amount != 0
