"""From the proxy's JSON transaction to a row that can be reasoned about, or to its defects.

Nothing is repaired that changes what the bank said: a row that has no usable date, amount,
currency or status is invalid, with every reason, and is kept as it came.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from .keys import clean_id
from .rows import Counterparty, Foreign, IncomingRow, InvalidRow, Reason, References, Status
from .text import storable

MAX_DIGITS = 14  # more are lost where Odoo rounds an amount, decimals included
EARLIEST = date(1970, 1, 1)
FUTURE_DAYS = 366
_NUMBER = re.compile(r'[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?', re.ASCII)
_DATE = re.compile(r'\d{4}-\d{2}-\d{2}', re.ASCII)
_CURRENCY = re.compile(r'[A-Z]{3}', re.ASCII)
_NO_CURRENCY = frozenset({'XXX', 'XTS'})
_NO_REFERENCES = References()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What rows of one account must agree with.

    ``decimal_places``: those of the account's currency. ``zone``: the account's time zone, for
    instants (a plain date is never converted). ``identifier``: the account's own name at the
    provider, when rows say which account they belong to. ``shared``: see ``once``.
    """

    currency: str
    today: date
    decimal_places: int = 2
    zone: tzinfo | None = None
    identifier: str | None = None
    shared: dict = field(default_factory=dict, compare=False, repr=False)

    def once(self, value: Hashable) -> Any:
        """An equal value that another row has already: days and payers repeat by the thousand."""
        return self.shared.setdefault(value, value)


class _Defects(list):
    def add(self, code: str, field: str, value: Any = '') -> None:
        self.append(Reason(code, field, str(value)[:200]))


def normalize(
    raw: Mapping[str, Any], account: AccountFacts, position: int, page: int = 0,
) -> IncomingRow | InvalidRow:
    """Read one transaction of the proxy's interface.

    Reason codes: ``not_an_object``, ``missing``, ``not_a_number``, ``too_precise``,
    ``too_large``, ``not_a_date``, ``out_of_range``, ``not_a_currency``, ``other_currency``,
    ``unknown_status``, ``other_account``.
    """
    if not isinstance(raw, Mapping):
        reason = Reason('not_an_object', '', type(raw).__name__)
        return InvalidRow(position=position, page=page, reasons=(reason,), raw={'value': raw})
    defects = _Defects()
    raw = storable(raw)
    status = _status(raw, defects)
    booking_date, value_date = _dates(raw, status, account, defects)
    amount = _amount(raw, 'amount', account, defects)
    currency = _currency(raw, account, defects)
    owner = clean_id(raw.get('account_id'))
    if owner and account.identifier and owner != account.identifier:
        defects.add('other_account', 'account_id', owner)
    transaction_id = clean_id(raw.get('id'))
    if defects:
        return InvalidRow(
            position=position, page=page, reasons=tuple(defects),
            transaction_id=transaction_id, raw=raw, booking_date=booking_date,
            value_date=value_date, amount=amount if currency == account.currency else None,
        )
    return IncomingRow(
        position=position, page=page, status=status, raw=raw,
        transaction_id=transaction_id, pending_id=clean_id(raw.get('pending_id')),
        duplicate_hint=raw.get('duplicate') is True,
        booking_date=booking_date, value_date=value_date, amount=amount,
        currency=account.once(currency),
        balance_after=_amount(raw, 'balance_after', account, _Defects()),
        code=account.once(_text(raw.get('code'))), description=_text(raw.get('description')),
        counterparty=account.once(
            Counterparty(*_texts(raw.get('counterparty'), Counterparty._fields))),
        references=_references(raw.get('references')),
        foreign=_foreign(raw.get('foreign')),
    )


def to_number(value: Any) -> Decimal | None:
    """A finite decimal from a JSON value; None for anything else (NaN, ``1,5``, true…)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def to_day(value: Any, zone: tzinfo | None = None) -> date | None:
    """A date from ``2026-03-29`` as it stands, or from an instant in the account's zone.

    Without a zone an instant counts on the day that it is written with.
    """
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str):
        return None
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text.replace('Z', '+00:00'))
    except ValueError:
        return None
    if zone is not None and instant.tzinfo is not None:
        instant = instant.astimezone(zone)
    return instant.date()


def _status(raw: Mapping, defects: _Defects) -> Status | None:
    try:
        return Status(raw.get('status'))
    except ValueError:
        defects.add('unknown_status', 'status', raw.get('status'))
        return None


def _dates(
    raw: Mapping, status: Status | None, account: AccountFacts, defects: _Defects,
) -> tuple[date | None, date | None]:
    """Booking and value date. A value date that can't be read matters only if nothing else can."""
    booking_date = _day(raw, 'booking_date', account, defects)
    doubtful = _Defects()
    value_date = _day(raw, 'value_date', account, doubtful)
    if not booking_date:
        defects.extend(doubtful)
    if not (booking_date or value_date or defects or status is Status.PENDING):
        defects.add('missing', 'booking_date')
    return booking_date, value_date


def _day(raw: Mapping, name: str, account: AccountFacts, defects: _Defects) -> date | None:
    value = raw.get(name)
    if value is None or value == '':
        return None
    day = to_day(value, account.zone)
    if day is None:
        defects.add('not_a_date', name, value)
    elif day < EARLIEST or (day - account.today).days > FUTURE_DAYS:
        defects.add('out_of_range', name, value)
        return None
    return day and account.once(day)


def _amount(
    raw: Mapping, name: str, account: AccountFacts, defects: _Defects,
) -> Decimal | None:
    value = raw.get(name)
    if value is None or value == '':
        defects.add('missing', name)
        return None
    number = to_number(value)
    if number is None:
        defects.add('not_a_number', name, value)
    elif abs(number) >= Decimal(10) ** (MAX_DIGITS - account.decimal_places):
        defects.add('too_large', name, value)
    elif number != round(number, account.decimal_places):
        defects.add('too_precise', name, value)
    else:
        return number
    return None


def _currency(raw: Mapping, account: AccountFacts, defects: _Defects) -> str:
    currency = _text(raw.get('currency'))
    if not currency:
        defects.add('missing', 'currency')
    elif not _CURRENCY.fullmatch(currency) or currency in _NO_CURRENCY:
        defects.add('not_a_currency', 'currency', currency)
    elif currency != account.currency:
        defects.add('other_currency', 'currency', currency)
    return currency


def _text(value: Any) -> str:
    """Text of a JSON value; several parts are joined in their order."""
    if isinstance(value, list | tuple):
        return ' '.join(part for part in map(_text, value) if part)
    return '' if value is None or isinstance(value, Mapping) else str(value).strip()


def _texts(value: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    source = value if isinstance(value, Mapping) else {}
    return tuple(_text(source.get(name)) for name in names)


def _references(value: Any) -> References:
    texts = _texts(value, References._fields)
    return References(*texts) if any(texts) else _NO_REFERENCES


def _foreign(value: Any) -> Foreign | None:
    """The original amount, only if amount and currency are both known; never converted."""
    if not isinstance(value, Mapping):
        return None
    amount, currency = to_number(value.get('amount')), _text(value.get('currency'))
    if amount is None or not _CURRENCY.fullmatch(currency) or currency in _NO_CURRENCY:
        return None
    rate = to_number(value.get('rate'))
    return Foreign(amount, currency, rate if rate and rate > 0 else None)
