"""Questions that a part of a window had to ask, and that a complete one answers by itself."""

import pytest
from matching import Grade, Lock, Source, State, Why

from tests.matching.books import agreeing, day, tx

MARCH = ('03-01', '03-31')
FIRST, OTHER = Source('A', '1'), Source('B', '1')
TRAM = tx('a', '03-11', '-2.40', 'tram')
AGAIN = {**TRAM, 'id': 'b'}


@pytest.fixture
def asked(books):
    """Books that ask whether ``b`` is ``a``: the part of a list that brought it does not tell."""
    books.sync([TRAM], 'part')
    books.sync([AGAIN], 'part')
    assert books.doubts() == ['possible_duplicate']
    return books


def test_a_list_with_both_shows_two_payments(asked):
    made = asked.sync([TRAM, AGAIN], dates=MARCH)
    assert [(item.why, item.known.transaction_id) for item in made.bookings] \
        == [(Why.SETTLED, 'b')]
    for _again in range(2):
        assert asked.journal() == ['-2.40'] * 2
        assert not asked.reviews
        assert not asked.in_state(State.TO_REVIEW)
        asked.sync([AGAIN, TRAM], dates=MARCH)


@pytest.mark.parametrize('proven', [True, False], ids=['proven', 'no balance'])
def test_a_list_with_the_new_id_alone_shows_one_payment_that_was_renamed(asked, proven):
    made = asked.sync([AGAIN], dates=MARCH, balance=agreeing(asked, '-2.40') if proven else None)
    assert [(item.why, item.known.transaction_id) for item in made.gone] == [(Why.SETTLED, 'b')]
    for _again in range(2):
        assert asked.journal() == ['-2.40']
        assert not asked.reviews
        asked.sync([AGAIN], dates=MARCH)
    asked.sync([AGAIN, TRAM], dates=MARCH)
    assert len(asked.lines) + len(asked.in_state(State.TO_REVIEW)) == 2


def test_a_balance_that_says_otherwise_keeps_the_question_open(asked):
    """The known row is gone, yet the bank's balance moved as if there were two."""
    for _again in range(2):
        asked.sync([AGAIN], dates=MARCH, balance=agreeing(asked, '-4.80'))
        assert asked.journal() == ['-2.40']
        assert 'possible_pair' in asked.doubts()
    assert len(asked.in_state(State.TO_REVIEW)) == 1


def test_a_list_with_the_known_one_alone_shows_that_the_other_is_no_more(asked):
    for _again in range(2):
        asked.sync([TRAM], dates=MARCH)
        assert asked.journal() == ['-2.40']
        assert not asked.reviews


def test_a_list_of_other_days_answers_nothing(asked):
    asked.sync([tx('k', '03-20', '-1.00', 'kiosk')], dates=('03-15', '03-31'))
    assert asked.doubts() == ['possible_duplicate']
    assert sorted(asked.journal()) == ['-1.00', '-2.40']


def test_a_further_part_answers_nothing(asked):
    asked.sync([TRAM, AGAIN], 'part')
    assert asked.doubts() == ['possible_duplicate']
    assert asked.journal() == ['-2.40']


def test_what_the_user_has_answered_stays_answered(asked):
    asked.answer(bank_is_right=False)
    asked.sync([TRAM, AGAIN], dates=MARCH)
    assert asked.journal() == ['-2.40']
    assert not asked.reviews


def test_a_list_that_shows_both_in_a_closed_month_lets_the_second_wait(asked):
    shut = (Lock(kind='hard_lock_date', last_day=day('03-31')),)
    asked.sync([TRAM, AGAIN], dates=MARCH, locks=shut)
    assert asked.journal() == ['-2.40']
    assert len(asked.in_state(State.WAITING)) == 1
    assert not asked.reviews
    asked.reopen()
    assert asked.journal() == ['-2.40'] * 2


def test_the_line_by_hand_for_the_second_payment_is_linked(asked):
    asked.enter('03-12', '-2.40', 'tram, by hand')
    asked.sync([TRAM, AGAIN], dates=MARCH)
    assert asked.journal() == ['-2.40'] * 2
    assert not asked.reviews


@pytest.mark.parametrize('grade', [Grade.WEAK, Grade.POSITIONAL, Grade.ABSENT])
@pytest.mark.parametrize(('listed', 'lines'), [(1, 1), (2, 2), (3, 3)])
def test_without_ids_the_count_of_the_list_answers(books, grade, listed, lines):
    tram = tx(None, '03-11', '-2.40', 'tram')
    books.sync([tram], 'part', grade=grade)
    books.sync([{**tram, 'description': 'bus line 7'}], 'part', grade=grade)
    assert books.doubts() == ['possible_duplicate']
    for _again in range(2):
        books.sync([tram, {**tram, 'description': 'bus line 7'}, tram][:listed], dates=MARCH,
                   grade=grade)
        assert books.journal() == ['-2.40'] * lines
        assert not books.reviews


def test_equals_of_the_very_list_stay_a_question(books):
    """The list itself can't tell whether it repeats a row (T6)."""
    for _again in range(3):
        books.sync([TRAM, TRAM], dates=MARCH)
        assert books.journal() == ['-2.40']
        assert books.doubts() == ['possible_duplicate']


def test_what_is_asked_since_the_change_of_provider_is_answered_by_the_first_list(books):
    books.sync([TRAM, tx('k', '03-20', '-9.00', 'kiosk')], dates=MARCH, source=FIRST)
    books.sync([tx('x1', '03-11', '-2.40', 'TRAM'), tx('x2', '03-15', '-7.00', 'FUEL')], 'part',
               source=OTHER)
    assert books.doubts() == ['unmatched_after_switch']
    books.sync([tx('x1', '03-11', '-2.40', 'TRAM'), tx('x2', '03-15', '-7.00', 'FUEL'),
                tx('x3', '03-20', '-9.00', 'KIOSK')], dates=MARCH, source=OTHER)
    assert books.doubts() == ['unmatched_after_switch'], "Only the user knows."
    assert len(books.in_state(State.TO_REVIEW)) == 1


@pytest.mark.parametrize('between', [[{**AGAIN, 'id': None}], [], [TRAM]])
def test_what_was_no_second_payment_is_none_when_the_bank_names_it_again(books, between):
    """Ids of this bank come and go; what a list has answered is not forgotten."""
    books.settings['grade'] = Grade.WEAK
    books.sync([TRAM], 'part')
    books.sync([{**AGAIN, 'description': 'bus line 7'}], 'part')
    assert books.doubts() == ['possible_duplicate']
    for rows in (between, [AGAIN], between, [TRAM], [AGAIN]):
        books.sync(rows, dates=MARCH)
        assert books.journal() == ['-2.40']
        assert set(books.doubts()) <= {'removed'}
    assert not books.doubts()
