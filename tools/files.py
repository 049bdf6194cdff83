"""The files of the project, and the programs that look at them."""

import os
import subprocess

from tools.console import Problem
from tools.places import ROOT


def project_files():
    """Files that git knows, or would add."""
    listing = subprocess.run(
        ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'],
        cwd=ROOT, capture_output=True, text=True, check=False, env=_git_environment(),
    )
    if listing.returncode:
        raise Problem("`make lint` needs a git checkout: install git and clone the project.")
    paths = (ROOT / name for name in listing.stdout.split('\0') if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def run_tool(*command, **options):
    """Lines that a checking program prints, if it complains."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, **options,
    )
    if not done.returncode:
        return []
    return (done.stdout + done.stderr).strip().splitlines() or [f"code {done.returncode}"]


def _git_environment():
    """Lets git read a checkout that belongs to another user, as happens in a container."""
    return {
        **os.environ,
        'GIT_CONFIG_COUNT': '1',
        'GIT_CONFIG_KEY_0': 'safe.directory',
        'GIT_CONFIG_VALUE_0': str(ROOT),
    }
