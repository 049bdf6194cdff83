"""T8: new consents and new providers."""

from datetime import timedelta

import pytest
from matching import Grade, Source, State, Why, Window

from tests.matching.books import day, tx

GRADES = list(Grade)
TRAM = tx(None, '05-11', '-2.40', 'tram')


def history(count, prefix, first='2026-03-01'):
    """Rows of ``count`` days, one a day, with the ids of one consent."""
    return [
        tx(f'{prefix}{number}', (day(first) + timedelta(days=(number + 1) // 3)).isoformat(),
           f'-{10 + number % 7}.00', f'shop {number % 5}')
        for number in range(count)
    ]


@pytest.mark.parametrize('grade', GRADES)
@pytest.mark.parametrize('told', [True, False], ids=['consent known', 'consent not known'])
def test_t08_a_new_consent_with_new_ids_adds_only_what_is_new(make_books, grade, told, paging):
    books = make_books(grade=grade)
    rows = history(200, 'old')
    books.sync(rows, paging=paging, source=Source('P', 'U1'))
    again = history(203, 'new')[23:]
    second = Source('P', 'U2' if told else 'U1')
    for _again in range(2):
        books.sync(again, paging=paging, source=second)
        assert len(books.lines) == 203
        assert not books.doubts()


def test_t08_new_ids_that_collide_with_old_ones_add_nothing(books):
    books.sync(history(30, ''), source=Source('P', 'U1'))
    shifted = [{**row, 'id': str(number)} for number, row in enumerate(history(33, '')[2:])]
    for _again in range(2):
        books.sync(shifted, source=Source('P', 'U2'))
        assert len(books.lines) == 33
        assert not books.doubts()


def test_t08_a_part_of_the_history_after_a_renewal_adds_nothing(books):
    rows = history(30, 'old')
    books.sync(rows, source=Source('P', 'U1'))
    books.sync(history(30, 'new')[10:20], 'part', source=Source('P', 'U2'))
    assert len(books.lines) == 30
    assert not books.doubts()


def test_t08_a_cursor_that_goes_on_across_a_renewal_loses_nothing(books):
    books.sync([tx('k1', '03-01', '-2.40', 'tram')], 'cursor', source=Source('P', 'U1'))
    books.sync([tx('k2', '03-01', '-2.40', 'tram')], 'cursor', source=Source('P', 'U2'))
    assert books.journal() == ['-2.40'] * 2


def test_t08_another_provider_doubles_nothing(books, paging):
    first = [
        tx('a1', '03-02', '-9.99', 'SEPA DD NETFLX'), tx('a2', '03-03', '-30.00', 'CORNER BAKERY'),
        tx('a3', '03-04', '1900.00', 'SALARY MARCH'), tx('a4', '03-10', '-30.00', 'CORNER BAKERY'),
    ]
    books.sync(first, paging=paging, source=Source('A', '1'))
    second = [
        tx('b1', '03-01', '-9.99', 'Netflix'), tx('b2', '03-04', '-30.00', 'Corner Bakery'),
        tx('b3', '03-04', '1900.00', 'Salary'), tx('b4', '03-09', '-30.00', 'Corner Bakery'),
        tx('b5', '03-14', '-7.00', 'Kiosk'),
    ]
    for blank in (False, False, True, True):
        rows = [{**row, 'id': None} for row in second] if blank else second
        books.sync(rows, paging=paging, source=Source('B', '1'))
        assert len(books.lines) == 5
        assert not books.doubts()


def test_t08_a_row_that_the_other_provider_did_not_have_is_asked_about(books):
    books.sync([tx('a1', '03-02', '-9.99', 'x'), tx('a2', '03-20', '-1.00', 'y')],
               source=Source('A', '1'))
    made = books.sync([
        tx('b1', '03-02', '-9.99', 'x'), tx('b2', '03-10', '-4.00', 'z'),
        tx('b3', '03-20', '-1.00', 'y'), tx('b4', '03-25', '-2.00', 'later'),
    ], source=Source('B', '1'))
    assert books.journal() == ['-9.99', '-1.00', '-2.00']
    assert books.doubts() == ['unmatched_after_switch']
    assert {item.why for item in made.same} == {Why.OTHER_PROVIDER}


def test_t08_the_rest_of_the_day_on_which_the_other_provider_ended_is_booked(books, paging):
    books.sync([tx('a1', '03-02', '-9.99', 'x'), tx('a2', '03-20', '-1.00', 'y')],
               paging=paging, source=Source('A', '1'))
    for _again in range(2):
        books.sync([
            tx('b1', '03-02', '-9.99', 'X'), tx('b2', '03-20', '-1.00', 'Y'),
            tx('b3', '03-20', '-4.00', 'Z'), tx('b4', '03-21', '-5.00', 'later'),
        ], paging=paging, source=Source('B', '1'))
        assert books.journal() == ['-9.99', '-1.00', '-4.00', '-5.00']
        assert not books.doubts()


@pytest.mark.parametrize('other', [
    tx('b2', '03-20', '-1.10', 'Y'),  # another amount: maybe the row that is not found
    tx('b2', '03-20', '-1.00', 'Y'),  # one that A had, too, but that is more often there
])
def test_t08_the_rest_of_the_last_day_is_asked_about_where_something_does_not_fit(books, other):
    books.sync([tx('a1', '03-02', '-9.99', 'x'), tx('a2', '03-20', '-1.00', 'y')],
               source=Source('A', '1'))
    books.sync([tx('b1', '03-02', '-9.99', 'X'), other, {**other, 'id': 'b3'}],
               dates=('03-01', '03-21'), source=Source('B', '1'))
    assert books.journal() == ['-9.99', '-1.00']
    assert 'unmatched_after_switch' in books.doubts()


def test_t08_more_rows_than_known_around_one_day_are_asked_about(books):
    books.sync([tx('a1', '03-02', '-9.99', 'Netflix')], source=Source('A', '1'))
    books.sync([tx('b1', '03-02', '-9.99', 'Spotify'), tx('b2', '03-03', '-9.99', 'NETFLIX.COM')],
               source=Source('B', '1'))
    assert books.journal() == ['-9.99']
    assert books.doubts() == ['unmatched_after_switch']


def test_t08_a_row_missing_at_the_new_provider_is_asked_about(books):
    books.sync([tx(f'a{n}', f'03-0{n}', f'-{n}.00', 'x') for n in (1, 3, 5)],
               source=Source('A', '1'))
    books.sync([tx(f'b{n}', f'03-0{n}', f'-{n}.00', 'x') for n in (1, 5)], source=Source('B', '1'))
    assert len(books.lines) == 3
    assert books.doubts() == ['removed']


def test_t08_back_to_the_first_provider_doubles_nothing(books):
    books.sync(history(29, 'a'), source=Source('A', '1'))
    books.sync(history(32, 'b'), source=Source('B', '1'))
    books.sync(history(35, 'a'), source=Source('A', '1'))
    assert len(books.lines) == 35
    assert not books.doubts()


def test_t08_equal_ids_of_two_providers_mean_nothing(books):
    books.sync([tx(f'03-{n:02}.0', f'03-{n:02}', '-2.40', 'tram') for n in (2, 3, 4)],
               source=Source('A', '1'))
    books.sync([tx(f'03-{n:02}.0', f'03-{n:02}', '-2.40', 'tram') for n in (3, 4, 5)],
               dates=('03-01', '03-05'), source=Source('B', '1'))
    assert books.journal() == ['-2.40'] * 3


def test_t08_a_fare_of_every_day_that_the_new_provider_dates_a_day_earlier_is_not_lost(books):
    fares = [tx(f'a{n}', f'03-{n:02}', '-2.40', 'tram') for n in range(1, 11)]
    books.sync(fares, source=Source('A', '1'))
    shifted = [tx(f'b{n}', f'03-{n - 1:02}', '-2.40', 'TRAM') for n in range(2, 13)]
    books.sync(shifted, dates=('03-01', '03-12'), source=Source('B', '1'))
    assert len(books.lines) == 10
    assert books.doubts() == ['unmatched_after_switch'] * 2


def test_t08_a_row_in_review_stays_there_after_a_change_of_provider(books):
    books.sync([tx('TAX77', '03-05', '-5.00', 'x')] * 2 + [tx('k1', '03-10', '-1.00', 'y')],
               source=Source('A', '1'))
    books.sync([tx('b1', '03-05', '-5.00', 'x'), tx('b2', '03-10', '-1.00', 'y')],
               dates=('03-01', '03-10'), source=Source('B', '1'))
    assert len(books.in_state(State.TO_REVIEW)) == 1


def test_t08_a_new_consent_may_word_everything_differently(books):
    books.sync([tx('a1', '03-18', '-30.00', 'CORNER BAKERY')], source=Source('P', '1'))
    made = books.sync(
        [tx('b1', '03-18', '-30.00', 'KARTENZAHLUNG 4711')], source=Source('P', '2'))
    assert books.journal() == ['-30.00']
    assert made.demotion is None
    assert not books.doubts()


def test_t08_new_ids_of_a_new_consent_are_no_evidence_against_the_bank(books):
    books.sync([tx('n0', '04-10', '-3.00', 'savings'), tx('n1', '04-10', '1900.00', 'salary')],
               source=Source('P', '1'))
    made = books.sync([
        tx('n0', '04-10', '-70.00', 'card shop'), tx('n1', '04-10', '-3.00', 'savings'),
        tx('n2', '04-10', '1900.00', 'salary')], source=Source('P', '2'))
    assert made.demotion is None
    assert len(books.lines) == 3


def test_t08_a_row_that_the_new_provider_dates_before_the_window_is_found_later(books):
    books.sync([tx('a1', '03-02', '-2.40', 'x'), tx('a2', '03-03', '-2.40', 'x')],
               dates=('03-01', '03-20'), source=Source('A', '1'))
    books.sync([tx('b2', '03-02', '-2.40', 'X')], dates=('03-02', '03-20'), source=Source('B', '1'))
    assert not books.doubts()
    books.sync([tx('b1', '03-01', '-2.40', 'X'), tx('b2', '03-02', '-2.40', 'X')],
               dates=('03-01', '03-20'), source=Source('B', '1'))
    assert len(books.lines) == 2
    assert not books.doubts()


def test_t08_an_equal_row_before_the_window_does_not_stand_for_one_inside(books):
    books.sync([tx('a1', '03-01', '-5.00', 'rent'), tx('a2', '03-03', '-5.00', 'rent march')],
               dates=('03-01', '03-20'), source=Source('A', '1'))
    books.sync([tx('b2', '03-02', '-5.00', 'B rent')], dates=('03-02', '03-20'),
               source=Source('B', '1'))
    assert not books.doubts()
    books.sync([tx('b1', '03-01', '-5.00', 'B rent'), tx('b2', '03-02', '-5.00', 'B rent')],
               dates=('02-27', '03-20'), source=Source('B', '1'))
    assert len(books.lines) == 2
    assert not books.doubts()


def test_t08_a_row_that_the_new_provider_dates_after_the_window_is_found_later(books):
    books.sync([tx('a1', '03-19', '-2.40', 'x'), tx('a2', '03-20', '-2.40', 'x')],
               dates=('03-01', '03-20'), source=Source('A', '1'))
    books.sync([tx('b1', '03-20', '-2.40', 'X')], dates=('03-01', '03-20'), source=Source('B', '1'))
    assert not books.doubts()
    books.sync([tx('b1', '03-20', '-2.40', 'X'), tx('b2', '03-21', '-2.40', 'X')],
               dates=('03-01', '03-21'), source=Source('B', '1'))
    assert len(books.lines) == 2
    assert not books.doubts()


def test_t08_an_id_that_another_provider_removes_means_nothing(books):
    books.sync([tx('1', '03-18', '-30.00', 'x')], source=Source('A', '1'))
    books.sync([], Window(incremental=True, removed=frozenset({'1'})), source=Source('B', '1'))
    assert not books.doubts()


def test_t08_a_part_of_a_window_decides_nothing_lasting_about_two_providers(books):
    books.sync([tx('a1', '03-07', '-5.00', 'x'), tx('a2', '03-08', '-5.00', 'x')],
               dates=('03-01', '03-09'), source=Source('A', '1'))
    books.sync([tx('b2', '03-07', '-5.00', 'x')], 'part', ('03-01', '03-09'),
               source=Source('B', '1'))
    assert len(books.lines) == 2
    books.sync([tx('b1', '03-06', '-5.00', 'x'), tx('b2', '03-07', '-5.00', 'x')],
               dates=('03-01', '03-09'), source=Source('B', '1'))
    assert len(books.lines) == 2
    assert not books.doubts()


def test_t08_similar_texts_leave_no_row_over_that_the_count_would_match(books):
    books.sync([tx('a1', '03-05', '-5.00', 'x'), tx('a2', '03-06', '-5.00', 'y')],
               source=Source('A', '1'))
    books.sync([tx('b1', '03-06', '-5.00', 'y'), tx('b2', '03-07', '-5.00', 'z')],
               dates=('03-01', '03-09'), source=Source('B', '1'))
    assert len(books.lines) == 2
    assert not books.doubts()


def test_t08_a_row_known_just_before_the_window_is_found_across_providers(books):
    books.sync([tx('a1', '03-07', '-5.00', 'x')], source=Source('A', '1'))
    books.sync([tx('b1', '03-08', '-5.00', 'x')], source=Source('B', '1'))
    assert books.journal() == ['-5.00']
