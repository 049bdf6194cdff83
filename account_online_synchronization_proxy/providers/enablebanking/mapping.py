"""Enable Banking's answers in the normal form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import normalize
from ..interface import (
    Account,
    Balance,
    Counterparty,
    ForeignAmount,
    Institution,
    References,
    Transaction,
)

ACCOUNT_TYPES = {
    'CACC': 'checking',
    'SVGS': 'savings',
    'CARD': 'credit_card',
    'LOAN': 'loan',
    'CASH': 'cash',
    'OTHR': 'other',
}
BOOKED = ('CLBD', 'ITBD', 'OPBD', 'XPCD')
AVAILABLE = ('ITAV', 'CLAV', 'FWAV')
STATUSES = {'BOOK': 'booked', 'PDNG': 'pending', 'HOLD': 'pending', 'OTHR': 'pending'}


def institution(row: Mapping) -> Institution:
    """A bank; its name and country together are its only identity."""
    types = row.get('psu_types') or ()
    return Institution(
        id=f'{row["country"]}|{row["name"]}',
        name=normalize.said(row, 'name'),
        countries=(row['country'],),
        bics=tuple(filter(None, [normalize.text(row.get('bic'))])),
        logo_url=row.get('logo'),
        beta=bool(row.get('beta')),
        audience=types[0] if len(types) == 1 else 'both',
    )


def account_key(row: Mapping) -> str:
    """Our id: the ``uid`` changes with each consent; currencies of one account share the hash."""
    return f'{row.get("identification_hash")}|{row.get("currency")}'


def account(row: Mapping) -> Account:
    """An account; one without ``uid`` is blocked or closed and cannot be read."""
    numbers = normalize.part(row, 'account_id')
    iban = normalize.iban(numbers.get('iban'))
    other = normalize.text(normalize.part(numbers, 'other').get('identification'))
    name = row.get('details') or row.get('product') or row.get('name')
    return Account(
        id=account_key(row),
        name=normalize.text(name) or iban or other or account_key(row),
        currency=row['currency'],
        identity=iban or row.get('identification_hash'),
        number=iban or other,
        iban=iban,
        type=ACCOUNT_TYPES.get(row.get('cash_account_type'), 'other'),
        owner=normalize.text(row.get('name')),
        closed=not row.get('uid'),
    )


def balance(rows: list[Mapping]) -> Balance | None:
    """The most settled of the balances that the bank states."""
    found = normalize.first_of(rows, 'balance_type', BOOKED) or {}
    money = normalize.part(found, 'balance_amount')
    available = normalize.first_of(rows, 'balance_type', AVAILABLE)
    return normalize.balance(
        normalize.amount(money.get('amount')),
        money.get('currency'),
        at=normalize.instant(found.get('last_change_date_time'))
        or normalize.end_of_day(found.get('reference_date')),
        available=normalize.amount(normalize.part(available, 'balance_amount').get('amount')),
    )


def is_transaction(row: Mapping) -> bool:
    """Scheduled, cancelled and rejected payments are none."""
    return row.get('status') not in ('SCHD', 'CNCL', 'RJCT')


def transaction(row: Mapping) -> Transaction:
    """A transaction; ``transaction_id`` is only a handle and may change between two reads."""
    status = STATUSES.get(normalize.text(row.get('status')), 'pending')
    money = normalize.part(row, 'transaction_amount')
    indicator = row.get('credit_debit_indicator')
    outgoing = indicator == 'DBIT'
    signed = normalize.directed(money.get('amount'), outgoing=outgoing)
    return Transaction(
        id=normalize.text(row.get('entry_reference')) if status == 'booked' else None,
        status=status,
        booking_date=normalize.day(row.get('booking_date') or row.get('value_date')),
        value_date=normalize.day(row.get('value_date')),
        amount=signed if indicator in ('CRDT', 'DBIT') else None,  # never guess a direction
        currency=normalize.text(money.get('currency')),
        description=normalize.lines(row.get('remittance_information'), row.get('note')),
        counterparty=_counterparty(row, 'creditor' if outgoing else 'debtor'),
        references=References(structured=normalize.text(row.get('reference_number'))),
        foreign=_foreign(normalize.part(row, 'exchange_rate'), money.get('currency')),
        balance_after=normalize.amount(
            normalize.part(row, 'balance_after_transaction').get('amount')
        ),
        code=_code(normalize.part(row, 'bank_transaction_code')),
        raw=normalize.raw(row),
    )


def _counterparty(row: Mapping, side: str) -> Counterparty:
    numbers = normalize.part(row, f'{side}_account')
    other = normalize.part(numbers, 'other').get('identification')
    return Counterparty(
        name=normalize.text(normalize.part(row, side).get('name')),
        account_number=normalize.iban(numbers.get('iban')) or normalize.text(other),
        bank_code=normalize.text(normalize.part(row, f'{side}_agent').get('bic_fi')),
    )


def _foreign(exchange: Mapping, currency: Any) -> ForeignAmount | None:
    original = normalize.part(exchange, 'instructed_amount')
    if original.get('currency') in (None, currency):
        return None
    return ForeignAmount(
        amount=normalize.amount(original.get('amount')),
        currency=normalize.text(original['currency']),
        rate=normalize.amount(exchange.get('exchange_rate')),
    )


def _code(code: Mapping) -> str | None:
    parts = [normalize.text(code.get(key)) for key in ('code', 'sub_code')]
    return '-'.join(filter(None, parts)) or normalize.text(code.get('description'))
