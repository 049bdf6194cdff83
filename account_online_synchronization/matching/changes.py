"""What a recognised row says now, compared with what is remembered of it.

A row that has a line keeps it as it is: another amount, day or (without any other proof) text
becomes a question, asked once per version. A row without a line takes over what the bank says.
"""

from collections.abc import Mapping
from typing import Any

from .bench import Bench, Match
from .keys import content_key, identity_keys, only_ids
from .outcome import Doubt, Review, Same, Why
from .pairing import alike
from .rows import IncomingRow, KnownRow, State

CHANGED, REMOVED = 'changed', 'removed'
_CERTAIN = (Why.SAME_ID, Why.RENAMED, Why.NEW_CONSENT, Why.OTHER_PROVIDER)
_COMPARED = ('booking_date', 'value_date', 'description', 'counterparty', 'balance_after')


def same(match: Match, bench: Bench, proven: bool) -> tuple[Same, Review | None]:
    """The match as an item of the plan, and the question that it raises.

    ``proven``: the balances of bank and books agree, so a text may differ without a question.
    """
    row, known, why = match
    as_booked, is_back = _is_as_booked(row, known), REMOVED in known.raised
    differs = known.has_line and (_differs(match, proven) or (is_back and not as_booked))
    token = f'{CHANGED}:{content_key(row)}'
    keys, review = identity_keys(row, bench.policy.key_version), None
    if differs and (is_back or token not in known.raised):
        review = Review(doubt=Doubt.CHANGED, token=token, row=row, known=known)
    if _is_for_now(why, bench):
        return Same(row=row, known=known, why=why, remember=False), None
    item = Same(
        row=row, known=known, why=why, updates=_updates(row, known),
        new_keys=(only_ids(keys) if differs else keys) - known.aliases,
        adopt=not known.has_line and (
            known.state is not State.IGNORED or row.amount != known.amount),
        settled=known.has_line and bool(known.raised)
        and (is_back or (as_booked and not differs)),
    )
    return item, review


def _is_for_now(why: Why, bench: Bench) -> bool:
    """Whether the next complete window decides; a feed by cursor never lists everything."""
    window = bench.window
    is_part = not (window.complete or window.log or window.incremental)
    return (why is Why.OTHER_PROVIDER and is_part) or (why is Why.ASKED and not window.complete)


def _differs(match: Match, proven: bool) -> bool:
    row, known, why = match
    if row.amount != known.amount:
        return True
    if why is Why.OTHER_PROVIDER:
        return False
    filled_in = row.booking_date is None or known.booking_date is None
    moved = row.day not in (known.day, known.date)
    if moved and not (filled_in and row.value_date == known.value_date):
        return True
    seen = content_key(row) in known.aliases
    return not alike(row, known) and not seen and not proven and why not in _CERTAIN


def _is_as_booked(row: IncomingRow, known: KnownRow) -> bool:
    """Whether the question can be withdrawn: the row is listed, and as it was."""
    asked_for_change = any(token.startswith(CHANGED) for token in known.raised)
    return row.date == known.date or not asked_for_change


def _updates(row: IncomingRow, known: KnownRow) -> Mapping[str, Any]:
    """Fields that the bank fills in or words differently now; nothing that it leaves out."""
    updates = {
        name: getattr(row, name) for name in _COMPARED
        if getattr(row, name) not in (None, '', getattr(known, name))
    }
    return {**updates, 'duplicate_hint': True} if row.duplicate_hint else updates
