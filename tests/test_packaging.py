"""`pip install` puts the addons where Odoo finds them by itself, complete."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tools.files import project_files
from tools.odoo import addons_path, odoo_command
from tools.places import ADDONS, PYTHON, ROOT

SCRIPT = """
import sys
from odoo.modules.module import Manifest, initialize_sys_path

initialize_sys_path()
for name in sys.argv[1:]:
    manifest = Manifest.for_addon(name)
    print(name, manifest.path, manifest['installable'])
"""


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    """A wheel built from a copy of this checkout, so that no earlier build gets in."""
    source, folder = tmp_path_factory.mktemp('source'), tmp_path_factory.mktemp('wheel')
    for file in project_files():
        copy = source / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    _run(sys.executable, '-m', 'pip', 'wheel', '--quiet', '--no-deps', '-w', folder, source)
    return next(folder.glob('*.whl'))


@pytest.fixture(scope='module')
def environment(tmp_path_factory, wheel):
    """A clean virtual environment with nothing but the wheel; returns its site-packages."""
    folder = tmp_path_factory.mktemp('environment')
    venv.create(folder, with_pip=True)
    _run(folder / 'bin' / 'python', '-m', 'pip', 'install', '--quiet', '--no-deps', wheel)
    return Path(sysconfig.get_path('purelib', 'venv', {'base': folder, 'platbase': folder}))


def test_the_wheel_holds_every_file_of_the_addons(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith('odoo/')}
    source = {
        f'odoo/addons/{file.relative_to(ROOT).as_posix()}' for file in project_files()
        if file.relative_to(ROOT).parts[0] in ADDONS
    }
    assert packed == source


def test_the_wheel_leaves_the_namespace_to_odoo(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert not names & {'odoo/__init__.py', 'odoo/addons/__init__.py'}


def test_odoo_finds_the_installed_addons(environment):
    variables = {**os.environ, 'PYTHONPATH': _with_odoo(environment), 'ODOO_RC': os.devnull}
    answer = _run(PYTHON, '-c', SCRIPT, *ADDONS, env=variables, cwd=environment)
    expected = [f"{addon} {environment / 'odoo' / 'addons' / addon} True" for addon in ADDONS]
    assert answer.splitlines() == expected


def test_odoo_installs_the_addons_from_there(environment, workshop):
    database = workshop.new_database(addons=())
    variables = {**workshop.postgres.environment, 'PYTHONPATH': str(environment)}
    _run(
        *odoo_command(
            '-d', database, '-i', ','.join(ADDONS), '--stop-after-init', '--no-http',
            f'--addons-path={addons_path(workshop.odoo)}',
        ),
        env=variables, cwd=environment,
    )
    installed = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    assert set(ADDONS) <= set(workshop.postgres.query(installed, database))


def test_what_pip_installs_covers_what_the_manifests_ask_for():
    required = (ROOT / 'requirements.txt').read_text().lower()
    for addon in ADDONS:
        manifest = ast.literal_eval((ROOT / addon / '__manifest__.py').read_text())
        for package in manifest.get('external_dependencies', {}).get('python', []):
            assert package.lower() in required, f"{package} of {addon} is not in requirements.txt"


def _with_odoo(environment):
    """A Python path that holds Odoo and this environment, and nothing of the checkout."""
    import odoo.release

    return os.pathsep.join([str(Path(odoo.release.__file__).parent.parent), str(environment)])


def _run(*command, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
