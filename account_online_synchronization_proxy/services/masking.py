"""Hide secrets in what is kept for support (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

MASK = '***'
LONGEST_TEXT = 4000  # characters kept of one request or answer
SHORTEST_SECRET = 6  # shorter values would blank out ordinary words
_SECRET_NAME = re.compile(
    r'secret|token|passw|passphrase|credential|authorization|signature|cookie|assertion|private'
    r'|api_?key|access_?key|connect_?url|subscription_?code|phone|^(code|pin|otp|key|state|mfa)$',
    re.IGNORECASE,
)
_BULKY = frozenset({'transactions', 'accounts', 'institutions', 'favourites', 'raw'})
_IBAN = re.compile(r'\b([A-Z]{2}\d{2})[A-Z0-9 ]{8,30}([A-Z0-9]{4})\b')


def secret_values(value: Any) -> set[str]:
    """All texts in a JSON value that are long enough to be searched for and hidden."""
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, str):
        return {value} if len(value) >= SHORTEST_SECRET else set()
    if isinstance(value, Iterable):
        return set().union(*(secret_values(item) for item in value))
    return set()


def mask(value: Any, secrets: Iterable[str] = ()) -> Any:
    """A copy of a JSON value without secrets, bulk and full account numbers.

    :param secrets: texts to hide wherever they stand.
    """
    if isinstance(value, dict):
        return {name: _mask_item(str(name), item, secrets) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [mask(item, secrets) for item in value]
    if isinstance(value, str):
        return mask_text(value, secrets)
    return value


def mask_text(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, and with account numbers shortened."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _IBAN.sub(r'\1…\2', text)


def masked_json(value: Any, secrets: Iterable[str] = ()) -> str:
    """The masked value as text, cut to a length that can be kept."""
    text = json.dumps(mask(value, secrets), ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_TEXT else f'{text[:LONGEST_TEXT]}…'


def _mask_item(name: str, value: Any, secrets: Iterable[str]) -> Any:
    if value and _SECRET_NAME.search(name) and not isinstance(value, bool):
        return MASK
    if name in _BULKY and isinstance(value, (list, tuple)):
        return f'[{len(value)} items]'
    return mask(value, secrets)
