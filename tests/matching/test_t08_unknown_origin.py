"""T8: rows of unknown origin, imported by a former service, meet the bank's own."""

import pytest
from matching import Grade, Source, Why

from tests.matching.books import tx


@pytest.mark.parametrize('grade', list(Grade))
def test_t08_rows_of_unknown_origin_are_recognised_a_day_apart_and_under_other_ids(
    make_books, grade, paging,
):
    books = make_books(grade=grade)
    books.sync([
        tx('old1', '03-02', '-9.99', 'SEPA DD NETFLX'), tx('old2', '03-04', '1900.00', 'SALARY'),
        tx('old3', '03-10', '-30.00', 'CORNER BAKERY'),
    ])
    rows = [
        tx('b1', '03-01', '-9.99', 'Netflix'), tx('b2', '03-04', '1900.00', 'Salary'),
        tx('b3', '03-11', '-30.00', 'Corner Bakery'), tx('b4', '03-14', '-7.00', 'Kiosk'),
    ]
    for _again in range(2):
        books.sync(rows, paging=paging, source=Source('B', '1'))
        assert len(books.lines) == 4
        assert not books.doubts()


def test_t08_an_id_of_unknown_origin_is_recognised_if_it_is_the_same(books):
    books.sync([tx('t1', '03-02', '-9.99', 'x'), tx('t2', '03-03', '-9.99', 'y')])
    made = books.sync(
        [tx('t1', '03-02', '-9.99', 'X Ltd'), tx('t2', '03-03', '-9.99', 'Y Ltd')],
        source=Source('B', '1'),
    )
    assert [item.why for item in made.same] == [Why.SAME_ID] * 2
    assert books.journal() == ['-9.99'] * 2


def test_t08_a_part_of_the_history_of_unknown_origin_adds_nothing(books):
    books.sync([tx('old1', '03-02', '-9.99', 'x'), tx('old2', '03-10', '-1.00', 'y')])
    books.sync([tx('b1', '03-02', '-9.99', 'x')], 'part', source=Source('B', '1'))
    assert books.journal() == ['-9.99', '-1.00']
