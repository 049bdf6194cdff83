"""T1: a pending transaction is booked with another id, amount and date."""

import pytest
from matching import State, Why, Window

from tests.matching.books import day, tx

HOLD = tx('p1', '03-01', '-50.00', 'Grill', 'pending')
FINAL = tx('b9', '03-04', '-60.00', 'Grill Berlin')
MARCH = ('03-01', '03-10')


@pytest.mark.parametrize('link', [{'pending_id': 'p1'}, {}], ids=['linked', 'not linked'])
def test_t01_a_hold_becomes_one_line_when_it_is_posted(books, paging, link):
    books.sync([HOLD], dates=MARCH, paging=paging)
    assert books.journal() == []
    assert [row.transaction_id for row in books.in_state(State.PENDING)] == ['p1']
    for _again in range(2):
        books.sync([{**FINAL, **link}], dates=MARCH, paging=paging)
        assert books.journal() == ['-60.00']
        assert not books.in_state(State.PENDING)
        assert not books.doubts()


def test_t01_a_hold_that_keeps_its_id_when_it_is_posted_is_one_line(books):
    books.sync([HOLD], dates=MARCH)
    plan = books.sync([tx('p1', '03-04', '-60.00', 'Grill Berlin')], dates=MARCH)
    assert plan.bookings[0].why is Why.POSTED
    assert books.journal() == ['-60.00']
    assert not books.in_state(State.PENDING)
    assert not books.doubts()


def test_t01_a_hold_that_disappears_leaves_nothing(books, paging):
    books.sync([HOLD], dates=MARCH, paging=paging)
    books.sync([], dates=MARCH, paging=paging)
    assert books.journal() == []
    assert not books.in_state(State.PENDING)


def test_t01_a_second_hold_of_the_same_amount_stays_open(books, paging):
    other = tx('p2', '03-02', '-50.00', 'Hotel', 'pending')
    books.sync([HOLD, other], dates=MARCH, paging=paging)
    books.sync([tx('b9', '03-04', '-50.00', 'Grill'), other], dates=MARCH, paging=paging)
    assert books.journal() == ['-50.00']
    assert [row.transaction_id for row in books.in_state(State.PENDING)] == ['p2']


def test_t01_a_hold_with_a_new_id_at_every_refresh_is_shown_once(books):
    for number in range(3):
        books.sync([{**HOLD, 'id': f'p{number}'}], dates=MARCH)
        assert len(books.in_state(State.PENDING)) == 1


def test_t01_a_hold_still_listed_beside_its_booking_is_not_shown(books):
    books.sync([HOLD, {**FINAL, 'pending_id': 'p1'}], dates=MARCH)
    assert books.journal() == ['-60.00']
    assert not books.in_state(State.PENDING)
    books.sync([HOLD, {**FINAL, 'pending_id': 'p1'}], dates=MARCH)
    assert not books.in_state(State.PENDING)


@pytest.mark.parametrize('amount', ['-50.00', '-60.00'])
def test_t01_a_hold_sent_as_booked_and_its_final_row_are_asked_about(books, paging, amount):
    books.sync([tx(None, '03-01', '-50.00', 'Grill')], dates=MARCH, paging=paging)
    books.sync([tx('b9', '03-04', amount, 'Grill Berlin')], dates=MARCH, paging=paging)
    assert books.journal() == ['-50.00']
    assert books.doubts() == ['possible_pair', 'removed']
    books.sync([tx('b9', '03-04', amount, 'Grill Berlin')], dates=MARCH, paging=paging)
    assert books.journal() == ['-50.00']
    assert books.doubts() == ['possible_pair', 'removed']


def test_t01_a_pending_row_without_a_date_is_shown(books):
    books.sync([tx('p1', None, '-50.00', 'Grill', 'pending')], dates=MARCH)
    assert len(books.in_state(State.PENDING)) == 1


def test_t01_a_part_of_a_window_takes_no_hold_off_the_list(books):
    books.sync([HOLD], dates=MARCH)
    books.sync([FINAL], 'part', MARCH)
    assert len(books.in_state(State.PENDING)) == 1


def test_t01_a_cursor_takes_a_removed_hold_off_the_list(books):
    books.sync([HOLD], 'cursor')
    books.sync([FINAL], Window(
        incremental=True, removed=frozenset({'p1'}), date_from=day('03-01')))
    assert books.journal() == ['-60.00']
    assert not books.in_state(State.PENDING)


def test_t01_a_hold_removed_after_it_was_posted_is_no_removal(books):
    books.sync([HOLD], 'cursor')
    books.sync([{**FINAL, 'pending_id': 'p1'}], 'cursor')
    books.sync([], Window(incremental=True, removed=frozenset({'p1'})))
    assert books.journal() == ['-60.00']
    assert not books.doubts()


@pytest.mark.parametrize('amount', ['-50.00', '-60.00'])
@pytest.mark.parametrize('window', ['complete', 'part'])
def test_t01_a_hold_sent_as_booked_and_still_listed_is_asked_about_too(books, amount, window):
    hold = tx(None, '03-01', '-50.00', 'Grill')
    books.sync([hold, tx('b1', '03-01', '-7.00', 'Kiosk')], dates=MARCH)
    for _again in range(2):
        books.sync([hold, tx('b1', '03-01', '-7.00', 'Kiosk'),
                    tx('b9', '03-04', amount, 'Grill Berlin'),
                    tx('b10', '03-04', '-50.00', 'Hotel')], window, dates=MARCH)
        assert sorted(books.journal()) == ['-50.00', '-50.00', '-7.00']
        assert books.doubts() == ['possible_pair']


def test_t01_rows_without_ids_are_no_holds_where_no_row_has_one(books):
    books.sync([tx(None, '03-01', '-50.00', 'Grill')], dates=MARCH)
    books.sync([tx(None, '03-01', '-50.00', 'Grill'), tx(None, '03-04', '-50.00', 'Grill')],
               dates=MARCH)
    assert books.journal() == ['-50.00', '-50.00']
    assert not books.doubts()


def test_t01_the_bank_s_link_takes_the_hold_off_the_list_in_a_part_of_a_window_too(books):
    books.sync([HOLD], dates=MARCH)
    made = books.sync([{**FINAL, 'pending_id': 'p1'}], 'part', MARCH)
    assert made.bookings[0].why is Why.POSTED
    assert not books.in_state(State.PENDING)


def test_t01_a_hold_told_of_after_its_booking_is_not_shown(books):
    books.sync([{**FINAL, 'pending_id': 'p1'}], dates=MARCH)
    books.sync([HOLD], 'part', MARCH)
    assert not books.in_state(State.PENDING)
