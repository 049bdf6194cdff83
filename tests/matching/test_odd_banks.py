"""Banks that are odd in one more way each: of the kind of T1-T16, and none of them."""

from decimal import Decimal

import pytest
from matching import Grade, Lock, Source, State, Window

from tests.matching.books import agreeing, day, tx

GRADES = list(Grade)
MARCH = ('03-01', '03-31')
FIRST, RENEWED, OTHER = Source('A', '1'), Source('A', '2'), Source('B', '1')
SHOP = tx('k1', '03-10', '-10.00', 'Shop Berlin')
FUEL = tx('k2', '03-11', '-20.00', 'Fuel station')
RENT = tx('k3', '03-12', '-99.00', 'Rent house 7')
SOME = [SHOP, FUEL, RENT]


def under(prefix, *rows):
    """The same rows with other ids."""
    return [{**row, 'id': f'{prefix}{number}'} for number, row in enumerate(rows)]


def nameless(*rows):
    return [{**row, 'id': None} for row in rows]


def moved(days, *rows):
    return [
        {**row, 'booking_date': f"2026-03-{int(row['booking_date'][-2:]) + days:02}"}
        for row in rows
    ]


def amounts(books):
    return sorted(Decimal(amount) for amount in books.journal())


# === RENAMED AND RENUMBERED === #

def test_the_ids_of_the_first_consent_come_back_after_the_second(books):
    for source, rows in (
        (FIRST, SOME), (RENEWED, under('n', *SOME)), (FIRST, SOME), (RENEWED, under('n', *SOME)),
    ):
        for window in ('part', 'complete'):
            books.sync(rows, window, dates=MARCH, source=source)
            assert amounts(books) == [-99, -20, -10]
            assert not books.doubts()


def test_two_rows_exchange_their_ids(books):
    """The ids were never more than places; nothing happened at the bank."""
    books.sync(SOME, dates=MARCH)
    for _again in range(2):
        books.sync([{**SHOP, 'id': 'k2'}, {**FUEL, 'id': 'k1'}, RENT], dates=MARCH)
        assert amounts(books) == [-99, -20, -10]
        assert not books.doubts()


def test_an_id_written_in_capitals_is_no_second_payment(books):
    books.sync(SOME, dates=MARCH)
    for _again in range(2):
        books.sync([{**row, 'id': row['id'].upper()} for row in SOME], dates=MARCH)
        assert amounts(books) == [-99, -20, -10]
        assert not books.doubts()


def test_an_id_that_was_a_number_is_the_same_as_text(books):
    for transaction_id in (4711, '4711', ' 4711 '):
        made = books.sync([{**SHOP, 'id': transaction_id}], 'part')
        assert books.journal() == ['-10.00']
        assert not books.doubts()
    assert made.demotion is None


def test_one_row_under_one_new_id_each_day_for_a_month(books):
    for number in range(30):
        books.sync([{**SHOP, 'id': f'd{number}'}, FUEL], dates=MARCH)
        assert amounts(books) == [-20, -10]
        assert not books.doubts()


def test_all_ids_are_new_and_one_equal_payment_is_too(books):
    fares = [tx(f'a{number}', '03-11', '-2.40', 'tram') for number in range(2)]
    books.sync([*SOME, *fares], dates=MARCH)
    more = under('b', *SOME, *fares, fares[0])
    for _again in range(2):
        books.sync(more, dates=MARCH)
        assert amounts(books).count(Decimal('-2.40')) == 3
        assert len(books.lines) == 6
        assert not books.doubts()


# === THE SAME ROW, WRITTEN OTHERWISE === #

@pytest.mark.parametrize('window', ['complete', 'part'])
@pytest.mark.parametrize('written', [
    {'amount': '-10'}, {'amount': '-10.0'}, {'amount': '-010.00'},
    {'description': 'SHOP  BERLIN'}, {'description': 'Shop, Berlin.'}, {'description': ''},
    {'description': 'Shop Ber'}, {'description': 'Ｓｈｏｐ Ｂｅｒｌｉｎ'},
    {'value_date': '2026-03-12'}, {'balance_after': '90.00'},
], ids=str)
def test_a_row_without_an_id_that_is_written_otherwise_is_the_same(books, window, written):
    books.sync(nameless(SHOP), window, dates=MARCH)
    for _again in range(2):
        books.sync([{**SHOP, 'id': None, **written}], window, dates=MARCH)
        assert amounts(books) == [-10]
        assert not books.doubts()


def test_nothing_moved_twice_is_nothing_once(books):
    for amount in ('0.00', '-0.00', '0'):
        books.sync([tx(None, '03-10', amount, 'card fee waived')], dates=MARCH)
        assert len(books.lines) == 1
        assert not books.doubts()


def test_a_bank_that_speaks_another_language_from_one_day_on(books):
    german = [{**row, 'description': text} for row, text in zip(
        nameless(*SOME), ('Laden', 'Tankstelle', 'Miete'), strict=True)]
    books.sync(nameless(*SOME), dates=MARCH)
    books.sync(german, 'part')
    assert len(books.doubts()) == 3, "A part of a list can't tell."
    for _again in range(2):
        books.sync(german, dates=MARCH, balance=agreeing(books, '-129'))
        assert amounts(books) == [-99, -20, -10]
        assert not books.doubts()


def test_running_balances_are_stated_anew_after_a_late_booking(books):
    def told(after, *rows):
        listed = []
        for row in rows:
            after += Decimal(row['amount'])
            listed.append({**row, 'id': None, 'balance_after': str(after)})
        return listed

    tram = tx(None, '03-11', '-2.40', 'tram')
    late = tx(None, '03-09', '-7.00', 'late fee')
    books.sync(told(Decimal(500), SHOP, tram, tram, FUEL), dates=MARCH)
    for _again in range(2):
        books.sync(told(Decimal(500), late, SHOP, tram, tram, FUEL), dates=MARCH)
        assert len(books.lines) == 5
        assert not books.doubts()


# === CHANGED, MOVED, SPLIT === #

def test_a_row_moves_a_day_and_an_equal_one_takes_its_place(books):
    books.sync([SHOP], dates=MARCH)
    for _again in range(2):
        books.sync([*moved(1, SHOP), {**SHOP, 'id': 'k9'}], dates=MARCH)
        assert sorted(line.date.day for line in books.lines.values()) == [10, 11]
        assert not books.doubts()


@pytest.mark.parametrize('grade', GRADES)
def test_all_days_move_by_one_and_nothing_is_doubled(books, grade):
    """A bank mends its clock: every line stays as it is, and what is unclear is asked."""
    rows = SOME if grade in (Grade.STRONG, Grade.WEAK) else nameless(*SOME)
    books.sync(rows, dates=MARCH, grade=grade)
    for _again in range(2):
        books.sync(moved(1, *rows), dates=MARCH, grade=grade)
        assert amounts(books) == [-99, -20, -10]
        assert books.doubts()


def test_a_payment_is_edited_until_it_equals_its_neighbour(books):
    books.sync([SHOP, {**SHOP, 'id': 'k4', 'amount': '-12.00'}], dates=MARCH)
    for _again in range(2):
        books.sync([SHOP, {**SHOP, 'id': 'k4'}], dates=MARCH)
        assert amounts(books) == [-12, -10]
        assert books.doubts() == ['changed']


@pytest.mark.parametrize('grade', GRADES)
def test_a_payment_that_is_split_in_two_leaves_no_difference_unseen(books, grade):
    rows = nameless(SHOP, RENT) if grade in (Grade.POSITIONAL, Grade.ABSENT) else [SHOP, RENT]
    parts = [tx(None, '03-12', amount, 'Rent house 7') for amount in ('-60.00', '-39.00')]
    books.sync(rows, dates=MARCH, grade=grade)
    for _again in range(2):
        books.sync([rows[0], *parts], dates=MARCH, grade=grade)
        assert 'removed' in books.doubts()
        outside = [row.amount for row in books.in_state(State.TO_REVIEW)]
        assert sorted([*amounts(books), *outside]) == [-99, -60, -39, -10]


def test_a_booking_and_its_reversal_share_an_id(books):
    reversal = {**SHOP, 'amount': '10.00', 'description': 'Reversal shop'}
    books.sync([SHOP], dates=MARCH)
    for _again in range(2):
        books.sync([SHOP, reversal], dates=MARCH)
        assert amounts(books) == [-10, 10]
        assert not books.doubts()


def test_a_row_flips_between_booked_and_announced(books):
    for status in ('booked', 'pending', 'booked', 'pending', 'booked'):
        books.sync([{**SHOP, 'status': status}, RENT], dates=MARCH)
        assert amounts(books) == [-99, -10]
    assert not books.doubts()
    assert not books.in_state(State.PENDING)


def test_the_id_of_a_hold_comes_on_another_row(books):
    books.sync([tx('p1', '03-10', '-50.00', 'Grill', 'pending')], dates=MARCH)
    for _again in range(2):
        books.sync([tx('p1', '03-11', '-7.00', 'Kiosk'), tx('b2', '03-11', '-50.00', 'Grill')],
                   dates=MARCH)
        assert amounts(books) == [-50, -7]
        assert not books.in_state(State.PENDING)
        assert not books.doubts()


def test_a_known_row_comes_in_another_currency(books):
    books.sync([SHOP, FUEL], dates=MARCH)
    for _again in range(2):
        books.sync([{**SHOP, 'currency': 'USD'}, FUEL], dates=MARCH)
        assert amounts(books) == [-20, -10]
        assert not books.doubts()
        assert len(books.in_state(State.QUARANTINED)) == 1
    books.sync([SHOP, FUEL], dates=MARCH)
    assert amounts(books) == [-20, -10]
    assert not books.in_state(State.QUARANTINED)


# === WINDOWS === #

def test_an_older_window_arrives_after_a_newer_one(books):
    books.sync([FUEL, RENT], dates=('03-11', '03-31'))
    books.sync([SHOP], dates=('03-01', '03-10'))
    books.sync([FUEL, RENT], dates=('03-11', '03-31'))
    assert amounts(books) == [-99, -20, -10]
    assert not books.doubts()


@pytest.mark.parametrize('rows', [SOME, nameless(*SOME)], ids=['ids', 'no ids'])
def test_rows_that_are_listed_outside_of_their_window_come_in_once(books, rows):
    for dates in (('03-11', '03-11'), ('03-12', '03-31'), ('03-01', '03-10'), MARCH):
        books.sync(rows, dates=dates)
        assert amounts(books) == [-99, -20, -10]
        assert not books.doubts()


def test_two_parts_of_a_day_that_overlap_and_then_the_whole_day(books):
    tram = tx(None, '03-11', '-2.40', 'tram')
    for count, window in ((2, 'part'), (2, 'part'), (1, 'part'), (3, 'complete'), (2, 'part')):
        books.sync([tram] * count, window, dates=MARCH)
    assert len(books.lines) == 3
    assert not books.doubts()


def test_a_window_that_is_empty_by_mistake_loses_no_line(books):
    books.sync(SOME, dates=MARCH)
    books.sync([], dates=MARCH)
    assert books.doubts() == ['removed'] * 3
    books.sync(SOME, dates=MARCH)
    assert amounts(books) == [-99, -20, -10]
    assert not books.doubts()


def test_a_window_that_is_empty_by_mistake_and_then_all_ids_new(books):
    books.sync(SOME, dates=MARCH)
    books.sync([], dates=MARCH)
    for _again in range(2):
        books.sync(under('n', *SOME), dates=MARCH)
        assert amounts(books) == [-99, -20, -10]
        assert not books.doubts()


# === CONSENTS AND PROVIDERS === #

def test_a_renewal_of_which_the_bank_first_tells_a_part(books):
    tram = tx('t1', '03-11', '-2.40', 'tram')
    books.sync([*SOME, tram], dates=MARCH, source=FIRST)
    books.sync(under('n', FUEL, tram, tram), 'part', source=RENEWED)
    for _again in range(2):
        books.sync(under('n', FUEL, tram, tram, SHOP, RENT), dates=MARCH, source=RENEWED)
        assert amounts(books).count(Decimal('-2.40')) == 2
        assert len(books.lines) == 5
        assert not books.doubts()


def test_a_provider_that_shows_equal_payments_as_one_is_asked_about(books):
    tram = tx(None, '03-11', '-2.40', 'tram')
    books.sync([tram, tram, *nameless(RENT)], dates=MARCH, source=FIRST)
    for _again in range(2):
        books.sync([{**tram, 'id': 'x1'}, {**RENT, 'id': 'x2'}], dates=MARCH, source=OTHER)
        assert len(books.lines) == 3
        assert books.doubts() == ['removed']


def test_a_provider_with_a_shorter_memory_takes_nothing_back(books):
    old = tx('k0', '03-02', '-5.00', 'Old payment')
    books.sync([old, *SOME], dates=MARCH, source=FIRST)
    for _again in range(2):
        books.sync(under('x', *moved(1, *SOME)), dates=('03-08', '03-31'), source=OTHER)
        assert amounts(books) == [-99, -20, -10, -5]
        assert not books.doubts()


def test_a_change_of_provider_and_a_renewal_there_before_anything_was_fetched(books):
    books.sync(SOME, dates=MARCH, source=FIRST)
    for prefix, source in (('x', OTHER), ('y', Source('B', '2')), ('z', Source('C', '1'))):
        books.sync(under(prefix, *SOME), dates=MARCH, source=source)
        assert amounts(books) == [-99, -20, -10]
        assert not books.doubts()


def test_the_next_provider_tells_its_log_and_later_takes_a_row_back(books):
    """It never lists everything; what its ids mean is known all the same."""
    books.sync(SOME, dates=MARCH, source=FIRST)
    books.sync(under('x', *SOME), Window(log=True), source=OTHER)
    books.sync([tx('x9', '03-13', '-7.00', 'Kiosk')], 'cursor', source=OTHER)
    assert amounts(books) == [-99, -20, -10, -7]
    books.sync([], Window(incremental=True, removed=frozenset({'x1'})), source=OTHER)
    assert amounts(books) == [-99, -20, -10, -7]
    assert books.doubts() == ['removed']


def test_the_next_provider_tells_its_log_and_later_changes_a_row(books):
    books.sync(SOME, dates=MARCH, source=FIRST)
    books.sync(under('x', *SOME), Window(log=True), source=OTHER)
    for _again in range(2):
        books.sync([{**FUEL, 'id': 'x1', 'amount': '-21.00'}], 'cursor', source=OTHER)
        assert amounts(books) == [-99, -20, -10]
        assert len(books.doubts()) == 1


@pytest.mark.parametrize('shift', [-1, 0, 1])
@pytest.mark.parametrize('told', [4, 2], ids=['all', 'the latest'])
def test_a_daily_fare_after_a_change_to_a_provider_that_tells_news_is_not_lost(books, told, shift):
    def fares(prefix, days, shift=0):
        return [tx(f'{prefix}{number}', f'03-{number + shift:02}', '-2.40', 'tram')
                for number in days]

    books.sync(fares('a', range(10, 14)), dates=MARCH, source=FIRST)
    books.sync(fares('b', range(14 - told, 14), shift), Window(log=True), source=OTHER)
    for number in range(14, 17):
        books.sync(fares('b', [number], shift), 'cursor', source=OTHER)
        held = len(books.in_state(State.TO_REVIEW))
        assert len(books.lines) + held == number - 9
    assert held <= (2 if (told, shift) == (2, -1) else 0)


# === THE USER MEANWHILE === #

def test_one_entry_by_hand_and_two_payments_on_two_days_of_fetching(books):
    tram = tx('a', '03-11', '-2.40', 'tram')
    books.enter('03-11', '-2.40', 'tram, by hand')
    books.sync([tram], dates=MARCH)
    books.sync([tram, {**tram, 'id': 'b'}], dates=MARCH)
    assert books.journal() == ['-2.40'] * 2
    assert not books.doubts()


def test_a_line_is_deleted_while_its_change_is_asked_about(books):
    books.sync([SHOP, RENT], dates=MARCH)
    changed = {**SHOP, 'amount': '-12.00'}
    books.sync([changed, RENT], dates=MARCH)
    books.delete('-10.00')
    for rows in ([changed, RENT], under('n', changed, RENT)):
        books.sync(rows, dates=MARCH, source=RENEWED if rows[0] is not changed else FIRST)
        assert books.journal() == ['-99.00']


def test_a_deleted_line_stays_away_when_the_bank_renumbers_its_day(books):
    places = [tx(f'03-10.{place}', '03-10', amount, text) for place, (amount, text) in enumerate(
        [('-5.00', 'kiosk'), ('-10.00', 'shop'), ('-7.00', 'bakery')])]
    books.sync(places, dates=MARCH)
    books.delete('-10.00')
    late = tx('03-10.0', '03-10', '-1.00', 'late')
    for _again in range(2):
        later = [{**row, 'id': f'03-10.{place}'} for place, row in enumerate(places, start=1)]
        books.sync([late, *later], dates=MARCH)
        assert amounts(books) == [-7, -5, -1]
        assert not books.doubts()


@pytest.mark.parametrize('grade', GRADES)
def test_a_deleted_line_and_an_equal_payment_later_that_day(books, grade):
    """The deleted one stays away, the new one comes in."""
    tram = tx('a', '03-11', '-2.40', 'tram')
    told = [tram, {**tram, 'id': 'b'}]
    told = told if grade in (Grade.STRONG, Grade.WEAK) else nameless(*told)
    books.sync(told[:1], dates=MARCH, grade=grade)
    books.delete('-2.40')
    for _again in range(2):
        books.sync(told, dates=MARCH, grade=grade)
        assert books.journal() == ['-2.40']
        assert not books.doubts()


def test_a_month_is_closed_between_the_part_and_the_whole(books):
    shut = (Lock(kind='hard_lock_date', last_day=day('03-31')),)
    books.sync([SHOP], 'part')
    books.sync(SOME, dates=MARCH, locks=shut)
    assert books.journal() == ['-10.00']
    assert len(books.in_state(State.WAITING)) == 2
    books.sync(under('n', *SOME), dates=MARCH, locks=shut, source=RENEWED)
    assert len(books.in_state(State.WAITING)) == 2
    books.reopen()
    assert amounts(books) == [-99, -20, -10]
    books.sync(under('n', *SOME), dates=MARCH, source=RENEWED)
    assert amounts(books) == [-99, -20, -10]
    assert not books.doubts()
