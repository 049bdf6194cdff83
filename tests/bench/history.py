"""What ten new transactions cost on top of a history of a thousand lines, or of a million.

What a synchronization has to compare with is what came in the days around it. So the account is
equally busy everywhere, and the shortest history holds as many days as are looked at.
"""
import statistics
from contextlib import ExitStack

from tools.console import step

from .banks import open_banks
from .figures import Chart, Figure, Part, ratios
from .stage import BOOKS

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DAYS = 10  # of the shortest history
TIMES = 10  # synchronizations in each repetition
WANTED = 1.3  # times the cost in the shortest journal
CLOCKS = {'seconds': "clock", 'cpu_seconds': "processor time"}


def measure(ground):
    """:return: {'repetitions': {lines: [{'seconds', 'cpu_seconds'} of one synchronization]}}."""
    sizes = sorted({ground.size(size, least=100) for size in SIZES})
    found = {'repetitions': {str(size): [] for size in sizes}}
    with open_banks() as banks, ExitStack() as stack:
        short = stack.enter_context(ground.stage('history', BOOKS))
        short.run('history.prepare', proxy_url=banks.url)
        stages = {size: stack.enter_context(short.copy(f'history_{size}')) for size in sizes}
        for size, stage in stages.items():
            with step(f"Writing a history of {size} lines"):
                stage.run('history.lengthen', lines=size, a_day=sizes[0] // DAYS)
                ground.server.query("VACUUM ANALYZE", stage.database)
        for number in range(1, ground.repetitions + 1):
            with step(f"Repetition {number}: {TIMES} synchronizations after each history"):
                for size, stage in stages.items():
                    costs = stage.run('history.synchronize', proxy_url=banks.url, times=TIMES)
                    found['repetitions'][str(size)].append({
                        clock: statistics.median(cost[clock] for cost in costs) for clock in CLOCKS
                    })
        with step(f"Explaining the queries after {sizes[-1]} lines"):
            [found['queries']] = stages[sizes[-1]].run('history.explain', proxy_url=banks.url)
    return found


def figures(found):
    by_size = found['repetitions']
    shortest, longest = min(by_size, key=int), max(by_size, key=int)
    for size in (shortest, longest):
        yield Figure(
            f"10 new transactions after {size} lines",
            [1000 * one['seconds'] for one in by_size[size]], "ms", '.0f',
        )
    for clock, name in CLOCKS.items():
        yield Figure(
            f"{longest} lines against {shortest}, {name}",
            ratios(*([one[clock] for one in by_size[size]] for size in (longest, shortest))),
            "times", '.2f', at_most=WANTED,
        )
    queries = found['queries']
    yield Figure(
        f"of {queries['statements']} statements after {longest} lines, that read a table whole",
        [len(queries['whole_readings'])], "", '.0f', at_most=0,
    )


def charts(found):
    yield Chart(
        "Synchronizing 10 new transactions", "lines in the journal", "seconds",
        {"this project": [
            (int(size), statistics.median(one['seconds'] for one in costs))
            for size, costs in found['repetitions'].items()
        ]},
    )


HISTORY = Part('history', "Steady state", measure, figures, charts)
