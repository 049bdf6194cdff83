"""The balance as the bank states it, as far as books can be compared with it (pure)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ..matching.normalize import to_number
from ..proxy_client.errors import parse_instant


class BankBalance(NamedTuple):
    """``amount`` and ``available`` in the account's currency; ``at`` is naive UTC, None: now."""

    amount: Decimal
    at: datetime | None
    available: Decimal | None


def read_balance(told: Mapping[str, Any] | None, currency: str) -> BankBalance | None:
    """None when the bank tells no balance, one that is no number, or one in another currency."""
    told = told or {}
    amount = to_number(told.get('amount'))
    if amount is None or told.get('currency') not in (None, currency):
        return None
    return BankBalance(amount, parse_instant(told.get('at')), to_number(told.get('available')))
