"""Locked periods: rows that wait, what becomes of them, and what was entered by hand meanwhile."""

import pytest
from matching import Grade, Lock, State, Why

from tests.matching.books import day, tx

GRADES = list(Grade)
HARD = Lock(kind='hard_lock_date', last_day=day('12-31'))

@pytest.mark.parametrize('grade', GRADES)
def test_a_row_in_a_locked_period_waits_until_the_lock_is_lifted(books, paging, grade):
    rows = [tx('k1', '12-30', '-1.00', 'x')]
    for _again in range(2):
        made = books.sync(rows, paging=paging, locks=(HARD,), grade=grade)
        assert books.journal() == []
        assert len(books.in_state(State.WAITING)) == 1
    assert not made.waiting
    made = books.sync(rows, paging=paging, grade=grade)
    assert books.journal() == ['-1.00']
    assert made.bookings[0].why is Why.UNLOCKED
    books.sync(rows, paging=paging, grade=grade)
    assert books.journal() == ['-1.00']


def test_a_waiting_row_is_booked_although_the_window_has_moved_on(books):
    books.sync([tx('k1', '12-30', '-1.00', 'x')], locks=(HARD,))
    made = books.sync([tx('k2', '2027-03-01', '-2.00', 'y')])
    assert books.journal() == ['-1.00', '-2.00']
    assert made.bookings[0].row is None


def test_the_plan_says_which_locks_hold_a_row(books):
    tax = Lock(kind='fiscalyear_lock_date', last_day=day('11-30'))
    made = books.sync([tx('k1', '11-30', '-1.00', 'x'), tx('k2', '12-01', '-1.00', 'x')],
                      locks=(tax, HARD))
    assert [item.locks for item in made.waiting] == [(HARD, tax), (HARD,)]


def test_a_waiting_row_that_the_bank_corrects_is_booked_as_corrected(books):
    books.sync([tx('k1', '12-30', '-1.00', 'x')], locks=(HARD,))
    books.sync([tx('k1', '12-30', '-1.50', 'x')], locks=(HARD,))
    books.sync([])
    assert books.journal() == ['-1.50']
    assert not books.doubts()


def test_a_waiting_row_that_the_bank_removes_is_gone(books):
    rows = [tx('k1', '12-29', '-1.00', 'x'), tx('k2', '12-30', '-7.00', 'y')]
    books.sync(rows, locks=(HARD,))
    books.sync(rows[1:], dates=('12-01', '12-31'))
    assert books.journal() == ['-7.00']
    assert len(books.in_state(State.REMOVED)) == 1
    made = books.sync(rows)
    assert [item.why for item in made.bookings] == [Why.RETURNED]
    assert books.journal() == ['-1.00', '-7.00']


def test_a_waiting_row_entered_by_hand_is_linked_when_it_could_be_booked(books):
    books.sync([tx('k1', '12-30', '-1.00', 'x')], locks=(HARD,))
    books.enter('12-30', '-1.00', 'x')
    books.sync([])
    assert books.journal() == ['-1.00']


@pytest.mark.parametrize('reopened', [True, False], ids=['reopened', 'synchronized'])
def test_a_waiting_row_entered_by_hand_is_linked_although_the_window_has_moved_on(books, reopened):
    books.sync([tx('k1', '12-30', '-1.00', 'x'), tx('k2', '12-31', '-1.00', 'y')], locks=(HARD,))
    books.enter('12-30', '-1.00', 'x')
    books.enter('12-31', '-1.00', 'y')
    if reopened:
        books.reopen()
    books.sync([tx('k9', '2027-03-01', '-2.00', 'z')])
    assert books.journal() == ['-1.00', '-1.00', '-2.00']
    assert len(books.line_of) == 3
    assert not books.in_state(State.WAITING)


@pytest.mark.parametrize('reopened', [True, False], ids=['reopened', 'synchronized'])
def test_a_waiting_row_that_could_be_several_entries_is_asked_about(books, reopened):
    row = tx('k1', '12-30', '-1.00', 'x')
    books.sync([row], locks=(HARD,))
    books.enter('12-29', '-1.00', 'one')
    books.enter('12-31', '-1.00', 'two')
    if reopened:
        books.reopen()
    for _again in range(2):
        books.sync([row])
        assert books.journal() == ['-1.00', '-1.00']
        assert books.doubts() == ['ambiguous_link']
    books.answer(bank_is_right=False)
    books.sync([row])
    assert books.journal() == ['-1.00', '-1.00']
    assert not books.doubts()


def test_what_may_be_booked_without_a_synchronization_takes_its_place_in_the_day(books):
    rows = [tx(f'k{number}', '12-30', amount, f'row {number}', balance_after=after)
            for number, (amount, after) in enumerate((('-5', '95'), ('-20', '75'), ('9', '84')))]
    books.sync([rows[0], rows[2]])
    books.sync(rows, locks=(HARD,))
    books.reopen()
    assert books.journal() == ['-5', '-20', '9']


def test_what_still_falls_on_a_locked_day_goes_on_waiting(make_books):
    books = make_books(locks=(Lock(kind='hard_lock_date', last_day=day('11-30')),))
    books.sync([tx('k1', '11-30', '-1.00', 'x'), tx('k2', '12-01', '-2.00', 'y')], locks=(HARD,))
    books.reopen()
    assert books.journal() == ['-2.00']
    assert len(books.in_state(State.WAITING)) == 1


def test_a_waiting_row_that_the_bank_replaces_is_no_doubt(books):
    books.sync([tx('k1', '12-30', '-10.00', 'Shop'), tx('k2', '12-31', '-1.00', 'x')],
               locks=(HARD,))
    books.sync([tx('k3', '12-30', '-12.00', 'Shop'), tx('k2', '12-31', '-1.00', 'x')],
               locks=(HARD,), dates=('12-29', '12-31'))
    assert not books.doubts()
    assert sorted(row.amount for row in books.in_state(State.WAITING)) == [-12, -1]
