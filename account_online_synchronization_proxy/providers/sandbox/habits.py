"""What happens on the sandbox's accounts, day by day.

A habit is a function of (account, day, dice) that yields drafts. ``dice`` is seeded with account
and day, so that the same day always brings the same drafts, whatever "now" is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ..interface import Counterparty, ForeignAmount, References
from .dice import dice as seeded
from .flavours import FLAVOURS, make_iban, structured_reference
from .hostile import HOSTILE_TEXTS
from .model import BankAccount, Draft, money

SATURDAY = 5
BULK_YEAR = 365  # days in which an account of the habit "bulk" books exactly ten thousand entries
BULK_ENTRIES = 10_000


def party_of(account: BankAccount, name: str) -> Counterparty:
    """The other side, with an account number of its country that belongs to its name for ever."""
    flavour = FLAVOURS[account.country]
    digits = f'{seeded(name).randrange(10**23):023d}'
    number = make_iban(flavour, digits) if flavour.bban_length else digits[:12]
    return Counterparty(name, number, f'SBOX{flavour.country}2X')


def _words(account: BankAccount):
    return FLAVOURS[account.country].words


def _customers(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Customers pay invoices, with the structured reference of the invoice."""
    if day.weekday() >= SATURDAY or dice.random() > 0.6:
        return
    words = _words(account)
    number = dice.randrange(10**9)
    reference = structured_reference(FLAVOURS[account.country], number)
    yield Draft(
        cents=dice.randrange(18_000, 195_000),
        minute=dice.randrange(420, 720),
        description=reference or f'{words.invoice} {day.year}/{number % 100_000:05d}',
        counterparty=party_of(account, dice.choice(words.companies + words.people)),
        references=References(structured=reference, end_to_end=f'E2E-{number:09d}'),
        code='PMNT-RCDT-ESCT',
    )


def _suppliers(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Suppliers collect by direct debit, or are paid."""
    if day.weekday() >= SATURDAY or dice.random() > 0.22:
        return
    words = _words(account)
    supplier = dice.choice(words.companies)
    number = dice.randrange(10**5)
    collected = dice.random() < 0.5
    yield Draft(
        cents=-dice.randrange(4_000, 120_000),
        minute=dice.randrange(500, 900),
        description=f'{words.invoice} {day.year}-{number:05d}\n{supplier}',
        counterparty=party_of(account, supplier),
        references=References(
            end_to_end=f'{day:%Y%m}-{number:05d}',
            mandate=f'M-{seeded(supplier).randrange(10**6):06d}' if collected else None,
            creditor=f'{account.country}98ZZZ{seeded(supplier).randrange(10**8):08d}'
            if collected
            else None,
        ),
        code='PMNT-RDDT-ESDD' if collected else 'PMNT-ICDT-ESCT',
    )


def _month_end(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Salaries, rent and tax."""
    words = _words(account)
    if day.day == 25:
        for person in words.people[:2]:
            yield Draft(
                cents=-(210_000 + seeded(person).randrange(60_000)),
                minute=545,
                description=f'{words.salary} {day:%m/%Y}',
                counterparty=party_of(account, person),
                references=References(end_to_end=f'SAL{day:%y%m}'),
                code='PMNT-ICDT-SALA',
            )
    if day.day == 1:
        yield Draft(
            cents=-145_000,
            minute=480,
            description=f'{words.rent} {day:%m/%Y}',
            counterparty=party_of(account, words.landlord),
            code='PMNT-ICDT-STDO',
        )
    if day.day == 20 and day.month % 3 == 1:
        yield Draft(
            cents=-dice.randrange(150_000, 420_000),
            minute=610,
            description=words.tax,
            counterparty=party_of(account, words.tax_office),
            references=References(
                structured=structured_reference(FLAVOURS[account.country], day.toordinal())
            ),
            code='PMNT-ICDT-TAXS',
        )


def _card_purchases(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Card payments: a hold first; restaurants book more than they held (the tip)."""
    if dice.random() > 0.35:
        return
    words = _words(account)
    shop = dice.choice(words.shops)
    cents = dice.randrange(350, 9_000)
    held = cents * 100 // 115 if shop == words.shops[-1] else cents
    yield Draft(
        cents=-cents,
        minute=dice.randrange(600, 1200),
        hold_days=dice.randrange(1, 4),
        hold_cents=-held,
        description=f'{words.card} {day:%d.%m} {shop}\nXXXX 4512',
        counterparty=Counterparty(shop),
        code='PMNT-CCRD-POSD',
        value_days=-1,
    )


def _foreign_card(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """A card payment abroad, with the rate at which the bank booked it; some are refunded."""
    if day.day not in (9, 18):
        return
    words = _words(account)
    currency = 'USD' if account.currency != 'USD' else 'EUR'
    foreign = seeded(account.seed, day.year, day.month).randrange(900, 24_000)
    rate = 9_000 + seeded(day.year, day.month).randrange(1_000)
    cents = foreign * rate // 10_000
    refunded = day.day == 18
    if refunded and day.month % 3:
        return
    sign, text = (1, words.refund) if refunded else (-1, words.card)
    yield Draft(
        cents=sign * cents,
        minute=dice.randrange(700, 900),
        hold_days=0 if refunded else 2,
        description=f'{text} CLOUD HOSTING INC\n{money(foreign)} {currency}',
        counterparty=Counterparty('CLOUD HOSTING INC'),
        code='PMNT-CCRD-XBCP',
        foreign=ForeignAmount(money(sign * foreign), currency, f'0.{rate:04d}'),
    )


def _fares(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Equal small fares: two or three on one day, with nothing to tell them apart."""
    if day.day % 6 or day.weekday() == 6:
        return
    transit = _words(account).transit
    for minute in range(620, 620 + 60 * dice.randrange(2, 4), 60):
        yield Draft(-240, transit, minute, Counterparty(transit), code='PMNT-CCRD-POSD')


def _bank_rows(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """The bank's fee, and twice a year a message that it books with amount zero."""
    words = _words(account)
    if day.day == 28:
        yield Draft(-450, f'{words.fee} {day:%m/%Y}', 1_200, code='ACMT-MCOP-CHRG')
    if day.day == 15 and day.month in (1, 7):
        yield Draft(0, words.notice, 1_210, code='ACMT-MCOP-NTAV')


def _own_transfer(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """On the 5th, money goes from the main account to the savings of the same customer."""
    if day.day != 5:
        return
    saving = account.habits == 'savings'
    amount = 50_000 + seeded(account.seed, day).randrange(20) * 1_000
    yield Draft(
        cents=amount if saving else -amount,
        minute=550,
        description=_words(account).transfer,
        counterparty=Counterparty(account.owner),
        references=References(end_to_end=f'OWN-{day:%Y%m%d}'),
        code='PMNT-ICDT-BOOK',
    )


def _interest(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    if (day + timedelta(days=1)).day == 1:
        yield Draft(dice.randrange(300, 2_500), f'{day:%m/%Y} +%', 1_300, code='ACMT-MCOP-INTR')


def _card_bill(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """The credit card is paid back once a month."""
    if day.day == 3:
        yield Draft(
            45_000 + dice.randrange(20_000),
            _words(account).transfer,
            400,
            Counterparty(account.owner),
            code='PMNT-RCDT-BOOK',
        )


def _bulk(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Many small sales: ten thousand in any 365 days, all booked as the day begins."""
    usual, more = divmod(BULK_ENTRIES, BULK_YEAR)
    words = _words(account)
    for number in range(usual + (day.toordinal() % BULK_YEAR < more)):
        cents = dice.randrange(200, 9_000)
        text = f'{words.invoice} {day:%y%m%d}{number:03d}'
        yield Draft(cents, text, 0, Counterparty(dice.choice(words.people)), code='PMNT-RCDT-ESCT')


def _hostile(account: BankAccount, day: date, dice: Random) -> Iterator[Draft]:
    """Texts that hurt whoever forgets to escape, to cut or to decode."""
    text = HOSTILE_TEXTS[day.toordinal() % len(HOSTILE_TEXTS)]
    name = HOSTILE_TEXTS[(day.toordinal() + 3) % len(HOSTILE_TEXTS)][:140]
    yield Draft(
        dice.randrange(-9_000, 9_000) or 1,
        text,
        640,
        Counterparty(name),
        References(end_to_end=text[:35]),
    )


_HABITS = {
    'business': (
        _month_end,
        _customers,
        _suppliers,
        _card_purchases,
        _foreign_card,
        _fares,
        _bank_rows,
        _own_transfer,
    ),
    'savings': (_own_transfer, _interest),
    'card': (_card_purchases, _foreign_card, _card_bill),
    'fares': (_fares, _card_purchases, _bank_rows),
    'quiet': (_bank_rows,),
    'bulk': (_bulk,),
    'hostile': (_hostile,),
    'cards_only': (_card_purchases,),
    'empty': (),
}


def drafts_of(account: BankAccount, day: date) -> list[Draft]:
    """What is booked on this account on this day, in the order in which the bank books it."""
    dice = seeded(account.seed, account.institution_id, account.country, account.key, day)
    drafts = [draft for habit in _HABITS[account.habits] for draft in habit(account, day, dice)]
    return sorted(drafts, key=lambda draft: draft.minute)
