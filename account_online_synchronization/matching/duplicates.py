"""Which lines of the books may be there twice. Found for the user to decide, never acted upon."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from .keys import main_id_key
from .pairing import bucket
from .text import squeezed


class By(str, Enum):
    """What the suspicion rests on, the strongest first."""

    ID = 'id'  # the bank gave both the same id
    HINT = 'hint'  # the provider itself suspects it
    CONTENT = 'content'  # same day, amount and counterparty account


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLine:
    """A line of the books. ``key`` ascends with the age of its making."""

    key: int
    date: date
    amount: Decimal
    transaction_id: str | None = None
    account_number: str = ''
    balance_after: Decimal | None = None
    duplicate_hint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Lines that may be one: ``first`` is the one to keep, ``others`` may go.

    ``contradicted``: the bank reported different balances after them, so that they are several
    transactions if the bank is right.
    """

    by: By
    first: BookedLine
    others: tuple[BookedLine, ...]
    contradicted: bool = False


def find_duplicates(lines: Iterable[BookedLine]) -> list[Suspicion]:
    """Suspicions, the strongest first; each line is in one of them at most."""
    left = {line.key: line for line in sorted(lines, key=lambda line: line.key)}
    found = []
    for by, look in (
        (By.ID, _id_and_amount), (By.HINT, _day_and_amount), (By.CONTENT, _content),
    ):
        for group in _groups(left.values(), look):
            if by is By.HINT and not any(line.duplicate_hint for line in group):
                continue
            first, *others = sorted(group, key=lambda line: (line.duplicate_hint, line.key))
            found.append(Suspicion(
                by=by, first=first, others=tuple(others), contradicted=_contradicted(group),
            ))
            for line in group:
                del left[line.key]
    return found


def _groups(lines: Iterable[BookedLine], look: Callable[[BookedLine], Hashable | None]):
    buckets = bucket(lines, look)
    return [
        group for seen, group in sorted(buckets.items(), key=lambda each: each[1][0].key)
        if seen is not None and len(group) > 1
    ]


def _id_and_amount(line: BookedLine) -> Hashable | None:
    """An id that is used for different amounts is no sign of a duplicate."""
    key = main_id_key(line.transaction_id)
    return (key, line.amount, line.date) if key else None


def _day_and_amount(line: BookedLine) -> Hashable:
    return (line.date, line.amount)


def _content(line: BookedLine) -> Hashable:
    return (line.date, line.amount, squeezed(line.account_number))


def _contradicted(group: Iterable[BookedLine]) -> bool:
    balances = [line.balance_after for line in group]
    return None not in balances and len(set(balances)) == len(balances)
