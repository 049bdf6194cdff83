"""One server for all providers, and a person connected to the bank of each."""

from types import SimpleNamespace

import pytest

from tests.browser.visitor import Visitor
from tests.end_to_end.banks import BANKS
from tests.end_to_end.person import Ledger, Operator, Person
from tools.places import LOGS


@pytest.fixture(scope='package')
def server(workshop):
    """A running server that imports by itself, as in production."""
    database = workshop.new_database_with_pages()
    server = workshop.new_server(database, '--max-cron-threads=1')
    server.start()
    yield server
    server.stop()
    workshop.drop(database)


@pytest.fixture(scope='package')
def visitor(server, chromium):
    """One window of the web client for all providers: opening it is what takes the time."""
    visitor = Visitor(chromium, server, 'admin')
    yield visitor
    visitor.leave(LOGS / 'real-providers')


@pytest.fixture(scope='module', params=BANKS, ids=[bank.provider.code for bank in BANKS])
def story(server, visitor, request):
    """A provider that its operator has set up, and a person who has connected his bank there.

    The tests of one provider share it, in their order: connecting is what takes the time.
    """
    bank = request.param()
    operator, person = Operator(server.login(), bank.code), Person(server, visitor, bank)
    operator.enter(bank.settings)
    bank.know_callback(operator.provider['callback_url'])
    tested = operator.press('action_test_connection')
    operator.offer()
    refreshed = operator.press('action_refresh_institutions')
    ledger = Ledger(bank)
    ledger.book('-42.50', '1000.01', '-42.50')
    ledger.book('7.99', account=1, days_ago=8)
    person.connect()
    person.wait_for_run()
    yield SimpleNamespace(
        bank=bank, person=person, ledger=ledger, operator=operator, tested=tested,
        refreshed=refreshed,
    )
    operator.offer(False)
    bank.close()
