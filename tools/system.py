"""Programs of the system: found, installed when we may, else asked for by exact command."""

import glob
import os
import re
import shutil
import subprocess

from tools.console import Problem, run_step, say


def find_postgresql():
    """Folder with the newest PostgreSQL server programs of this machine, or None."""
    found = [
        folder for folder in glob.glob('/usr/lib/postgresql/*/bin')
        if os.access(f'{folder}/initdb', os.X_OK)
    ]
    if found:
        return max(found, key=lambda folder: int(re.search(r'(\d+)/bin', folder).group(1)))
    initdb = shutil.which('initdb')
    return initdb and os.path.dirname(os.path.realpath(initdb))


def find_chromium():
    names = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
    return next(filter(None, map(shutil.which, names)), None)


def require(missing):
    """Install Debian packages as root, else name the command that does.

    :param missing: what is absent and the packages that bring it, {purpose: [package, ...]}
    """
    if not missing:
        return
    packages = sorted({package for names in missing.values() for package in names})
    purposes = " and ".join(sorted(missing))
    command = f"apt-get install -y {' '.join(packages)}"
    if not shutil.which('apt-get'):
        raise Problem(f"{purposes} is missing: install it with this system's package manager.")
    if os.geteuid():
        raise Problem(f"{purposes} is missing: run `sudo {command}` and start again.")
    _install(purposes, packages, command)


def _install(purposes, packages, command):
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    hint = f"run `{command}` by hand to see why."
    simulation = subprocess.run(
        ['apt-get', 'install', '-s', *packages], capture_output=True, check=False,
    )
    say(f"  {purposes}: missing, installing {' '.join(packages)}")
    if simulation.returncode or not shutil.which('dpkg'):
        run_step("Reading the package lists", ['apt-get', 'update'], 'apt-update',
                 hint="is this machine online?", env=environment)
    install = ['apt-get', 'install', '-y', '--no-install-recommends', *packages]
    try:
        run_step("Installing system packages", install, 'apt-install', hint=hint, env=environment)
    except Problem:
        # Lists that are out of date name files that the mirror no longer has.
        run_step("Reading the package lists", ['apt-get', 'update'], 'apt-update',
                 hint="is this machine online?", env=environment)
        run_step("Installing system packages", install, 'apt-install', hint=hint, env=environment)
