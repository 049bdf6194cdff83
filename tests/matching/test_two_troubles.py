"""Two troubles at once: what each trap of T1-T16 leaves safe alone, another may still upset."""

from decimal import Decimal

import pytest
from matching import Doubt, Grade, Lock, Source, State, Why, Window

from tests.matching.books import day, tx

MARCH = ('03-01', '03-31')
FIRST, RENEWED = Source('A', '1'), Source('A', '2')
OTHER = Source('B', '1')
SHOP = tx('k1', '03-01', '-10.00', 'Shop')
FEBRUARY_SHUT = (Lock(kind='fiscalyear_lock_date', last_day=day('02-28')),)
MARCH_SHUT = (Lock(kind='fiscalyear_lock_date', last_day=day('03-31')),)
TRAM = tx(None, '03-11', '-2.40', 'tram')


def under(prefix, *rows):
    """The same rows with the ids of another consent."""
    return [{**row, 'id': f'{prefix}{number}'} for number, row in enumerate(rows)]


def amounts(books):
    return sorted(Decimal(amount) for amount in books.journal())


# === A RENEWED CONSENT, AND SOMETHING ELSE === #

@pytest.mark.parametrize('link', [{}, {'pending_id': 'p1'}], ids=['unlinked', 'linked'])
def test_a_hold_is_booked_for_more_while_the_consent_is_renewed(books, link):
    hold = tx('p1', '03-03', '-50.00', 'Grill', 'pending')
    books.sync([SHOP, hold], dates=MARCH, source=FIRST)
    for _again in range(2):
        books.sync([*under('n', SHOP), tx('b9', '03-05', '-60.00', 'Grill Berlin', **link)],
                   dates=MARCH, source=RENEWED)
        assert books.journal() == ['-10.00', '-60.00']
        assert not books.in_state(State.PENDING)
        assert not books.doubts()


def test_a_line_that_was_deleted_stays_away_after_the_renewal_and_is_restored_once(books):
    rent = tx('k2', '03-01', '-99.00', 'Rent')
    books.sync([SHOP, rent], dates=MARCH, source=FIRST)
    key = books.delete('-10.00')
    for _again in range(2):
        books.sync(under('n', SHOP, rent), dates=MARCH, source=RENEWED)
        assert books.journal() == ['-99.00']
    books.restore(key)
    for source, rows in ((RENEWED, under('n', SHOP, rent)), (OTHER, under('x', rent, SHOP))):
        books.sync(rows, dates=MARCH, source=source)
        assert amounts(books) == [-99, -10]
        assert not books.doubts()


def test_an_amount_that_was_edited_while_the_consent_was_renewed_is_asked_about(books):
    books.sync([SHOP], dates=MARCH, source=FIRST)
    for _again in range(2):
        books.sync([tx('n1', '03-01', '-12.00', 'Shop')], dates=MARCH, source=RENEWED)
        assert books.journal() == ['-10.00']
        assert books.doubts() == ['possible_pair', 'removed']


def test_a_row_in_quarantine_comes_valid_under_the_id_of_a_new_consent(books):
    books.sync([SHOP, tx('k2', '03-02', 'NaN', 'Kiosk')], dates=MARCH, source=FIRST)
    for _again in range(2):
        books.sync([*under('n', SHOP), tx('m2', '03-02', '-5.00', 'Kiosk')],
                   dates=MARCH, source=RENEWED)
        assert books.journal() == ['-10.00', '-5.00']
        assert not books.in_state(State.QUARANTINED)
        assert not books.doubts()


def test_two_lines_that_the_user_made_one_stay_one_under_the_ids_of_a_new_consent(books):
    rows = [tx('k1', '03-11', '-2.40', 'tram'), tx('k2', '03-11', '-2.40', 'tram')]
    books.sync(rows, dates=MARCH, source=FIRST)
    kept, dropped = sorted(books.line_of)
    books.merge(kept, dropped)
    for source, prefix in ((RENEWED, 'n'), (OTHER, 'x')):
        books.sync(under(prefix, *rows), dates=MARCH, source=source)
        assert books.journal() == ['-2.40']
        assert not books.doubts()


@pytest.mark.parametrize('grade', [Grade.STRONG, Grade.WEAK])
def test_an_id_of_last_year_comes_again_after_a_renewal(books, grade):
    books.sync([tx('1', '2026-01-02', '-5.00', 'fee')], source=FIRST, grade=grade)
    for _again in range(2):
        books.sync([tx('1', '2027-01-02', '-5.00', 'fee')], source=RENEWED, grade=grade)
        assert books.journal() == ['-5.00', '-5.00']
        assert not books.doubts()


@pytest.mark.parametrize('ids', [True, False], ids=['ids', 'no ids'])
def test_a_part_of_a_day_after_a_renewal_and_then_all_of_it(books, ids):
    def rows(prefix, count):
        return under(prefix, *[TRAM] * count) if ids else [TRAM] * count

    books.sync(rows('k', 2), dates=MARCH, source=FIRST)
    books.sync(rows('n', 1), 'part', source=RENEWED)
    assert books.journal() == ['-2.40'] * 2
    books.sync(rows('n', 3), dates=MARCH, source=RENEWED)
    assert books.journal() == ['-2.40'] * 3
    assert not books.doubts()


# === ANOTHER PROVIDER, AND SOMETHING ELSE === #

@pytest.mark.parametrize('shift', [-1, 0, 1])
def test_rows_that_wait_for_a_lock_are_booked_once_by_the_next_provider(books, shift):
    def rows(prefix, moved):
        return [
            tx(f'{prefix}{number}', f'02-{10 + 3 * number + moved}', f'-{number}.00', f'x{number}')
            for number in range(1, 4)
        ]

    books.sync(rows('a', 0), dates=('02-01', '03-10'), source=FIRST, locks=FEBRUARY_SHUT)
    for _again in range(2):
        books.sync(rows('B', shift), dates=('02-01', '03-11'), source=OTHER, locks=FEBRUARY_SHUT)
        assert books.journal() == []
        assert len(books.in_state(State.WAITING)) == 3
    books.reopen()
    books.sync(rows('B', shift), dates=('02-01', '03-11'), source=OTHER)
    assert amounts(books) == [-3, -2, -1]
    assert not books.doubts()


def test_a_line_just_after_the_lock_that_the_next_provider_dates_before_it_stays(books):
    books.sync([tx('a1', '03-01', '-10.00', 'Shop')], dates=('02-01', '03-10'), source=FIRST,
               locks=FEBRUARY_SHUT)
    for _again in range(2):
        books.sync([tx('b1', '02-28', '-10.00', 'SHOP GMBH')], dates=('02-01', '03-11'),
                   source=OTHER, locks=FEBRUARY_SHUT)
        assert [line.date for line in books.lines.values()] == [day('03-01')]
        assert not books.in_state(State.WAITING)
        assert not books.doubts()


@pytest.mark.parametrize('shift', [-1, 1])
def test_a_daily_fare_in_another_time_zone_is_neither_doubled_nor_lost(books, shift):
    """A new fare at the end can't be told from a shifted one: in the books, or asked about."""
    def fares(prefix, days):
        return [tx(f'{prefix}{number}', f'03-{number:02}', '-2.40', 'tram') for number in days]

    books.sync(fares('a', range(10, 14)), dates=('03-01', '03-13'), source=FIRST)
    told = fares('b', range(10 + shift, 15 + shift))
    for _again in range(2):
        books.sync(told, dates=('03-01', '03-16'), source=OTHER)
        assert len(books.lines) + len(books.in_state(State.TO_REVIEW)) == 5
        assert 'removed' not in books.doubts()


def test_a_deleted_line_stays_away_although_the_next_provider_dates_it_otherwise(books):
    books.sync([tx('a1', '03-10', '-30.00', 'CORNER BAKERY'), SHOP], dates=MARCH, source=FIRST)
    books.delete('-30.00')
    for _again in range(2):
        books.sync([tx('b1', '03-11', '-30.00', 'Bakery'), *under('B', SHOP)], dates=MARCH,
                   source=OTHER)
        assert books.journal() == ['-10.00']
        assert not books.doubts()


def test_a_reversal_of_the_same_day_survives_a_change_of_provider(books):
    rows = [tx(None, '03-11', amount, 'shop') for amount in ('-20.00', '20.00', '-20.00')]
    for source, count in ((FIRST, 2), (FIRST, 3), (RENEWED, 3), (OTHER, 3)):
        books.sync(rows[:count], dates=MARCH, source=source)
        assert amounts(books) == sorted([-20, 20, -20][:count])
        assert not books.doubts()


# === COUNTED ROWS, AND SOMETHING ELSE === #

@pytest.mark.parametrize('rows', [[TRAM] * 3, under('k', *[TRAM] * 3)], ids=['no ids', 'ids'])
def test_equal_rows_on_two_pages_of_which_the_bank_takes_one_back(books, rows):
    books.sync(rows, dates=MARCH, paging=lambda rows: [rows[:2], rows[2:]])
    for _again in range(2):
        books.sync(rows[:2], dates=MARCH, paging=lambda rows: [rows[:1], rows[1:]])
        assert books.journal() == ['-2.40'] * 3
        assert books.doubts() == ['removed']
    books.answer(bank_is_right=True)
    books.sync(rows[:2], dates=MARCH)
    assert books.journal() == ['-2.40'] * 2
    assert not books.doubts()


def test_a_hold_beside_an_equal_purchase_on_renumbered_places(books):
    hold = tx('03-11.0', '03-11', '-2.40', 'tram', 'pending')
    books.sync([tx('03-11.0', '03-11', '-2.40', 'tram'), hold], dates=MARCH)
    assert books.journal() == ['-2.40']
    for _again in range(2):
        books.sync([tx(f'03-11.{place}', '03-11', '-2.40', 'tram') for place in (0, 1)],
                   dates=MARCH)
        assert books.journal() == ['-2.40'] * 2
        assert not books.in_state(State.PENDING)
        assert not books.doubts()


def test_places_are_renumbered_because_a_row_came_and_another_went(books):
    def place(number, amount, text):
        return tx(f'n{number}', '04-10', amount, text)

    fuel = place(2, '-5.00', 'fuel')
    books.sync([place(0, '-3.00', 'savings'), place(1, '1900.00', 'salary'), fuel])
    for _again in range(2):
        books.sync([place(0, '-70.00', 'shop'), place(1, '-3.00', 'savings'), fuel])
        assert amounts(books) == [-70, -5, -3, 1900]
        assert books.doubts() == ['removed']


@pytest.mark.parametrize('ids', [True, False], ids=['ids', 'no ids'])
def test_a_file_overlaps_the_first_window_with_equal_rows(books, ids):
    for booked in ('03-10', '03-11', '03-11', '03-12'):
        books.enter(booked, '-2.40', 'tram')
    books.enter('03-12', '-30.00', 'fuel')
    fares = [tx(None, f'03-{number}', '-2.40', 'tram') for number in (11, 11, 11, 12, 13)]
    fuel = tx(None, '03-13', '-30.00', 'Fuel station')
    told = under('k', *fares, fuel) if ids else [*fares, fuel]
    for rows in (told, under('n', *told) if ids else told):
        books.sync(rows, dates=('03-11', '03-31'), source=RENEWED if rows is not told else FIRST)
        held = len(books.in_state(State.TO_REVIEW))
        assert len(books.lines) + held == 4 + 2 + 1
        assert len([line for line in books.lines.values() if line.amount == -30]) == 1


# === LOCKED PERIODS, AND SOMETHING ELSE === #

def test_a_waiting_row_is_taken_back_and_comes_again_under_a_new_consent(books):
    books.sync([SHOP], dates=MARCH, source=FIRST, locks=MARCH_SHUT)
    books.sync([], dates=MARCH, source=FIRST, locks=MARCH_SHUT)
    for _again in range(2):
        books.sync(under('n', SHOP), dates=MARCH, source=RENEWED, locks=MARCH_SHUT)
        assert len(books.in_state(State.WAITING)) == 1
    books.reopen()
    books.sync(under('n', SHOP), dates=MARCH, source=RENEWED)
    assert books.journal() == ['-10.00']
    assert not books.doubts()


def test_a_hold_is_booked_into_a_locked_period(books):
    books.sync([tx('p1', '03-30', '-50.00', 'Grill', 'pending')], dates=MARCH, locks=MARCH_SHUT)
    books.sync([tx('b1', '03-31', '-55.00', 'Grill', pending_id='p1')], dates=MARCH,
               locks=MARCH_SHUT)
    assert not books.in_state(State.PENDING)
    (waiting,) = books.in_state(State.WAITING)
    assert waiting.amount == -55
    books.reopen()
    assert books.journal() == ['-55.00']


def test_a_cursor_renames_a_row_that_waits_for_a_lock(books):
    books.sync([SHOP], 'cursor', locks=MARCH_SHUT)
    books.sync([{**SHOP, 'id': 'k2'}], Window(incremental=True, removed=frozenset({'k1'})),
               locks=MARCH_SHUT)
    assert len(books.in_state(State.WAITING)) == 1
    books.reopen()
    assert books.journal() == ['-10.00']
    assert not books.doubts()


def test_an_edit_would_move_a_line_into_a_locked_period(books):
    march = tx('k1', '03-02', '-10.00', 'Shop')
    books.sync([march], dates=('02-01', '03-31'), locks=FEBRUARY_SHUT)
    books.sync([{**march, 'booking_date': '2026-02-27'}], dates=('02-01', '03-31'),
               locks=FEBRUARY_SHUT)
    assert [line.date for line in books.lines.values()] == [day('03-02')]
    assert books.doubts() == ['changed']
    assert not books.in_state(State.WAITING)


def test_a_late_row_from_before_the_start_under_a_new_consent_is_left_out(make_books):
    books = make_books(import_from=day('03-01'))
    books.sync([SHOP], dates=('02-20', '03-31'), source=FIRST)
    late = tx('n9', '02-27', '-10.00', 'Shop')
    for _again in range(2):
        made = books.sync([late, *under('n', SHOP)], dates=('02-20', '03-31'), source=RENEWED)
        assert made.before_start == 1
        assert books.journal() == ['-10.00']
        assert not books.doubts()


def test_a_hand_made_line_a_deleted_line_and_the_bank_s_row_are_one_payment(books):
    """The user deleted the bank's line and entered it anew, his way."""
    books.sync([SHOP], dates=MARCH, source=FIRST)
    books.delete('-10.00')
    books.enter('03-02', '-10.00', 'Shop, by hand')
    for source, rows in ((FIRST, [SHOP]), (RENEWED, under('n', SHOP)), (OTHER, under('x', SHOP))):
        made = books.sync(rows, dates=MARCH, source=source)
        assert books.journal() == ['-10.00']
        assert not made.bookings
        assert not books.doubts()


def test_a_taken_back_line_returns_through_another_provider(books):
    rent = tx('k2', '03-01', '-99.00', 'Rent')
    books.sync([SHOP, rent], dates=MARCH, source=FIRST)
    books.sync([rent], dates=MARCH, source=FIRST)
    assert books.doubts() == [Doubt.REMOVED.value]
    for _again in range(2):
        made = books.sync([tx('b1', '03-02', '-10.00', 'SHOP GMBH'), *under('x', rent)],
                          dates=MARCH, source=OTHER)
        assert amounts(books) == [-99, -10]
        assert {item.why for item in made.same} <= {Why.OTHER_PROVIDER, Why.SAME_ID}
        assert not books.doubts()
