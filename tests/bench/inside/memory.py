"""A first import of many transactions, watched from the operating system's side."""
import gc
import time
from pathlib import Path

from odoo import fields

from . import tell
from .links import make_link, register

STATUS = Path('/proc/self/status')


def prepare(env, proxy_url):
    register(env, proxy_url)
    make_link(env, proxy_url, 0)
    env.cr.commit()
    _synchronize(env)  # statements, names and plans are warm as in a server that has run for long


def first_import(env, proxy_url, number):
    """One further link, until all that its bank has to say is in the books."""
    links = env['account.online.link']
    links._cron_synchronize()  # nothing is due; what a scheduled action needs is loaded
    link = make_link(env, proxy_url, number)
    link.next_refresh = fields.Datetime.now()
    env.cr.commit()
    gc.collect()
    idle = _resident()['VmRSS']
    Path('/proc/self/clear_refs').write_text('5')  # the peak counts from now on
    began = time.perf_counter()
    runs = _synchronize(env)
    seconds = time.perf_counter() - began
    booked = env['account.bank.statement.line'].search_count(
        [('journal_id', '=', link.account_ids.journal_id.id)])
    tell({
        'booked': booked, 'idle_mb': idle, 'peak_mb': _resident()['VmHWM'], 'seconds': seconds,
        'runs': runs,
    })


def _synchronize(env):
    """As the scheduled action does, until nothing is due; returns how often it had to come back."""
    links = env['account.online.link']
    runs = 0
    while links.search_count(links._due_domain(), limit=1):
        links._cron_synchronize()
        env.cr.commit()
        runs += 1
    return runs


def _resident():
    """What this process holds and has held in memory, in MB."""
    lines = (line.split() for line in STATUS.read_text().splitlines() if line.startswith('Vm'))
    return {name.rstrip(':'): int(size) / 1024 for name, size, _unit in lines}
