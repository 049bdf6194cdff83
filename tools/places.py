"""Where everything lies, and the names that several modules share."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A worktree may share the folder of another one through a link.
STATE = (ROOT / '.odoo').resolve()

LOGS = STATE / 'log'
STAMPS = STATE / 'stamps'
DOWNLOADS = STATE / 'downloads'
UNPACKED = STATE / 'odoo'
VENV = STATE / 'venv'
PYTHON = VENV / 'bin' / 'python'
CLUSTER = STATE / 'pg'
BIN = STATE / 'bin'
ODOO = BIN / 'odoo'
BYTECODE = STATE / 'bytecode'
CONFIG = STATE / 'odoo.conf'
DATA = STATE / 'data'

ADDONS = tuple(sorted(
    manifest.parent.name for manifest in ROOT.glob('*/__manifest__.py')
))


def environment(name, default=None):
    """The environment variable, where an empty one counts as absent."""
    return os.environ.get(name) or default
