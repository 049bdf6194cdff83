"""T10-T12: late, edited, removed and reordered rows; deleted lines; lines by hand or file."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from matching import Doubt, Grade, Lock, State, Why, Window

from tests.matching.books import day, one_page, tx

GRADES = list(Grade)
FEBRUARY = ('02-01', '02-28')


# === T10: LATE === #

@pytest.mark.parametrize('grade', GRADES)
def test_t10_a_late_booking_comes_in_once(books, paging, grade):
    rows = [tx('k1', '02-18', '-1.00', 'x'), tx('k2', '02-20', '-2.00', 'y')]
    books.sync(rows, dates=FEBRUARY, paging=paging, grade=grade)
    for _again in range(2):
        books.sync([tx('k0', '02-08', '-3.00', 'late'), *rows], dates=FEBRUARY, paging=paging,
                   grade=grade)
        assert books.journal() == ['-3.00', '-1.00', '-2.00']
        assert not books.doubts()


@pytest.mark.parametrize('grade', GRADES)
def test_t10_rows_before_the_start_are_counted_and_left_out(make_books, grade, paging):
    books = make_books(import_from=day('02-10'), grade=grade)
    rows = [tx('k1', '02-09', '-1.00', 'x'), tx('k2', '02-10', '-2.00', 'y')]
    for _again in range(2):
        made = books.sync(rows, paging=paging)
        assert made.before_start == 1
        assert books.journal() == ['-2.00']


def test_t10_a_later_start_leaves_booked_rows_alone(books):
    rows = [tx('k1', '02-09', '-1.00', 'x'), tx('k2', '02-10', '-2.00', 'y')]
    books.sync(rows)
    made = books.sync(rows, import_from=day('02-10'))
    assert made.before_start == 0
    assert len(made.same) == 2
    assert not books.doubts()


def test_t10_after_an_outage_every_row_of_the_gap_comes_in(books, paging):
    rows = [tx(f'k{n}', f'03-0{n}', f'-{n}.00', 'x') for n in range(1, 7)]
    books.sync(rows[:1], paging=paging)
    books.sync(rows, paging=paging)
    assert len(books.journal()) == 6


# === T10: EDITED AND REMOVED === #

@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
@pytest.mark.parametrize('change', [
    {'amount': '-12.00'}, {'booking_date': '2026-03-03'}, {'amount': '10.00'},
])
def test_t10_a_change_by_the_bank_is_asked_about_once(books, window, change):
    books.sync([tx('k1', '03-01', '-10.00', 'Shop')], window, dates=('03-01', '03-10'))
    for _again in range(2):
        books.sync([{**tx('k1', '03-01', '-10.00', 'Shop'), **change}], window,
                   dates=('03-01', '03-10'))
        assert books.journal() == ['-10.00']
        assert books.doubts() == ['changed']


def test_t10_each_further_change_is_asked_about(books):
    for amount in ('-10.00', '-12.00', '-13.00'):
        books.sync([tx('k1', '03-01', amount, 'Shop')])
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['changed', 'changed']


def test_t10_a_change_taken_back_settles_the_question(books):
    for amount in ('-10.00', '-12.00', '-10.00'):
        books.sync([tx('k1', '03-01', amount, 'Shop')])
    assert books.doubts() == []
    books.sync([tx('k1', '03-01', '-12.00', 'Shop')])
    assert books.doubts() == ['changed']


def test_t10_a_change_of_text_is_a_proposal_only(books):
    books.sync([tx('k1', '03-01', '-10.00', 'Shop')])
    made = books.sync([tx('k1', '03-01', '-10.00', 'Quite another text')])
    assert made.same[0].updates == {'description': 'Quite another text'}
    assert books.texts() == ['Shop']
    assert not books.doubts()


@pytest.mark.parametrize('ids', [('k1', 'k1'), (None, None), ('w1', 'w2')])
@pytest.mark.parametrize('grade', [Grade.WEAK, Grade.POSITIONAL, Grade.ABSENT])
def test_t10_a_change_without_a_strong_id_is_asked_about(books, grade, ids):
    books.sync([tx(ids[0], '03-01', '-10.00', 'Shop')], grade=grade)
    books.sync([tx(ids[1], '03-01', '-12.00', 'Shop')], grade=grade)
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['possible_pair', 'removed']


@pytest.mark.parametrize('grade', GRADES)
def test_t10_a_removal_by_the_bank_is_asked_about_once(books, grade):
    rows = [tx('k1', '03-01', '-10.00', 'Shop'), tx('k2', '03-01', '-99.00', 'Rent')]
    books.sync(rows, grade=grade)
    for _again in range(2):
        books.sync(rows[1:], grade=grade)
        assert sorted(books.journal()) == ['-10.00', '-99.00']
        assert books.doubts() == ['removed']
    books.sync(rows, grade=grade)
    assert not books.doubts()


def test_t10_a_removal_by_a_cursor_is_asked_about(books):
    books.sync([tx('k1', '03-01', '-10.00', 'Shop')], 'cursor')
    made = books.sync([], Window(incremental=True, removed=frozenset({'k1'})))
    assert books.journal() == ['-10.00']
    assert [review.doubt for review in made.reviews] == [Doubt.REMOVED]


def test_t10_a_cursor_that_replaces_a_row_by_an_equal_one_renames_it(books):
    books.sync([tx('k1', '03-01', '-10.00', 'Shop')], 'cursor')
    made = books.sync([tx('k2', '03-01', '-10.00', 'Shop')],
                      Window(incremental=True, removed=frozenset({'k1'})))
    assert books.journal() == ['-10.00']
    assert made.same[0].why is Why.RENAMED
    assert not books.doubts()


def test_t10_nothing_follows_from_absence_in_a_part_or_outside_the_window(books):
    rows = [tx('k1', '03-01', '-10.00', 'Shop'), tx('k2', '03-05', '-99.00', 'Rent')]
    books.sync(rows)
    books.sync(rows[1:], 'part', dates=('03-01', '03-05'))
    books.sync(rows[1:], 'complete', dates=('03-02', '03-05'))
    books.sync([], 'cursor')
    assert not books.doubts()


@pytest.mark.parametrize('change', ['modified', 'removed'])
def test_t10_a_change_in_a_locked_month_is_asked_about_too(books, change):
    books.sync([tx('k1', '03-01', '-10.00', 'Shop'), tx('k2', '03-02', '-5.00', 'Rent')])
    second = [tx('k1', '03-01', '-12.00', 'Shop')] if change == 'modified' else []
    books.sync([*second, tx('k2', '03-02', '-5.00', 'Rent')], dates=('03-01', '03-02'),
               locks=(Lock(kind='hard_lock_date', last_day=day('03-31')),))
    assert books.journal() == ['-10.00', '-5.00']
    assert books.doubts() == [{'modified': 'changed'}.get(change, 'removed')]


# === T10: ORDER === #

def statement(seed, balances=True, days=5):
    """A few days of rows, the oldest first, with their running balances."""
    chance = random.Random(seed)
    amounts = [Decimal(chance.choice((-5, 5, -5, -20, 100, 0))) for _row in range(3 * days)]
    after = list(accumulate(amounts, initial=Decimal(1000)))[1:]
    return [
        tx(f'k{number}', (day('03-01') + timedelta(days=number // 3)).isoformat(), amount,
           f'row {number}', **({'balance_after': str(after[number])} if balances else {}))
        for number, amount in enumerate(amounts)
    ]


def running(books, opening=1000):
    """The running balance of the books after each line."""
    return list(accumulate((line.amount for line in books.in_order()), initial=opening))[1:]


def balances(rows):
    """The running balances of the bank."""
    return [Decimal(row['balance_after']) for row in rows]


@pytest.mark.parametrize('seed', range(10))
@pytest.mark.parametrize('order', [1, -1])
def test_t10_the_feed_may_run_either_way(books, seed, order):
    rows = statement(seed)
    books.sync(rows[::order])
    assert running(books) == balances(rows)
    assert [line.text for line in books.in_order()] == [row['description'] for row in rows]
    books.sync(rows[::-order])
    assert len(books.lines) == len(rows)


@pytest.mark.parametrize('seed', range(10))
def test_t10_after_each_line_the_books_have_the_balance_of_the_bank(books, seed):
    rows = statement(seed)
    books.sync(random.Random(seed).sample(rows, len(rows)))
    after = {row['description']: Decimal(row['balance_after']) for row in rows}
    assert running(books) == [after[line.text] for line in books.in_order()]


@pytest.mark.parametrize('order', [1, -1])
def test_t10_without_balances_the_order_of_the_feed_is_kept(books, order):
    rows = statement(1, balances=False)
    books.sync(rows[::order])
    assert books.journal() == [row['amount'] for row in rows]


def test_t10_a_late_row_takes_its_place_among_those_of_its_day(books):
    rows = statement(3)
    books.sync(rows[:4] + rows[5:])
    books.sync(rows)
    assert running(books) == balances(rows)


def test_t10_one_day_newest_first_keeps_its_order_by_balances(books):
    rows = statement(2, days=1)
    books.sync(rows[::-1])
    assert running(books) == balances(rows)


# === T11: DELETED === #

@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
@pytest.mark.parametrize('grade', GRADES)
def test_t11_a_deleted_line_stays_away_and_can_be_restored(books, paging, grade, window):
    rows = [tx('k1', '03-01', '-5.00', 'x'), tx('k2', '03-02', '-6.00', 'y')]
    if window == 'cursor' and grade in (Grade.POSITIONAL, Grade.ABSENT):
        rows = [tx('k1', '03-01', '-5.00', 'x')]
    books.sync(rows, paging=paging, grade=grade)
    deleted = books.delete('-5.00')
    for _again in range(3):
        books.sync(rows, window, paging=paging, grade=grade)
        assert '-5.00' not in books.journal()
    books.restore(deleted)
    books.sync(rows, window, paging=paging, grade=grade)
    assert books.journal().count('-5.00') == 1
    assert books.feed[deleted].transaction_id == 'k1'


def test_t11_one_of_two_equal_lines_deleted_stays_one(books):
    rows = [tx(None, '03-01', '-5.00', 'x')] * 2
    books.sync(rows)
    books.delete('-5.00')
    for number in (2, 2, 3):
        books.sync([rows[0]] * number)
        assert books.journal() == ['-5.00'] * (number - 1)


def test_t11_two_merged_rows_keep_all_their_ids(books):
    rows = {name: tx(name, '03-01', '-5.00', 'x') for name in 'ab'}
    books.sync(list(rows.values()))
    books.merge(*books.feed)
    for names in ('ab', 'a', 'b', 'ba'):
        books.sync([rows[name] for name in names], 'part')
        assert books.journal() == ['-5.00']


def test_t11_a_deleted_line_that_the_bank_changes_stays_away(books):
    books.sync([tx('k1', '03-01', '-5.00', 'x')])
    books.delete('-5.00')
    books.sync([tx('k1', '03-01', '-6.00', 'x')])
    assert books.journal() == []
    assert not books.doubts()


# === T12: LINES BY HAND OR FILE === #

@pytest.mark.parametrize('days', range(-2, 3))
@pytest.mark.parametrize('grade', GRADES)
def test_t12_a_line_by_hand_is_linked_not_doubled(books, paging, grade, days):
    books.enter('03-10', '-44.00', 'invoice 7')
    row = tx('k1', (day('03-10') + timedelta(days=days)).isoformat(), '-44.00', 'ACME')
    for _again in range(2):
        books.sync([row], paging=paging, grade=grade)
        assert books.journal() == ['-44.00']
        assert not books.doubts()
    assert len(books.line_of) == 1


def test_t12_two_candidates_are_asked_about(books, paging):
    books.enter('03-09', '-44.00', 'one')
    books.enter('03-11', '-44.00', 'two')
    for _again in range(2):
        books.sync([tx('k1', '03-10', '-44.00', 'ACME')], paging=paging)
        assert books.journal() == ['-44.00', '-44.00']
        assert books.doubts() == ['ambiguous_link']


def test_t12_two_equal_lines_for_one_row_are_asked_about(books):
    books.enter('03-10', '-44.00', 'one')
    books.enter('03-10', '-44.00', 'one')
    made = books.sync([tx('k1', '03-10', '-44.00', 'one')])
    assert [len(review.lines) for review in made.reviews] == [2]


def test_t12_two_rows_for_one_line_are_asked_about(books):
    books.enter('03-10', '-44.00', 'one')
    books.sync([tx('k1', '03-09', '-44.00', 'ACME'), tx('k2', '03-11', '-44.00', 'ACME')])
    assert books.doubts() == ['ambiguous_link'] * 2


def test_t12_a_reference_decides_between_candidates(books):
    books.enter('03-09', '-44.00', 'INV/2026/0001')
    books.enter('03-11', '-44.00', 'INV/2026/0002')
    made = books.sync([tx('k1', '03-10', '-44.00', 'x', references={'end_to_end': 'INV20260002'})])
    assert [(item.line.label, item.why) for item in made.links] == [
        ('INV/2026/0002', Why.REFERENCE)]


@pytest.mark.parametrize('text', ['same text', ''])
def test_t12_forty_lines_of_a_file_and_forty_five_rows(books, paging, text):
    amounts = [f'-{5 + number % 4}.00' for number in range(45)]
    dates = [(day('03-01') + timedelta(days=number // 2)).isoformat() for number in range(45)]
    for booked, amount in zip(dates[:40], amounts, strict=False):
        books.enter(booked, amount, text and f'{text} {amount}')
    rows = [
        tx(f'k{number}', booked, amount, f'same text {amount}')
        for number, (booked, amount) in enumerate(zip(dates, amounts, strict=True))
    ]
    made = books.sync(rows, paging=paging)
    assert (len(made.links), len(made.bookings), len(books.lines)) == (40, 5, 45)
    assert not books.doubts()


def test_t12_days_apart_and_of_another_text_is_asked_about(books):
    books.enter('03-10', '-44.00', 'cash box')
    books.sync([tx('k1', '03-14', '-44.00', 'ACME Ltd')])
    assert books.doubts() == ['ambiguous_link']


def test_t12_days_apart_but_of_similar_text_is_linked(books):
    books.enter('03-10', '-44.00', 'acme')
    made = books.sync([tx('k1', '03-14', '-44.00', 'ACME Ltd')])
    assert made.links[0].why is Why.ONLY_CANDIDATE


def test_t12_a_line_in_a_locked_period_is_linked_all_the_same(books):
    books.enter('03-10', '-44.00', 'acme')
    books.sync([tx('k1', '03-10', '-44.00', 'ACME')],
               locks=(Lock(kind='hard_lock_date', last_day=day('03-31')),))
    assert len(books.line_of) == 1
    assert not books.in_state(State.WAITING)


def test_t12_a_line_far_away_is_none_of_the_feed(books):
    books.enter('03-01', '-44.00', 'acme')
    books.sync([tx('k1', '03-10', '-44.00', 'acme')], paging=one_page)
    assert books.journal() == ['-44.00', '-44.00']


def test_t10_a_row_is_that_in_the_books_rather_than_one_taken_back(books):
    books.sync([tx('p1', '03-01', '-2.40', 'new text', 'pending')])
    books.sync([tx(None, '03-01', '-2.40', 'old text')])
    books.sync([tx(None, '03-01', '-2.40', 'new text')])
    assert books.journal() == ['-2.40']
    assert len(books.in_state(State.REMOVED)) == 1


def test_a_question_about_a_row_without_a_line_stays_open(books):
    books.sync([tx('TAX77', '03-01', '-5.00', 'x')] * 2)
    books.feed = {
        key: replace(row, raised=frozenset({'possible_duplicate:…'}))
        for key, row in books.feed.items()
    }
    made = books.sync([tx('TAX77', '03-01', '-5.00', 'x')] * 2)
    assert [item.settled for item in made.same if not item.known.has_line] == [False]


def test_a_changed_row_is_the_one_in_the_books_rather_than_its_twin_in_review(books):
    books.sync([tx('k1', '03-01', '-5.00', 'x')] * 2)
    books.sync([tx('k1', '03-01', '-6.00', 'x')])
    assert books.doubts() == ['changed', 'possible_duplicate']


def test_t11_a_deleted_line_stays_away_although_the_bank_left_it_out_for_a_while(books):
    rows = [tx('k1', '03-01', '-5.00', 'x'), tx('k2', '03-01', '-6.00', 'y')]
    books.sync(rows)
    books.delete('-5.00')
    books.sync(rows[1:])
    books.sync(rows)
    assert books.journal() == ['-6.00']


def test_t10_a_late_row_alone_takes_its_place_by_its_balance(books):
    rows = [
        tx(f'k{number}', '03-01', amount, f'row {number}', balance_after=after)
        for number, (amount, after) in enumerate((('-5', '995'), ('-20', '975'), ('100', '1075')))
    ]
    books.sync([rows[0], rows[2]])
    books.sync([rows[1]], 'part')
    assert running(books) == balances(rows)


def test_t10_a_day_begins_with_the_balance_that_the_day_before_ended_with(books):
    books.sync([
        tx('k1', '03-01', '-1', 'a', balance_after='100'),
        tx('k3', '03-02', '5', 'refund', balance_after='100'),
        tx('k2', '03-02', '-5', 'shop', balance_after='95'),
        tx('k4', '03-03', '-2', 'b', balance_after='98'),
    ])
    assert books.journal() == ['-1', '-5', '5', '-2']


def test_t10_a_sign_corrected_under_a_weak_id_is_asked_about(books):
    books.sync([tx('k1', '03-01', '-10.00', 'Shop')], grade=Grade.WEAK)
    books.sync([tx('k1', '03-01', '10.00', 'Shop')], grade=Grade.WEAK)
    assert books.journal() == ['-10.00']
    assert books.doubts() == ['possible_pair', 'removed']
