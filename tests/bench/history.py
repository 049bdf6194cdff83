"""What ten new transactions cost on top of a history of a thousand lines, or of a million.

What a synchronization has to compare with is what came in the days around it. So the account is
equally busy everywhere, and the shortest history holds as many days as are looked at.

Once more where the past could be read again and again: while bank and books differ each time by
another amount, and in a journal without statements, whose balance is the sum of all its lines.
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
COSTS = {'seconds': "clock", 'cpu_seconds': "processor time", 'rows_read': "rows read"}
# What is done to the history before, and how it is synchronized then.
CASES = {
    'differing': ("bank and books differ", 'let_balances_never_fit', {'unlike': True}),
    'without_statements': ("no statements", 'remove_statements', {}),
}


def measure(ground):
    """What each synchronization cost.

    :return: {'repetitions': {lines: [{'seconds', 'cpu_seconds', 'rows_read'} of one]}, 'cases':
        {case: the same for the shortest and the longest history}, 'queries': ...}.
    """
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
                    found['repetitions'][str(size)].append(_cost(stage, banks))
        with step(f"Explaining the queries after {sizes[-1]} lines"):
            [found['queries']] = stages[sizes[-1]].run('history.explain', proxy_url=banks.url)
        ends = {size: stages[size] for size in (sizes[0], sizes[-1])}
        found['cases'] = {case: _measure_case(ground, banks, ends, case) for case in CASES}
    return found


def _measure_case(ground, banks, stages, case):
    name, preparation, options = CASES[case]
    with step(f"Preparing: {name}"):
        for stage in stages.values():
            stage.run(f'history.{preparation}')
            ground.server.query("VACUUM ANALYZE", stage.database)
    with step(f"{ground.repetitions} times {TIMES} synchronizations: {name}"):
        return {
            str(size): [_cost(stage, banks, **options) for _number in range(ground.repetitions)]
            for size, stage in stages.items()
        }


def _cost(stage, banks, **options):
    """What a synchronization costs, as the median of some."""
    costs = stage.run('history.synchronize', proxy_url=banks.url, times=TIMES, **options)
    return {name: statistics.median(cost[name] for cost in costs) for name in COSTS}


def figures(found):
    by_size = found['repetitions']
    shortest, longest = min(by_size, key=int), max(by_size, key=int)
    for size in (shortest, longest):
        yield Figure(
            f"10 new transactions after {size} lines",
            [1000 * one['seconds'] for one in by_size[size]], "ms", '.0f',
        )
    for title, costs in (
        ("", by_size), *((f", {CASES[case][0]}", costs) for case, costs in found['cases'].items()),
    ):
        for cost, name in COSTS.items():
            yield Figure(
                f"{longest} lines against {shortest}{title}, {name}",
                ratios(*([one[cost] for one in costs[size]] for size in (longest, shortest))),
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
