"""Connects a bank of the sandbox to a journal, through the very steps that a user takes.

Runs in the virtual environment, against a running server: `python -m tools.demo URL DATABASE`.
"""

import sys
import time

from tools.odoo_client import Client
from tools.pages import Browser

BANK = 'Sandbox Bank'
PAGES = 10  # more than any bank of the sandbox has
SECONDS = 180


def main(url, database):
    """Connect the bank and wait for the first transactions; says what came."""
    odoo = Client(url, database)
    connection = start_connection(odoo)
    sign_in_at_bank(connection['connect_url'])
    import_transactions(odoo, connection['link_id'])
    begin_at_the_dashboard(odoo)


def start_connection(odoo):
    """Search the bank and begin; returns where the user signs in."""
    found = odoo.call('account.online.link', 'search_institutions', query=BANK)['institutions']
    bank = next(bank for bank in found if bank['name'] == BANK)
    journals = odoo.call('account.journal', 'search', [('type', '=', 'bank')], limit=1)
    return odoo.call(
        'account.online.link', 'start_connection', bank['id'], journal_id=journals[0],
    )


def sign_in_at_bank(connect_url):
    """Agree, sign in at the bank's own pages, and come back; the browser, with its cookies."""
    browser = Browser().open(connect_url)
    for _page in range(PAGES):
        result = browser.attribute('data-result')
        if result:
            break
        browser.press_main_button()
    if result != 'connected':
        sys.exit(f"the bank's pages ended with {result or 'no result'} at {browser.url}")
    return browser


def import_transactions(odoo, link):
    """Choose journals as proposed, and wait until the scheduled action has imported."""
    status = odoo.call('account.online.link', 'get_connection_status', [link])
    if status['status'] != 'connected':
        sys.exit(f"the connection is {status['status']}: {status['message']}")
    odoo.call('account.online.link', 'action_after_connection', [link])
    mapping = odoo.call('account.online.mapping', 'create', {'link_id': link})
    odoo.call('account.online.mapping', 'action_import', [mapping])
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        runs = odoo.call(
            'account.online.run', 'search_read', [('link_id', '=', link)], ['state', 'error_code'],
        )
        states = {run['state'] for run in runs}
        if states and 'running' not in states:
            break
        time.sleep(0.5)
    lines = odoo.call('account.bank.statement.line', 'search_count', [])
    if not lines:
        sys.exit(f"no transaction came within {SECONDS} s; the runs were {runs}")
    print(f"{lines} transactions imported from {BANK}")


def begin_at_the_dashboard(odoo):
    """Whoever signs in next sees first what this is about."""
    [dashboard] = odoo.call(
        'ir.model.data', 'search_read',
        [('module', '=', 'account'), ('name', '=', 'open_account_journal_dashboard_kanban')],
        ['res_id'],
    )
    odoo.call('res.users', 'write', odoo.user['uid'], {'action_id': dashboard['res_id']})


if __name__ == '__main__':
    main(*sys.argv[1:])
