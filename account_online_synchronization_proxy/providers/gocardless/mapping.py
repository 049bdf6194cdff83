"""GoCardless' answers in the normal form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
}
BOOKED = ('closingBooked', 'interimBooked', 'openingBooked', 'expected')
AVAILABLE = ('interimAvailable', 'closingAvailable', 'forwardAvailable')


def institution(
    row: Mapping, private: Collection[str], business: Collection[str], cards: Collection[str]
) -> Institution:
    """A bank; who may use it is known only from filtered lists of ids."""
    is_private, is_business = row['id'] in private, row['id'] in business
    only = 'business' if is_business else 'personal'
    return Institution(
        id=row['id'],
        name=normalize.said(row, 'name'),
        countries=tuple(row.get('countries') or ()),
        bics=tuple(filter(None, [normalize.text(row.get('bic'))])),
        logo_url=row.get('logo'),
        audience='both' if is_private == is_business else only,
        account_types=('checking', 'credit_card') if row['id'] in cards else ('checking',),
        history_days=int(row.get('transaction_total_days') or 90),  # a number as text
    )


def account(account_id: str, meta: Mapping, details: Mapping, currency: str) -> Account:
    """An account; every detail is optional."""
    iban = normalize.iban(details.get('iban') or meta.get('iban'))
    card = details.get('maskedPan')
    local = details.get('bban') or meta.get('bban') or details.get('scan')
    owner = details.get('ownerName') or meta.get('owner_name')
    name = details.get('name') or details.get('displayName') or details.get('product')
    # Other numbers are unique within their bank only.
    domestic = f'{meta.get("institution_id")}:{local or card}' if local or card else None
    return Account(
        id=account_id,
        name=normalize.text(name) or iban or local or card or account_id,
        currency=currency,
        identity=iban or domestic,
        number=iban or local or card,
        iban=iban,
        type=ACCOUNT_TYPES.get(details.get('cashAccountType'), 'checking'),
        owner=normalize.text(owner),
    )


def balance(rows: list[Mapping]) -> Balance | None:
    """The most settled of the balances that the bank states."""
    found = normalize.first_of(rows, 'balanceType', BOOKED) or {}
    available = normalize.first_of(rows, 'balanceType', AVAILABLE)
    money = normalize.part(found, 'balanceAmount')
    return normalize.balance(
        normalize.amount(money.get('amount')),
        money.get('currency'),
        at=normalize.instant(found.get('lastChangeDateTime'))
        or normalize.end_of_day(found.get('referenceDate')),
        available=normalize.amount(normalize.part(available, 'balanceAmount').get('amount')),
    )


def transaction(row: Mapping, status: str) -> Transaction:
    """A transaction; pending rows have no id that lasts."""
    money = normalize.part(row, 'transactionAmount')
    booked = row.get('bookingDate') or row.get('bookingDateTime')
    valued = row.get('valueDate') or row.get('valueDateTime')
    internal = normalize.text(row.get('internalTransactionId') or row.get('transactionId'))
    return Transaction(
        id=internal if status == 'booked' else None,
        status=status,
        booking_date=normalize.day(booked or valued),
        value_date=normalize.day(valued),
        amount=normalize.amount(money.get('amount')),
        currency=normalize.text(money.get('currency')),
        description=_description(row),
        counterparty=_counterparty(row, outgoing=normalize.is_outgoing(money.get('amount'))),
        references=References(
            structured=normalize.text(row.get('remittanceInformationStructured')),
            end_to_end=normalize.text(row.get('endToEndId')),
            mandate=normalize.text(row.get('mandateId')),
            creditor=normalize.text(row.get('creditorId')),
        ),
        foreign=_foreign(row.get('currencyExchange'), money.get('currency')),
        balance_after=_balance_after(row),
        code=normalize.text(
            row.get('bankTransactionCode') or row.get('proprietaryBankTransactionCode')
        ),
        raw=normalize.raw(row),
    )


def _description(row: Mapping) -> str:
    return normalize.lines(
        row.get('remittanceInformationUnstructuredArray')
        or row.get('remittanceInformationUnstructured'),
        [part for part in _structured(row) if isinstance(part, str)],
        row.get('additionalInformation'),
    )


def _structured(row: Mapping) -> list:
    found = row.get('remittanceInformationStructuredArray')
    return found if isinstance(found, list) else [row.get('remittanceInformationStructured')]


def _counterparty(row: Mapping, *, outgoing: bool) -> Counterparty:
    side = 'creditor' if outgoing else 'debtor'
    numbers = normalize.part(row, f'{side}Account')
    number = numbers.get('bban') or numbers.get('maskedPan') or numbers.get('pan')
    ultimate = row.get(f'ultimate{side.title()}')
    return Counterparty(
        name=normalize.text(row.get(f'{side}Name')) or normalize.text(ultimate),
        account_number=normalize.iban(numbers.get('iban')) or normalize.text(number),
        bank_code=normalize.text(row.get(f'{side}Agent')),
    )


def _foreign(exchange: Any, currency: str | None) -> ForeignAmount | None:
    first = exchange[0] if isinstance(exchange, list) and exchange else exchange  # list or object
    if not isinstance(first, Mapping) or first.get('sourceCurrency') in (None, currency):
        return None
    original = normalize.part(first, 'instructedAmount')
    return ForeignAmount(
        amount=normalize.amount(original.get('amount')),
        currency=normalize.text(first['sourceCurrency']),
        rate=normalize.amount(first.get('exchangeRate')),
    )


def _balance_after(row: Mapping) -> str | None:
    after = normalize.part(row, 'balanceAfterTransaction')
    return normalize.amount((normalize.part(after, 'balanceAmount') or after).get('amount'))
