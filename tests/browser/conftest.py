"""A real browser on a real server, whose sandbox banks can be connected."""

import pytest

from tests.browser.visitor import Visitor
from tools.places import LOGS

DESKTOP, PHONE = 1400, 390
BLOCK = """
    UPDATE online_proxy_client SET state = 'blocked', reason = 'Very many banks were connected.'
     WHERE is_local RETURNING id
"""
LET_IN = "UPDATE online_proxy_client SET state = 'active' WHERE is_local RETURNING id"

PEOPLE = """
from odoo import Command
company = env.company
company.name = "Meadow & Sons"
company.country_id = env.ref('base.be')
env.ref('base.EUR').active = True
company.currency_id = env.ref('base.EUR')
env['res.lang']._activate_lang('zh_CN')
env['ir.module.module'].search(
    [('name', 'like', 'account_online_synchronization')],
)._update_translations('zh_CN')
env['res.lang']._activate_lang('ar_001')
for login, name, group, lang in (
    ('advisor', "Ada Visor", 'account.group_account_manager', 'en_US'),
    ('wei', "Li Wei", 'account.group_account_manager', 'zh_CN'),
    ('keeper', "Bo Keeper", 'account.group_account_basic', 'en_US'),
    ('billing', "Bill Ing", 'account.group_account_invoice', 'en_US'),
):
    env['res.users'].with_context(no_reset_password=True).create({
        'login': login, 'password': login, 'name': name, 'email': f'{login}@example.com',
        'group_ids': [Command.set(env.ref(group).ids)], 'tz': 'Europe/Brussels', 'lang': lang,
    })
env['res.users'].search([]).odoobot_state = 'disabled'
env.cr.commit()
"""


@pytest.fixture(scope='session')
def site(workshop):
    """A server with a company, four people and scheduled actions that run by themselves."""
    database = workshop.new_database_with_pages()
    server = workshop.new_server(database, '--max-cron-threads=1')
    server.shell(PEOPLE)
    server.start()
    yield server
    server.stop()
    workshop.drop(database)


@pytest.fixture(scope='session')
def signed_in(chromium, site):
    """Windows in which somebody has signed in: that, and loading the web client, takes long."""
    visitors = {}
    yield visitors
    for visitor in visitors.values():
        visitor.context.close()


@pytest.fixture
def visit(chromium, site, signed_in, request):
    """Opens the web client as somebody: ``visit('advisor', width=390)``.

    What the windows showed at the end of a test is kept beside the server's log.
    """
    visitors = {}

    def enter(login='advisor', **options):
        who = (login, *sorted(options.items()))
        visitor = signed_in.pop(who, None) or Visitor(chromium, site, login, **options)
        visitors[visitor] = who
        return visitor

    yield enter
    for number, (visitor, who) in enumerate(visitors.items(), 1):
        visitor.rest(LOGS / f'{request.node.name}-{number}')
        if signed_in.setdefault(who, visitor) is not visitor:
            visitor.context.close()


@pytest.fixture
def asks_for_phone(site):
    """The proxy asks everybody for a phone number, and has forgotten those it knew."""
    site.query("UPDATE online_proxy_client SET phone_verified_at = NULL RETURNING id")
    site.query("DELETE FROM online_proxy_code RETURNING id")
    policy = ('ir.config_parameter', 'set_param', 'account_online_proxy.phone_policy')
    site.login().call(*policy, 'always')
    yield
    site.login().call(*policy, 'others')
