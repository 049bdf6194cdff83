"""News of a cursor that is the log of what happened: several versions, removals, returns."""

from decimal import Decimal

import pytest
from matching import BalanceEvidence, Grade, Window

from tests.matching.books import day, one_row_per_page, tx

SHOP = tx('k1', '03-01', '-10.00', 'Shop')
# The bank's balance against the books, while they hold a row that it had taken back.
AS_BEFORE = BalanceEvidence(difference=Decimal(10), difference_before=Decimal(10))
BACK = BalanceEvidence(difference=Decimal(0), difference_before=Decimal(10))
CHANGED = tx('k1', '03-01', '-12.00', 'Shop')


def taken_back(*ids):
    return Window(incremental=True, removed=frozenset(ids))


def log(books, *rows):
    """Each entry of the log on a page of its own."""
    return books.sync(rows, 'cursor', paging=one_row_per_page)


# === SEVERAL VERSIONS IN ONE ANSWER === #

def test_the_last_version_is_booked_and_an_earlier_one_is_asked_about(books):
    made = log(books, SHOP, CHANGED)
    assert books.journal() == ['-12.00']
    assert books.doubts() == ['id_conflict']
    assert made.demotion is None
    books.answer(bank_is_right=False)
    made = log(books, CHANGED)
    assert books.journal() == ['-12.00']
    assert not books.reviews
    assert made.demotion is None


def test_an_earlier_version_from_before_the_start_is_left_out(books):
    earlier = {**SHOP, 'booking_date': '2026-02-27'}
    books.sync(
        [earlier, CHANGED], 'cursor', paging=one_row_per_page, import_from=day('03-01'))
    assert books.journal() == ['-12.00']
    assert not books.reviews


def test_a_second_row_under_the_id_comes_in_when_the_user_says_so(books):
    log(books, SHOP, CHANGED)
    books.answer(bank_is_right=True)
    assert sorted(books.journal()) == ['-10.00', '-12.00']


def test_a_known_row_told_again_and_then_changed_is_asked_about_as_changed(books):
    log(books, SHOP)
    log(books, SHOP, CHANGED)
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['changed']


def test_a_row_changed_there_and_back_is_as_it_was(books):
    log(books, SHOP)
    log(books, CHANGED, SHOP)
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['id_conflict']


def test_a_row_changed_twice_is_asked_about_with_what_the_bank_says_last(books):
    log(books, SHOP)
    made = log(books, CHANGED, {**CHANGED, 'amount': '-13.00'})
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['changed', 'id_conflict']
    assert [str(review.row.amount) for review in made.reviews] == ['-13.00', '-12.00']


def test_the_first_answer_of_a_feed_by_cursor_is_a_log_too(books):
    books.sync([SHOP, CHANGED], Window(log=True), paging=one_row_per_page)
    assert books.journal() == ['-12.00']
    assert books.doubts() == ['id_conflict']


def test_t06_one_id_on_two_rows_weeks_apart_is_two_lines_in_a_log_too(books):
    log(books, tx('TAX77', '03-01', '-120.00', 'Tax'), tx('TAX77', '03-15', '-80.00', 'Tax'))
    assert books.journal() == ['-120.00', '-80.00']
    assert not books.reviews


@pytest.mark.parametrize('window', ['complete', 'part'])
def test_a_list_is_no_log(books, window):
    books.sync([SHOP, CHANGED], window, paging=one_row_per_page)
    assert sorted(books.journal()) == ['-10.00', '-12.00']
    assert not books.doubts()


# === TAKEN BACK, AND BROUGHT AGAIN LATER === #

@pytest.mark.parametrize('grade', [Grade.STRONG, Grade.WEAK])
def test_a_row_taken_back_that_returns_under_another_id_is_the_same(books, grade):
    books.sync([SHOP], 'cursor', grade=grade)
    books.sync([], taken_back('k1'))
    assert books.doubts() == ['removed']
    books.sync([{**SHOP, 'id': 'k2'}], 'cursor')
    assert books.journal() == ['-10.00']
    assert not books.reviews


def test_a_row_that_returns_is_the_same_if_the_balances_agree(books):
    books.sync([SHOP], 'cursor')
    books.sync([], taken_back('k1'))
    books.sync([{**SHOP, 'id': 'k2'}], 'cursor', balance=BACK)
    assert books.journal() == ['-10.00']
    assert not books.reviews


def test_a_row_that_returns_is_asked_about_if_the_balances_disagree(books):
    books.sync([SHOP], 'cursor')
    books.sync([], taken_back('k1'))
    books.sync([{**SHOP, 'id': 'k2'}], 'cursor', balance=AS_BEFORE)
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['possible_pair', 'removed']


def test_a_row_that_returns_on_another_day_is_asked_about(books):
    books.sync([SHOP], 'cursor')
    books.sync([], taken_back('k1'))
    books.sync([{**SHOP, 'id': 'k2', 'booking_date': '2026-03-03'}], 'cursor')
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['possible_pair', 'removed']
