"""Makes links to banks that are slow, or synchronizes those that are due.

Read by `odoo shell` from its standard input. `BENCH` holds {'task', 'links', 'proxy_url'}.
"""
import json
import os
import sys
import time

BENCH = json.loads(os.environ['BENCH'])
env = env  # noqa: F821, PLW0127 of the shell


def prepare():
    """Links that know nothing yet, each with one account that feeds a journal of its own."""
    env['ir.config_parameter'].set_param(
        'account_online_synchronization.proxy_url', BENCH['proxy_url'])
    registrations = env['account.online.registration'].sudo()
    registrations.create({
        'proxy_url': BENCH['proxy_url'], 'client_identifier': 'bench', 'secret': 'bench',
        'database_uuid': registrations._database_uuid(),
    })
    currency = env.ref('base.USD')
    for number in range(BENCH['links']):
        link = env['account.online.link'].create({
            'name': f"Bank {number}", 'client_id': f'link-{number}', 'state': 'connected',
            'proxy_url': BENCH['proxy_url'],
        })
        account = env['account.online.account'].create({
            'name': f"Account {number}", 'online_identifier': f'account-{number}',
            'identity': f'identity-{number}', 'account_online_link_id': link.id,
            'company_id': env.company.id, 'currency_id': currency.id, 'currency_code': 'USD',
        })
        account._link_to_journal(env['account.journal'].create({
            'name': f"Bank {number}", 'type': 'bank', 'code': f'B{number:04}',
            'currency_id': currency.id if env.company.currency_id != currency else False,
        }))
    env.cr.commit()


def make_due():
    env.cr.execute("UPDATE account_online_link SET next_refresh = now() - interval '1 hour'")
    env.cr.commit()


def work():
    """Say that all is loaded, wait for the start, work until nothing is due."""
    links = env['account.online.link']
    print('BENCH "ready"', flush=True)
    with open(BENCH['start']):  # a pipe in the file system: opens when the bench does so
        pass
    began, used = time.perf_counter(), time.process_time()
    while links.search_count(links._due_domain(), limit=1):
        before = links.search_count(links._due_domain())
        links._cron_help_synchronizing()
        env.cr.commit()
        if links.search_count(links._due_domain()) == before:
            time.sleep(0.05)
    print('BENCH ' + json.dumps({
        'seconds': time.perf_counter() - began, 'cpu': time.process_time() - used,
    }), flush=True)


{'prepare': prepare, 'make_due': make_due, 'work': work}[BENCH['task']]()
sys.stdout.flush()
