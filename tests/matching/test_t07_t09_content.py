"""T7 and T9: genuine equal rows, rows that are written anew."""

from decimal import Decimal

import pytest
from matching import BalanceEvidence, Grade, State, Why

from tests.matching.books import PAGINGS, agreeing, day, tx

GRADES = list(Grade)
TRAM = tx(None, '05-11', '-2.40', 'tram')


@pytest.mark.parametrize('grade', GRADES)
def test_t07_equal_rows_are_counted(books, grade):
    for number in (1, 2, 3, 3):
        books.sync([TRAM] * number, grade=grade)
        assert books.journal() == ['-2.40'] * number
    assert not books.doubts()


@pytest.mark.parametrize('paging', PAGINGS)
def test_t07_equal_rows_are_counted_on_any_pages(books, paging):
    for number in (1, 2, 3, 3):
        books.sync([TRAM] * number, paging=paging)
        assert books.journal() == ['-2.40'] * number


def test_t07_a_part_of_the_day_deletes_nothing(books):
    books.sync([TRAM] * 3)
    books.sync([TRAM], 'part')
    assert books.journal() == ['-2.40'] * 3
    assert not books.doubts()
    books.sync([TRAM] * 3)
    assert books.journal() == ['-2.40'] * 3


def test_t07_equal_rows_with_one_running_balance_are_a_repetition(books, paging):
    row = {**TRAM, 'balance_after': '97.60'}
    for _again in range(2):
        books.sync([row, row], paging=paging)
        assert books.journal() == ['-2.40']
        assert not books.doubts()


def test_t07_equal_rows_with_two_running_balances_are_two(books, paging):
    rows = [{**TRAM, 'balance_after': '97.60'}, {**TRAM, 'balance_after': '95.20'}]
    for _again in range(2):
        books.sync(rows, paging=paging)
        assert books.journal() == ['-2.40'] * 2


@pytest.mark.parametrize('order', [(0, 1, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0)])
def test_t07_a_payment_repeated_after_its_refund_is_two_rows(books, order):
    rows = [
        tx(None, '05-11', '-5.00', 'shop', balance_after='95'),
        tx(None, '05-11', '5.00', 'refund', balance_after='100'),
        tx(None, '05-11', '-5.00', 'shop', balance_after='95'),
    ]
    for _again in range(2):
        books.sync([rows[index] for index in order])
        assert sorted(books.journal()) == ['-5.00', '-5.00', '5.00']


def test_t07_two_zero_rows_are_two_although_their_balance_is_one(books, paging):
    row = tx(None, '05-11', '0.00', 'notice', balance_after='100')
    for _again in range(2):
        books.sync([row, row], paging=paging)
        assert books.journal() == ['0.00'] * 2


def test_t07_the_balance_at_the_end_of_the_day_proves_no_repetition(books):
    rows = [
        tx(None, '05-11', '-5.00', 'shop', balance_after='80'),
        tx(None, '05-11', '-5.00', 'shop', balance_after='80'),
        tx(None, '05-11', '-10.00', 'fuel', balance_after='80'),
    ]
    books.sync(rows)
    assert sorted(books.journal()) == ['-10.00', '-5.00', '-5.00']


@pytest.mark.parametrize('grade', GRADES)
@pytest.mark.parametrize('ids', [('a', 'b'), (None, None)])
def test_t07_equal_rows_a_week_apart_are_two(books, grade, ids):
    for _again in range(2):
        books.sync([tx(ids[0], '05-11', '-2.40', 'tram'), tx(ids[1], '05-18', '-2.40', 'tram')],
                   grade=grade)
        assert books.journal() == ['-2.40'] * 2
    assert not books.doubts()


@pytest.mark.parametrize('grade', GRADES)
def test_t07_an_equal_row_a_week_later_is_new(books, grade):
    books.sync([tx('a', '05-11', '-2.40', 'tram')], grade=grade)
    books.sync([tx('b', '05-18', '-2.40', 'tram')], grade=grade)
    assert books.journal() == ['-2.40'] * 2
    assert not books.doubts()


@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
def test_t07_strong_ids_tell_equal_rows_apart(books, window):
    books.sync([tx('a', '05-11', '-2.40', 'tram')], window)
    rows = [tx('b', '05-11', '-2.40', 'tram')]
    books.sync(rows + ([tx('a', '05-11', '-2.40', 'tram')] if window != 'cursor' else []), window)
    assert books.journal() == ['-2.40'] * 2
    assert not books.doubts()


def test_t07_a_cursor_without_ids_asks_about_a_second_equal_row(books):
    books.sync([TRAM], 'cursor')
    books.sync([TRAM], 'cursor')
    assert books.journal() == ['-2.40']
    assert books.doubts() == ['possible_duplicate']


K1 = tx('k1', '03-18', '-30.00', '18.03 CORNER BAKERY')
K7 = tx('k7', '03-18', '-30.00', 'CORNER BAKERY')


@pytest.mark.parametrize('grade', [Grade.STRONG, Grade.WEAK])
def test_t09_a_row_written_anew_under_another_id_is_the_same(books, paging, grade):
    books.sync([K1], paging=paging, grade=grade)
    made = books.sync([K7], paging=paging, balance=agreeing(books, '-30.00'), grade=grade)
    assert books.journal() == ['-30.00']
    assert books.texts() == ['18.03 CORNER BAKERY']
    assert made.same[0].why is Why.RENAMED
    assert made.same[0].updates == {'description': 'CORNER BAKERY'}
    assert 'v2:id:k7' in next(iter(books.feed.values())).aliases
    assert not books.doubts()


def test_t09_a_replaced_id_demotes_the_bank(books):
    books.sync([K1])
    made = books.sync([K7], balance=agreeing(books, '-30.00'))
    assert made.demotion.grade is Grade.WEAK
    assert made.demotion.evidence == (('two_ids', 'k1', 'k7'),)


@pytest.mark.parametrize('grade', [Grade.STRONG, Grade.WEAK])
def test_t09_a_row_written_anew_is_asked_about_when_the_balance_disagrees(books, paging, grade):
    books.sync([K1], paging=paging, grade=grade)
    for _again in range(2):
        books.sync([K7], paging=paging, balance=agreeing(books, '-60.00'), grade=grade)
        assert books.journal() == ['-30.00']
        assert 'possible_pair' in books.doubts()


def test_t09_new_rows_explain_the_difference_of_the_balances(books):
    books.sync([K1])
    books.sync([K7, tx('k8', '03-18', '-5.00', 'x')], balance=agreeing(books, '-35.00'))
    assert sorted(books.journal()) == ['-30.00', '-5.00']
    assert not books.doubts()


def test_t09_a_difference_that_was_there_before_is_no_disagreement(books):
    books.sync([K1])
    books.sync([K7], balance=BalanceEvidence(
        difference=Decimal('500'), difference_before=Decimal('500')))
    assert books.journal() == ['-30.00']
    assert not books.doubts()


def test_t09_without_a_balance_the_complete_window_is_proof_enough(books):
    books.sync([K1])
    books.sync([K7])
    assert books.journal() == ['-30.00']


def test_t09_two_ids_present_at_once_are_two_rows(books, paging):
    books.sync([K1], paging=paging)
    for _again in range(2):
        books.sync([K1, K7], paging=paging)
        assert books.journal() == ['-30.00'] * 2
        assert not books.doubts()


def test_t09_an_id_taken_for_a_new_name_of_another_row_is_corrected(books):
    books.sync([K1])
    books.sync([K7])
    books.sync([K1, K7])
    assert books.journal() == ['-30.00'] * 2


def test_t09_another_text_without_any_proof_is_asked_about(books):
    books.sync([tx(None, '03-18', '-30.00', 'CORNER BAKERY')])
    books.sync([tx(None, '03-18', '-30.00', 'Lottery')])
    assert books.journal() == ['-30.00']
    assert books.doubts() == ['changed']


def test_t09_another_text_in_a_part_of_a_window_is_asked_about(books):
    books.sync([tx(None, '03-18', '-30.00', 'CORNER BAKERY')])
    books.sync([tx(None, '03-18', '-30.00', 'Lottery')], 'part')
    assert books.journal() == ['-30.00']
    assert books.doubts() == ['possible_duplicate']


@pytest.mark.parametrize('transaction_id', ['k1', None])
@pytest.mark.parametrize('window', ['complete', 'part'])
def test_t09_a_booking_date_filled_in_later_makes_no_second_row(books, transaction_id, window):
    row = tx(transaction_id, None, '-30.00', 'BAKERY', value_date='2026-03-18')
    books.sync([row])
    made = books.sync([{**row, 'booking_date': '2026-03-19'}], window,
                      dates=('03-10', '03-20'))
    assert books.journal() == ['-30.00']
    assert next(iter(books.lines.values())).date == day('03-18')
    assert made.same[0].updates['booking_date'] == day('03-19')
    assert not books.doubts()
    assert books.in_state(State.IMPORTED)
    books.sync([{**row, 'booking_date': '2026-03-19'}], window, dates=('03-10', '03-20'))
    assert books.journal() == ['-30.00']
    assert not books.doubts()


def test_t09_similar_texts_say_more_than_equal_balances(books):
    books.sync([tx(None, '03-18', '0.00', 'tram ticket', balance_after='100'),
                tx(None, '03-18', '0.00', 'corner bakery', balance_after='90')])
    books.sync([tx(None, '03-18', '0.00', '18.03 tram ticket', balance_after='90'),
                tx(None, '03-18', '0.00', '18.03 corner bakery', balance_after='80')])
    assert not books.doubts()


def test_t02_texts_say_more_than_positions(books):
    first = [tx('05-11.0', '05-11', '-2.40', 'tram'), tx('05-11.1', '05-11', '-2.40', 'bakery')]
    books.sync(first)
    books.sync([tx('05-11.0', '05-11', '-2.40', 'salary'), *(
        {**row, 'id': f'05-11.{place}'} for place, row in enumerate(first, 1))])
    assert books.texts() == ['bakery', 'salary', 'tram']
    assert not books.doubts()


@pytest.mark.parametrize('grade', [Grade.WEAK, Grade.POSITIONAL])
def test_t07_a_cursor_with_doubtful_ids_asks_about_a_known_id_with_another_text(books, grade):
    books.sync([tx('n1', '05-11', '-2.40', 'tram')], 'cursor', grade=grade)
    books.sync([tx('n1', '05-11', '-2.40', 'bakery')], 'cursor', grade=grade)
    assert books.journal() == ['-2.40']
    assert books.doubts() == ['id_conflict']


def test_t07_payments_and_refunds_on_two_pages_are_no_overlap(books):
    rows = [
        tx(None, '05-11', '-1.00', 'x', balance_after='100'),
        *[tx(None, '05-11', '-5.00', 'shop', balance_after='95'),
          tx(None, '05-11', '5.00', 'refund', balance_after='100')] * 2,
        tx(None, '05-11', '-2.00', 'y', balance_after='98'),
    ]
    books.sync(rows, paging=lambda rows: [rows[:3], rows[3:]])
    assert len(books.lines) == 6


def test_t07_an_overlap_without_ids_shows_by_the_balances(books):
    rows = [
        tx(None, '05-11', '-5.00', 'shop', balance_after='95'),
        tx(None, '05-11', '5.00', 'refund', balance_after='100'),
        tx(None, '05-11', '-2.00', 'y', balance_after='98'),
    ]
    books.sync(rows, paging=lambda rows: [rows[:2], rows[1:]])
    assert len(books.lines) == 3


def test_t07_no_more_rows_are_taken_for_repetitions_than_must_be(books):
    shop = tx(None, '05-11', '-5.00', 'shop', balance_after='95')
    refund = tx(None, '05-11', '5.00', 'refund', balance_after='100')
    books.sync([shop, refund, shop, shop])
    assert sorted(books.journal()) == ['-5.00', '-5.00', '5.00']


def test_t07_rows_are_counted_where_either_of_two_could_be_the_repetition(books):
    five = tx(None, '05-11', '-5.00', 'a', balance_after='95')
    ten = tx(None, '05-11', '-10.00', 'b', balance_after='90')
    back = [tx(None, '05-11', '5.00', 'a', balance_after='100'),
            tx(None, '05-11', '10.00', 'b', balance_after='100')]
    books.sync([five, back[0], five, ten, ten, back[1]])
    assert len(books.lines) == 6


def test_t07_equal_rows_are_told_apart_by_their_balances(books):
    rows = [{**TRAM, 'balance_after': '97.60'}, {**TRAM, 'balance_after': '95.20'}]
    books.sync(rows)
    made = books.sync(rows[1:], 'part')
    assert [item.known.balance_after for item in made.same] == [Decimal('95.20')]
