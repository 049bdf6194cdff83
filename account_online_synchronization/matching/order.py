"""The order of transactions within a day, so that running balances equal the bank's.

A rank ascends in time and is comparable within one day. Rows that are booked already keep the
rank they have; new ones are put between them.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from .chain import edges_of, is_chained, walk
from .rows import IncomingRow

STEP = 1000


def in_time(
    rows: Sequence[IncomingRow], newest_first: bool | None = None,
) -> list[IncomingRow]:
    """The rows of a feed, the oldest first, whichever way round the feed is.

    Within a day the running balances decide, else the order of the feed.
    """
    ordered = sorted(rows, key=lambda row: row.position)
    if _is_newest_first(ordered, newest_first):
        ordered.reverse()
    ordered.sort(key=lambda row: row.date)
    result, closing = [], None
    for _day, group in groupby(ordered, key=lambda row: row.date):
        day = by_balance(list(group), closing)
        closing = day[-1].balance_after
        result += day
    return result


def ranks(sequence: Sequence[int | None]) -> list[int]:
    """Ranks for one day in its order: given ones stay, the others (None) are put in between.

    Where no room is left a rank is given twice; the row booked later then counts as later.
    """
    result, index = list(sequence), 0
    while index < len(sequence):
        if sequence[index] is not None:
            index += 1
            continue
        end = index
        while end < len(sequence) and sequence[end] is None:
            end += 1
        before = max((rank for rank in result[:index] if rank is not None), default=0)
        later = [rank for rank in sequence[end:] if rank is not None and rank > before]
        gap = end - index + 1
        step = (min(later) - before) // gap if later else STEP
        for offset in range(index, end):
            result[offset] = before + step * (offset - index + 1)
        index = end
    return result


def _is_newest_first(rows: Sequence[IncomingRow], hint: bool | None) -> bool:
    """By the dates, else as the provider documents; within a day balances decide anyway."""
    days = [row.date for row in rows]
    falling = sum(one > other for one, other in pairwise(days))
    rising = sum(one < other for one, other in pairwise(days))
    if falling != rising:
        return falling > rising
    return bool(hint)


def by_balance(day: list, opening: Decimal | None = None) -> list:
    """One day in the order of its running balances, if they form one."""
    edges = edges_of(day)
    if not edges or (is_chained(edges) and opening in (None, edges[0][0])):
        return day
    order = walk(edges, opening)
    return [day[index] for index in order] if order else day
