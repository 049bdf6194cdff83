"""Pairing rows with equally many (or fewer) known ones, the closest look first."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Any

from .keys import main_id_key
from .rows import IncomingRow, KnownRow
from .text import fingerprint, similar, similarity

Look = Callable[[Any], Hashable | None]

# Rows of one bucket have one day and amount. What else may tell them apart, strongest first.
LOOKS: tuple[Look, ...] = (
    lambda row: row.transaction_id and (
        main_id_key(row.transaction_id), fingerprint(row.description)),
    lambda row: (fingerprint(row.description), row.balance_after),
    lambda row: fingerprint(row.description) or None,
)
COMPARED = 20  # so many rows of one bucket are compared text by text


def pair_up(
    rows: Sequence[IncomingRow], known: Sequence[KnownRow],
) -> list[tuple[IncomingRow, KnownRow]]:
    """As many pairs as possible, one to one; rows that look alike are paired first.

    Linear in the number of rows. A look that gives None for a row says nothing about it. A text
    that is similar says more than an equal balance, which a late booking shifts.
    """
    pairs, rows, known = [], list(rows), list(known)
    if not rows or not known:
        return pairs
    ways = (*(partial(_equal_in, look) for look in LOOKS), _most_similar,
            partial(_equal_in, lambda row: row.balance_after))
    for way in ways:
        found = way(rows, known)
        pairs += found
        rows, known = _rest(found, rows, known)
    return pairs + list(zip(rows, known, strict=False))


def _equal_in(look: Look, rows, known):
    """Pairs of rows of which the look says something, and the same."""
    if not rows or not known:
        return []
    waiting = defaultdict(deque)
    for each in known:
        waiting[look(each)].append(each)
    seen = ((row, look(row)) for row in rows)
    return [
        (row, waiting[value].popleft())
        for row, value in seen if value is not None and waiting.get(value)
    ]


def _most_similar(rows, known):
    """Pairs by similarity of the text, the best first; only among few."""
    if not rows or not known or len(rows) * len(known) > COMPARED ** 2:
        return []
    scored = sorted(
        (-similarity(row.description, each.description), row.position, index)
        for row in rows for index, each in enumerate(known)
    )
    by_position, pairs, taken = {row.position: row for row in rows}, [], set()
    for score, position, index in scored:
        if score < 0 and position in by_position and index not in taken:
            pairs.append((by_position.pop(position), known[index]))
            taken.add(index)
    return pairs


def _rest(pairs, rows, known):
    """What the pairs leave over."""
    paired = {row.position for row, _each in pairs}
    taken = {each.key for _row, each in pairs}
    return (
        [row for row in rows if row.position not in paired],
        [each for each in known if each.key not in taken],
    )


def bucket(rows: Iterable, look: Look) -> dict[Hashable, list]:
    """Rows by what they look like."""
    buckets = defaultdict(list)
    for row in rows:
        buckets[look(row)].append(row)
    return buckets


def alike(row: IncomingRow, known: KnownRow) -> bool:
    """Whether the texts agree, or one of them says nothing."""
    told_apart = row.description and known.description
    return not told_apart or similar(row.description, known.description)


def day_and_amount(row: IncomingRow | KnownRow) -> Hashable:
    """The content that is counted: one amount on one day."""
    return (row.day, row.amount)
