"""What a bank of the sandbox shows of an account: the normal form, with the bank's quirks."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..interface import Balance, References, Transaction
from . import ledger
from .identifiers import booked_ids, hold_id
from .model import BankAccount, Behaviour, Entry, money

HOLD_LOOKBACK = timedelta(days=7)


@lru_cache(maxsize=4)  # the pages of one answer are cut from the same rows
def shown(
    account: BankAccount, behaviour: Behaviour, consent: int, since: date, now: datetime
) -> tuple[Transaction, ...]:
    """All that the bank shows at ``now``: booked from the day ``since`` on, and what is pending.

    Oldest first (newest first where the institution does so), pending last.
    """
    rows = _booked(account, behaviour, consent, since, now) + _pending(account, behaviour, now)
    return tuple(rows[::-1] if behaviour.newest_first else rows)


def balance(account: BankAccount, now: datetime) -> Balance:
    """The booked balance, and what is available when the holds are counted."""
    cents = ledger.balance_cents(account, now)
    held = sum(entry.hold.cents for entry in _held(account, now))
    return Balance(money(cents), account.currency, now, money(cents + held))


def _booked(
    account: BankAccount, behaviour: Behaviour, consent: int, since: date, now: datetime
) -> list[Transaction]:
    entries = ledger.booked(account, since, now)
    ids = booked_ids(behaviour.ids, account, consent, entries, now)
    running = ledger.balance_cents(account, now)
    running -= sum(ledger.cents_at(entry, now) for entry in entries)
    rows = []
    for entry, transaction_id in zip(entries, ids, strict=True):
        running += ledger.cents_at(entry, now)
        if entry.hidden:
            continue
        row = _transaction(account, behaviour, entry, transaction_id, now)
        if behaviour.running_balance:
            row = replace(row, balance_after=money(running))
        rows.append(_flawed(row, entry, now))
    return rows


def _transaction(
    account: BankAccount,
    behaviour: Behaviour,
    entry: Entry,
    transaction_id: str | None,
    now: datetime,
) -> Transaction:
    edited = entry.edit if entry.edit and entry.edit.at <= now else None
    linked = entry.hold and behaviour.pending == 'linked'
    row = Transaction(
        status='booked',
        amount=money(ledger.cents_at(entry, now)),
        currency=account.currency,
        id=transaction_id,
        booking_date=str(entry.booking_date),
        value_date=str(entry.value_date),
        description=edited.description if edited else entry.description,
        counterparty=entry.counterparty,
        references=entry.references,
        foreign=entry.foreign,
        code=entry.code,
        pending_id=hold_id(account, entry) if linked else None,
    )
    return _with_raw(row)


def _held(account: BankAccount, now: datetime) -> list[Entry]:
    first = ledger.today(account, now) - HOLD_LOOKBACK
    return [
        entry
        for entry in ledger.entries(account, first, now)
        if entry.hold and entry.hold.since <= now < entry.booked_at
    ]


def _pending(account: BankAccount, behaviour: Behaviour, now: datetime) -> list[Transaction]:
    return [
        _with_raw(
            Transaction(
                status='pending',
                amount=money(entry.hold.cents if behaviour.pending == 'changed' else entry.cents),
                currency=account.currency,
                id=None if behaviour.ids in ('absent', 'blank') else hold_id(account, entry),
                booking_date=None,
                value_date=str(ledger.today(account, entry.hold.since)),
                description=entry.hold.description,
                counterparty=entry.counterparty,
                code=entry.code,
            )
        )
        for entry in _held(account, now)
    ]


def _flawed(row: Transaction, entry: Entry, now: datetime) -> Transaction:
    """The row as the bank shows it as long as its data are wrong."""
    if not entry.flaw or entry.flaw.until <= now:
        return row
    wrong = {
        'no_date': {'booking_date': None, 'value_date': None},
        'nan': {'amount': 'NaN'},
        'unknown_currency': {'currency': 'XXX'},
        'absurd_amount': {'amount': '99999999999999999999.99'},
        'absurd_date': {'booking_date': '0001-13-45'},
        'no_amount': {'amount': None},
    }[entry.flaw.kind]
    return _with_raw(replace(row, balance_after=None, **wrong))


def _with_raw(row: Transaction) -> Transaction:
    """The row with what "the bank sent" for it, in the bank's own words."""
    raw = {
        'entryReference': row.id,
        'status': 'BOOK' if row.status == 'booked' else 'PDNG',
        'bookingDate': row.booking_date,
        'valueDate': row.value_date,
        'transactionAmount': {'amount': row.amount, 'currency': row.currency},
        'remittanceInformation': row.description.split('\n'),
        'counterparty': row.counterparty.name,
        'bankTransactionCode': row.code,
    }
    if row.references != References():
        raw['references'] = {name: value for name, value in asdict(row.references).items() if value}
    if row.foreign:
        raw['instructedAmount'] = asdict(row.foreign)
    return replace(row, raw=raw)
