"""All that a command needs, made ready: Odoo, its Python, a database server."""

import contextlib
import shutil

from tools import stamps
from tools.console import Problem, start, stop
from tools.odoo import write_commands
from tools.odoo_source import find_odoo
from tools.places import BIN, ROOT, STATE, UNPACKED
from tools.postgres import running
from tools.system import find_chromium, require
from tools.venv import prepare_venv

SPACE = 3  # GB that Odoo, its packages and a few databases take


@contextlib.contextmanager
def prepared(for_tests=False):
    """Odoo, its environment and a running database server; yields (odoo, server)."""
    odoo = prepare(for_tests)
    with running() as server:
        with stamps.alone('setup'):
            write_commands(odoo, server)
        yield odoo, server


def prepare(for_tests=False):
    """Odoo and its environment, without a database server; returns the Odoo."""
    with stamps.alone('setup'):
        _check_space()
        odoo = find_odoo()
        prepare_venv(odoo, for_tests)
        if for_tests and not find_chromium():
            require({"Chromium (for the browser tests)": ['chromium']})
    return odoo


def _check_space():
    free = shutil.disk_usage(STATE).free / 1e9
    if free < SPACE and not UNPACKED.exists():
        raise Problem(
            f"{STATE} has {free:.1f} GB of free space and Odoo needs {SPACE}: "
            "free some and start again."
        )


def run_python(_odoo, server, *arguments):
    """Run Python with Odoo and the database server at hand; returns its exit code."""
    process = start([BIN / 'python', *arguments], cwd=ROOT, env=server.environment)
    try:
        return process.wait()
    finally:
        stop(process)
