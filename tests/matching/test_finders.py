"""The finders, the other side of a transaction, and the labels of lines."""

from datetime import date
from decimal import Decimal

import pytest
from matching import Counterparty, Lock, References
from matching.duplicates import BookedLine, By, find_duplicates
from matching.missing import Absence, find_missing
from matching.party import (
    Holder,
    counterparty_by_direction,
    is_among,
    is_own_transfer,
    label,
    without_holder,
)
from matching.rows import IncomingRow, Status

from tests.matching.books import Books, day, tx

# === DUPLICATES === #


def line(key, amount='-5.00', booked='03-01', **more):
    return BookedLine(key=key, date=day(booked), amount=Decimal(amount), **more)


def keys(suspicion):
    return (suspicion.first.key, *(other.key for other in suspicion.others))


def test_lines_with_one_id_are_found():
    (found,) = find_duplicates([line(2, transaction_id='a '), line(1, transaction_id='a'), line(3)])
    assert (found.by, keys(found)) == (By.ID, (1, 2))


def test_one_id_on_two_amounts_is_no_duplicate():
    assert not find_duplicates([
        line(1, transaction_id='TAX', account_number='1'),
        line(2, '-6.00', transaction_id='TAX', account_number='1'),
    ])


def test_lines_of_one_day_amount_and_account_are_found():
    (found,) = find_duplicates([
        line(1, account_number='DE 12'), line(2, account_number='de12'),
        line(3, account_number='DE99'),
    ])
    assert (found.by, keys(found)) == (By.CONTENT, (1, 2))


def test_the_line_that_the_provider_suspects_is_the_one_to_go():
    (found,) = find_duplicates([
        line(1, account_number='1', duplicate_hint=True), line(2, account_number='2'),
    ])
    assert (found.by, keys(found)) == (By.HINT, (2, 1))


def test_each_line_is_suspected_once_on_the_strongest_ground():
    found = find_duplicates([
        line(1, transaction_id='a'), line(2, transaction_id='a'), line(3), line(4),
    ])
    assert [(each.by, keys(each)) for each in found] == [(By.ID, (1, 2)), (By.CONTENT, (3, 4))]


def test_different_running_balances_contradict_a_suspicion():
    (found,) = find_duplicates([
        line(1, balance_after=Decimal(95)), line(2, balance_after=Decimal(90))])
    assert found.contradicted


@pytest.mark.parametrize('difference', [{'amount': '-6.00'}, {'booked': '03-02'}])
def test_lines_that_differ_are_no_duplicates(difference):
    assert not find_duplicates([line(1), line(2, **difference)])


# === MISSING === #

def test_everything_that_is_not_in_the_books_is_listed_with_its_reason():
    books = Books(import_from=day('03-02'))
    rows = {
        'booked': tx('k1', '03-05', '-1.00', 'a'), 'deleted': tx('k2', '03-05', '-2.00', 'b'),
        'early': tx('k3', '03-01', '-3.00', 'c'), 'bad': tx('k4', '03-05', 'NaN', 'd'),
        'pending': tx('k5', '03-06', '-5.00', 'e', 'pending'),
    }
    books.sync(list(rows.values()))
    books.sync([tx('k6', '03-03', '-6.00', 'f')], 'part',
               locks=(Lock(kind='hard_lock_date', last_day=day('03-03')),))
    books.delete('-2.00')
    books.enter('03-07', '-8.00', 'by hand')
    incoming = [*rows.values(), tx('k6', '03-03', '-6.00', 'f'), tx('k7', '03-06', '-7.00', 'g'),
                tx('k7', '03-06', '-7.00', 'g'), tx('k8', '03-07', '-8.00', 'h')]
    books.apply = lambda *_anything: None
    plan = books.sync(incoming, locks=(Lock(kind='hard_lock_date', last_day=day('03-03')),))
    found = {(each.row.transaction_id, each.why, each.importable) for each in find_missing(plan)}
    assert found == {
        ('k2', Absence.DELETED, True), ('k3', Absence.BEFORE_START, True),
        ('k4', Absence.QUARANTINED, False), ('k5', Absence.PENDING, False),
        ('k6', Absence.LOCKED, False), ('k7', Absence.MISSING, True),
        ('k7', Absence.TO_REVIEW, True),
    }


def test_books_that_are_complete_miss_nothing(books):
    rows = [tx('k1', '03-05', '-1.00', 'a')]
    books.sync(rows)
    assert find_missing(books.sync(rows)) == []


# === PARTY === #

HOLDER = Holder(
    name='My Company', account_numbers=('DE89370400440532013000',),
    all_own_numbers=('DE89370400440532013000', 'DE02120300000000202051'),
)
ACME, ME = Counterparty(name='ACME'), Counterparty(name='MY COMPANY')


@pytest.mark.parametrize(('amount', 'debtor', 'creditor', 'expected'), [
    (-5, ME, ACME, ACME), (5, ACME, ME, ACME),
    (-5, ACME, Counterparty(), ACME), (-5, ACME, ME, ACME),
    (-5, ME, Counterparty(), Counterparty()),
])
def test_direction_decides_the_party_and_never_the_holder(amount, debtor, creditor, expected):
    assert counterparty_by_direction(amount, debtor, creditor, HOLDER) == expected


def test_the_holder_is_recognised_by_account_before_name():
    own_name_other_account = Counterparty('My Company', 'DE02 1203 0000 0000 2020 51')
    assert without_holder(own_name_other_account, HOLDER) == own_name_other_account
    assert without_holder(Counterparty('X', 'DE89 3704 0044 0532 0130 00'), HOLDER) == (
        Counterparty())
    assert without_holder(Counterparty(), HOLDER) == Counterparty()


@pytest.mark.parametrize(('number', 'expected'), [
    ('DE02120300000000202051', True), ('de02 1203 0000 0000 2020 51', True),
    ('0000202051', True), ('202051', False), ('DE89370400440532013000', False), ('', False),
    ('FR7630006000011234567890189', False),
])
def test_an_own_transfer_is_one_between_own_accounts(number, expected):
    assert is_own_transfer(Counterparty('x', number), HOLDER) is expected


def test_short_numbers_must_be_equal():
    assert is_among('1234', ['1234'])
    assert not is_among('1234', ['991234'])


@pytest.mark.parametrize(('content', 'expected'), [
    ({'description': 'one\n two \n\nthree'}, 'one two three'),
    ({'description': ' ', 'counterparty': ACME}, 'ACME'),
    ({'references': References(structured='RF18')}, 'RF18'),
    ({'code': 'FEE'}, 'FEE'), ({}, '/'),
])
def test_a_label_is_the_best_text_there_is(content, expected):
    row = IncomingRow(
        position=0, status=Status.BOOKED, amount=Decimal(1), currency='EUR',
        booking_date=date(2026, 3, 1), **content)
    assert label(row) == expected
