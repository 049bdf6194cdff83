"""Salt Edge's answers in the normal form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .. import normalize
from ..interface import (
    Account,
    Balance,
    Counterparty,
    ForeignAmount,
    Institution,
    Quota,
    References,
    Transaction,
)

ACCOUNT_TYPES = {
    'account': 'checking',
    'checking': 'checking',
    'debit_card': 'checking',
    'card': 'credit_card',
    'credit_card': 'credit_card',
    'credit': 'loan',
    'loan': 'loan',
    'mortgage': 'loan',
    'savings': 'savings',
    'ewallet': 'cash',
    'investment': 'investment',
    'insurance': 'investment',
}
CLOSED = ('closed', 'deleted')
_IBAN = re.compile(r'[A-Z]{2}\d{2}[A-Z0-9]{10,30}')
_REGULATED = Quota(unattended_per_day=4)


def object_id(row: Mapping, name: str) -> str | None:
    """The id of an object, which answers of version 6 call by one of two names."""
    found = row.get('id') or row.get(name)
    return str(found) if found else None


def transaction_number(row: Mapping) -> int:
    """The id as the number that it is: later rows have higher ones."""
    found = object_id(row, 'transaction_id') or ''
    return int(found) if found.isdigit() else 0


def institution(row: Mapping) -> Institution:
    """A bank."""
    audiences = row.get('supported_account_types') or ()
    natures = row.get('supported_account_natures') or ('account',)
    types = dict.fromkeys(ACCOUNT_TYPES.get(nature, 'other') for nature in natures)
    return Institution(
        id=row['code'],
        name=normalize.said(row, 'name'),
        countries=(row['country_code'],),
        bics=tuple(row.get('bic_codes') or ()),
        logo_url=row.get('logo_url'),
        audience=audiences[0] if len(audiences) == 1 else 'both',
        account_types=tuple(types),
        history_days=row.get('max_fetch_interval'),
        unattended=row.get('automatic_fetch') is not False,
        quota=_REGULATED if row.get('regulated') else None,
    )


def account(row: Mapping) -> Account:
    """An account; most of it is in ``extra``, and all of that is optional."""
    extra, account_id = normalize.part(row, 'extra'), object_id(row, 'account_id')
    iban = normalize.iban(extra.get('iban'))
    parts = [extra.get('sort_code') or extra.get('swift'), extra.get('account_number')]
    domestic = '-'.join(map(str, parts)) if all(parts) else extra.get('bban')
    return Account(
        id=account_id,
        name=normalize.text(extra.get('account_name') or row.get('name')) or account_id,
        currency=row['currency_code'],
        identity=iban or domestic,
        number=iban or normalize.text(extra.get('account_number') or extra.get('bban')),
        iban=iban,
        type=ACCOUNT_TYPES.get(row.get('nature'), 'other'),
        owner=normalize.text(extra.get('client_name')),
        balance=balance(row),
        closed=str(extra.get('status')).lower() in CLOSED,
    )


def balance(row: Mapping) -> Balance | None:
    """The balance of the last fetch."""
    return normalize.balance(
        normalize.amount(row.get('balance')),
        row.get('currency_code'),
        at=normalize.instant(row.get('updated_at')),
        available=normalize.amount(normalize.part(row, 'extra').get('available_amount')),
    )


def is_suspected(row: Mapping) -> bool:
    """Whether Salt Edge keeps the row apart as a duplicate."""
    return bool(row.get('duplicated'))


def transaction(row: Mapping) -> Transaction:
    """A transaction."""
    extra = normalize.part(row, 'extra')
    status = 'pending' if row.get('status') == 'pending' else 'booked'
    return Transaction(
        id=object_id(row, 'transaction_id') if status == 'booked' else None,
        status=status,
        booking_date=normalize.day(extra.get('posting_date') or row.get('made_on')),
        amount=normalize.amount(row.get('amount')),
        currency=normalize.text(row.get('currency_code')),
        description=normalize.lines(
            row.get('description'), extra.get('information'), extra.get('additional')
        ),
        counterparty=_counterparty(extra, outgoing=normalize.is_outgoing(row.get('amount'))),
        references=References(
            structured=normalize.text(extra.get('variable_code')),
            end_to_end=normalize.text(extra.get('end_to_end_id')),
        ),
        foreign=_foreign(extra, row.get('currency_code')),
        balance_after=_balance_after(extra),
        code=normalize.text(extra.get('type') or row.get('mode')),
        duplicate=is_suspected(row) or extra.get('possible_duplicate') is True,
        raw=normalize.raw(row),
    )


def _counterparty(extra: Mapping, *, outgoing: bool) -> Counterparty:
    side = 'payee' if outgoing else 'payer'
    name = normalize.text(extra.get(side) or extra.get('transfer_account_name'))
    number = normalize.text(extra.get('account_number') or extra.get(f'{side}_information'))
    if name and _IBAN.fullmatch(normalize.iban(name)):  # either may stand in the place of a name
        return Counterparty(account_number=normalize.iban(name))
    return Counterparty(name=name, account_number=number)


def _foreign(extra: Mapping, currency: str | None) -> ForeignAmount | None:
    original = extra.get('original_currency_code')
    if original in (None, currency):
        return None
    return ForeignAmount(
        amount=normalize.amount(extra.get('original_amount')),
        currency=normalize.text(original),
        rate=normalize.amount(extra.get('exchange_rate')),
    )


def _balance_after(extra: Mapping) -> str | None:
    snapshot = extra.get('account_balance_snapshot')
    return normalize.amount(snapshot) if not isinstance(snapshot, (Mapping, list)) else None
