"""Many links to slow banks, synchronized by one, two and four processes.

For each number of processes the same work is done twice: with banks that answer at once (what
the machine needs by itself) and with slow ones. The second should cost little more than the
larger of the first and of the waiting that 32 calls at a time leave over.
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import requests

from tools.console import Problem, run_step, say
from tools.odoo import TEMPLATE, addons_path, clone_database, odoo_command
from tools.places import PYTHON, ROOT, STATE

DATABASE = 'bench_fanout'
LATENCY = 0.3  # seconds for each call
CALLS = 2  # of each link: refresh, one page
LINES = 32  # calls at the same time in one process
PROCESSES = (1, 2, 4)
FOLDER = Path(__file__).parent


def measure(odoo, server, links=500):
    """:return: [{'processes', 'links', 'without_latency', 'seconds', 'bound', 'ratio'}]."""
    port = _free_port()
    workers = Workers(odoo, server, f'http://127.0.0.1:{port}')
    with _slow_proxy(port):
        workers.install()
        try:
            workers.run('prepare', links=links)
            workers.race(1)  # the first import of each link makes its first statement
            return [_compare(workers, processes, links) for processes in PROCESSES]
        finally:
            server.drop(DATABASE)


def _compare(workers, processes, links):
    at_once = workers.race(processes)
    workers.set_latency(LATENCY)
    slow = workers.race(processes)
    workers.set_latency(0)
    bound = max(at_once, links * CALLS * LATENCY / (LINES * processes))
    return {
        'processes': processes, 'links': links, 'without_latency': round(at_once, 2),
        'seconds': round(slow, 2), 'bound': round(bound, 2), 'ratio': round(slow / bound, 2),
    }


def table(results):
    """Lines of text."""
    return [
        (f"{'Slow banks':24}{'links':>8}{'no latency':>14}{'0.3 s a call':>14}"
        f"{'bound':>10}{'ratio':>8}"),
        *(
            f"{each['processes']} process(es)".ljust(24)
            + f"{each['links']:>8}{each['without_latency']:>12.1f} s{each['seconds']:>12.1f} s"
            f"{each['bound']:>8.1f} s{each['ratio']:>8.2f}"
            for each in results
        ),
    ]


class Workers:
    """Processes that synchronize one database."""

    def __init__(self, odoo, server, proxy_url):
        self.odoo = odoo
        self.server = server
        self.proxy_url = proxy_url

    def install(self):
        clone_database(self.server, TEMPLATE, DATABASE)
        run_step(
            "Installing the bank synchronization",
            odoo_command(*self._switches(), '-i', 'account_online_synchronization',
                         '--stop-after-init'),
            'bench-fanout', cwd=STATE, env=self.server.environment,
        )

    def set_latency(self, seconds):
        requests.post(f'{self.proxy_url}/latency', json={'seconds': seconds}, timeout=10)

    def run(self, task, **options):
        with self._start(task, **options) as process:
            process.communicate()
            if process.returncode:
                raise Problem(f"{task} failed; see {self._log}")

    def race(self, processes):
        """Seconds until nothing is due."""
        self.run('make_due')
        with tempfile.TemporaryDirectory() as folder:
            start = Path(folder, 'start')
            os.mkfifo(start)
            running = [self._start('work', start=str(start)) for _number in range(processes)]
            for process in running:
                _answer(process)
            with open(start, 'w'):
                began = time.perf_counter()
                time.sleep(0.1)  # until all have opened their end
            for process in running:
                _answer(process)
            seconds = time.perf_counter() - began
            for process in running:
                process.communicate()
        return seconds

    def _start(self, task, **options):
        return subprocess.Popen(
            odoo_command('shell', *self._switches(), '--log-level=warn'),
            stdin=(FOLDER / 'fanout_worker.py').open(), stdout=subprocess.PIPE, text=True,
            stderr=self._log.open('a'), cwd=STATE,
            env={**self.server.environment, 'BENCH': json.dumps({
                'task': task, 'proxy_url': self.proxy_url, **options,
            })},
        )

    @property
    def _log(self):
        return STATE / 'log' / 'bench-fanout-workers.log'

    def _switches(self):
        return (
            '-d', DATABASE, '--no-http', '--max-cron-threads=0',
            f'--addons-path={addons_path(self.odoo, ROOT)}',
        )


def _answer(process):
    for line in process.stdout:
        if line.startswith('BENCH '):
            return json.loads(line.removeprefix('BENCH '))
    raise Problem("A worker ended before it was done")


@contextmanager
def _slow_proxy(port):
    process = subprocess.Popen([PYTHON, FOLDER / 'slow_proxy.py', str(port)])
    try:
        for _attempt in range(100):
            with socket.socket() as probe:
                if not probe.connect_ex(('127.0.0.1', port)):
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


if __name__ == '__main__':
    from tools.odoo_source import find_odoo
    from tools.postgres import running

    with running() as the_server:
        say("\n".join(table(measure(find_odoo(), the_server, *map(int, sys.argv[1:])))))
