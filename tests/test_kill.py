"""The server dies in the middle of a long import: nothing is lost, nothing is doubled."""

import threading
import time

import pytest
import requests

from tools import demo

LINES = """
    SELECT count(*) FROM account_bank_statement_line line
      JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
"""
PATIENCE = 240  # seconds


@pytest.fixture
def connected(server, monkeypatch):
    """A client and a connection to the bank with ten thousand transactions, not yet fetched."""
    monkeypatch.setattr(demo, 'BANK', "Sandbox Bank – ten thousand transactions")
    client = server.login()
    connection = demo.start_connection(client)
    demo.sign_in_at_bank(connection['connect_url'])
    link = connection['link_id']
    client.call('account.online.link', 'get_connection_status', [link])
    mapping = client.call('account.online.mapping', 'create', {'link_id': link})
    client.call('account.online.mapping', 'action_import', [mapping])
    return link


def test_t13_a_kill_in_the_middle_loses_and_doubles_nothing(server, connected):
    threading.Thread(target=_fetch_until_the_line_breaks, args=(server, connected)).start()
    _wait_for(lambda: _number(server, LINES) > 0)
    server.kill()
    survived = _number(server, LINES)
    server.start()
    client = server.login()
    _wait_for(lambda: _fetch(client, connected) == 'done')
    runs = client.call(
        'account.online.run', 'search_read', [('link_id', '=', connected)],
        ['received_count', 'pending_count', 'review_count', 'quarantined_count'],
    )
    booked = max(run['received_count'] - run['pending_count'] for run in runs)
    assert 0 < survived < booked, "The kill has to come in the middle."
    assert _number(server, LINES) == booked
    assert _number(server, f"{LINES} WHERE line.online_transaction_id IS NULL") == 0
    assert not any(run['review_count'] + run['quarantined_count'] for run in runs)
    (account,) = client.call(
        'account.online.account', 'search_read', [('account_online_link_id', '=', connected)],
        ['balance_difference'],
    )
    assert account['balance_difference'] == 0


def _fetch_until_the_line_breaks(server, link):
    try:
        _fetch(server.login_anew(), link)
    except requests.RequestException:
        return


def _fetch(client, link):
    """Fetch once; how the synchronization ended."""
    client.call('account.online.link', 'action_fetch_transactions', [link])
    (run,) = client.call(
        'account.online.run', 'search_read', [('link_id', '=', link)], ['state'], limit=1,
    )
    return run['state']


def _number(server, statement):
    return int(server.query(statement)[0])


def _wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "It takes too long."
        time.sleep(0.1)
