"""The provider itself suspects that it sent a transaction twice; it may be right or wrong."""

from tests.matching.books import tx

FIRST = tx('k1', '03-01', '-5.00', 'shop')
SECOND = tx('k2', '03-01', '-5.00', 'shop')


def suspected(row):
    return {**row, 'duplicate': True}


def test_a_row_that_the_provider_suspects_is_asked_about(books):
    rows = [tx('k1', '03-01', '-5.00', 'x'), tx('k2', '03-01', '-5.00', 'x', duplicate=True)]
    made = books.sync(rows)
    assert books.journal() == ['-5.00']
    assert [[row.transaction_id for row in review.rows] for review in made.reviews] == [['k1']]
    books.sync(rows)
    assert books.doubts() == ['possible_duplicate']


def test_a_suspected_row_is_shown_beside_the_known_one(books):
    books.sync([tx('k1', '03-01', '-5.00', 'x')])
    made = books.sync([
        tx('k1', '03-01', '-5.00', 'x'), tx('k2', '03-01', '-5.00', 'x', duplicate=True)])
    assert [len(review.candidates) for review in made.reviews] == [1]


def test_a_suspected_row_comes_in_when_the_user_says_that_it_is_a_second_payment(books):
    books.sync([FIRST, suspected(SECOND)])
    books.answer(bank_is_right=True)
    books.sync([FIRST, suspected(SECOND)])
    assert books.journal() == ['-5.00', '-5.00']
    assert not books.reviews


def test_a_booked_row_that_is_suspected_later_stays_and_nothing_is_asked(books):
    books.sync([FIRST, SECOND])
    made = books.sync([suspected(FIRST), SECOND])
    assert books.journal() == ['-5.00', '-5.00']
    assert not books.reviews
    assert [item.updates.get('duplicate_hint') for item in made.same] == [True, None]


def test_a_new_row_beside_a_booked_one_that_is_suspected_now_is_asked_about(books):
    books.sync([FIRST])
    made = books.sync([suspected(FIRST), SECOND])
    assert books.journal() == ['-5.00']
    assert [len(review.candidates) for review in made.reviews] == [1]
    assert books.doubts() == ['possible_duplicate']


def test_one_suspected_row_holds_back_one_new_row(books):
    books.sync([FIRST])
    third = tx('k3', '03-01', '-5.00', 'shop')
    books.sync([suspected(FIRST), SECOND, third, tx('k4', '03-01', '-6.00', 'shop')])
    assert books.journal() == ['-5.00', '-5.00', '-6.00']
    assert books.doubts() == ['possible_duplicate']


def test_a_suspected_row_that_the_user_deleted_holds_nothing_back(books):
    books.sync([FIRST])
    books.delete('-5.00')
    books.sync([suspected(FIRST), SECOND])
    assert books.journal() == ['-5.00']
    assert not books.reviews


def test_suspected_rows_without_an_equal_one_are_asked_about_once(books):
    for _again in range(3):
        books.sync([suspected(FIRST)])
    assert books.journal() == []
    assert books.doubts() == ['possible_duplicate']
