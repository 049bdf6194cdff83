"""T13 and T14: runs at the same time, and pages that lead nowhere, through the whole product."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.matching.bank import Bank
from tests.matching.books import tx
from tests.simulation.test_random_banks import counted

GRADES = ('strong', 'weak', 'positional', 'absent')
EQUAL = [tx(None, '03-02', '-2.40', 'tram') for _number in range(3)]
NAMED = [tx(f'k{number}', '03-02', '-2.40', 'tram') for number in range(3)]


def amounts(connection):
    """The amounts in the books, counted."""
    return Counter(str(amount) for _day, amount in connection.lines().values())


@pytest.mark.parametrize('grade', GRADES)
def test_t13_several_runs_at_the_same_time_make_the_books_of_one(connect, grade):
    chance = random.Random(grade)
    bank = Bank(chance, grade if grade != 'weak' else 'strong', balances=False)
    bank.pass_days(30)
    connection = connect(grade)
    connection.show(bank, chance)
    with ThreadPoolExecutor(4) as sessions:
        for fetching in [sessions.submit(connection.fetch_elsewhere) for _session in range(4)]:
            fetching.result()
    connection.synchronize()
    truth = counted((entry.date, entry.amount) for entry in bank.booked)
    assert counted(connection.lines().values()) == truth
    assert not connection.visible()


@pytest.mark.parametrize('rows', [NAMED, EQUAL], ids=['ids', 'no ids'])
def test_t14_an_empty_page_that_goes_on_is_not_the_end(connect, rows):
    connection = connect('strong')
    connection.show_pages([], rows[:1], [], rows[1:], [])
    connection.synchronize()
    assert amounts(connection) == {'-2.4': 3}
    assert not connection.visible()


@pytest.mark.parametrize('rows', [NAMED, EQUAL], ids=['ids', 'no ids'])
def test_t14_a_key_that_comes_again_is_an_error_and_nothing_is_booked(connect, rows):
    connection = connect('strong')
    for leads_to in (1, 2):
        connection.show_pages(rows[:1], rows[1:2], rows[2:], leads_to=leads_to)
        connection.fetch()
        run = connection.last_run()
        assert (run['state'], run['error_code']) == ('failed', 'provider_error')
        assert run['error_reference']
        assert not connection.lines()
    connection.show_pages(rows[:1], rows[1:2], rows[2:])
    connection.synchronize()
    assert amounts(connection) == {'-2.4': 3}


@pytest.mark.parametrize('rows', [NAMED, EQUAL], ids=['ids', 'no ids'])
@pytest.mark.parametrize('grade', GRADES)
def test_t14_a_key_that_is_rejected_between_pages_brings_everything_once(connect, grade, rows):
    connection = connect(grade)
    connection.show_pages(rows[:1], rows[1:2], rows[2:], rejections=1)
    connection.synchronize()
    assert amounts(connection) == {'-2.4': 3}
    assert not connection.visible()


def test_t14_a_key_that_is_rejected_every_time_is_an_error_and_nothing_is_booked(connect):
    connection = connect('absent')
    connection.show_pages(EQUAL[:1], EQUAL[1:], rejections=1000)
    connection.fetch()
    assert connection.last_run()['error_code'] == 'provider_error'
    assert not connection.lines()
    connection.show_pages(EQUAL[:1], EQUAL[1:])
    connection.synchronize()
    assert amounts(connection) == {'-2.4': 3}
