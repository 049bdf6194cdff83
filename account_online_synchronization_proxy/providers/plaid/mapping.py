"""Plaid's answers in the normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import normalize
from ..interface import Account, Balance, Counterparty, Institution, Transaction

ACCOUNT_TYPES = {
    'depository': 'checking',
    'credit': 'credit_card',
    'loan': 'loan',
    'investment': 'investment',
    'brokerage': 'investment',
}
SAVINGS = ('savings', 'money market', 'cd', 'hsa')
OWED = ('credit', 'loan')  # accounts whose balance is a debt


def institution(row: Mapping) -> Institution:
    """A bank; one bank may appear several times, for each of its portals."""
    logo = row.get('logo')
    return Institution(
        id=row['institution_id'],
        name=normalize.said(row, 'name'),
        countries=tuple(row.get('country_codes') or ()),
        logo_url=f'data:image/png;base64,{logo}' if logo else None,
        website=row.get('url'),
        account_types=('checking', 'savings', 'credit_card', 'loan'),
        history_days=730,
    )


def numbers_by_account(numbers: Mapping) -> dict[str, tuple[str, bool]]:
    """``account_id: (number, is_iban)``; a stand-in for the number identifies nothing."""
    found: dict[str, tuple[str, bool]] = {}
    for account_id, number, is_iban in _numbers(numbers):
        found.setdefault(account_id, (number, is_iban))
    return found


def _numbers(numbers: Mapping) -> Iterator[tuple[str, str, bool]]:
    for row in numbers.get('international') or ():
        yield row['account_id'], normalize.iban(row['iban']), True
    for row in numbers.get('bacs') or ():
        yield row['account_id'], f'{row["sort_code"]}-{row["account"]}', False
    for row in numbers.get('ach') or ():
        if not row.get('is_tokenized_account_number'):
            yield row['account_id'], f'{row["routing"]}-{row["account"]}', False
    for row in numbers.get('eft') or ():
        yield row['account_id'], f'{row["institution"]}-{row["branch"]}-{row["account"]}', False


def account(row: Mapping, numbers: Mapping[str, tuple[str, bool]]) -> Account:
    """An account; its id lasts as long as the login."""
    number, is_iban = numbers.get(row['account_id'], (None, False))
    kind = ACCOUNT_TYPES.get(row.get('type'), 'other')
    mask = row.get('mask')
    return Account(
        id=row['account_id'],
        name=normalize.text(row.get('name') or row.get('official_name')) or row['account_id'],
        currency=currency(row.get('balances')) or 'XXX',
        identity=number or normalize.text(row.get('persistent_account_id')),
        number=number or (f'…{mask}' if mask else None),
        iban=number if is_iban else None,
        type='savings' if row.get('subtype') in SAVINGS else kind,
        balance=balance(row),
    )


def currency(row: Mapping | None) -> str | None:
    """The ISO code, or the unofficial one of, say, a crypto-currency."""
    row = row or {}
    return row.get('iso_currency_code') or row.get('unofficial_currency_code')


def balance(row: Mapping) -> Balance | None:
    """The booked balance; what is owed on cards and loans counts as negative."""
    values = normalize.part(row, 'balances')
    return normalize.balance(
        normalize.amount(values.get('current'), negate=row.get('type') in OWED),
        currency(values),
        at=normalize.instant(values.get('last_updated_datetime')),
        available=normalize.amount(values.get('available')),
    )


def transaction(row: Mapping) -> Transaction:
    """A transaction; Plaid counts money that leaves as positive."""
    paid = normalize.part(row, 'payment_meta')
    is_pending = bool(row.get('pending'))
    return Transaction(
        id=normalize.text(row.get('transaction_id')),
        status='pending' if is_pending else 'booked',
        booking_date=normalize.day(row.get('date')),
        amount=normalize.amount(row.get('amount'), negate=True),
        currency=normalize.text(currency(row)),
        description=normalize.lines(
            row.get('original_description') or row.get('name') or row.get('merchant_name'),
            paid.get('reason'),
            paid.get('reference_number'),
        ),
        counterparty=_counterparty(row, paid),
        code=normalize.text(row.get('transaction_code')),
        pending_id=None if is_pending else normalize.text(row.get('pending_transaction_id')),
        raw=normalize.raw(row),
    )


def _counterparty(row: Mapping, paid: Mapping) -> Counterparty:
    first = normalize.first(row.get('counterparties'))
    numbers = normalize.part(first, 'account_numbers')
    iban = normalize.part(numbers, 'international')
    bacs = normalize.part(numbers, 'bacs')
    is_incoming = normalize.is_outgoing(row.get('amount'))  # for Plaid, incoming is negative
    party: Any = paid.get('payer' if is_incoming else 'payee')
    return Counterparty(
        name=normalize.text(party or row.get('merchant_name') or first.get('name')),
        account_number=normalize.iban(iban.get('iban')) or normalize.text(bacs.get('account')),
        bank_code=normalize.text(iban.get('bic') or bacs.get('sort_code')),
    )
