"""T13-T16 and locked periods: repeated runs, odd pages, upgrades, invalid rows, waiting rows."""

import random

import pytest
from matching import Grade, Lock, State, Why, Window

from tests.matching.books import Books, day, tx

GRADES = list(Grade)
HARD = Lock(kind='hard_lock_date', last_day=day('12-31'))


@pytest.mark.parametrize('grade', GRADES)
def test_t13_a_run_that_is_repeated_gives_the_same_books(grade):
    rows = [tx(f'k{n}', f'03-{n:02}', f'-{n % 3}.00', 'x') for n in range(1, 20)]
    once, twice = Books(grade=grade), Books(grade=grade)
    once.sync(rows)
    twice.sync(rows)
    twice.sync(rows)
    assert once.counted() == twice.counted()


@pytest.mark.parametrize('grade', GRADES)
@pytest.mark.parametrize('seed', range(5))
def test_t13_a_plan_does_not_depend_on_the_order_of_its_arguments(grade, seed):
    rows = [tx(f'k{n}', f'03-{n % 9 + 1:02}', f'-{n % 3}.00', f'x{n % 2}') for n in range(30)]
    plans = []
    for shuffled in (False, True):
        books = Books(grade=grade)
        books.sync(rows[:20])
        original = books.plan

        def plan(incoming, window, policy, books=books, shuffled=shuffled, original=original):
            if shuffled:
                feed = list(books.feed.items())
                random.Random(seed).shuffle(feed)
                books.feed = dict(feed)
                random.Random(seed).shuffle(incoming)
            return original(incoming, window, policy)

        books.plan = plan
        plans.append(books.sync(rows[5:]))
    assert plans[0] == plans[1]


def test_t14_an_empty_page_in_the_middle_changes_nothing(books):
    rows = [tx('k1', '03-01', '-1.00', 'x'), tx('k2', '03-02', '-2.00', 'y')]
    books.sync(rows, paging=lambda rows: [rows[:1], [], rows[1:], []])
    assert books.journal() == ['-1.00', '-2.00']


def test_t14_a_page_sent_twice_adds_nothing(books):
    rows = [tx(f'k{n}', '03-01', f'-{n}.00', 'x') for n in range(1, 4)]
    books.sync(rows, paging=lambda rows: [rows, rows])
    assert sorted(books.journal()) == ['-1.00', '-2.00', '-3.00']


def test_t14_an_empty_window_changes_nothing(books):
    made = books.sync([], dates=('03-01', '03-31'))
    assert made == type(made)()


@pytest.mark.parametrize('window', ['complete', 'part'])
def test_t15_rows_known_by_the_first_key_version_stay_known(books, window):
    rows = [tx('A 1', '03-01', '-5.00', 'x'), tx(None, '03-02', '-6.00', 'y')]
    books.sync(rows, key_version=1)
    made = books.sync(rows, window, key_version=2)
    assert books.journal() == ['-5.00', '-6.00']
    assert made.same[0].new_keys == {'v2:id:A1'}
    (row,) = [row for row in books.feed.values() if row.transaction_id]
    assert {'v1:id:A 1', 'v2:id:A1'} <= row.aliases


BAD = {
    'no date': {'booking_date': None},
    'not a date': {'booking_date': '2026-02-30'},
    'NaN': {'amount': 'NaN'},
    'infinite': {'amount': '-Infinity'},
    'no amount': {'amount': None},
    'unknown currency': {'currency': 'XXX'},
    'currency of another account': {'currency': 'USD'},
    'no currency': {'currency': ''},
    'a tenth of a cent': {'amount': '1.005'},
    'too large': {'amount': '9' * 40},
    'unknown status': {'status': 'maybe'},
    'another account': {'account_id': 'B'},
}


@pytest.mark.parametrize('bad', [name for name in BAD if name != 'another account'])
@pytest.mark.parametrize('transaction_id', ['k2', None])
def test_t16_an_invalid_row_waits_in_quarantine_until_it_is_corrected(
    books, paging, bad, transaction_id,
):
    good = [tx('k1', '03-01', '-1.00', 'x'), tx('k3', '03-03', '-3.00', 'z')]
    valid = tx(transaction_id, '03-02', '-2.00', 'y')
    for _again in range(2):
        made = books.sync([good[0], {**valid, **BAD[bad]}, good[1]], paging=paging)
        assert books.journal() == ['-1.00', '-3.00']
        assert len(books.in_state(State.QUARANTINED)) == 1
    assert not made.quarantine
    for again in range(2):
        made = books.sync([good[0], valid, good[1]], paging=paging)
        assert books.journal() == ['-1.00', '-2.00', '-3.00']
        if transaction_id and not again:
            assert [item.why for item in made.bookings] == [Why.CORRECTED]
    assert len(books.in_state(State.QUARANTINED)) == (0 if transaction_id else 1)
    assert not books.doubts()


def test_t16_ninety_eight_of_a_hundred_rows_come_in(books):
    rows = [tx(f'k{n}', '03-01', f'-{n}.00', 'x') for n in range(100)]
    rows[6]['booking_date'] = None
    rows[59]['amount'] = 'NaN'
    made = books.sync(rows)
    assert len(books.lines) == 98
    assert [len(item.row.reasons) for item in made.quarantine] == [1, 1]


def test_t16_an_imported_row_that_comes_back_invalid_is_no_removal(books):
    books.sync([tx('k1', '03-01', '-1.00', 'x'), tx('k2', '03-02', '-2.00', 'y')])
    books.sync([tx('k1', '03-01', 'NaN', 'x'), tx('k2', '03-02', '-2.00', 'y')],
               dates=('03-01', '03-02'))
    assert not books.doubts()
    assert len(books.in_state(State.QUARANTINED)) == 1
    made = books.sync([tx('k1', '03-01', '-1.00', 'x'), tx('k2', '03-02', '-2.00', 'y')])
    assert books.journal() == ['-1.00', '-2.00']
    assert [item.why for item in made.gone] == [Why.CORRECTED]


def test_t16_a_quarantined_row_that_is_no_longer_sent_is_gone_with_its_id(books):
    books.sync([tx('k1', '03-01', 'NaN', 'x')], 'cursor')
    books.sync([], Window(incremental=True, removed=frozenset({'k1'})))
    assert not books.in_state(State.QUARANTINED)


# === LOCKED PERIODS === #

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


# === THE HISTORY DOES NOT MATTER === #

def test_only_the_rows_around_the_window_are_looked_at():
    for years in (1, 3):
        books = Books()
        for month in range(12 * years):
            books.sync([
                tx(f'k{month}-{n}', f'{2020 + month // 12}-{month % 12 + 1:02}-15',
                   f'-{n + 1}.00', 'x') for n in range(10)
            ])
        books.sync([tx('new', f'{2020 + years}-01-15', '-1.00', 'x')])
        assert books.looked_at <= 10
