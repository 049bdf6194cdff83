"""The commands behind `make`."""

import errno
import os
import shutil
import signal
import sys

from tools.console import Problem, say
from tools.odoo import make_template
from tools.places import ROOT, STATE
from tools.postgres import KEEP, remove_cluster, stop_cluster
from tools.workbench import prepared, run_python


def run():
    from tools.serve import run_demo
    return run_demo()


def test():
    from tools.suite import run_suite
    return run_suite()


def lint():
    from tools.lint import run_lint
    return run_lint()


def tidy():
    from tools.lint import run_format
    return run_format()


def bench(*options):
    """Measure what is promised about speed; the figures are the script's business."""
    with prepared(for_tests=True) as (odoo, server):
        return run_python(odoo, server, 'tests/bench/run.py', *options)


def screenshots():
    """Take the pictures of the README with the browser tests."""
    os.environ['SCREENSHOTS'] = str(ROOT / 'static')
    with prepared(for_tests=True) as (odoo, server):
        return run_python(odoo, server, '-m', 'pytest', 'tests/browser', '-m', 'screenshots')


def services(action='start'):
    """Start the database server and leave it running, or stop it."""
    if action == 'stop':
        stop_cluster()
        return 0
    with prepared() as (odoo, server):
        KEEP.touch()
        make_template(odoo, server)
    say("  .odoo/bin/odoo and .odoo/bin/python are ready; `. .odoo/postgres.env` is for psql.")
    return 0


def clean():
    """Remove what these commands made. A shared folder is its owner's to remove."""
    link = ROOT / '.odoo'
    if link.is_symlink():
        link.unlink()
    elif STATE.exists():
        remove_cluster()
        shutil.rmtree(STATE)
    for name in ('build', 'dist', 'node_modules', '.pytest_cache', '.ruff_cache', '.hypothesis'):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    say("  Clean.")
    return 0


COMMANDS = {
    command.__name__: command
    for command in (run, test, lint, tidy, bench, screenshots, services, clean)
}


def main(arguments):
    """Run a command; whatever the user can mend ends in one sentence and code 1."""
    # A shell lets what it starts in the background ignore Ctrl-C.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    name, *rest = arguments or ['']
    if name not in COMMANDS:
        print(f"Unknown command {name!r}: `make help` lists them.", file=sys.stderr)
        return 1
    try:
        return COMMANDS[name](*rest)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print("\nThe disk is full: free 3 GB and start again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt
