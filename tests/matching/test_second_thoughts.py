"""Banks that change their mind more than once, and rows of which nothing is in the books."""

import pytest
from matching import Grade, State, Why, Window

from tests.matching.books import agreeing, day, tx

GRADES = list(Grade)
MARCH = ('03-01', '03-10')
SHOP = tx('k1', '03-01', '-10.00', 'Shop')


# === CHANGED AND CHANGED BACK === #

def test_a_change_back_after_the_correction_of_the_entry_is_asked_about(books):
    books.sync([SHOP])
    books.sync([{**SHOP, 'amount': '-12.00'}])
    books.answer(bank_is_right=True)
    assert books.journal() == ['-12.00']
    for _again in range(2):
        books.sync([SHOP])
        assert books.journal() == ['-12.00']
        assert books.doubts() == ['changed']
    books.answer(bank_is_right=True)
    books.sync([SHOP])
    assert books.journal() == ['-10.00']
    assert not books.doubts()


def test_a_booking_changed_to_the_amount_of_its_announcement_is_asked_about(books):
    books.sync([tx('p1', '03-01', '-50.00', 'Grill', 'pending')], dates=MARCH)
    books.sync([tx('b9', '03-01', '-60.00', 'Grill', pending_id='p1')], dates=MARCH)
    books.sync([tx('b9', '03-01', '-50.00', 'Grill', pending_id='p1')], dates=MARCH)
    assert books.journal() == ['-60.00']
    assert books.doubts() == ['changed']


def test_a_day_moved_there_and_back_is_no_question_any_more(books):
    for booked in ('03-01', '03-03', '03-01'):
        books.sync([{**SHOP, 'booking_date': day(booked).isoformat()}], dates=MARCH)
    assert not books.doubts()
    books.sync([SHOP], dates=MARCH)
    assert not books.doubts()


@pytest.mark.parametrize('change', [{'amount': '-12.00'}, {'booking_date': '2026-03-03'}])
def test_a_changed_row_that_was_gone_for_a_while_is_asked_about_as_changed(books, change):
    changed = {**SHOP, **change}
    books.sync([SHOP], dates=MARCH)
    books.sync([changed], dates=MARCH)
    books.sync([], dates=MARCH)
    for _again in range(2):
        books.sync([changed], dates=MARCH)
        assert books.journal() == ['-10.00']
        assert books.doubts() == ['changed']


def test_a_kept_entry_is_asked_about_again_only_when_the_bank_says_something_new(books):
    books.sync([SHOP])
    for amount, doubts in (('-12.00', ['changed']), ('-12.00', []), ('-13.00', ['changed'])):
        books.sync([{**SHOP, 'amount': amount}])
        assert books.doubts() == doubts
        if doubts:
            books.answer(bank_is_right=False)
    assert books.journal() == ['-10.00']


def test_an_entry_that_was_taken_back_is_booked_when_the_bank_brings_it_again(books):
    rent = tx('k2', '03-01', '-99.00', 'Rent')
    books.sync([SHOP, rent])
    books.sync([rent])
    books.answer(bank_is_right=True)
    books.sync([rent])
    assert books.journal() == ['-99.00']
    made = books.sync([SHOP, rent])
    assert [item.why for item in made.bookings] == [Why.RETURNED]
    assert sorted(books.journal()) == ['-10.00', '-99.00']
    assert not books.doubts()


# === ROWS OF WHICH NOTHING IS IN THE BOOKS === #

HOLD = tx('p1', '03-01', '-50.00', 'Grill', 'pending')


def test_t01_a_vanished_hold_is_no_evidence_against_the_ids_of_the_bank(books):
    books.sync([HOLD], dates=MARCH)
    books.sync([], dates=MARCH)
    made = books.sync([tx('b9', '03-01', '-50.00', 'Grill')], dates=MARCH,
                      balance=agreeing(books, '-999.00'))
    assert made.demotion is None
    assert books.journal() == ['-50.00']
    assert not books.doubts()


@pytest.mark.parametrize('booked', ['03-05', '03-25'])
@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
def test_t01_a_vanished_hold_that_is_booked_later_under_its_id_is_one_line(books, window, booked):
    books.sync([HOLD], dates=MARCH)
    books.sync([], dates=MARCH)
    for _again in range(2):
        made = books.sync([tx('p1', booked, '-75.00', 'Grill Berlin')], window)
        assert books.journal() == ['-75.00']
        assert made.demotion is None
        assert not books.doubts()


@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
@pytest.mark.parametrize('text', ['Grill', 'Hotel'])
@pytest.mark.parametrize('grade', GRADES)
def test_t01_a_vanished_hold_holds_nothing_back(books, grade, window, text):
    books.sync([HOLD], dates=MARCH, grade=grade)
    books.sync([], dates=MARCH, grade=grade)
    books.sync([tx(None, '03-01', '-50.00', text)], window, dates=MARCH, grade=grade)
    assert books.journal() == ['-50.00']
    assert not books.doubts()


def test_t02_a_hold_is_not_taken_for_the_booked_row_at_its_place(books):
    holds = [tx('03-01.0', '03-01', '-50.00', 'Grill', 'pending')]
    for _again in range(2):
        books.sync([tx('03-01.0', '03-01', '-7.00', 'Kiosk'), *holds], grade=Grade.POSITIONAL)
        assert books.journal() == ['-7.00']
        assert [row.amount for row in books.in_state(State.PENDING)] == [-50]


@pytest.mark.parametrize('amount', ['-50.00', '-60.00', '-95.00'])
@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
def test_t01_a_hold_sent_as_booked_that_the_bank_links_is_asked_about(books, window, amount):
    hold = tx('p1', '03-01', '-50.00', 'Grill')
    books.sync([hold], window, dates=MARCH)
    for _again in range(2):
        books.sync([tx('b9', '03-04', amount, 'Grill Berlin', pending_id='p1')], window,
                   dates=MARCH)
        assert books.journal() == ['-50.00']
        assert 'possible_pair' in books.doubts()


def test_t01_one_hold_that_is_posted_in_two_parts_is_two_lines(books):
    parts = [tx(f'b{amount}', '03-04', f'-{amount}.00', 'Grill', pending_id='p1')
             for amount in (20, 30)]
    books.sync([HOLD], dates=MARCH)
    books.sync(parts[:1], dates=MARCH)
    for _again in range(2):
        books.sync(parts, dates=MARCH)
        assert sorted(books.journal()) == ['-20.00', '-30.00']
        assert not books.doubts()


# === BOOKING DATES THAT COME AND GO === #

@pytest.mark.parametrize('transaction_id', ['k1', None])
@pytest.mark.parametrize('window', ['complete', 'part'])
def test_t09_a_booking_date_left_out_later_makes_no_second_row(books, transaction_id, window):
    row = tx(transaction_id, '03-19', '-30.00', 'BAKERY', value_date='2026-03-18')
    for booked in ('2026-03-19', None, None, '2026-03-19'):
        books.sync([{**row, 'booking_date': booked}], window, dates=('03-10', '03-20'))
        assert books.journal() == ['-30.00']
        assert not books.doubts()


@pytest.mark.parametrize('window', ['complete', 'part'])
def test_t09_two_equal_rows_of_one_value_date_stay_two(books, window):
    rows = [tx(None, booked, '-30.00', 'BAKERY', value_date='2026-03-18')
            for booked in ('03-18', '03-19')]
    for dates in ((0, 1), (None, 1), (None, None), (0, 1)):
        books.sync([{**row, 'booking_date': row['booking_date'] if kept is not None else None}
                    for row, kept in zip(rows, dates, strict=True)], window,
                   dates=('03-10', '03-20'))
        assert books.journal() == ['-30.00'] * 2


# === IDS THAT ARE USUALLY THE SAME === #

@pytest.mark.parametrize('window', ['complete', 'part', 'cursor'])
@pytest.mark.parametrize('change', [{'booking_date': '2026-03-02'}, {'amount': '-12.00'}])
def test_t10_an_edit_under_a_weak_id_doubles_nothing(books, window, change):
    books.sync([SHOP], grade=Grade.WEAK)
    for _again in range(2):
        books.sync([{**SHOP, **change}], window, dates=('03-02', '03-09'), grade=Grade.WEAK)
        assert books.journal() == ['-10.00']
        assert books.doubts() == ['id_conflict']


# === EQUAL ROWS WHERE NOT EVERYTHING HAS A BALANCE === #

TRAM = tx(None, '05-11', '-2.40', 'tram', balance_after='97.60')


@pytest.mark.parametrize('others', [
    [tx(None, '05-10', '-9.00', 'kiosk')],
    [tx(None, '05-09', '-9.00', 'kiosk', balance_after='191.00'),
     tx(None, '05-10', 'NaN', 'bakery', balance_after='100.00')],
], ids=['a row without balance', 'an unreadable row'])
def test_t07_equal_rows_with_one_balance_are_asked_about_where_others_have_none(books, others):
    for _again in range(2):
        books.sync([*others, TRAM, TRAM])
        assert books.journal().count('-2.40') == 1
        assert books.doubts() == ['possible_duplicate']
    books.answer(bank_is_right=True)
    books.sync([*others, TRAM, TRAM])
    assert books.journal().count('-2.40') == 2
    assert not books.doubts()


@pytest.mark.parametrize('rows', [
    [TRAM, {**TRAM, 'balance_after': '95.20'}],
    [TRAM, tx(None, '05-11', '2.40', 'back', balance_after='100.00'), TRAM],
], ids=['two balances', 'the opposite one between them'])
def test_t07_equal_rows_that_happened_one_after_the_other_are_no_doubt(books, rows):
    for _again in range(2):
        books.sync([tx(None, '05-10', '-9.00', 'kiosk'), *rows])
        assert books.journal().count('-2.40') == 2
        assert not books.doubts()


# === AMOUNTS AND QUARANTINE === #

@pytest.mark.parametrize('amount', ['999999999999.99', '-123456789012.34', '0.01'])
def test_an_amount_is_remembered_to_the_cent(books, amount):
    for _again in range(2):
        books.sync([tx(None, '03-01', amount, 'x')])
        assert books.journal() == [amount]


def test_t16_a_quarantined_row_of_the_window_that_is_no_longer_sent_is_gone(books):
    books.sync([tx(None, '03-02', 'NaN', 'x')], dates=MARCH)
    books.sync([], 'part', dates=MARCH)
    assert len(books.in_state(State.QUARANTINED)) == 1
    books.sync([], dates=('03-03', '03-10'))
    assert len(books.in_state(State.QUARANTINED)) == 1
    books.sync([], dates=MARCH)
    assert not books.in_state(State.QUARANTINED)


def test_t16_a_quarantined_row_without_a_day_stays_until_its_id_is_told_of(books):
    books.sync([tx('k1', None, '-5.00', 'x')], dates=MARCH)
    books.sync([], dates=MARCH)
    assert len(books.in_state(State.QUARANTINED)) == 1
    books.sync([], Window(incremental=True, removed=frozenset({'k1'})))
    assert not books.in_state(State.QUARANTINED)


@pytest.mark.parametrize('grade', GRADES)
def test_t11_a_deleted_line_that_the_bank_replaces_is_asked_about(books, grade):
    other = tx('k0', '03-26', '-1.00', 'other')
    dates = ('03-01', '03-31')
    books.sync([tx('k1', '03-25', '-50.00', 'shop'), other], dates=dates, grade=grade)
    books.delete('-50.00')
    for _again in range(2):
        books.sync([tx('k9', '03-24', '-50.00', 'shop berlin'), other], dates=dates, grade=grade)
        assert books.journal() == ['-1.00']
        assert books.doubts() == ['possible_pair']
    books.answer(bank_is_right=False)
    books.sync([tx('k9', '03-24', '-50.00', 'shop berlin'), other], dates=dates, grade=grade)
    assert books.journal() == ['-1.00']
    assert not books.reviews


def test_t11_an_equal_payment_days_after_one_that_was_deleted_and_is_gone_is_new(books):
    dates = ('03-01', '03-31')
    books.sync([tx('k1', '03-20', '-2.40', 'tram'), SHOP], dates=dates)
    books.delete('-2.40')
    books.sync([tx('k2', '03-25', '-2.40', 'tram'), SHOP], dates=dates)
    assert sorted(books.journal()) == ['-10.00', '-2.40']
    assert not books.reviews
