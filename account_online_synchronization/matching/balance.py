"""The proof that nothing is missing: the bank's balance against the books, and where they part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, groupby

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
    bank_balance: Decimal, opening: Decimal, moments: Iterable[Moment],
) -> Proof:
    """Compare the bank's booked balance with ``opening`` plus all booked moments."""
    moments = sorted(moments, key=lambda each: (each.date, each.order, each.key))
    books = opening + sum(each.amount for each in moments if each.booked)
    difference = bank_balance - books
    if not difference:
        return Proof(difference=difference)
    agreed_until, first_day = _parting(opening, moments)
    return Proof(
        difference=difference, agreed_until=agreed_until, first_day=first_day,
        explained_by=explain(difference, [each for each in moments if not each.booked]),
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


def _parting(opening: Decimal, moments: Sequence[Moment]) -> tuple[date | None, date | None]:
    """Last day of agreement, first day of difference, by the bank's running balances."""
    books, agreed_until = opening, None
    for day, group in groupby(moments, key=lambda each: each.date):
        rows = by_balance(list(group))
        reported = [row for row in rows if row.balance_after is not None]
        if reported and reported[0] is rows[0]:
            before = reported[0].balance_after - reported[0].amount
            if before != books:
                return agreed_until, day
        books += sum(row.amount for row in rows if row.booked)
        if reported and reported[-1] is rows[-1]:
            if reported[-1].balance_after != books:
                return agreed_until, day
            agreed_until = day
    return agreed_until, None
