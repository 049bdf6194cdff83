"""Many links to slow banks, synchronized by one, two and four processes on one PostgreSQL.

For each number of processes the same work is done twice: with banks that answer at once (what
the machine needs by itself) and with slow ones. The second should cost little more than the
larger of the first and of the waiting that 32 calls at a time leave over.
"""
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from tools.console import step

from .banks import open_banks
from .figures import Chart, Figure, Part, ratios
from .stage import BOOKS, hear

LINKS = 500
LATENCY = 0.3  # seconds for each call
CALLS = 2  # of each link: refresh, one page
LINES = 32  # calls at the same time in one process
PROCESSES = (1, 2, 4)
WANTED = 1.25  # times the bound


def measure(ground):
    """:return: {'links', 'processes': {number: [{'at_once', 'slow', 'bound'} in seconds]}}."""
    links = ground.size(LINKS)
    found = {'links': links, 'cores': os.cpu_count(), 'processes': {}}
    with open_banks() as banks, ground.stage('fanout', BOOKS) as stage:
        with step(f"Making {links} links"):
            stage.run('fanout.prepare', proxy_url=banks.url, links=links)
            _race(stage, 1)  # the first import of each link makes its first statement
        for _number in range(ground.repetitions):
            for processes in PROCESSES:
                with step(f"{links} links to slow banks, {processes} process(es)"):
                    result = _compare(stage, banks, processes, links)
                    found['processes'].setdefault(str(processes), []).append(result)
    return found


def _compare(stage, banks, processes, links):
    at_once = _race(stage, processes)
    banks.set(latency=LATENCY)
    slow = _race(stage, processes)
    banks.set(latency=0)
    return {
        'at_once': at_once, 'slow': slow,
        'bound': max(at_once, links * CALLS * LATENCY / (LINES * processes)),
    }


def _race(stage, processes):
    """Seconds until nothing is due."""
    stage.run('fanout.make_due')
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder, 'start')
        os.mkfifo(start)
        running = [stage.start('fanout.work', start=str(start)) for _number in range(processes)]
        for process in running:
            hear(process)
        with open(start, 'w'):
            began = time.perf_counter()
            time.sleep(0.1)  # until all have opened their end
        for process in running:
            hear(process)
        seconds = time.perf_counter() - began
        for process in running:
            process.communicate()
    return seconds


def figures(found):
    alone = _of(found['processes']['1'], 'slow')
    for processes, results in found['processes'].items():
        slow, bound = _of(results, 'slow'), _of(results, 'bound')
        yield Figure(
            f"{found['links']} links, {LATENCY} s a call, {processes} process(es)", slow, "s")
        yield Figure(
            "  against the larger of no latency and latency/32", ratios(slow, bound), "times",
            '.2f', at_most=WANTED)
        if processes != '1':
            yield Figure("  as fast as one process", ratios(alone, slow), "times", '.2f')


def charts(found):
    yield Chart(
        f"{found['links']} links to slow banks, {found['cores']} cores", "processes", "seconds",
        {
            title: [(int(processes), median(_of(results, name)))
                    for processes, results in found['processes'].items()]
            for name, title in (('slow', "0.3 s a call"), ('at_once', "no latency"))
        },
        logarithmic=False,
    )


def _of(results, name):
    return [result[name] for result in results]


FANOUT = Part('fanout', "Many links at once", measure, figures, charts)
