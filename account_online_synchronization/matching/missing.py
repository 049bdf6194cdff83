"""A fresh list of the bank against the books: what is not there, and why not.

The list is planned like any window; nothing of the plan is applied until the user has chosen.
"""

from enum import Enum
from typing import NamedTuple

from .outcome import Doubt, Plan, Why
from .rows import IncomingRow, InvalidRow, KnownRow, State


class Absence(str, Enum):
    """Why a transaction of the bank is not in the books."""

    MISSING = 'missing'  # simply not there
    BEFORE_START = 'before_start'  # dated before the first day to import
    LOCKED = 'locked'  # waits for a lock date to be lifted
    DELETED = 'deleted'  # a user deleted its line
    TO_REVIEW = 'to_review'  # a question about it is open
    QUARANTINED = 'quarantined'  # the bank sent it without a usable date, amount…
    PENDING = 'pending'  # announced, not booked


IMPORTABLE = frozenset({
    Absence.MISSING, Absence.BEFORE_START, Absence.DELETED, Absence.TO_REVIEW,
})
_OF_STATE = {
    State.IGNORED: Absence.DELETED,
    State.WAITING: Absence.LOCKED,
    State.TO_REVIEW: Absence.TO_REVIEW,
    State.QUARANTINED: Absence.QUARANTINED,
}


class Missing(NamedTuple):
    """A transaction that is not in the books; ``known`` is its feed row, if there is one.

    ``row`` is None for one that the fresh list did not bring but that may be booked now.
    """

    row: IncomingRow | InvalidRow | None
    known: KnownRow | None
    why: Absence

    @property
    def importable(self) -> bool:
        """Whether the user may have it imported now."""
        return self.why in IMPORTABLE


def find_missing(plan: Plan) -> list[Missing]:
    """Everything of a planned list that is not in the books, in the order of the list.

    What a line by hand stands for, what was sent twice, and questions about existing lines are
    in the books and not listed.
    """
    found = [
        Missing(item.row, item.known, Absence.MISSING) for item in plan.bookings
        if not item.known or item.known.state is not State.TO_IMPORT  # it comes by itself
    ]
    found += [Missing(item.row, item.known, Absence.LOCKED) for item in plan.waiting]
    found += [Missing(item.row, item.known, Absence.PENDING) for item in plan.pending]
    found += [Missing(item.row, item.known, Absence.QUARANTINED) for item in plan.quarantine]
    found += [
        Missing(item.row, None, Absence.BEFORE_START)
        for item in plan.skipped if item.why is Why.BEFORE_START
    ]
    found += [
        Missing(item.row, item.known, Absence.TO_REVIEW) for item in plan.reviews
        if item.doubt not in (Doubt.CHANGED, Doubt.REMOVED)
    ]
    found += [
        Missing(item.row, item.known, _OF_STATE[item.known.state]) for item in plan.same
        if not item.known.has_line and item.known.state in _OF_STATE
    ]
    return sorted(found, key=lambda each: each.row.position if each.row else -1)
