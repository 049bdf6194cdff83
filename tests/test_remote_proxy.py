"""A database and its proxy, each in a database and a process of its own, over HTTP."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools import demo

sys.path.insert(0, str(Path(__file__).parents[1] / 'account_online_synchronization'))
from proxy_client import HttpsTransport, ProxyClient
from proxy_client.signing import Credentials

BOOKS = 'account_online_synchronization'
ISSUE_CODE = """
subscription = env['online.proxy.subscription'].create({'name': "Customer"})
print('CODE', subscription._issue_code())
env['ir.config_parameter'].set_param('web.base.url', '%(url)s')
env.cr.commit()
"""
REGISTER = """
env['ir.config_parameter'].set_param('account_online_synchronization.proxy_url', '%(url)s')
env['ir.config_parameter'].set_param('web.base.url', '%(own)s')
env.company.email = 'books@customer.example'
env['account.online.registration']._register_database('%(code)s')
env.cr.commit()
"""


@pytest.fixture(scope='module')
def code(proxy):
    """A subscription code of the proxy."""
    return proxy.shell(ISSUE_CODE % {'url': proxy.url}).partition('CODE ')[2].split()[0]


@pytest.fixture(scope='module')
def books(workshop, proxy, code):
    """A running database that is registered at the proxy, and does not have it installed."""
    server = workshop.new_server(workshop.new_database((BOOKS,)), '--max-cron-threads=1')
    server.shell(REGISTER % {'url': proxy.url, 'own': server.url, 'code': code})
    server.start()
    yield server
    server.stop()
    workshop.drop(server.database)


@pytest.fixture(scope='module')
def connection(books):
    """A sandbox bank, connected as a user does, with its first transactions."""
    odoo = books.login()
    connection = demo.start_connection(odoo)
    browser = demo.sign_in_at_bank(connection['connect_url'])
    demo.import_transactions(odoo, connection['link_id'])
    [cookie] = browser.session.cookies
    return {**connection, 'cookie': cookie.value}


def lines(books):
    """What the books hold of the bank."""
    return books.query(
        "SELECT concat(m.date, ' ', l.amount, ' ', l.online_transaction_identifier)"
        " FROM account_bank_statement_line l JOIN account_move m ON m.id = l.move_id ORDER BY 1"
    )


def test_a_bank_is_synchronized_through_a_proxy_elsewhere(books, connection):
    first = lines(books)
    assert first
    assert len(set(first)) == len(first)
    odoo = books.login()
    odoo.call('account.online.link', 'action_fetch_transactions', [connection['link_id']])
    assert lines(books) == first


def test_many_requests_at_once_are_all_answered(proxy, books):
    [row] = books.query(
        "SELECT concat_ws(' ', client_identifier, secret, database_uuid)"
        " FROM account_online_registration"
    )
    client = ProxyClient(HttpsTransport(proxy.url, Credentials(*row.split())))
    for _time in range(3):  # each first request of a while notes that the client was there
        proxy.query("UPDATE online_proxy_client SET last_seen = NULL RETURNING id")
        with ThreadPoolExecutor(16) as hands:
            answers = list(hands.map(lambda _number: client.institution_count(), range(32)))
        assert len({answer['count'] for answer in answers}) == 1


def test_no_secret_of_a_whole_run_is_found_in_backups_or_logs(proxy, code, books, connection):
    secret = books.query("SELECT secret FROM account_online_registration")[0]
    token = connection['connect_url'].rpartition('/')[2].partition('?')[0]
    dump, log = proxy.dump(), proxy.log_text()
    for hidden in (secret, code, token, connection['cookie']):
        assert hidden not in dump
        assert hidden not in log
    assert code not in books.dump()
    for hidden in (secret, code):
        assert hidden not in books.log_text()


def test_a_copied_database_is_told_to_reconnect(books, connection):
    before = lines(books)
    books.stop()
    books.shell(
        "env['ir.config_parameter'].set_param('database.uuid',"
        " '11111111-2222-4333-8444-555555555555')\nenv.cr.commit()\n"
    )
    books.start()
    odoo = books.login()
    link = connection['link_id']
    odoo.call('account.online.link', 'action_fetch_transactions', [link])
    assert odoo.call('account.online.link', 'read', [link], ['state'])[0]['state'] == 'disconnected'
    assert lines(books) == before
