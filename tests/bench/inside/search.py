"""Fills the proxy with institutions, and searches as many users do."""
import time
from unittest.mock import patch

from odoo.addons.account_online_synchronization_proxy.providers import registry
from odoo.addons.account_online_synchronization_proxy.services import (
    abuse,
    catalogue,
    institutions,
)
from odoo.addons.account_online_synchronization_proxy.services.call import Call
from odoo.addons.account_online_synchronization_proxy.services.events import EventLog

from . import stopwatch, tell
from .catalogue import make_institutions, make_queries

PROVIDER = 'sandbox'
WARM_UP = 100  # queries: a proxy that people search has its catalogue at hand
URL = 'account_online_synchronization.proxy_url'


def fill(env, count):
    """Read the institutions as the scheduled action does; tell how long that took."""
    provider = env['online.proxy.provider'].search([('code', '=', PROVIDER)])
    provider.enabled = True
    call = Call(env=env, events=EventLog(env, 'job', 'bench'), base_url='http://127.0.0.1')
    offered = patch.object(
        registry.get(PROVIDER), 'institutions', lambda _provider: make_institutions(count))
    with offered, stopwatch(env) as watch:
        catalogue.refresh(call, provider)
    env.cr.commit()
    tell({
        'institutions': env['online.proxy.institution'].search_count([('offered', '=', True)]),
        'seconds': watch.seconds,
    })


def issue_code(env):
    """A subscription for one database that searches as much as many together."""
    env['ir.config_parameter'].set_param(abuse.RATE_PARAMETER, 100_000)
    code = env['online.proxy.subscription'].create({'name': "Bench"})._issue_code()
    env.cr.commit()
    tell(code)


def over_http(env, url, code, count, queries):
    """Register at the proxy's server, which is this database's own, and search there."""
    env['ir.config_parameter'].set_param(URL, url)
    env.company.email = 'bench@example.com'
    registrations = env['account.online.registration']
    if not registrations.search([('proxy_url', '=', url)]):
        registrations._register_database(code)
    env.cr.commit()
    client = registrations._client()
    _search(lambda query: client.institutions(**query), count, queries)


def in_process(env, count, queries):
    env['ir.config_parameter'].set_param(URL, False)
    env.cr.commit()
    client = env['account.online.registration']._client()
    _search(lambda query: client.institutions(**query), count, queries)


def in_database(env, count, queries):
    """What of a search is finding and ordering, without the protocol around it."""
    look_for, spent = institutions.look_for, []

    def timed(*args):
        began = time.perf_counter()
        try:
            return look_for(*args)
        finally:
            spent.append(time.perf_counter() - began)

    call = Call(env=env, events=EventLog(env, 'request', 'bench'), base_url='http://127.0.0.1')

    def search(query):
        spent.clear()
        call.query = query
        institutions.search(call)
        return sum(spent)

    with patch.object(institutions, 'look_for', timed):
        _search(search, count, queries, measured=lambda _seconds, told: told)


def _search(search, count, queries, measured=lambda seconds, _told: seconds):
    """Tell the seconds of each query."""
    known = list(make_institutions(count))
    times = []
    for query in make_queries(known, queries + WARM_UP):
        began = time.perf_counter()
        told = search(query)
        times.append(measured(time.perf_counter() - began, told))
    tell(times[WARM_UP:])
