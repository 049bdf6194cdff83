"""Read the values of a request, or say which one is wrong (pure)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from .errors import invalid

LONGEST_TEXT = 500
_CONTROL = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff]')  # and halves of characters


def text(values: Mapping[str, Any], name: str, *, required=False, longest=LONGEST_TEXT) -> str:
    """A text on one line, without surrounding spaces; empty when it is absent."""
    value = values.get(name)
    if value is None:
        value = ''
    if not isinstance(value, str) or _CONTROL.search(value):
        raise invalid(f"“{name}” must be a text on one line.")
    value = value.strip()
    if required and not value:
        raise invalid(f"“{name}” is missing.")
    if len(value) > longest:
        raise invalid(f"“{name}” is longer than {longest} characters.")
    return value


def only_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """The values of a form without what its sender attached: none of our pages asks for files."""
    return {name: value for name, value in values.items() if isinstance(value, str)}


def choice(values: Mapping[str, Any], name: str, allowed, default: str | None = None) -> str:
    """One of a closed set of texts."""
    value = text(values, name) or default
    if value not in allowed:
        raise invalid(f"“{name}” must be one of: {', '.join(allowed)}.")
    return value


def integer(values: Mapping[str, Any], name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds; from a query it comes as text."""
    value = values.get(name, default)
    if isinstance(value, str) and re.fullmatch(r'\d{1,9}', value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise invalid(f"“{name}” must be a whole number from {lowest} to {highest}.")
    return value


def boolean(values: Mapping[str, Any], name: str, default=False) -> bool:
    """A truth value: JSON's own, or 0 and 1 in a query."""
    value = values.get(name, default)
    if isinstance(value, str) and value in ('0', '1'):
        return value == '1'
    if not isinstance(value, bool):
        raise invalid(f"“{name}” must be true or false (0 or 1 in a query).")
    return value


def iso_date(values: Mapping[str, Any], name: str) -> date | None:
    """A day such as 2026-03-01, or None when it is absent."""
    value = text(values, name)
    if not value:
        return None
    try:
        if len(value) != 10:
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError:
        raise invalid(f"“{name}” must be a day such as 2026-03-01.") from None


def country(values: Mapping[str, Any], name: str = 'country') -> str:
    """An ISO 3166 code in upper case; empty when it is absent."""
    value = text(values, name).upper()
    if value and not re.fullmatch(r'[A-Z]{2}', value):
        raise invalid(f"“{name}” must be a country code of two letters.")
    return value


def address(values: Mapping[str, Any], name: str) -> str:
    """An IP address; empty when it is absent."""
    value = text(values, name)
    try:
        return str(ipaddress.ip_address(value)) if value else ''
    except ValueError:
        raise invalid(f"“{name}” must be an IP address.") from None


def texts(values: Mapping[str, Any], name: str, most: int = 500) -> tuple[str, ...]:
    """A list of texts; empty when it is absent."""
    value = values.get(name) or []
    if not isinstance(value, list) or len(value) > most:
        raise invalid(f"“{name}” must be a list of at most {most} texts.")
    return tuple(text({name: item}, name, required=True) for item in value)


def language(tag: str | None) -> str:
    """An IETF or POSIX language tag that looks like one; else empty."""
    return tag if tag and re.fullmatch(r'[A-Za-z]{2,3}([-_@][A-Za-z0-9]{2,8}){0,3}', tag) else ''
