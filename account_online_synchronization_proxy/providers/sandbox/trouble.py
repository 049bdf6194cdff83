"""Banks that are not perfect: entries that come late, change, vanish, or are shown wrong.

Which entries are concerned follows from their keys, so that it never depends on when one looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from .dice import dice as seeded
from .model import BankAccount, Edit, Entry, Flaw

FLAWS = ('no_date', 'nan', 'unknown_currency', 'absurd_amount', 'absurd_date', 'no_amount')
CORRECTED_AFTER = timedelta(days=7)
HIDDEN_CODE = 'ACMT-MCOP-CHRG'  # once a quarter, the bank's fee is counted but never shown


def _flaws(entry: Entry, dice: Random) -> Entry:
    if dice.random() > 0.08:
        return entry
    return replace(entry, flaw=Flaw(dice.choice(FLAWS), entry.booked_at + CORRECTED_AFTER))


def _edits(entry: Entry, dice: Random) -> Entry:
    """One in ten is changed, one in twelve vanishes, some days after the bank booked it."""
    at = entry.booked_at + timedelta(days=dice.randrange(1, 6))
    fate = dice.random()
    if fate < 0.06:
        return replace(entry, edit=Edit(at, entry.cents, f'{entry.description} (corrected)'))
    if fate < 0.10:
        return replace(entry, edit=Edit(at, entry.cents - 100, entry.description))
    if fate < 0.18:
        return replace(entry, removed_at=at)
    return entry


def _late(entry: Entry, dice: Random) -> Entry:
    if dice.random() > 0.12:
        return entry
    return replace(
        entry, booked_at=entry.booked_at + timedelta(days=dice.randrange(2, 13)), hold=None
    )


def _hidden(entry: Entry, dice: Random) -> Entry:
    return replace(entry, hidden=entry.code == HIDDEN_CODE and entry.booking_date.month % 3 == 1)


def _unbooked(entry: Entry, dice: Random) -> Entry:
    """Held, and never booked: nobody will see the day on which it would be."""
    never = entry.booked_at + timedelta(days=36_500)
    return replace(entry, booked_at=never, removed_at=never)


_TROUBLES: dict[str, Callable[[Entry, Random], Entry]] = {
    'flaws': _flaws,
    'edits': _edits,
    'late': _late,
    'hidden': _hidden,
    'unbooked': _unbooked,
}


def troubled(account: BankAccount, entry: Entry) -> Entry:
    """The entry, with what this institution does to it."""
    if account.trouble is None:
        return entry
    dice = seeded(account.seed, account.institution_id, account.key, entry.key, account.trouble)
    return _TROUBLES[account.trouble](entry, dice)
