"""Finds Odoo 19: `$ODOO_HOME`, the Python that runs this, or Debian's package."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.console import Problem
from tools.debian import unpack_odoo
from tools.places import STATE, VENV, environment

SERIES = '19.0'
CHOSEN = STATE / 'source.json'


@dataclass(frozen=True)
class Odoo:
    """An Odoo to run: where its package is, and whether what it requires is installed."""

    package: Path
    has_requirements: bool

    @property
    def python_path(self):
        return self.package.parent

    @property
    def version(self):
        text = (self.package / 'release.py').read_text()
        match = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", text, re.M)
        return match and '.'.join(match.groups())

    @property
    def addons(self):
        """Folders with Odoo's own addons: one in a package, two in a source checkout."""
        folders = [self.package / 'addons', self.package.parent / 'addons']
        return folders[:1] if (folders[0] / 'account').is_dir() else folders


def find_odoo():
    """The Odoo 19 to use. Downloads Debian's package where the machine has none."""
    if Path(sys.prefix) == VENV and CHOSEN.exists():
        package, has_requirements = json.loads(CHOSEN.read_text())
        return Odoo(Path(package), has_requirements)
    if home := environment('ODOO_HOME'):
        odoo = _from_home(Path(home).expanduser().resolve())
    else:
        odoo = _from_running_python() or _in_folder(unpack_odoo())
    CHOSEN.write_text(json.dumps([str(odoo.package), odoo.has_requirements]))
    return odoo


def _from_home(home):
    odoo = _in_folder(home)
    if not odoo:
        raise Problem(
            f"ODOO_HOME is {home}, which holds no Odoo: "
            "name the folder that has odoo/release.py in it."
        )
    if odoo.version != SERIES:
        raise Problem(
            f"ODOO_HOME is {home}, which is Odoo {odoo.version}: these addons need Odoo {SERIES}."
        )
    return odoo


def _in_folder(home):
    for folder in (home, home / 'usr/lib/python3/dist-packages', home / 'src'):
        if (folder / 'odoo' / 'release.py').exists():
            return Odoo(folder / 'odoo', has_requirements=False)
    return None


def _from_running_python():
    script = "import odoo.release; print(odoo.release.__file__)"
    # -P is newer than 3.10: an own working directory keeps a folder named odoo out of sight.
    answer = subprocess.run(
        [sys.executable, '-c', script], capture_output=True, text=True, check=False, cwd='/',
    )
    if answer.returncode:
        return None
    odoo = Odoo(Path(answer.stdout.strip()).parent, has_requirements=True)
    return odoo if odoo.version == SERIES else None
