"""Versioned identity keys: under which names a feed transaction is remembered.

A key reads ``v<version>:<kind>:<value>``. A better way to make keys is added as a new version;
old keys stay valid for ever, so that an upgrade never makes a known row look new:

====  ======================================================================================
v1    the id as the bank writes it, without the white space around it
v2    the id without any white space (banks add and drop blanks inside of ids)
====  ======================================================================================

Keys are scoped by the account they are stored under, never by a session or a consent, and are
never compared between accounts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .rows import IncomingRow, InvalidRow, KnownRow
from .text import fingerprint

CURRENT_VERSION = 2
_ID_FORMS = {
    1: lambda value: value.strip(),
    2: lambda value: ''.join(value.split()),
}


def clean_id(value: Any) -> str | None:
    """An id as text without white space around it; None when there is none (null, blank)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def id_keys(transaction_id: str | None, version: int = CURRENT_VERSION) -> frozenset[str]:
    """The keys of one id in every version up to ``version``; none for a missing id."""
    if not clean_id(transaction_id):
        return frozenset()
    return frozenset(
        f'v{number}:id:{form(transaction_id)}'
        for number, form in _ID_FORMS.items() if number <= version
    )


def main_id_key(transaction_id: str | None) -> str | None:
    """The one key, in the current version, that tells whether two ids are equal."""
    if not clean_id(transaction_id):
        return None
    return f'v{CURRENT_VERSION}:id:{_ID_FORMS[CURRENT_VERSION](transaction_id)}'


def content_key(row: IncomingRow | KnownRow) -> str:
    """What the bank says of a row (day, amount, currency, text), as one key."""
    amount = '' if row.amount is None else format((row.amount + 0).normalize(), 'f')
    parts = (str(row.date or ''), amount, row.currency, fingerprint(row.description))
    return f'v1:content:{_digest(parts)}'


def raw_key(raw: Mapping[str, Any]) -> str:
    """The whole raw row, for a row that can't be read otherwise."""
    text = json.dumps(raw, sort_keys=True, default=str, ensure_ascii=False)
    return f'v1:raw:{_digest((text,))}'


def identity_keys(
    row: IncomingRow | InvalidRow, version: int = CURRENT_VERSION,
) -> frozenset[str]:
    """All keys to remember a row by: its id in every version, and its content."""
    by_id = id_keys(row.transaction_id, version)
    if isinstance(row, InvalidRow):
        return by_id | {raw_key(row.raw)}
    return by_id | {content_key(row)}


def only_ids(keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys that are made of ids."""
    return frozenset(key for key in keys if key.split(':', 2)[1] == 'id')


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256('\x1f'.join(parts).encode()).hexdigest()[:32]
