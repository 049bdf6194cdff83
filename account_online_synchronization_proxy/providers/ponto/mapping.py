"""Ponto's answers in the normal form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from .. import normalize
from ..interface import (
    Account,
    Balance,
    Counterparty,
    Institution,
    References,
    Transaction,
)

ACCOUNT_TYPES = {
    'checking': 'checking',
    'savings': 'savings',
    'securities': 'investment',
    'card': 'credit_card',
    'psp': 'other',
}


def institution(row: Mapping) -> Institution:
    """A bank; international ones have no country."""
    values = normalize.part(row, 'attributes')
    return Institution(
        id=row['id'],
        name=normalize.said(values, 'name'),
        countries=tuple(filter(None, [values.get('country')])),
        bics=tuple(filter(None, [normalize.text(values.get('bic'))])),
        logo_url=values.get('logoUrl'),
        beta=values.get('status') in ('experimental', 'beta'),
        account_types=('checking', 'savings', 'credit_card'),
    )


def account(row: Mapping) -> Account:
    """An account; its reference is an IBAN or some other number of its bank."""
    values = normalize.part(row, 'attributes')
    reference = normalize.text(values.get('reference'))
    iban = normalize.iban(reference) if values.get('referenceType') == 'IBAN' else None
    domestic = f'{institution_id(row)}:{reference}' if reference else None
    name = values.get('description') or values.get('product')
    return Account(
        id=row['id'],
        name=normalize.text(name) or reference or row['id'],
        currency=values.get('currency') or 'XXX',
        identity=iban or domestic,
        number=iban or reference,
        iban=iban,
        type=ACCOUNT_TYPES.get(values.get('subtype'), 'other'),
        owner=normalize.text(values.get('holderName')),
        balance=balance(row),
        closed=bool(values.get('deprecated')),
    )


def institution_id(row: Mapping) -> str | None:
    """The bank of an account."""
    related = normalize.part(normalize.part(row, 'relationships'), 'financialInstitution')
    return normalize.part(related, 'data').get('id')


def balance(row: Mapping) -> Balance | None:
    """The balance that stands in the account."""
    values = normalize.part(row, 'attributes')
    return normalize.balance(
        normalize.amount(values.get('currentBalance')),
        values.get('currency'),
        at=normalize.instant(values.get('currentBalanceReferenceDate')) or synchronized_at(row),
        available=normalize.amount(values.get('availableBalance')),
    )


def synchronized_at(row: Mapping) -> datetime | None:
    """When Ponto last read the account at the bank."""
    return normalize.instant(normalize.part(row, 'meta').get('synchronizedAt'))


def expires_at(row: Mapping) -> datetime | None:
    """When the user must authorize the account again."""
    values = normalize.part(row, 'attributes')
    return normalize.instant(values.get('authorizationExpirationExpectedAt'))


def trouble(row: Mapping, now: datetime) -> str | None:
    """Why the account gets no new data, as a marker of our error table."""
    values, meta = normalize.part(row, 'attributes'), normalize.part(row, 'meta')
    expires = expires_at(row)
    latest = normalize.part(normalize.part(meta, 'latestSynchronization'), 'attributes')
    codes = [error.get('code') for error in latest.get('errors') or ()]
    if (expires and expires <= now) or 'authorizationInvalid' in codes:
        return 'authorizationInvalid'
    if values.get('deprecated'):
        return 'deprecated'
    return 'synchronization failed' if latest.get('status') == 'error' else None


def transaction(row: Mapping, status: str, zone: tzinfo) -> Transaction:
    """A transaction; its times are UTC and mean days at the bank."""
    values = normalize.part(row, 'attributes')
    remittance = normalize.text(values.get('remittanceInformation'))
    is_structured = values.get('remittanceInformationType') == 'structured'
    valued = normalize.day_in_zone(values.get('valueDate'), zone)
    return Transaction(
        id=row.get('id') if status == 'booked' else None,
        status=status,
        booking_date=normalize.day_in_zone(values.get('executionDate'), zone) or valued,
        value_date=valued,
        amount=normalize.amount(values.get('amount')),
        currency=normalize.text(values.get('currency')),
        description=normalize.lines(
            remittance, values.get('description'), values.get('additionalInformation')
        ),
        counterparty=Counterparty(
            name=normalize.text(values.get('counterpartName')),
            account_number=normalize.text(values.get('counterpartReference')),
        ),
        references=References(
            structured=remittance if is_structured else None,
            end_to_end=normalize.text(values.get('endToEndId')),
            mandate=normalize.text(values.get('mandateId')),
            creditor=normalize.text(values.get('creditorId')),
        ),
        code=normalize.text(
            values.get('bankTransactionCode') or values.get('proprietaryBankTransactionCode')
        ),
        raw=normalize.raw(row),
    )
