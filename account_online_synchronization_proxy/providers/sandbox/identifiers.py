"""The ids under which the sandbox's banks show their entries: from stable to none at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from .model import BankAccount, Entry

LATE_ID_HOURS = 24
BLANKS = (None, '', ' ', '  ')


def stable_hash(*parts: object) -> str:
    """A short text that is the same for the same parts, for ever."""
    return hashlib.sha256('/'.join(str(part) for part in parts).encode()).hexdigest()[:20]


def _entry_hash(account: BankAccount, entry: Entry, consent: int | str = '') -> str:
    bank = (account.seed, account.institution_id, account.country)
    return stable_hash(*bank, account.key, entry.key, consent)


def entry_id(account: BankAccount, entry: Entry, consent: int | str = '') -> str:
    """The id of a perfect bank: unique in the account, and stable."""
    return f'tx_{_entry_hash(account, entry, consent)}'


def hold_id(account: BankAccount, entry: Entry) -> str:
    """The id that an entry has while it is pending."""
    return f'hold_{_entry_hash(account, entry)}'


def booked_ids(
    mode: str, account: BankAccount, consent: int, entries: Sequence[Entry], now: datetime
) -> list[str | None]:
    """The ids of booked entries that come in the order of booking, whole days at a time."""
    match mode:
        case 'stable':
            return [entry_id(account, entry) for entry in entries]
        case 'consent':
            return [entry_id(account, entry, consent) for entry in entries]
        case 'late':
            known = now - timedelta(hours=LATE_ID_HOURS)
            return [
                entry_id(account, entry) if entry.booked_at <= known else None for entry in entries
            ]
        case 'positional':
            return _newest_first(entries)
        case 'daily':
            return _numbered(entries, '%Y%m%d')
        case 'yearly':
            return _numbered(entries, '%m%d')
        case 'repeated':
            return [f'REF{_number(account, entry) % 60:02d}' for entry in entries]
        case 'blank':
            return [BLANKS[_number(account, entry) % len(BLANKS)] for entry in entries]
        case 'absent':
            return [None] * len(entries)
    raise ValueError(f'The sandbox knows no ids of the kind {mode!r}')


def _number(account: BankAccount, entry: Entry) -> int:
    return int(_entry_hash(account, entry), 16)


def _numbered(entries: Sequence[Entry], day_format: str) -> list[str | None]:
    seen: Counter[str] = Counter()
    ids: list[str | None] = []
    for entry in entries:
        day = entry.booking_date.strftime(day_format)
        seen[day] += 1
        ids.append(f'{day}-{seen[day]}')
    return ids


def _newest_first(entries: Sequence[Entry]) -> list[str | None]:
    """The newest entry of a day is number 0, so that each new one renumbers the others."""
    seen: Counter[str] = Counter()
    ids: list[str | None] = []
    for entry in reversed(entries):
        day = str(entry.booking_date)
        ids.append(f'{day}.{seen[day]}')
        seen[day] += 1
    return ids[::-1]
