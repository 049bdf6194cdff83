"""The virtual environment in `.odoo/venv`, with every version pinned."""

import importlib.util
import shutil
import site
import subprocess
import sys

from tools import stamps
from tools.console import run_step
from tools.places import PYTHON, ROOT, STATE, VENV
from tools.system import require

ADDONS = ROOT / 'requirements.txt'
ODOO = ROOT / 'tools' / 'requirements-odoo.txt'
DEVELOPMENT = ROOT / 'requirements-dev.txt'


def prepare_venv(odoo, for_tests=False):
    """Create or complete the environment for this Odoo; tests need more than the server."""
    lists = [ADDONS] if odoo.has_requirements else [ODOO, ADDONS]
    base = stamps.fingerprint(sys.version, str(VENV), odoo.has_requirements)
    if not stamps.is_done('venv', base) or not PYTHON.exists():
        _create(odoo)
        stamps.done('venv', base)
    _install('server', lists, base)
    if for_tests:
        _install('tests', [DEVELOPMENT], base)


def _create(odoo):
    for name in ('venv', 'pip-server', 'pip-tests', 'npm'):
        stamps.forget(name)
    if importlib.util.find_spec('ensurepip') is None:
        release = f'{sys.version_info.major}.{sys.version_info.minor}'
        require({"Python's venv": [f'python{release}-venv']})
    shutil.rmtree(VENV, ignore_errors=True)
    # This may itself run in the environment that is about to be made anew.
    python = getattr(sys, '_base_executable', sys.executable)
    run_step("Creating the virtual environment", [python, '-m', 'venv', VENV], 'venv')
    if odoo.has_requirements:
        _see_running_python()


def _see_running_python():
    """Let the environment find Odoo and its requirements where the running Python has them."""
    own = subprocess.run(
        [PYTHON, '-c', "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    with open(f'{own}/running_python.pth', 'w') as path_file:
        path_file.writelines(f'{folder}\n' for folder in folders)


def _install(name, lists, base):
    key = stamps.fingerprint(base, *(path.read_text() for path in lists))
    if stamps.is_done(f'pip-{name}', key):
        return
    command = [PYTHON, '-m', 'pip', 'install', '--progress-bar=off', '--prefer-binary']
    for path in lists:
        command += ['-r', path]
    run_step(f"Installing Python packages for the {name}", command, f'pip-{name}', cwd=STATE,
             hint="is this machine online, and is pip told where to find packages?")
    stamps.done(f'pip-{name}', key)
