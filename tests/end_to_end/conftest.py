"""One server for all providers, and a person connected to the bank of each."""

from types import SimpleNamespace

import pytest

from tests.end_to_end.banks import BANKS
from tests.end_to_end.person import Ledger, Operator, Person

IN_WEB_CLIENT = ('enablebanking', 'simplefin')  # one leads to a page of its own, one asks by a form


@pytest.fixture(scope='package')
def server(workshop):
    """A running server that imports by itself, as in production."""
    database = workshop.new_database()
    server = workshop.new_server(database, '--max-cron-threads=1')
    server.start()
    yield server
    server.stop()
    workshop.drop(database)


@pytest.fixture(scope='module', params=BANKS, ids=[bank.provider.code for bank in BANKS])
def story(server, chromium, request):
    """A provider that its operator has set up, and a person who has connected his bank there.

    The tests of one provider share it, in their order: connecting is what takes the time.
    """
    bank = request.param()
    operator, person = Operator(server.login(), bank.code), Person(server, chromium, bank)
    operator.enter(bank.settings)
    bank.know_callback(operator.provider['callback_url'])
    tested = operator.press('action_test_connection')
    operator.offer()
    refreshed = operator.press('action_refresh_institutions')
    ledger = Ledger(bank)
    ledger.book('-42.50', '1000.01', '-42.50')
    ledger.book('7.99', account=1, days_ago=8)
    if bank.code in IN_WEB_CLIENT:
        person.connect_in_web_client()
    else:
        person.connect()
        person.choose_journals()
    person.wait_for_run()
    yield SimpleNamespace(
        bank=bank, person=person, ledger=ledger, operator=operator, tested=tested,
        refreshed=refreshed,
    )
    operator.offer(False)
    bank.close()
