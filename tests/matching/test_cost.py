"""The cost of a plan: linear in the window, whatever is in it. Calls are counted, not seconds."""

import sys
from datetime import timedelta
from unittest import mock

import pytest
from matching import Source, plan

from tests.matching import books as driver
from tests.matching.books import Books, day, tx

PACKAGE = 'account_online_synchronization'
SMALL, LARGE = 80, 800


def rows(count, prefix, per_day=10, amounts=50, text='shop', first='2026-01-01', shift=0):
    return [
        tx(f'{prefix}{number}' if prefix else None,
           (day(first) + timedelta(days=number // per_day + shift)).isoformat(),
           f'-{number % amounts + 1}.00', f'{text} {number % 7}')
        for number in range(count)
    ]


def calls_of_plan(books, incoming, **policy):
    """How many functions of the package one plan calls."""
    counted = [0]

    def count(frame, event, _argument):
        counted[0] += event == 'call' and PACKAGE in frame.f_code.co_filename

    def counting_plan(*arguments):
        sys.setprofile(count)
        try:
            return plan(*arguments)
        finally:
            sys.setprofile(None)

    books.apply = lambda *_anything: None
    with mock.patch.object(driver, 'plan', counting_plan):
        books.sync(incoming, **policy)
    return counted[0]


def first(count):
    return Books(), rows(count, 'k'), {}


def repeated(count):
    books = Books()
    books.sync(rows(count, 'k'))
    return books, rows(count, 'k'), {}


def one_day_of_equal_rows(count):
    books = Books()
    books.sync(rows(count // 2, None, per_day=10**6, amounts=1))
    return books, rows(count, None, per_day=10**6, amounts=1), {}


def renewed(count):
    books = Books()
    books.sync(rows(count, 'a'), source=Source('P', '1'))
    return books, rows(count, 'b'), {'source': Source('P', '2')}


def switched(count):
    books = Books()
    books.sync(rows(count, 'a'), source=Source('A', '1'))
    return books, rows(count, 'b', text='other', shift=1), {'source': Source('B', '1')}


def all_replaced(count):
    books = Books()
    books.sync(rows(count, 'a', per_day=10**6, amounts=10**6))
    return books, [
        {**row, 'amount': f"{row['amount'][:-1]}1"}
        for row in rows(count, 'b', per_day=10**6, amounts=10**6)
    ], {}


def linked(count):
    books = Books()
    for row in rows(count, 'k', per_day=3):
        books.enter(row['booking_date'], row['amount'], row['description'])
    return books, rows(count, 'k', per_day=3), {}


def many_equal_lines(count):
    books = Books()
    for _line in range(count):
        books.enter('2026-01-01', '-1.00', 'by hand')
    return books, rows(count // 2, 'k', per_day=10**6, amounts=1), {}


@pytest.mark.parametrize('world', [
    first, repeated, one_day_of_equal_rows, renewed, switched, all_replaced, linked,
    many_equal_lines,
], ids=lambda world: world.__name__)
def test_ten_times_the_rows_are_ten_times_the_work(world):
    small, large = (
        calls_of_plan(books, incoming, **policy)
        for books, incoming, policy in map(world, (SMALL, LARGE))
    )
    assert large < 14 * small


def test_the_length_of_the_history_does_not_matter():
    books, work = Books(), []
    for year in (2024, 2025, 2026):
        for month in range(1, 13):
            books.sync(rows(60, f'{year}-{month}-', first=f'{year}-{month:02}-01'))
        again = Books()
        again.feed, again.lines, again.line_of = books.feed, books.lines, books.line_of
        work.append(calls_of_plan(again, rows(60, 'new', first=f'{year + 1}-01-15')))
    assert max(work) == min(work)
