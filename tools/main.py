"""The commands behind `make`."""

import contextlib
import signal
import sys

from tools import stamps
from tools.console import Problem, say
from tools.odoo import make_template, write_commands
from tools.odoo_source import find_odoo
from tools.postgres import KEEP, running, stop_cluster
from tools.venv import prepare_venv


@contextlib.contextmanager
def prepared(for_tests=False):
    """Odoo, its environment and a running database server; yields (odoo, server)."""
    with stamps.alone('setup'):
        odoo = find_odoo()
        prepare_venv(odoo, for_tests)
    with running() as server:
        with stamps.alone('setup'):
            write_commands(odoo, server)
        yield odoo, server


def services(action='start'):
    """Start the database server and leave it running, or stop it."""
    if action == 'stop':
        stop_cluster()
        return
    with prepared(for_tests=False) as (odoo, server):
        KEEP.touch()
        with stamps.alone('setup'):
            make_template(odoo, server)
    say("  .odoo/bin/odoo is ready; `. .odoo/postgres.env` lets psql find the database server.")


COMMANDS = {'services': services}


def main(arguments):
    signal.signal(signal.SIGTERM, _interrupt)
    name, *rest = arguments or ['help']
    try:
        return COMMANDS[name](*rest) or 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt
