"""Makes links to slow banks, and synchronizes those that are due."""
import time

from . import tell
from .links import make_links, register


def prepare(env, proxy_url, links):
    register(env, proxy_url)
    make_links(env, proxy_url, range(links))
    env.cr.commit()


def make_due(env):
    env.cr.execute("UPDATE account_online_link SET next_refresh = now() - interval '1 hour'")
    env.cr.commit()


def work(env, start):
    """Say that all is loaded, wait for the start, work until nothing is due."""
    links = env['account.online.link']
    tell("ready")
    with open(start):  # a pipe in the file system: opens when the bench does so
        pass
    began, used = time.perf_counter(), time.process_time()
    while before := links.search_count(links._due_domain()):
        links._cron_help_synchronizing()
        env.cr.commit()
        if links.search_count(links._due_domain()) == before:
            time.sleep(0.05)
    tell({'seconds': time.perf_counter() - began, 'cpu': time.process_time() - used})
