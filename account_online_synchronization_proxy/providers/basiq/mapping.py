"""Basiq's answers in the normal form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from .. import normalize
from ..interface import (
    Account,
    Balance,
    Counterparty,
    Institution,
    References,
    Transaction,
    Window,
)

COUNTRIES = {'Australia': 'AU', 'New Zealand': 'NZ'}
ACCOUNT_TYPES = {
    'transaction': 'checking',
    'savings': 'savings',
    'term-deposit': 'savings',
    'credit-card': 'credit_card',
    'mortgage': 'loan',
    'loan': 'loan',
    'investment': 'investment',
    'insurance': 'investment',
    'foreign': 'checking',
}


def banks(connectors: Iterable[Mapping], *, production: bool) -> Iterator[list[Mapping]]:
    """The connectors of each bank: it has one for each way to reach it."""
    by_bank: dict[str, list[Mapping]] = {}
    for row in connectors:
        if row.get('stage') != 'alpha':
            by_bank.setdefault(row.get('id'), []).append(row)
    for rows in by_bank.values():
        if not (production and normalize.part(rows[0], 'institution').get('type') == 'Test Bank'):
            yield rows


def institution(rows: list[Mapping]) -> Institution:
    """A bank."""
    bank = normalize.part(rows[0], 'institution')
    logo = normalize.part(normalize.part(bank, 'logo'), 'links')
    needs_code = [normalize.part(row, 'authorization').get('type') == 'user-mfa' for row in rows]
    return Institution(
        id=rows[0]['id'],
        name=normalize.said(bank, 'name'),
        countries=tuple(filter(None, [COUNTRIES.get(bank.get('country'))])),
        logo_url=logo.get('square') or logo.get('full'),
        beta=all(row.get('stage') != 'live' for row in rows),
        account_types=('checking', 'savings', 'credit_card', 'loan'),
        unattended=not all(needs_code),
    )


def account(row: Mapping) -> Account:
    """An account; cards show a masked number, which identifies nothing."""
    number = normalize.text(row.get('unmaskedAccNum') or row.get('accountNo'))
    digits = (number or '').replace(' ', '').replace('-', '')
    is_whole = digits.isdigit() and len(digits) >= 6
    kind = normalize.part(row, 'class').get('type')
    return Account(
        id=row['id'],
        name=normalize.text(row.get('name')) or number or row['id'],
        currency=row['currency'],
        identity=f'{row.get("institution")}:{digits}' if is_whole else None,
        number=number or normalize.text(row.get('maskedNumber')),
        type=ACCOUNT_TYPES.get(kind, 'other'),
        owner=normalize.text(row.get('accountHolder')),
        balance=balance(row),
        closed=row.get('status') == 'unavailable',
    )


def balance(row: Mapping) -> Balance | None:
    """The balance without pending rows."""
    return normalize.balance(
        normalize.amount(row.get('balance')),
        row['currency'],
        at=normalize.instant(row.get('lastUpdated')),
        available=normalize.amount(row.get('availableFunds')),
    )


def window(row: Mapping, since: date | None) -> Window | None:
    """The wanted days as far as the account's latest interval covers them."""
    spans = [
        (normalize.day(span.get('from')), normalize.day(span.get('to')))
        for span in row.get('transactionIntervals') or ()
    ]
    if not spans:
        return None
    start, end = max(spans, key=lambda span: span[1])
    first = max(filter(None, [since, date.fromisoformat(start)]))
    last = date.fromisoformat(end)
    return Window(first, last) if first <= last else None


def transaction(row: Mapping) -> Transaction:
    """A transaction; pending rows get a new id with every refresh."""
    status = 'pending' if row.get('status') == 'pending' else 'booked'
    bpay = normalize.part(normalize.part(row, 'paymentDetails'), 'bpay')
    merchant = normalize.part(normalize.part(row, 'enrich'), 'merchant')
    return Transaction(
        id=normalize.text(row.get('id')) if status == 'booked' else None,
        status=status,
        booking_date=normalize.day(row.get('postDate') or row.get('transactionDate')),
        amount=normalize.amount(row.get('amount')),
        currency=normalize.text(row.get('currency')),
        description=normalize.lines(row.get('description'), row.get('reference')),
        counterparty=Counterparty(
            name=normalize.text(merchant.get('businessName') or bpay.get('billerName'))
        ),
        references=References(structured=normalize.text(bpay.get('crn'))),
        balance_after=_balance_after(row),
        code=normalize.text(normalize.part(row, 'subClass').get('code') or row.get('class')),
        raw=normalize.raw(row),
    )


def _balance_after(row: Mapping) -> str | None:
    value = normalize.amount(row.get('balance'))
    return None if value == '0.00' else value  # stands for "not known" at many banks


def expiry(row: Mapping) -> datetime | None:
    """When a consent or an open-banking connection ends."""
    return normalize.instant(row.get('expiryDate'))
