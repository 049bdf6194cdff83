"""What the interface says, in JSON (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from ..providers.interface import Balance, Page, Transaction
from .errors import CAUSES


def clean(value: Any) -> Any:
    """A JSON value that PostgreSQL can keep, whatever a bank sent: no NaN, NUL, half pairs."""
    if isinstance(value, str):
        return value.replace('\x00', '\ufffd').encode('utf-8', 'replace').decode('utf-8')
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {clean(str(name)): clean(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value):
        return {item.name: clean(getattr(value, item.name)) for item in fields(value)}
    return clean(str(value))


def transaction(row: Transaction) -> dict:
    """One transaction; values stay as the bank gave them."""
    return clean(row)


def balance(value: Balance | None) -> dict | None:
    """A balance, or None when the bank states none."""
    return clean(value) if value else None


def page(value: Page, *, cursor: str | None, id_grade: str, as_of: datetime) -> dict:
    """One page of transactions with the proxy's own cursor."""
    window = value.window
    return {
        'transactions': [transaction(row) for row in value.transactions],
        'cursor': cursor,
        'more': value.more,
        'removed': [clean(item) for item in value.removed],
        'window': window and {
            'date_from': window.date_from.isoformat(), 'date_to': window.date_to.isoformat(),
        },
        'balance': balance(value.balance),
        'id_grade': id_grade,
        'as_of': as_of.isoformat(),
    }


def failure(code: str, message: str | bool, reference: str | bool) -> dict:
    """A failure that was noted earlier, as the interface describes errors."""
    return {
        'code': code, 'message': message or code, 'reference': reference or None, 'until': None,
        'connect_url': None, 'account_id': None, 'provider_reference': None, 'reason': None,
        'cause': CAUSES.get(message),
    }


def instant(value: datetime | bool | None) -> str | None:
    """A stored (naive UTC) time as ISO with its zone."""
    return f'{value.isoformat()}+00:00' if value else None
