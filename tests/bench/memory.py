"""How much memory the first import of a long history takes, on top of the idle server."""
from tools.console import Problem, step

from .banks import open_banks
from .figures import Chart, Figure, Part
from .stage import BOOKS

SIZES = (1_000, 10_000, 30_000, 100_000)
DAYS = 730  # of history
MOST = 300  # MB


def measure(ground):
    """:return: {'imports': [{'booked', 'idle_mb', 'peak_mb', 'seconds', 'runs'}]}."""
    found = []
    with open_banks() as banks, ground.stage('memory', BOOKS) as stage:
        stage.run('memory.prepare', proxy_url=banks.url)
        for number, size in enumerate(map(ground.size, SIZES), start=1):
            banks.set(new=size, days=DAYS)
            with step(f"First import of {size} transactions"):
                [result] = stage.run('memory.first_import', proxy_url=banks.url, number=number)
            if result['booked'] != size:
                raise Problem(f"{result['booked']} of {size} transactions were booked")
            found.append(result)
    return {'imports': found}


def figures(found):
    for result in found['imports']:
        yield Figure(
            f"peak over the idle server, {result['booked']} transactions",
            [_added(result)], "MB", '.0f', at_most=MOST,
        )
    last = found['imports'][-1]
    yield Figure(
        f"first import of {last['booked']} transactions, from the bank to the books",
        [last['booked'] / last['seconds']], "transactions/s", '.0f',
    )


def charts(found):
    yield Chart(
        "Memory of a first import", "transactions", "MB over the idle server",
        {"this project": [(one['booked'], _added(one)) for one in found['imports']]},
    )


def _added(result):
    return result['peak_mb'] - result['idle_mb']


MEMORY = Part('memory', "Memory", measure, figures, charts)
