"""T13-T16: repeated runs, odd pages, upgrades, invalid rows."""

import random

import pytest
from matching import Grade, State, Why, Window

from tests.matching.books import Books, tx

GRADES = list(Grade)


@pytest.mark.parametrize('grade', GRADES)
def test_t13_a_run_that_is_repeated_gives_the_same_books(make_books, grade):
    rows = [tx(f'k{n}', f'03-{n:02}', f'-{n % 3}.00', 'x') for n in range(1, 20)]
    once, twice = make_books('A', grade=grade), make_books('B', grade=grade)
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
    nothing_to_know_it_by = transaction_id is None and bad in ('no date', 'not a date')
    assert len(books.in_state(State.QUARANTINED)) == int(nothing_to_know_it_by)
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


# === THE HISTORY DOES NOT MATTER === #

def test_only_the_rows_around_the_window_are_looked_at(make_books):
    for years in (1, 3):
        books = make_books(str(years))
        for month in range(12 * years):
            books.sync([
                tx(f'k{month}-{n}', f'{2020 + month // 12}-{month % 12 + 1:02}-15',
                   f'-{n + 1}.00', 'x') for n in range(10)
            ])
        books.sync([tx('new', f'{2020 + years}-01-15', '-1.00', 'x')])
        assert books.looked_at <= 10
