"""One bank that makes no sense hides none of the others, and a list of such banks is refused."""

import pytest
from fakes.server import Fault
from providers.errors import ErrorCode, ProviderError
from reader import DRIVERS, Reader

ODD = ({}, {'id': None, 'name': None}, {'name': ' ', 'attributes': {'name': ''}})
LISTED = sorted(set(DRIVERS) - {'ponto_custom', 'sandbox', 'simplefin'})  # the others have one bank


@pytest.fixture(params=LISTED)
def reader(request):
    reader = Reader(DRIVERS[request.param])
    yield reader
    reader.driver.recover()
    reader.driver.close()


def change_banks(reader, change):
    """Let the provider list other banks; the ids of those that it listed."""
    fake, before = reader.driver.fake, len(reader.driver.fake.exchanges)
    found = {bank.id for bank in reader.provider().institutions()}
    answers = ((one.path, one.answer) for one in fake.exchanges[before:])
    path, answer, rows = max(
        ((path, answer, rows_of(answer)) for path, answer in answers), key=lambda item: len(item[2])
    )
    other = change(list(rows))
    rows[:] = other  # in the answer itself, which a single page is enough for
    if isinstance(answer, dict):
        answer.pop('meta', None)
    fake.faults = [Fault(path, 200, answer, times=1000)]
    return found


def rows_of(answer):
    """The list in an answer."""
    lists = [answer] if isinstance(answer, list) else list((answer or {}).values())
    return next((value for value in lists if isinstance(value, list)), [])


def test_one_odd_bank_hides_none_of_the_others(reader):
    found = change_banks(reader, lambda rows: [ODD[0], *rows, *ODD[1:]])
    assert found <= {bank.id for bank in reader.provider().institutions()}


def test_banks_of_which_none_makes_sense_are_no_list_of_banks(reader):
    change_banks(reader, lambda rows: [*ODD])
    with pytest.raises(ProviderError) as caught:
        list(reader.provider().institutions())
    assert caught.value.code == ErrorCode.PROVIDER_ERROR
