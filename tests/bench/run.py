"""Compares the speed of imports: Odoo's own create, OCA's import and this project.

`make bench` runs it. All take part in every repetition, one after the other on the same machine.
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import report
from tests.bench.contestants import CONTESTANTS, Track
from tools.console import Problem, say, step
from tools.odoo import make_template
from tools.odoo_source import find_odoo
from tools.places import ROOT
from tools.postgres import running

# Our way is measured on the whole; the others do the same for every line and get a part of it.
LINES = {'plain': 1_000, 'oca': 1_000, 'bulk': 10_000}
GROWTH = {
    'plain': (250, 500, 1_000, 2_000),
    'oca': (250, 500, 1_000, 2_000),
    'bulk': (1_000, 2_000, 4_000, 8_000, 16_000, 32_000),
}


def main(arguments):
    options = _parse(arguments)
    with running() as server:
        odoo = find_odoo()
        make_template(odoo, server)
        track = Track(odoo, server)
        try:
            for contestant in CONTESTANTS:
                track.prepare(contestant)
            repetitions = _repeat(track, options.repetitions, options.divisor)
            growth = _grow(track, options.divisor)
        finally:
            for contestant in CONTESTANTS:
                track.remove(contestant)
    say("\n".join(["", *report.table(CONTESTANTS, repetitions), ""]))
    options.folder.mkdir(exist_ok=True)
    report.write_json(options.folder / 'bench.json', repetitions, growth)
    report.draw(options.folder / 'bench.svg', CONTESTANTS, growth)
    return 0


def _parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--repetitions', type=int, default=3)
    parser.add_argument('--divisor', type=int, default=1, help="measure only a part, to try")
    parser.add_argument('--folder', type=Path, default=ROOT / 'static')
    return parser.parse_args(arguments)


def _repeat(track, count, divisor):
    repetitions = {contestant.way: [] for contestant in CONTESTANTS}
    for number in range(1, count + 1):
        for contestant in CONTESTANTS:
            lines = LINES[contestant.way] // divisor
            with step(f"Repetition {number}: {lines} transactions, {contestant.title}"):
                repetitions[contestant.way] += track.measure(contestant, [lines])
    return repetitions


def _grow(track, divisor):
    growth = {}
    for contestant in CONTESTANTS:
        with step(f"How the time grows with the number of transactions: {contestant.title}"):
            sizes = [size // divisor for size in GROWTH[contestant.way]]
            growth[contestant.way] = track.measure(contestant, sizes)
    return growth


if __name__ == '__main__':
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"{problem}")
