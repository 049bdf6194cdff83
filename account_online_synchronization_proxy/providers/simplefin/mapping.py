"""SimpleFIN's answers in the normal form; both versions of the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import normalize
from ..interface import Account, Balance, Counterparty, Transaction


def accounts(answer: Mapping) -> Iterator[tuple[str, Mapping]]:
    """``(key, row)`` for each account; ids are unique within one bank connection only."""
    for row in normalize.take(answer, 'accounts', list):
        yield f'{_bank_key(row)}|{row.get("id")}', row


def account(key: str, row: Mapping, *, opposite: bool) -> Account:
    """An account; SimpleFIN knows no number, no type and no closed flag."""
    return Account(
        id=key,
        name=normalize.text(row.get('name')) or key,
        currency=row['currency'],
        balance=balance(row, opposite=opposite),
    )


def has_money(row: Mapping) -> bool:
    """Points and miles have an address for a currency; nothing behind it is ever fetched."""
    return '://' not in str(row.get('currency') or '://')


def balance(row: Mapping, *, opposite: bool) -> Balance | None:
    """The booked balance and the moment it became true."""
    value = normalize.amount(row.get('balance'), negate=opposite)
    return normalize.balance(
        value,
        row['currency'],
        at=normalize.unix(row.get('balance-date')),
        available=normalize.amount(row.get('available-balance'), negate=opposite) or value,
    )  # what is available is absent when it is the same


def transaction(row: Mapping, currency: str, *, opposite: bool) -> Transaction:
    """A transaction; ``posted`` is 0 while it is pending.

    :param opposite: the bank counts what is spent as positive, as some cards and loans do.
    """
    posted = normalize.utc_day(row.get('posted'))
    happened = normalize.utc_day(row.get('transacted_at'))
    is_pending = bool(row.get('pending')) or not row.get('posted')
    return Transaction(
        id=normalize.text(row.get('id')),
        status='pending' if is_pending else 'booked',
        booking_date=posted or happened,
        value_date=happened,
        amount=normalize.amount(row.get('amount'), negate=opposite),
        currency=normalize.text(currency),
        description=normalize.lines(row.get('description'), row.get('memo')),
        counterparty=Counterparty(name=normalize.text(row.get('payee'))),
        raw=normalize.raw(row),
    )


def trouble(answer: Mapping, key: str) -> str | None:
    """The error code that the answer states about this account or its bank, if any."""
    bank, _separator, account_id = key.rpartition('|')
    for error in filter(lambda item: isinstance(item, Mapping), answer.get('errlist') or ()):
        code = str(error.get('code') or 'gen.')
        concerned = error.get('account_id') or error.get('conn_id')
        if concerned in (None, account_id, bank) and not code.startswith('gen.api'):
            return code
    return None if 'errlist' in answer else _trouble_of_version_1(answer, key)


def _trouble_of_version_1(answer: Mapping, key: str) -> str | None:
    names = {_text_of_org(row) for row_key, row in accounts(answer) if row_key == key}
    attention = [str(text) for text in answer.get('errors') or () if 'need attention' in str(text)]
    return 'con.auth' if any(name in line for name in names for line in attention) else None


def _text_of_org(row: Mapping) -> str:
    org = normalize.part(row, 'org')
    return str(org.get('name') or org.get('domain') or '')


def _bank_key(row: Mapping) -> Any:
    org = normalize.part(row, 'org')
    return row.get('conn_id') or org.get('domain') or org.get('id') or org.get('name')
