"""Measures what the project promises about speed, side by side with plain Odoo and OCA.

`make bench` runs all parts. One of them, or less of each, to try::

    make bench BENCH="--only search"
    make bench BENCH="--divisor 20 --repetitions 1 --folder ."
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import report
from tests.bench.dashboard import DASHBOARD
from tests.bench.fanout import FANOUT
from tests.bench.history import HISTORY
from tests.bench.imports import GROWTH, IMPORTS
from tests.bench.memory import MEMORY
from tests.bench.picture import draw
from tests.bench.search import SEARCH
from tests.bench.stage import Ground
from tools.console import Problem, say
from tools.odoo import make_template
from tools.odoo_source import find_odoo
from tools.places import ROOT
from tools.postgres import running

PARTS = {part.name: part for part in (
    IMPORTS, GROWTH, MEMORY, HISTORY, FANOUT, SEARCH, DASHBOARD,
)}


def main(arguments):
    options = _parse(arguments)
    options.folder.mkdir(exist_ok=True)
    file = options.folder / 'bench.json'
    with running() as server:
        odoo = find_odoo()
        make_template(odoo, server)
        ground = Ground(odoo, server, options.repetitions, options.divisor)
        found = report.read(file)
        for name in options.only or PARTS:
            say(f"\n{PARTS[name].title}")
            found[name] = report.described(PARTS[name].measure(ground), ground)
            report.write(file, found)
    parts = [PARTS[name] for name in PARTS if name in found]
    say("\n".join(["", *report.table(parts, found), ""]))
    draw(options.folder / 'bench.svg', parts, found)
    return 0


def _parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--only', nargs='*', choices=PARTS, help="parts to measure anew")
    parser.add_argument('--repetitions', type=int, default=3)
    parser.add_argument('--divisor', type=int, default=1, help="measure only a part, to try")
    parser.add_argument(
        '--folder', type=Path, default=ROOT / 'static', help="of bench.json and bench.svg")
    return parser.parse_args(arguments)


if __name__ == '__main__':
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"{problem}")
