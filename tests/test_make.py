"""The launcher: what it says when something is missing, and that it leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.harness.server import free_port
from tools import workbench
from tools.console import Problem
from tools.files import project_files
from tools.odoo import drop_database
from tools.odoo_client import Client
from tools.places import LOGS, ROOT

OLD_PYTHONS = [f'python3.{minor}' for minor in range(6, 10)]
PRETEND_OLD = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_module('tools')"


@pytest.fixture
def checkout(tmp_path):
    """A copy of the project in which nothing was ever started."""
    for file in project_files():
        if file.relative_to(ROOT).parts[0] in ('tools', 'Makefile') or file.parent == ROOT:
            copy = tmp_path / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)
    return tmp_path


# === WHAT IS WRONG, IN ONE SENTENCE === #

def test_a_busy_port_is_said_with_the_way_out():
    with socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = _fails(['make', 'run', f'PORT={port}'])
    assert f"Port {port} is in use" in sentence
    assert f"make run PORT={port + 1}" in sentence


def test_a_port_that_is_no_number_is_refused():
    assert "a number from 1 to 65535" in _fails(['make', 'run', 'PORT=http'])


def test_an_old_python_is_told_what_to_install():
    sentence = _fails([sys.executable, '-c', PRETEND_OLD], cwd=ROOT)
    assert "Odoo 19 needs Python 3.10 or newer" in sentence


def test_a_real_old_python_understands_enough_to_say_so():
    python = next(filter(_works, OLD_PYTHONS), None)
    if not python:
        pytest.skip("no Python older than 3.10 is on this machine")
    assert "Odoo 19 needs Python 3.10 or newer" in _fails([python, '-m', 'tools', 'run'])


def _works(python):
    return shutil.which(python) and not subprocess.run(
        [python, '-V'], capture_output=True, check=False,
    ).returncode


def test_no_python_at_all_is_said():
    assert "Python is missing" in _fails(['make', 'run', 'PYTHON=no-such-python'])


def test_without_network_odoo_home_is_the_way_out(checkout):
    private = ['unshare', '--map-root-user', '--net']
    if subprocess.run([*private, 'true'], capture_output=True, check=False).returncode:
        pytest.skip("this kernel gives no network namespaces")
    sentence = _fails([*private, sys.executable, '-m', 'tools', 'run'], cwd=checkout)
    assert "is this machine online" in sentence
    assert "ODOO_HOME" in sentence


def test_a_system_without_apt_is_asked_for_odoo_home(checkout, tmp_path_factory):
    programs = tmp_path_factory.mktemp('programs')
    (programs / 'python3').symlink_to(sys.executable)
    sentence = _fails([sys.executable, '-m', 'tools', 'run'], cwd=checkout, PATH=str(programs))
    assert "has no apt-get" in sentence
    assert "ODOO_HOME" in sentence


def test_an_odoo_home_without_odoo_is_named(checkout, tmp_path):
    sentence = _fails([sys.executable, '-m', 'tools', 'run'], cwd=checkout, ODOO_HOME=str(tmp_path))
    assert f"ODOO_HOME is {tmp_path}, which holds no Odoo" in sentence


def test_an_odoo_of_another_series_is_refused(checkout, tmp_path):
    (tmp_path / 'odoo').mkdir()
    (tmp_path / 'odoo' / 'release.py').write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
    sentence = _fails([sys.executable, '-m', 'tools', 'run'], cwd=checkout, ODOO_HOME=str(tmp_path))
    assert "Odoo 18.0: these addons need Odoo 19.0" in sentence


def test_a_full_disk_is_said_before_anything_is_downloaded(monkeypatch, tmp_path):
    monkeypatch.setattr(workbench, 'UNPACKED', tmp_path / 'odoo')
    monkeypatch.setattr(shutil, 'disk_usage', lambda _path: shutil._ntuple_diskusage(9, 8, 1e9))
    with pytest.raises(Problem, match=r"has 1\.0 GB of free space and Odoo needs 3"):
        workbench._check_space()


def test_an_unknown_command_points_to_the_list():
    assert "`make help` lists them" in _fails([sys.executable, '-m', 'tools', 'rum'])


def test_make_alone_lists_the_commands():
    listing = subprocess.run(['make'], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {'run', 'test', 'lint', 'bench', 'clean'} <= {
        line.split()[1] for line in listing.splitlines()
    }


# === THE MAIN JOB === #

def test_a_second_preparation_does_nothing():
    script = (
        "import time; from tools.workbench import prepare\n"
        "prepare(for_tests=True); print('again')\n"
        "began = time.monotonic(); prepare(for_tests=True); assert time.monotonic() - began < 10"
    )
    output = subprocess.run(
        [sys.executable, '-c', script], cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    assert output.endswith('again\n')


def test_make_run_shows_a_synchronized_journal_and_ctrl_c_ends_it(workshop):
    database, port = f'demo_{os.getpid()}', free_port()
    process = _make_run(database, port)
    try:
        _wait_for(process, "Odoo is ready", LOGS / f'{database}.log')
        odoo = Client(f'http://localhost:{port}', database)
        journals = odoo.call(
            'account.journal', 'search', [('bank_statements_source', '=', 'online_sync')],
        )
        lines = odoo.call(
            'account.bank.statement.line', 'search_count', [('journal_id', 'in', journals)],
        )
        feed = odoo.call(
            'account.online.transaction', 'search_count', [('state', '=', 'imported')],
        )
        assert lines == feed > 0
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) != 0
        assert not _processes_of(database)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        drop_database(workshop.postgres, database)


def _make_run(database, port):
    with open(LOGS / f'{database}.log', 'wb') as log:
        return subprocess.Popen(
            ['make', 'run', f'PORT={port}'], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, 'DEMO_DATABASE': database, 'PYTHON': sys.executable},
        )


def _wait_for(process, words, log, seconds=240):
    deadline = time.monotonic() + seconds
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.3)


def _processes_of(database):
    """Command lines of running processes that name this database."""
    found = []
    for folder in os.scandir('/proc'):
        if folder.name.isdigit():
            try:
                with open(f'{folder.path}/cmdline', 'rb') as command:
                    words = command.read().decode(errors='replace').split('\0')
            except OSError:
                continue  # it ended meanwhile
            if database in words:
                found.append(words)
    return found


def _fails(command, cwd=ROOT, **variables):
    """What a command says that must fail: one sentence, no traceback."""
    environment = {**os.environ, **variables}
    for name in ('PGHOST', 'PYTHONPATH', 'ODOO_RC'):
        environment.pop(name, None)
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300,
        stdin=subprocess.DEVNULL, env=environment,
    )
    assert done.returncode != 0
    assert 'Traceback' not in done.stderr + done.stdout
    return done.stderr
