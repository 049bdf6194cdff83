"""A database and its proxy, each in a database and a process of its own, over HTTP."""

import pytest

from tools import demo

PROXY, BOOKS = 'account_online_synchronization_proxy', 'account_online_synchronization'
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
env['account.online.registration']._register('%(code)s')
env.cr.commit()
"""


@pytest.fixture
def proxy(workshop):
    """A running proxy without the addon that keeps books."""
    server = workshop.new_server(workshop.new_database((PROXY,)))
    server.start()
    yield server
    server.stop()
    workshop.drop(server.database)


@pytest.fixture
def books(workshop, proxy):
    """A running database that is registered at the proxy, and does not have it installed."""
    server = workshop.new_server(workshop.new_database((BOOKS,)), '--max-cron-threads=1')
    code = proxy.shell(ISSUE_CODE % {'url': proxy.url}).partition('CODE ')[2].split()[0]
    server.code = code
    server.shell(REGISTER % {'url': proxy.url, 'own': server.url, 'code': code})
    server.start()
    yield server
    server.stop()
    workshop.drop(server.database)


def connect(books):
    """Connect a sandbox bank as a user does; the link's id and where the user signed in."""
    odoo = books.login()
    connection = demo.start_connection(odoo)
    demo.sign_in_at_bank(connection['connect_url'])
    demo.import_transactions(odoo, connection['link_id'])
    return connection['link_id'], connection['connect_url']


def lines(books):
    """What the books hold of the bank."""
    return books.query(
        "SELECT concat(m.date, ' ', l.amount, ' ', l.online_transaction_identifier)"
        " FROM account_bank_statement_line l JOIN account_move m ON m.id = l.move_id ORDER BY 1"
    )


def test_a_bank_is_synchronized_through_a_proxy_elsewhere(proxy, books):
    link, _url = connect(books)
    first = lines(books)
    assert first
    assert len(set(first)) == len(first)
    books.login().call('account.online.link', 'action_fetch_transactions', [link])
    assert lines(books) == first
    assert proxy.query("SELECT name FROM online_proxy_client WHERE NOT coalesce(is_local, false)")


def test_no_secret_of_a_whole_run_is_found_in_the_proxys_backup_or_logs(proxy, books):
    _link, connect_url = connect(books)
    secret = books.query("SELECT secret FROM account_online_registration")[0]
    token = connect_url.rpartition('/')[2].partition('?')[0]
    dump, log = proxy.dump(), proxy.log_text()
    for hidden in (secret, books.code, token):
        assert hidden not in dump
        assert hidden not in log
    assert books.code not in books.dump()
    for hidden in (secret, books.code):
        assert hidden not in books.log_text()


def test_a_copied_database_is_told_to_reconnect(proxy, books):
    link, _url = connect(books)
    before = lines(books)
    books.shell(
        "env['ir.config_parameter'].set_param('database.uuid',"
        " '11111111-2222-4333-8444-555555555555')\nenv.cr.commit()\n"
    )
    books.stop()
    books.start()
    odoo = books.login()
    odoo.call('account.online.link', 'action_fetch_transactions', [link])
    assert odoo.call('account.online.link', 'read', [link], ['state'])[0]['state'] == 'disconnected'
    assert lines(books) == before
