"""Yodlee's answers in the normal form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .. import normalize
from ..interface import Account, Balance, Counterparty, Institution, Transaction

CONTAINERS = {'bank': 'checking', 'creditCard': 'credit_card', 'loan': 'loan'}
SAVINGS = ('SAVINGS', 'CD', 'PPF', 'RECURRING_DEPOSIT', 'MONEY_MARKET')
BALANCES = {'bank': 'currentBalance', 'creditCard': 'runningBalance', 'loan': 'principalBalance'}
LIVE_TYPES = {
    'BANK': ('checking', 'savings'),
    'CREDITCARD': ('credit_card',),
    'LOAN': ('loan',),
}
STATUSES = {'POSTED': 'booked', 'CLEARED': 'booked', 'PENDING': 'pending'}
OK = ('AVAILABLE_DATA_RETRIEVED', 'PARTIAL_DATA_RETRIEVED')
RUNNING = ('LOGIN_IN_PROGRESS', 'DATA_RETRIEVAL_IN_PROGRESS', 'ACCT_SUMMARY_RECEIVED')


def institution(row: Mapping) -> Institution:
    """A login site of a bank."""
    days = _transaction_days(row)
    types = [name for kind, names in LIVE_TYPES.items() if kind in days for name in names]
    return Institution(
        id=str(row['id']),
        name=normalize.said(row, 'name'),
        countries=tuple(filter(None, [row.get('countryISOCode')])),
        logo_url=row.get('logo'),
        website=row.get('baseUrl'),
        beta=row.get('status') == 'Beta',
        account_types=tuple(types) or ('checking',),
        history_days=max(days.values(), default=None),
        unattended=row.get('isAutoRefreshEnabled') is not False,
    )


def _transaction_days(row: Mapping) -> dict[str, int]:
    basic = normalize.first_of(row.get('dataset') or (), 'name', ['BASIC_AGG_DATA']) or {}
    found = normalize.first_of(basic.get('attribute') or (), 'name', ['TRANSACTIONS'])
    kinds = normalize.part(found, 'containerAttributes')
    return {
        kind: int(values['numberOfTransactionDays'])
        for kind, values in kinds.items()
        if isinstance(values, Mapping) and values.get('numberOfTransactionDays')
    }


def is_account(row: Mapping) -> bool:
    """Accounts that hold transactions of a bank, and that nobody typed in by hand."""
    return row.get('CONTAINER') in CONTAINERS and not row.get('isManual')


def account(row: Mapping) -> Account:
    """An account; its whole number is told only to customers with a permission."""
    numbers = normalize.part(row, 'fullAccountNumberList')
    whole = normalize.text(numbers.get('unmaskedAccountNumber'))
    shown = whole or normalize.text(row.get('accountNumber'))
    names = [normalize.part(holder, 'name').get('fullName') for holder in row.get('holder') or ()]
    return Account(
        id=str(row['id']),
        name=normalize.text(row.get('accountName') or row.get('providerName')) or str(row['id']),
        currency=_money(row).get('currency') or 'XXX',
        identity=f'{row.get("providerId")}:{whole}' if whole else None,
        number=shown,
        type='savings' if row.get('accountType') in SAVINGS else CONTAINERS[row['CONTAINER']],
        owner=normalize.text(row.get('displayedName') or next(filter(None, names), None)),
        balance=balance(row),
        closed=row.get('accountStatus') in ('TO_BE_CLOSED', 'CLOSED', 'DELETED'),
    )


def balance(row: Mapping) -> Balance | None:
    """The booked balance; what is owed on cards and loans counts as negative."""
    money, available = _money(row), normalize.part(row, 'availableBalance')
    return normalize.balance(
        normalize.amount(money.get('amount'), negate=row.get('CONTAINER') != 'bank'),
        money.get('currency'),
        at=normalize.instant(row.get('lastUpdated')),
        available=normalize.amount(available.get('amount')),
    )


def _money(row: Mapping) -> Mapping:
    return normalize.part(row, BALANCES.get(row.get('CONTAINER'))) or normalize.part(row, 'balance')


def dataset(row: Mapping) -> Mapping:
    """What the last reading of accounts and transactions came to."""
    return normalize.first_of(row.get('dataset') or (), 'name', ['BASIC_AGG_DATA']) or {}


def updated_at(row: Mapping) -> datetime | None:
    """When the bank was read last."""
    return normalize.instant(dataset(row).get('lastUpdated') or row.get('lastUpdated'))


def trouble(row: Mapping) -> str | None:
    """Why no new data come, as a marker of our error table."""
    if row.get('accountStatus') in ('TO_BE_CLOSED', 'CLOSED', 'DELETED'):
        return row['accountStatus']
    status = dataset(row).get('additionalStatus')
    return None if status in (None, *OK, *RUNNING) else status


def is_partial(row: Mapping) -> bool:
    """True when some of the data may be missing."""
    return dataset(row).get('additionalStatus') != 'AVAILABLE_DATA_RETRIEVED'


def is_transaction(row: Mapping) -> bool:
    """Scheduled and failed payments are none, nor what the user typed in at Yodlee."""
    return row.get('status') not in ('SCHEDULED', 'FAILED') and not row.get('isManual')


def transaction(row: Mapping) -> Transaction:
    """A transaction; amounts have no sign, and an id is unique in its container only."""
    status = STATUSES.get(normalize.text(row.get('status')), 'pending')
    money, words = normalize.part(row, 'amount'), normalize.part(row, 'description')
    direction = row.get('baseType')
    signed = normalize.directed(money.get('amount'), outgoing=direction == 'DEBIT')
    number = row.get('checkNumber')
    row_id = f'{row.get("CONTAINER")}:{row["id"]}' if row.get('id') else None
    return Transaction(
        id=row_id if status == 'booked' else None,
        status=status,
        booking_date=normalize.day(
            row.get('postDate') or row.get('date') or row.get('transactionDate')
        ),
        amount=signed if direction in ('CREDIT', 'DEBIT') else None,  # never guess a direction
        currency=normalize.text(money.get('currency')),
        description=normalize.lines(
            words.get('original') or words.get('simple'), f'Check {number}' if number else None
        ),
        counterparty=Counterparty(name=normalize.text(normalize.part(row, 'merchant').get('name'))),
        balance_after=normalize.amount(normalize.part(row, 'runningBalance').get('amount')),
        code=normalize.text(row.get('typeAtSource') or row.get('type')),
        raw=normalize.raw(row),
    )
