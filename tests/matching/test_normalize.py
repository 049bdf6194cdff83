"""Reading the proxy's transactions: nothing is repaired that changes what the bank said."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from matching import AccountFacts, Foreign, InvalidRow, Status, normalize

from tests.matching.books import tx

TODAY = date(2026, 12, 31)


def read(raw, **facts):
    return normalize(raw, AccountFacts(**{'currency': 'EUR', 'today': TODAY, **facts}), 0)


def reasons(raw, **facts):
    row = read(raw, **facts)
    assert isinstance(row, InvalidRow)
    return [(reason.code, reason.field) for reason in row.reasons]


GOOD = tx('k1', '06-15', '-5.00', 'shop')


def test_a_whole_transaction_is_read():
    row = read({
        **GOOD, 'value_date': '2026-06-16', 'balance_after': '95.00', 'code': 'PMNT',
        'description': ['part one', ' part two '], 'pending_id': 'p1', 'duplicate': True,
        'counterparty': {'name': ' ACME ', 'account_number': 'DE1', 'bank_code': 'B'},
        'references': {'structured': 's', 'end_to_end': 'e', 'mandate': 'm', 'creditor': 'c'},
        'foreign': {'amount': '-5.50', 'currency': 'USD', 'rate': '1.1'},
    })
    assert row.status is Status.BOOKED
    assert (row.amount, row.balance_after) == (Decimal('-5.00'), Decimal('95.00'))
    assert (row.booking_date, row.value_date) == (date(2026, 6, 15), date(2026, 6, 16))
    assert row.description == 'part one part two'
    assert row.counterparty == ('ACME', 'DE1', 'B')
    assert row.references == ('s', 'e', 'm', 'c')
    assert row.foreign == Foreign(Decimal('-5.50'), 'USD', Decimal('1.1'))
    assert (row.pending_id, row.duplicate_hint, row.code) == ('p1', True, 'PMNT')


@pytest.mark.parametrize(('change', 'expected'), [
    ({'amount': 'NaN'}, ('not_a_number', 'amount')),
    ({'amount': 'sNaN'}, ('not_a_number', 'amount')),
    ({'amount': 'Infinity'}, ('not_a_number', 'amount')),
    ({'amount': float('inf')}, ('not_a_number', 'amount')),
    ({'amount': '1,50'}, ('not_a_number', 'amount')),
    ({'amount': '1_000'}, ('not_a_number', 'amount')),
    ({'amount': '٣'}, ('not_a_number', 'amount')),
    ({'amount': True}, ('not_a_number', 'amount')),
    ({'amount': {}}, ('not_a_number', 'amount')),
    ({'amount': None}, ('missing', 'amount')),
    ({'amount': ''}, ('missing', 'amount')),
    ({'amount': '1.005'}, ('too_precise', 'amount')),
    ({'amount': 0.1 + 0.2}, ('too_precise', 'amount')),
    ({'amount': '1e12'}, ('too_large', 'amount')),
    ({'amount': '1e999'}, ('too_large', 'amount')),
    ({'booking_date': None}, ('missing', 'booking_date')),
    ({'booking_date': '2026-02-30'}, ('not_a_date', 'booking_date')),
    ({'booking_date': '15.06.2026'}, ('not_a_date', 'booking_date')),
    ({'booking_date': 20260615}, ('not_a_date', 'booking_date')),
    ({'booking_date': '0001-01-01'}, ('out_of_range', 'booking_date')),
    ({'booking_date': '2099-01-01'}, ('out_of_range', 'booking_date')),
    ({'currency': None}, ('missing', 'currency')),
    ({'currency': 'XXX'}, ('not_a_currency', 'currency')),
    ({'currency': 'eur'}, ('not_a_currency', 'currency')),
    ({'currency': 'USD'}, ('other_currency', 'currency')),
    ({'status': 'info'}, ('unknown_status', 'status')),
    ({'status': None}, ('unknown_status', 'status')),
])
def test_an_unusable_row_is_invalid_with_its_reason(change, expected):
    assert reasons({**GOOD, **change}) == [expected]


def test_all_reasons_are_given():
    assert reasons({'id': 'k1', 'amount': 'NaN', 'booking_date': 'soon'}) == [
        ('unknown_status', 'status'), ('not_a_date', 'booking_date'), ('not_a_number', 'amount'),
        ('missing', 'currency'),
    ]


def test_a_row_of_another_account_does_not_enter():
    assert reasons({**GOOD, 'account_id': 'B'}, identifier='A') == [('other_account', 'account_id')]
    assert read({**GOOD, 'account_id': 'A'}, identifier='A').transaction_id == 'k1'


@pytest.mark.parametrize('raw', [None, [], 'text', 5])
def test_what_is_no_object_is_invalid(raw):
    assert reasons(raw) == [('not_an_object', '')]


@pytest.mark.parametrize(('amount', 'places', 'valid'), [
    ('1.50', 2, True), ('1.5000', 2, True), ('100', 0, True), ('100.5', 0, False),
    ('1.234', 3, True), ('-0.00', 2, True), ('+7', 2, True), ('.5', 2, True), (5, 2, True),
    (-5.5, 2, True), ('1e2', 2, True),
])
def test_an_amount_is_as_precise_as_its_currency(amount, places, valid):
    row = read({**GOOD, 'amount': amount}, decimal_places=places)
    assert isinstance(row, InvalidRow) is not valid


def test_a_useless_balance_or_value_date_does_not_hold_the_row_back():
    row = read({**GOOD, 'balance_after': 'NaN', 'value_date': '0000-00-00'})
    assert (row.balance_after, row.value_date) == (None, None)


def test_a_value_date_stands_in_for_a_missing_booking_date():
    row = read({**GOOD, 'booking_date': None, 'value_date': '2026-06-16'})
    assert row.date == date(2026, 6, 16)


def test_a_pending_row_needs_no_date():
    assert read({**GOOD, 'status': 'pending', 'booking_date': None}).date is None


@pytest.mark.parametrize('zone', [
    None, 'America/New_York', 'Europe/Vienna', 'Pacific/Auckland', 'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
])
def test_t09_a_date_is_the_same_in_every_zone(zone):
    row = read({**GOOD, 'booking_date': '2026-06-15'}, zone=zone and ZoneInfo(zone))
    assert row.booking_date == date(2026, 6, 15)


@pytest.mark.parametrize(('instant', 'zone', 'expected'), [
    ('2026-03-29T00:30+01:00', 'Europe/Vienna', '03-29'),
    ('2026-03-28T23:30:00Z', 'Europe/Vienna', '03-29'),
    ('2026-10-25T00:30+02:00', 'Europe/Vienna', '10-25'),
    ('2026-10-24T22:30:00.000Z', 'Europe/Vienna', '10-25'),
    ('2026-03-29T00:30+01:00', None, '03-29'),
    ('2026-06-15T23:30:00-04:00', 'America/New_York', '06-15'),
    ('2026-06-16T03:30:00Z', 'America/New_York', '06-15'),
    ('2026-06-15T12:30:00Z', 'Pacific/Auckland', '06-16'),
])
def test_t09_an_instant_counts_on_the_day_of_the_account(instant, zone, expected):
    row = read({**GOOD, 'booking_date': instant}, zone=zone and ZoneInfo(zone))
    assert row.booking_date.isoformat() == f'2026-{expected}'


@pytest.mark.parametrize('foreign', [
    {'amount': '5', 'currency': None}, {'amount': None, 'currency': 'USD'}, 'text', None,
    {'amount': 'NaN', 'currency': 'USD'}, {'amount': '5', 'currency': 'XXX'},
])
def test_a_foreign_amount_needs_its_currency(foreign):
    assert read({**GOOD, 'foreign': foreign}).foreign is None


def test_a_rate_of_zero_is_no_rate():
    foreign = {'amount': '5', 'currency': 'USD', 'rate': '0'}
    assert read({**GOOD, 'foreign': foreign}).foreign == Foreign(Decimal(5), 'USD')


def test_characters_that_no_database_holds_are_replaced():
    row = read({**GOOD, 'description': 'a\0b\ud800c', 'extra': [{'x\0': '\0'}]})
    assert row.description == 'a�b�c'
    assert row.raw['extra'] == [{'x�': '�'}]


@pytest.mark.parametrize(('given', 'expected'), [
    (' a b ', 'a b'), ('', None), ('  ', None), (None, None), (7, '7'), ({}, None), (True, None),
])
def test_ids_are_text_without_white_space_around_it(given, expected):
    assert read({**GOOD, 'id': given}).transaction_id == expected
