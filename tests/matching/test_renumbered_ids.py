"""Ids that are called strong and are other ones at every fetch, where no absence can tell (T6)."""

from decimal import Decimal

import pytest
from matching import BalanceEvidence, Grade

from tests.matching.books import tx

APRIL = ('04-01', '04-30')
SHOPS = ['bakery', 'fuel', 'rent', 'phone', 'gym', 'books']


def told(prefix, *numbers, text='{}'):
    """Rows of a few shops, one a day, under the ids of one fetch."""
    return [
        tx(f'{prefix}{number}', f'04-{10 + number}', f'-{10 + number}.00',
           text.format(SHOPS[number]))
        for number in numbers
    ]


@pytest.mark.parametrize('window', ['part', 'cursor'])
def test_many_known_rows_under_new_ids_are_not_booked_again(books, window):
    books.sync(told('a', *range(6)), 'part')
    made = books.sync(told('b', *range(6)), window)
    assert len(books.lines) == 6
    assert made.demotion.grade is Grade.WEAK
    assert ('two_ids', 'a0', 'b0') in made.demotion.evidence
    assert len(books.reviews) == (0 if window == 'part' else 6)


def test_after_that_a_new_row_among_known_ones_is_booked(books):
    books.sync(told('a', *range(5)), 'part')
    books.sync(told('b', *range(5)), 'part')
    books.sync(told('c', *range(6)), 'part')
    assert len(books.lines) == 6
    assert not books.doubts()


def test_few_known_rows_under_new_ids_are_asked_about_and_only_once(books):
    books.sync(told('a', 0, 1), 'part')
    for prefix in 'bcd':
        made = books.sync(told(prefix, 0, 1), 'part')
        assert len(books.lines) == 2
        assert books.doubts() == ['possible_duplicate'] * 2
        assert made.demotion is None


def test_a_row_that_the_user_refused_is_not_asked_about_under_the_next_id(books):
    books.sync(told('a', 0), 'part')
    books.sync(told('b', 0), 'part')
    books.answer(bank_is_right=False)
    books.sync(told('c', 0), 'part')
    assert len(books.lines) == 1
    assert not books.doubts()


def test_a_row_that_the_user_let_in_is_a_second_one_for_ever(books):
    books.sync(told('a', 0), 'part')
    books.sync(told('b', 0), 'part')
    books.answer(bank_is_right=True)
    for window in ('part', 'complete'):
        books.sync(told('a', 0) + told('b', 0), window, APRIL)
        assert books.journal() == ['-10.00'] * 2
        assert not books.doubts()


@pytest.mark.parametrize('text', ['tram', 'bus'])
def test_an_equal_purchase_is_booked_where_the_known_one_is_listed_beside_it(books, text):
    tram = tx('a', '05-11', '-2.40', 'tram')
    books.sync([tram], 'part')
    books.sync([tram, tx('b', '05-11', '-2.40', text)], 'part')
    assert books.journal() == ['-2.40'] * 2
    assert not books.doubts()


def test_an_equal_purchase_is_booked_where_other_ids_held(books):
    books.sync([*told('a', 0), tx('t1', '05-11', '-2.40', 'tram')], 'part')
    books.sync([*told('a', 0), tx('t2', '05-11', '-2.40', 'tram')], 'part')
    assert sorted(books.journal()) == ['-10.00', '-2.40', '-2.40']
    assert not books.doubts()


def test_both_of_two_equal_purchases_are_booked_where_one_is_asked_about(books):
    """One of the two may be the known one, the other can't be."""
    books.sync([tx('a', '05-11', '-2.40', 'tram')], 'part')
    books.sync([tx(each, '05-11', '-2.40', 'tram') for each in 'bc'], 'part')
    assert books.journal() == ['-2.40'] * 2
    assert books.doubts() == ['possible_duplicate']


def test_a_line_that_was_deleted_does_not_come_back_under_a_new_id(books):
    books.sync(told('a', *range(2)), 'part')
    books.delete('-10.00')
    books.sync(told('b', *range(2)), 'part')
    assert books.journal() == ['-11.00']
    assert books.doubts() == ['possible_duplicate']


def test_swallowed_rows_come_in_with_the_next_complete_window(books):
    """Under a third id an asked question is left at that; a list that is complete decides."""
    books.sync([tx('a', '05-11', '-2.40', 'tram')], 'part')
    books.sync([tx('b', '05-11', '-2.40', 'tram')], 'part')
    books.sync([tx('c', '05-11', '-2.40', 'tram')], 'part')
    books.sync([tx(each, '05-11', '-2.40', 'tram') for each in 'abc'])
    assert books.journal() == ['-2.40'] * 3
    assert not books.doubts()


@pytest.mark.parametrize(('moved', 'doubts'), [
    ('-2.40', []), ('0', ['possible_duplicate']), ('-9.00', []), (None, []),
], ids=['new', 'known', 'unexplained', 'unknown'])
def test_news_of_a_cursor_are_new_unless_the_balance_speaks_against(books, moved, doubts):
    books.sync([tx('a', '05-11', '-2.40', 'tram')], 'cursor')
    balance = moved and BalanceEvidence(difference=Decimal(moved))
    books.sync([tx('b', '05-11', '-2.40', 'tram')], 'cursor', balance=balance)
    assert books.doubts() == doubts
    assert len(books.lines) + len(doubts) == 2


@pytest.mark.parametrize(('after', 'doubts'), [('97.60', ['possible_duplicate']), ('95.20', [])])
def test_news_that_leave_the_balance_of_a_known_row_are_asked_about(books, after, doubts):
    books.sync([tx('a', '05-11', '-2.40', 'tram', balance_after='97.60')], 'cursor')
    books.sync([tx('b', '05-11', '-2.40', 'tram', balance_after=after)], 'cursor')
    assert books.doubts() == doubts
    assert len(books.lines) + len(doubts) == 2


def test_a_payment_that_is_tried_again_after_its_refund_is_news(books):
    told = [
        tx(each, '05-11', amount, 'shop', balance_after=after)
        for each, amount, after in (('a', '-5', '95'), ('b', '5', '100'), ('c', '-5', '95'))
    ]
    for row in told:
        books.sync([row], 'cursor')
    assert sorted(books.journal()) == ['-5', '-5', '5']
    assert not books.doubts()


def test_a_vanished_hold_does_not_make_room_for_a_known_row_under_a_new_id(books):
    hold = tx('p1', '03-02', '-2.40', 'tram', 'pending')
    books.sync([hold], dates=('03-01', '03-31'))
    books.sync([tx('a', '03-02', '-2.40', 'tram')], dates=('03-01', '03-31'))
    books.sync([tx('b', '03-02', '-2.40', 'tram')], 'part')
    assert books.journal() == ['-2.40']
    assert books.doubts() == ['possible_duplicate']


# === NEWS OF A CURSOR THAT TELL OF NOTHING BUT WHAT IS KNOWN === #

def coffee(transaction_id, booked='05-11', text='Coffee bar'):
    return tx(transaction_id, booked, '-2.40', text)


def test_two_days_told_again_by_a_cursor_under_other_ids_are_asked_about(books):
    books.sync(told('a', 0, 1), 'cursor')
    for prefix in 'bc':
        made = books.sync(told(prefix, 0, 1), 'cursor')
        assert len(books.lines) == 2
        assert books.doubts() == ['possible_duplicate'] * 2
        assert made.demotion is None


def test_a_busy_day_told_again_by_a_cursor_under_other_ids_is_asked_about(books):
    def day_of(prefix):
        return [{**row, 'booking_date': '2026-04-10'} for row in told(prefix, 0, 1, 2)]

    books.sync(day_of('a'), 'cursor')
    books.sync(day_of('b'), 'cursor')
    assert len(books.lines) == 3
    assert books.doubts() == ['possible_duplicate'] * 3


def test_the_second_coffee_of_a_day_is_booked_without_a_question(books):
    for number, booked in enumerate(('05-11', '05-11', '05-12', '05-12', '05-12')):
        books.sync([coffee(f'k{number}', booked)], 'cursor')
    assert books.journal() == ['-2.40'] * 5
    assert not books.doubts()


def test_a_commuter_s_way_home_is_booked_without_a_question(books):
    """The same tram and the same coffee as in the morning, and nothing else."""
    for prefix in 'ab':
        books.sync([coffee(f'{prefix}1'), coffee(f'{prefix}2', text='Tram')], 'cursor')
    assert books.journal() == ['-2.40'] * 4
    assert not books.doubts()


def test_second_payments_of_two_days_beside_anything_new_are_booked(books):
    books.sync([coffee('a', '05-11'), coffee('b', '05-12')], 'cursor')
    books.sync([coffee('c', '05-11'), coffee('d', '05-12'), *told('x', 0)], 'cursor')
    assert len(books.lines) == 5
    assert not books.doubts()


def test_second_payments_of_two_days_are_booked_where_an_id_is_told_again(books):
    books.sync([coffee('a', '05-11'), coffee('b', '05-12')], 'cursor')
    books.sync([coffee('a', '05-11'), coffee('c', '05-11'), coffee('d', '05-12')], 'cursor')
    assert books.journal() == ['-2.40'] * 4
    assert not books.doubts()


def test_amounts_that_agree_by_chance_on_two_days_are_booked(books):
    books.sync([coffee('a', '05-11'), coffee('b', '05-12')], 'cursor')
    books.sync([coffee('c', '05-11', 'Kiosk'), coffee('d', '05-12', 'Kiosk')], 'cursor')
    assert books.journal() == ['-2.40'] * 4
    assert not books.doubts()
