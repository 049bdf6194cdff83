"""A provider that answers nonsense: always its own failure, and never taken for a full answer."""

import copy
import json
import random
from datetime import timedelta

import pytest
from fakes.server import Fault
from helpers import ATTENDED
from providers.errors import CursorExpired, ErrorCode, ProviderError
from providers.testing import BankRow
from reader import DRIVERS, Reader

NONSENSE = ({}, [], [[]], None, 7, 'x', True, {'data': 'x'}, {'data': [7]}, '<html>busy</html>')
ODD = (None, 7, 'x', True, {}, {'a': {}})


@pytest.fixture(params=sorted(DRIVERS))
def reader(request):
    """A connected user whose bank has booked three rows."""
    reader = Reader(DRIVERS[request.param])
    reader.connect()
    day = reader.driver.now().date() - timedelta(days=3)
    for number in range(3):
        reader.driver.book(BankRow(f'k{number}', f'-{number + 1}.10', day, f'Invoice {number}'))
    yield reader
    reader.driver.recover()
    reader.driver.fake.violations.clear()  # with an odd id in hand, one asks for odd things
    reader.driver.close()


def read(reader, account_id):
    """All that a synchronization asks for; its last page."""
    provider = reader.provider()
    provider.accounts()
    provider.refresh((account_id,), ATTENDED)
    cursor, rows = None, []
    for _page in range(20):
        page = reader.provider().transactions(account_id, None, cursor, ATTENDED)
        rows += page.transactions
        if not page.more:
            return rows, page
        cursor = page.cursor
    raise AssertionError('the pages never end')


def said_while(reader, account_id):
    """What a synchronization was answered first at each address."""
    before = len(reader.driver.fake.exchanges)
    read(reader, account_id)
    said = reversed(reader.driver.fake.exchanges[before:])
    return {one.path: one.answer for one in said if one.status == 200}


def test_whatever_comes_is_an_error_of_the_provider(reader):
    account_id = reader.account().id
    for path in said_while(reader, account_id):
        for nonsense in NONSENSE:
            reader.driver.fake.faults = [Fault(path, 200, nonsense, times=1000)]
            complaint = failure(reader, account_id)
            assert complaint in (None, *ErrorCode), f'{path} {nonsense!r}: {complaint}'


def test_an_answer_with_one_odd_value_is_read_or_refused(reader):
    account_id, dice = reader.account().id, random.Random(4711)
    for path, answer in said_while(reader, account_id).items():
        for _time in range(40):
            changed = spoilt(answer, dice)
            reader.driver.fake.faults = [Fault(path, 200, changed, times=1000)]
            complaint = failure(reader, account_id)
            assert complaint in (None, *ErrorCode), f'{path} {json.dumps(changed)}: {complaint}'


def failure(reader, account_id):
    """The code that a synchronization ends with; None when it read everything it says it has."""
    day = (reader.driver.now() - timedelta(days=3)).date()
    try:
        rows, last = read(reader, account_id)
    except ProviderError as error:
        return error.code
    except CursorExpired:
        return None
    except Exception as error:  # noqa: BLE001 -- what the test is about
        return repr(error)
    is_complete = last.window and last.window.date_from <= day <= last.window.date_to
    return 'not complete' if is_complete and len(rows) < 3 else None


def spoilt(answer, dice):
    """The answer with one value replaced, or left out."""
    answer = copy.deepcopy(answer)
    places = list(places_in(answer))
    if not places:
        return 'x'
    holder, key = dice.choice(places)
    if isinstance(holder, dict) and dice.random() < 0.3:
        del holder[key]
    else:
        holder[key] = dice.choice(ODD)
    return answer


def places_in(value):
    """Every place of a value in a JSON document, as its holder and the key there."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items if isinstance(value, (dict, list)) else ():
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places_in(inner)
