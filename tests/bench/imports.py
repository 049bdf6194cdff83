"""Imports side by side: Odoo's own create, OCA's import and this project.

All take part in every repetition, one after the other on the same machine. Odoo and OCA do the same
for every line, so a repetition gives them a part of the lines. How the cost grows with the number
of transactions is a part of its own, in which all import the whole.
"""
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.console import run_step, step
from tools.places import PYTHON, ROOT, STATE

from .figures import Chart, Figure, Part, ratios
from .stage import BOOKS

OCA_FOLDER = STATE / 'oca'
OCA_ADDONS = OCA_FOLDER / 'odoo' / 'addons'
OCA_PACKAGES = (
    'odoo-addon-account_statement_base==19.0.1.0.1',
    'odoo-addon-account_statement_import_base==19.0.1.0.0.8',
    'odoo-addon-account_statement_import_online==19.0.1.0.3',
)
WHOLE = 10_000
PART = 2_000  # of a repetition, for whoever is slow
SLOW_SIZES = (250, 1_000, 4_000, WHOLE)
FAST_SIZES = (1_000, 4_000, WHOLE, 40_000)
WANTED = 20  # times as fast
CLOCKS = {'seconds': "clock", 'cpu_seconds': "processor time"}


@dataclass(frozen=True)
class Contestant:
    """One way to import; `way` is the name of a function in `inside.imports`."""

    way: str
    title: str
    lines: int
    sizes: tuple
    modules: str = ''
    folder: Path | None = None


CONTESTANTS = (
    Contestant('plain', "Odoo's create", PART, SLOW_SIZES),
    Contestant('oca', "OCA's account_statement_import_online", PART, SLOW_SIZES,
               'account_statement_import_online', OCA_ADDONS),
    Contestant('bulk', "this project", WHOLE, FAST_SIZES, BOOKS, ROOT),
)
TITLES = {each.way: each.title for each in CONTESTANTS}


def measure(ground):
    """:return: {'repetitions': {way: [{'lines', 'seconds', 'cpu_seconds'}]}}."""
    repetitions = {each.way: [] for each in CONTESTANTS}
    with _stages(ground) as stages:
        for number in range(1, ground.repetitions + 1):
            for each in CONTESTANTS:
                with step(f"Repetition {number}: {each.title}"):
                    repetitions[each.way] += _import(ground, stages, each, each.lines)
    return {'repetitions': repetitions}


def measure_growth(ground):
    """:return: {'growth': {way: [{'lines', 'seconds', 'cpu_seconds'} of each size]}}."""
    growth = {}
    with _stages(ground) as stages:
        for each in CONTESTANTS:
            with step(f"Up to {ground.size(each.sizes[-1])} transactions: {each.title}"):
                growth[each.way] = _import(ground, stages, each, *each.sizes)
    return {'growth': growth}


@contextmanager
def _stages(ground):
    _fetch_oca()
    with ExitStack() as stack:
        yield {
            each.way: stack.enter_context(ground.stage(each.way, each.modules, each.folder))
            for each in CONTESTANTS
        }


def _import(ground, stages, contestant, *sizes):
    return stages[contestant.way].run(
        'imports.compare', way=contestant.way, sizes=[ground.size(size) for size in sizes])


def figures(found):
    for clock, clock_name in CLOCKS.items():
        for way, title in TITLES.items():
            yield Figure(f"{title}, {clock_name}", _rates(found['repetitions'][way], clock),
                         "transactions/s", '.0f')
        for way in ('plain', 'oca'):
            ours, theirs = (_rates(found['repetitions'][each], clock) for each in ('bulk', way))
            yield Figure(
                f"this project against {TITLES[way]}, {clock_name}", ratios(ours, theirs),
                "times as fast", at_least=WANTED,
            )


def figures_of_growth(found):
    for way in ('plain', 'oca'):
        theirs = found['growth'][way][-1]
        ours = next(one for one in found['growth']['bulk'] if one['lines'] == theirs['lines'])
        yield Figure(
            f"{theirs['lines']} transactions each, against {TITLES[way]}, processor time",
            [theirs['cpu_seconds'] / ours['cpu_seconds']], "times as fast", at_least=WANTED,
        )


def _rates(measurements, clock):
    """Transactions a second of each measurement."""
    return [one['lines'] / one[clock] for one in measurements]


def charts(found):
    yield Chart(
        "Booking bank transactions", "transactions", "processor seconds",
        {
            TITLES[way]: [(one['lines'], one['cpu_seconds']) for one in growth]
            for way, growth in found['growth'].items()
        },
    )


def _fetch_oca():
    """OCA's modules, from the package index that pip is configured for, to measure only."""
    if all((OCA_FOLDER / package).exists() for package in OCA_PACKAGES):
        return
    run_step(
        "Fetching OCA's import to compare with",
        [PYTHON, '-m', 'pip', 'install', '--no-deps', '--upgrade', '--target', OCA_FOLDER,
         *OCA_PACKAGES],
        'bench-oca', env=os.environ,
    )
    for package in OCA_PACKAGES:
        (OCA_FOLDER / package).touch()


IMPORTS = Part('imports', "Bulk import", measure, figures)
GROWTH = Part(
    'growth', "Bulk import, as it grows", measure_growth, figures_of_growth, charts)
