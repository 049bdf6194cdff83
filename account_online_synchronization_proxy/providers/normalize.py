"""Small pure functions that every connector's mapping is made of.

A value that makes no sense is passed on as the bank sent it: the database quarantines the row and
shows it. What is missing from the frame around the rows, however, is an error: a partial answer
must never pass for a complete one.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import CursorExpired, ErrorCode, ProviderError
from .interface import Account, Balance, Window

_DATE = re.compile(r'\d{4}-\d{2}-\d{2}')


def parsed(body: bytes) -> Any:
    """The JSON of a webhook; ``invalid_request`` when it is none."""
    try:
        return json.loads(body)
    except ValueError:
        raise ProviderError(ErrorCode.INVALID_REQUEST, "Webhook: the body is no JSON") from None


def take(body: Any, key: str, kind: type | tuple[type, ...] = object) -> Any:
    """``body[key]``, which the provider promised; a ``provider_error`` when it is not there."""
    value = body.get(key) if isinstance(body, Mapping) else None
    if value is None or not isinstance(value, kind):
        raise ProviderError(ErrorCode.PROVIDER_ERROR, f"The answer has no usable {key!r}")
    return value


def part(row: Any, key: str) -> Mapping:
    """``row[key]`` where it is an object, else an empty one: for optional parts of a row."""
    value = row.get(key) if isinstance(row, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def first(rows: Any) -> Mapping:
    """The first of a list of objects, else an empty one."""
    found = rows[0] if isinstance(rows, list) and rows else None
    return found if isinstance(found, Mapping) else {}


def amount(value: Any, *, negate: bool = False) -> str | None:
    """An amount as decimal text, never in exponent form."""
    number = _decimal(value)
    if number is None:
        return None if value is None else str(value)
    if negate and number:
        number = number.copy_negate()
    return format(number, 'f')


def balance(
    stated: str | None, currency: Any, *, at: datetime | None = None, available: str | None = None
) -> Balance | None:
    """A balance of amounts in the normal form; None when the bank states no sum of money."""
    if _decimal(stated) is None or not text(currency):
        return None
    known = None if _decimal(available) is None else available
    return Balance(stated, text(currency), at, known)


def directed(value: Any, *, outgoing: bool) -> str | None:
    """An amount whose direction is told apart from it: any sign of its own is ignored."""
    number = _decimal(value)
    if number is None:
        return amount(value)
    return amount(abs(number), negate=outgoing)


def is_outgoing(value: Any) -> bool:
    """True when a signed amount leaves the account."""
    number = _decimal(value)
    return number is not None and number < 0


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def day(value: Any) -> str | None:
    """The calendar day at the start of a date or a timestamp; other text as it is."""
    if not value:
        return None
    match = _DATE.match(str(value))
    return match.group() if match else str(value)


def unix(seconds: Any) -> datetime | None:
    """The instant of a Unix time; None for the zero that stands for "unknown"."""
    try:
        return datetime.fromtimestamp(int(seconds), timezone.utc) if seconds else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def utc_day(seconds: Any) -> str | None:
    """The UTC day of a Unix time; a value that is none stays as it is."""
    moment = unix(seconds)
    return moment.date().isoformat() if moment else text(seconds or None)


def instant(value: Any) -> datetime | None:
    """An aware UTC datetime from ISO text; text without zone is UTC."""
    try:
        parsed = datetime.fromisoformat(re.sub(r'[Zz]$', '+00:00', str(value)))
    except ValueError:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc)


def day_in_zone(value: Any, zone: tzinfo) -> str | None:
    """The calendar day in a zone: a late UTC hour can be the next day at the bank."""
    moment = instant(value) if value and 'T' in str(value) else None
    return moment.astimezone(zone).date().isoformat() if moment else day(value)


def end_of_day(value: Any) -> datetime | None:
    """The instant at which a balance "of this day" is true."""
    start = instant(value)
    return datetime.combine(start.date(), time.max, timezone.utc) if start else None


def first_of(rows: Iterable[Mapping], key: str, wanted: Iterable[str]) -> Mapping | None:
    """The row whose ``key`` is the earliest of the ``wanted`` values."""
    by_value = {row.get(key): row for row in reversed(list(rows))}
    return next((by_value[value] for value in wanted if value in by_value), None)


def text(value: Any) -> str | None:
    """Text that says something, else None."""
    return (str(value).strip() or None) if value is not None else None


def lines(*parts: Any) -> str:
    """Description lines in order; a part that repeats an earlier one says nothing new."""
    found: list[str] = []
    for item in parts:
        texts = [text(line) for line in (item if isinstance(item, (list, tuple)) else (item,))]
        found += [line for line in texts if line and line not in found]
    return '\n'.join(found)


def said(row: Mapping, key: str) -> str:
    """The text under ``key``, without which the row makes no sense; ValueError without it."""
    found = text(row.get(key))
    if not found:
        raise ValueError(f'no {key}')
    return found


def iban(value: Any) -> str | None:
    """An IBAN without spaces, upper case."""
    return re.sub(r'\s', '', str(value)).upper() or None if value else None


def distinct(accounts: list[Account]) -> list[Account]:
    """The accounts; an identity that two of them share identifies neither."""
    seen = Counter((item.identity, item.currency) for item in accounts)
    return [
        replace(item, identity=None) if seen[item.identity, item.currency] > 1 else item
        for item in accounts
    ]


def raw(row: Any) -> Any:
    """The row as JSON can hold it: decimals as text, so that no digit is lost."""
    return json.loads(json.dumps(row, default=str))


def pack(**state: Any) -> str:
    """A cursor of ours: opaque text for everybody else."""
    content = json.dumps(state, default=str, separators=(',', ':'))
    return base64.urlsafe_b64encode(content.encode()).decode()


def unpack(cursor: str) -> dict[str, Any]:
    """What :func:`pack` put into the cursor."""
    try:
        state = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        raise CursorExpired from None
    if not isinstance(state, dict):
        raise CursorExpired
    return state


def covered(
    since: date | None, oldest: str | None, until: date, *, promised_days: int | None = None
) -> Window | None:
    """The days that an answer proves, when a bank may hold less history than was asked for.

    :param oldest: earliest booking date in the answer; its own day may be cut and does not count.
    :param promised_days: history that is certain to be served, whatever the answer holds.
    """
    starts = []
    if promised_days is not None:
        starts.append(until - timedelta(days=promised_days))
    if oldest and _DATE.fullmatch(oldest):
        starts.append(date.fromisoformat(oldest) + timedelta(days=1))
    if not starts:
        return None
    start = max(filter(None, (since, min(starts))))
    return Window(start, until) if start <= until else None


def earliest(days: Iterable[str | None]) -> str | None:
    """The earliest of the well-formed dates."""
    return min((d for d in days if d and _DATE.fullmatch(d)), default=None)
