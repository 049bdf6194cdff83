"""T2-T6: ids that are renumbered, late, blank, shared between accounts, repeated or reused."""

from itertools import permutations

import pytest
from matching import Grade, State, Why

from tests.matching.books import tx

GRADES = list(Grade)


@pytest.mark.parametrize('grade', GRADES)
@pytest.mark.parametrize('window', ['complete', 'part'])
def test_t02_renumbered_positions_add_only_the_new_row(books, paging, grade, window):
    first = [
        tx('04-10-0', '04-10', '-3.00', 'to savings'), tx('04-10-1', '04-10', '1900.00', 'salary'),
    ]
    second = [
        tx('04-10-0', '04-10', '-70.00', 'card shop'),
        tx('04-10-1', '04-10', '-3.00', 'to savings'),
        tx('04-10-2', '04-10', '1900.00', 'salary'),
    ]
    books.sync(first, window, paging=paging, grade=grade)
    before = dict(books.lines)
    for _again in range(2):
        books.sync(second, window, paging=paging, grade=grade)
        assert sorted(books.journal()) == ['-3.00', '-70.00', '1900.00']
        assert before.items() <= books.lines.items()
        assert not books.doubts()


def test_t02_a_bank_that_renumbers_is_demoted(books):
    books.sync([tx('n0', '04-10', '-3.00', 'to savings'), tx('n1', '04-10', '1900', 'salary')])
    made = books.sync([
        tx('n0', '04-10', '-70.00', 'card shop'), tx('n1', '04-10', '-3.00', 'to savings'),
        tx('n2', '04-10', '1900', 'salary'),
    ])
    assert made.demotion.grade is Grade.POSITIONAL
    assert ('moved', 'n0', 'n1') in made.demotion.evidence
    assert sorted(books.journal()) == ['-3.00', '-70.00', '1900']
    assert not books.doubts()


def test_t02_ids_shaped_like_day_and_number_are_positions(books):
    made = books.sync([tx('2026-07-12.0', '07-12', '-9.99', 'stream')])
    assert made.demotion.grade is Grade.POSITIONAL
    assert made.demotion.evidence == (('shape', '2026-07-12.0', ''),)


@pytest.mark.parametrize('window', ['complete', 'part'])
@pytest.mark.parametrize('grade', GRADES)
def test_t03_an_id_that_comes_later_is_remembered(books, paging, window, grade):
    for number, transaction_id in enumerate([None, '2026-07-12.0', '2026-07-12.1']):
        books.sync([tx(transaction_id, '07-12', '-9.99', 'stream')], window, paging=paging,
                   grade=grade)
        assert books.journal() == ['-9.99']
        (row,) = books.feed.values()
        assert len([key for key in row.aliases if key.startswith('v2:id')]) == number
    assert not books.doubts()


def test_t03_a_strong_id_that_comes_later_is_remembered(books):
    books.sync([tx(None, '07-12', '-9.99', 'stream')])
    made = books.sync([tx('k1', '07-12', '-9.99', 'stream')])
    assert [item.new_keys for item in made.same] == [{'v1:id:k1', 'v2:id:k1'}]
    assert books.journal() == ['-9.99']


@pytest.mark.parametrize('grade', GRADES)
def test_t04_blank_ids_never_match_each_other(books, paging, grade):
    rows = [
        tx(blank, '03-01', amount, text) for blank, amount, text in (
            (None, '-1.00', 'a'), ('', '-2.00', 'b'), (' ', '-3.00', 'c'), ('  ', '-4.00', 'd'))
    ]
    for _again in range(2):
        books.sync(rows, paging=paging, grade=grade)
        assert sorted(books.journal()) == ['-1.00', '-2.00', '-3.00', '-4.00']
    assert not books.doubts()


def test_t04_four_equal_rows_with_blank_ids_are_four_lines(books, paging):
    rows = [tx(blank, '03-01', '-1.00', 'a') for blank in (None, '', ' ', '  ')]
    for _again in range(2):
        books.sync(rows, paging=paging)
        assert books.journal() == ['-1.00'] * 4


@pytest.mark.parametrize('written', [' AB12 ', 'AB 12', 'A B 1 2\t'])
def test_t04_spaces_in_an_id_make_no_other_id(books, written):
    books.sync([tx('AB12', '03-01', '-1.00', 'a')])
    made = books.sync([tx(written, '03-01', '-1.00', 'a')])
    assert made.same[0].why is Why.SAME_ID
    assert books.journal() == ['-1.00']


def test_t05_the_same_id_in_two_accounts_is_two_rows(make_books):
    one, other = make_books('A'), make_books('B')
    for _again in range(2):
        one.sync([tx('20260101-1', '01-01', '-10.00', 'x')])
        other.sync([tx('20260101-1', '01-01', '99.00', 'y')])
    assert one.journal() == ['-10.00']
    assert other.journal() == ['99.00']


def test_t05_both_legs_of_an_own_transfer_are_booked(make_books):
    one, other = make_books('A'), make_books('B')
    for _again in range(2):
        one.sync([tx('T1', '01-01', '-10.00', 'to savings')])
        other.sync([tx('T1', '01-01', '10.00', 'from current')])
    assert one.journal() == ['-10.00']
    assert other.journal() == ['10.00']


def test_t05_rows_of_another_account_in_the_same_answer_do_not_enter(make_books, paging):
    one, other = make_books('A'), make_books('B')
    rows = [tx('k1', '01-01', '-10.00', 'x', account_id='A'),
            tx('k2', '01-01', '99.00', 'y', account_id='B')]
    for _again in range(2):
        one.sync(rows, paging=paging)
        other.sync(rows, paging=paging)
    assert one.journal() == ['-10.00']
    assert other.journal() == ['99.00']
    assert [len(books.in_state(State.QUARANTINED)) for books in (one, other)] == [1, 1]


@pytest.mark.parametrize('grade', GRADES)
def test_t06_one_id_on_two_rows_is_two_lines(books, paging, grade):
    rows = [tx('TAX77', '03-01', '-120.00', 'tax'), tx('TAX77', '03-15', '-80.00', 'tax')]
    for _again in range(2):
        books.sync(rows, paging=paging, grade=grade)
        assert books.journal() == ['-120.00', '-80.00']
        assert not books.doubts()


def test_t06_one_id_on_two_rows_demotes_the_bank(books):
    rows = [tx('TAX77', '03-01', '-120.00', 'tax'), tx('TAX77', '03-15', '-80.00', 'tax')]
    assert books.sync(rows).demotion.grade is Grade.WEAK


@pytest.mark.parametrize('grade', GRADES)
@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
def test_t06_an_id_reused_next_year_is_another_row(books, grade, window):
    books.sync([tx('1', '2026-01-02', '-5.00', 'fee')], window, grade=grade)
    books.sync([tx('1', '2027-01-02', '-5.00', 'fee')], window, grade=grade)
    assert books.journal() == ['-5.00', '-5.00']
    assert not books.doubts()


@pytest.mark.parametrize('grade', GRADES)
def test_t06_an_all_equal_row_with_the_same_id_is_asked_about(books, grade):
    rows = [tx('TAX77', '03-01', '-120.00', 'tax')] * 2
    for _again in range(2):
        books.sync(rows, grade=grade)
        assert books.journal() == ['-120.00']
        assert books.doubts() == ['possible_duplicate']


def test_t06_an_all_equal_row_is_one_line_however_it_is_paged(books, paging):
    books.sync([tx('TAX77', '03-01', '-120.00', 'tax')] * 2, paging=paging)
    assert books.journal() == ['-120.00']
    assert books.doubts() == ['possible_duplicate']


@pytest.mark.parametrize('grade', GRADES)
def test_t06_another_running_balance_makes_another_row(books, paging, grade):
    rows = [
        tx('TAX77', '03-01', '-120.00', 'tax', balance_after='880.00'),
        tx('TAX77', '03-01', '-120.00', 'tax', balance_after='760.00'),
    ]
    for order in permutations(rows):
        books.sync(order, paging=paging, grade=grade)
        assert books.journal() == ['-120.00', '-120.00']
        assert not books.doubts()


def test_t06_a_row_shown_twice_by_overlapping_pages_is_no_doubt(books):
    first, second, third = (tx(f'k{n}', '03-01', f'-{n}.00', 'x') for n in (1, 2, 3))
    books.sync([first, second, third], paging=lambda rows: [rows[:2], rows[1:]])
    assert sorted(books.journal()) == ['-1.00', '-2.00', '-3.00']
    assert not books.doubts()


def test_t06_a_known_id_with_another_amount_far_away_is_asked_about(books):
    books.sync([tx('k1', '03-01', '-120.00', 'tax')])
    books.sync([tx('k1', '03-20', '-80.00', 'tax')])
    assert books.journal() == ['-120.00']
    assert books.doubts() == ['id_conflict']
    books.sync([tx('k1', '03-20', '-80.00', 'tax')])
    assert books.doubts() == ['id_conflict']


def test_t06_an_all_equal_row_that_joins_a_known_one_is_asked_about(books):
    row = tx('TAX77', '03-01', '-120.00', 'tax')
    for number in (1, 2, 2):
        books.sync([row] * number)
        assert books.journal() == ['-120.00']
    assert books.doubts() == ['possible_duplicate']
