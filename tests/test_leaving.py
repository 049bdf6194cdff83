"""Going again: a real uninstallation, and a real neutralized copy."""

import subprocess

import pytest

from tests.legacy.books import fingerprint
from tools import demo
from tools.odoo import odoo_command
from tools.odoo_client import RemoteError
from tools.places import ADDONS, CONFIG

OURS = "name = ANY(ARRAY['{}'])".format("', '".join(ADDONS))
LEFTOVERS = f"""
    SELECT 'table ' || table_name FROM information_schema.tables
     WHERE table_name ~ '^(account_online|online_proxy)'
    UNION SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns
     WHERE column_name ~ '^(account_)?online_'
    UNION SELECT 'model ' || model FROM ir_model WHERE model ~ '^(account[.]online|online[.]proxy)'
    UNION SELECT 'id ' || module || '.' || name FROM ir_model_data
     WHERE module IN (SELECT name FROM ir_module_module WHERE {OURS}) AND module <> 'base'
    UNION SELECT 'parameter ' || key FROM ir_config_parameter WHERE key ~ '^account_online'
    UNION SELECT 'journal ' || code FROM account_journal
     WHERE bank_statements_source = 'online_sync'
"""  # noqa: S608 -- names of the project itself


@pytest.fixture
def synchronized(server):
    """A client, after a sandbox bank was connected and has filled a journal."""
    client = server.login()
    connection = demo.start_connection(client)
    demo.sign_in_at_bank(connection['connect_url'])
    link = connection['link_id']
    client.call('account.online.link', 'get_connection_status', [link])
    client.call('account.online.link', 'action_after_connection', [link])
    mapping = client.call('account.online.mapping', 'create', {'link_id': link})
    client.call('account.online.mapping', 'action_import', [mapping])
    client.call('account.online.link', 'action_fetch_transactions', [link])
    assert lines(server) > 0
    return client, link


def lines(server):
    return int(server.query('SELECT count(*) FROM account_bank_statement_line')[0])


def test_uninstalling_leaves_the_books_and_nothing_else_and_all_can_come_back(server, synchronized):
    client, _link = synchronized
    modules = client.call('ir.module.module', 'search', [('name', 'in', ADDONS)])
    before = fingerprint(server)
    client.call('ir.module.module', 'button_immediate_uninstall', modules)
    assert server.query(LEFTOVERS) == []
    assert fingerprint(server) == before
    client = server.login_anew()
    journals = client.call('account.journal', 'search_read', [], ['kanban_dashboard'])
    assert all(journal['kanban_dashboard'] for journal in journals)
    client.call('ir.module.module', 'button_immediate_install', modules)
    assert fingerprint(server) == before
    found = server.login_anew().call(
        'account.online.link', 'search_institutions', query=demo.BANK,
    )
    assert found['institutions'][0]['name'] == demo.BANK


def test_a_neutralized_copy_calls_no_bank_and_holds_no_key(server, synchronized):
    _client, link = synchronized
    server.stop()
    subprocess.run(
        [str(part) for part in odoo_command('neutralize', '-c', CONFIG, '-d', server.database)],
        check=True, capture_output=True, env=server.workshop.postgres.environment,
    )
    before = lines(server)
    keys = "SELECT tokens_encrypted FROM online_proxy_link WHERE tokens_encrypted IS NOT NULL"
    assert server.query(keys) == server.query('SELECT id FROM account_online_registration') == []
    server.start()
    client = server.login()
    try:
        answer = client.call('account.online.link', 'action_fetch_transactions', [link])
    except RemoteError as error:
        words = str(error)
    else:
        words = answer['params']['message']
    assert 'neutralized' in words
    assert lines(server) == before
