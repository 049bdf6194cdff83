"""The proof of completeness: bank against books, the first day of a difference, and why."""

from decimal import Decimal
from itertools import accumulate, groupby

import pytest
from matching import State
from matching.balance import Moment, explain, opening_balance
from matching.balance import prove as prove_from_today

from tests.matching.books import day

AMOUNTS = [Decimal(amount) for amount in (-10, -20, 100, -5, -30, 7, 0, -1, -2)]


def moments(**changes):
    """Three rows on each of three days with the running balances of the bank."""
    after = list(accumulate(AMOUNTS, initial=Decimal(1000)))[1:]
    return [
        Moment(key=number, order=number, date=day(f'03-0{number // 3 + 1}'), amount=amount,
               balance_after=after[number], **changes.get(f'row{number}', {}))
        for number, amount in enumerate(AMOUNTS)
    ]


BANK = Decimal(1000) + sum(AMOUNTS)


def prove(bank_balance, opening, rows):
    """The proof of books that began with `opening`."""
    rows = sorted(rows, key=lambda row: row.date, reverse=True)
    return prove_from_today(
        bank_balance, opening + sum(row.amount for row in rows if row.booked),
        (list(day) for _date, day in groupby(rows, key=lambda row: row.date)),
        [row for row in rows if not row.booked],
    )


def test_equal_balances_prove_the_books():
    proof = prove(BANK, Decimal(1000), moments())
    assert proof.equal
    assert proof.first_day is None


@pytest.mark.parametrize(('dropped', 'first_day'), [
    (0, '03-01'), (1, '03-01'), (3, '03-02'), (4, '03-02'), (7, '03-03'),
])
def test_a_missing_row_is_a_difference_from_its_day_on(dropped, first_day):
    rows = [row for row in moments() if row.key != dropped]
    proof = prove(BANK, Decimal(1000), rows)
    assert proof.difference == AMOUNTS[dropped]
    assert proof.first_day == day(first_day)


def test_a_missing_last_row_of_a_day_shows_when_the_next_day_begins():
    proof = prove(BANK, Decimal(1000), [row for row in moments() if row.key != 2])
    assert (proof.agreed_until, proof.first_day) == (day('03-01'), day('03-02'))


def test_a_wrong_opening_is_a_difference_from_the_first_day_on():
    proof = prove(BANK, Decimal(900), moments())
    assert (proof.difference, proof.agreed_until, proof.first_day) == (100, None, day('03-01'))


@pytest.mark.parametrize('state', [
    State.WAITING, State.QUARANTINED, State.IGNORED, State.TO_REVIEW,
])
def test_a_row_that_is_not_booked_explains_the_difference(state):
    rows = moments(row4={'booked': False, 'state': state})
    proof = prove(BANK, Decimal(1000), rows)
    assert [(row.key, row.state) for row in proof.explained_by] == [(4, state)]
    assert proof.first_day == day('03-02')


def test_several_rows_together_explain_the_difference():
    rows = moments(row0={'booked': False}, row4={'booked': False}, row8={'booked': False})
    assert len(prove(BANK, Decimal(1000), rows).explained_by) == 3


def test_rows_that_do_not_make_up_the_difference_explain_nothing():
    rows = moments(row0={'booked': False})
    assert prove(BANK + 1, Decimal(1000), rows).explained_by == ()


def test_many_rows_explain_a_difference_all_together_or_not_at_all():
    waiting = [Moment(date=day('03-01'), amount=Decimal(1), booked=False)] * 500
    assert len(explain(Decimal(500), waiting)) == 500
    assert explain(Decimal(499), waiting) == ()


def test_without_running_balances_only_the_difference_is_known():
    rows = [Moment(date=day('03-01'), amount=Decimal(5))]
    proof = prove(Decimal(6), Decimal(0), rows)
    assert (proof.difference, proof.first_day) == (1, None)


def test_the_order_of_a_feed_within_a_day_does_not_matter():
    rows = [row for row in moments() if row.key != 4][::-1]
    for place, row in enumerate(rows):
        object.__setattr__(row, 'order', place)
    assert prove(BANK, Decimal(1000), rows).first_day == day('03-02')


def test_a_difference_that_was_settled_long_ago_does_not_hide_the_one_of_now():
    rows = moments()
    early = Moment(date=day('03-01'), amount=Decimal(-3), order=-1)
    settled = Moment(date=day('03-02'), amount=Decimal(3), order=9)
    books = [early, *rows[:6], settled, *rows[6:8]]
    proof = prove(BANK, Decimal(1000), books)
    assert (proof.difference, proof.first_day) == (AMOUNTS[8], None)
    proof = prove(BANK + 5, Decimal(1000), [early, *rows[:6], settled, rows[6], rows[8]])
    assert (proof.agreed_until, proof.first_day) == (None, day('03-03'))


def test_the_history_is_read_back_to_the_day_on_which_all_was_well_and_no_further():
    read = []

    def days():
        for date in ('03-03', '03-02', '03-01'):
            read.append(date)
            yield [row for row in moments() if row.date == day(date) and row.key != 7]

    proof = prove_from_today(BANK, BANK - AMOUNTS[7], days())
    assert proof.first_day == day('03-03')
    assert read == ['03-03']


def test_the_opening_is_what_was_there_before_everything_received():
    assert opening_balance(BANK, AMOUNTS) == 1000
