"""The proof that nothing is missing: the bank's balance against the books, and where they part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from .order import by_balance
from .rows import State

COMBINED = 3  # so many unbooked rows at most are combined to explain a difference
SEARCHED = 60  # among so many rows; more say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One row of the feed or one line of the books, for the comparison of balances.

    ``booked``: it is in the books. ``balance_after``: what the bank reported after it. ``state``
    of the feed row: why it is not in the books. ``order``: its place within the day.
    """

    date: date
    amount: Decimal
    booked: bool = True
    balance_after: Decimal | None = None
    state: State | None = None
    order: int = 0
    key: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Bank minus books, and what is known about it.

    ``agreed_until``: last day after which both had the same balance; ``first_day``: first day
    on which they had not. Either is None when no running balance tells. ``explained_by``: rows
    that are not in the books and make up the whole difference, if there are any.
    """

    difference: Decimal
    agreed_until: date | None = None
    first_day: date | None = None
    explained_by: tuple[Moment, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the books are proven."""
        return not self.difference


def prove(
    bank_balance: Decimal, books: Decimal, days: Iterable[Sequence[Moment]],
    unbooked: Sequence[Moment] = (),
) -> Proof:
    """Compare the bank's booked balance with that of the books, and find where they part.

    ``days``: the moments of each day that has some, the newest day first; read only as far back
    as bank and books differ. ``unbooked``: all moments that are not in the books.
    """
    difference = bank_balance - books
    if not difference:
        return Proof(difference=difference)
    agreed_until, first_day = _parting(books, days)
    return Proof(
        difference=difference, agreed_until=agreed_until, first_day=first_day,
        explained_by=explain(difference, unbooked),
    )


def opening_balance(bank_balance: Decimal, amounts: Iterable[Decimal]) -> Decimal:
    """What the account held before everything that was received: proposed as the opening line."""
    return bank_balance - sum(amounts, Decimal(0))


def explain(
    difference: Decimal, unbooked: Sequence[Moment], searched: int = SEARCHED,
) -> tuple[Moment, ...]:
    """The fewest unbooked rows that make up the difference; all of them; or none.

    Rows that move nothing explain nothing. Among more than ``searched`` no choice is made.
    """
    moving = [each for each in unbooked if each.amount]
    if moving and sum(each.amount for each in moving) == difference:
        everything = tuple(moving)
    else:
        everything = ()
    if len(moving) <= searched:
        for count in range(1, COMBINED + 1):
            for chosen in combinations(moving, count):
                if sum(each.amount for each in chosen) == difference:
                    return chosen
    return everything


def _parting(
    books: Decimal, days: Iterable[Sequence[Moment]],
) -> tuple[date | None, date | None]:
    """Last day of agreement, first day of difference since, by the bank's running balances.

    Backwards from today: a difference that was settled long ago tells nothing about this one.
    """
    first_day = None
    for moments in days:
        rows = by_balance(sorted(moments, key=lambda each: (each.order, each.key)))
        first, last = rows[0], rows[-1]
        if last.balance_after is not None:
            if last.balance_after == books:
                return last.date, first_day
            first_day = last.date
        books -= sum(row.amount for row in rows if row.booked)
        if first.balance_after is not None:
            if first.balance_after - first.amount == books:
                return None, first_day or first.date
            first_day = first.date
    return None, first_day
