"""Questions that a part of a window had to ask, and that a complete one answers by itself.

A complete window is read as if those rows had never come. What it says of them then counts: a row
that it lists beside the known one is booked, a row that proves to be the known one is let go, and
what is doubtful even so is asked about, once more and for good. The row of the feed that was held
back stays the same one. Where a provider may date it otherwise than the one before, it is left.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace

from .bench import Bench
from .keys import main_id_key
from .outcome import Gone, Why
from .pairing import bucket, day_and_amount, pair_up
from .rows import IncomingRow, KnownRow, State


@dataclass(slots=True)
class Settled:
    """``rows``: what was asked about, by the position of the listed row that it is."""

    rows: dict[int, KnownRow] = field(default_factory=dict)
    gone: list[Gone] = field(default_factory=list)


def set_questions_aside(bench: Bench) -> list[KnownRow]:
    """Take off the bench what only waits for a complete window."""
    asked = [
        known for known in bench.known.values()
        if known.for_now and known.state is State.TO_REVIEW
        and bench.window.covers(known.day) and not bench.other_provider(known)
    ]
    for known in asked:
        del bench.known[known.key]
    return asked


def settle_questions(
    bench: Bench, asked: list[KnownRow], corrected: Container[int],
) -> Settled:
    """Once all is recognised or held back: find what was asked about, let go of the rest.

    ``corrected``: positions of rows that have a row of the feed already.
    """
    result = Settled()
    if not asked:
        return result
    held = [review.row for review in bench.reviews if review.row and not review.known]
    new = [row for row in bench.rows.values() if row.position not in corrected]
    result.rows = {row.position: known for row, known in _same(held + new, asked)}
    bench.reviews = [
        replace(review, known=result.rows[review.row.position])
        if review.row and not review.known and review.row.position in result.rows else review
        for review in bench.reviews
    ]
    found = {known.key for known in result.rows.values()}
    left = [known for known in asked if known.key not in found]
    known_of = {match.row.position: match.known for match in bench.matches}
    recognised = {
        known.key: known_of[row.position]
        for row, known in _same([match.row for match in bench.matches], left)
    }
    result.gone = [
        Gone(known=known, why=Why.SETTLED, of=recognised.get(known.key)) for known in left
    ]
    return result


def _same(
    rows: Iterable[IncomingRow], asked: Iterable[KnownRow],
) -> list[tuple[IncomingRow, KnownRow]]:
    """Pairs with the same id, else with the same day and amount."""
    rows, asked = {row.position: row for row in rows}, {known.key: known for known in asked}
    pairs = []
    for look in (lambda each: main_id_key(each.transaction_id), day_and_amount):
        groups = bucket(asked.values(), look)
        for content, group in bucket(rows.values(), look).items():
            if content is not None and content in groups:
                pairs += pair_up(group, groups[content])
        for row, known in pairs:
            rows.pop(row.position, None)
            asked.pop(known.key, None)
    return pairs
