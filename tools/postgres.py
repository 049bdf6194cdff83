"""PostgreSQL: the one that `$PGHOST`… names, else a private cluster under `.odoo/pg`.

The private cluster listens on a Unix socket only, in a folder that nobody else may enter. It stops
with the last `make` that uses it.
"""

import contextlib
import fcntl
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from tools import stamps
from tools.console import Problem, last_line, run_step
from tools.pgaccount import server_account
from tools.places import CLUSTER, PYTHON, STATE, environment
from tools.system import find_postgresql, require

VARIABLES = ('PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD', 'PGPASSFILE', 'PGSSLMODE')
# The longest path of a socket that Linux takes, less the socket's own name and a final zero.
SOCKET_FOLDER_LIMIT = 107 - len('/.s.PGSQL.5432.lock')
KEEP = CLUSTER / 'keep'
ADDRESS = CLUSTER / 'address'
SETTINGS = """
# A development server: a crash of the machine may cost the last transactions, never the database.
listen_addresses = ''
unix_socket_permissions = 0700
unix_socket_directories = '{socket}'
max_connections = 200
shared_buffers = 256MB
synchronous_commit = off
max_wal_size = 2GB
lc_messages = 'C'
"""
# With $THROWAWAY_DATABASES, which says that nobody wants them after a crash of the machine: then
# the disk need not be waited for, as it is whenever a database is dropped.
THROWAWAY = """
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
"""


@dataclass(frozen=True)
class Server:
    """Where PostgreSQL answers, as libpq's own environment variables."""

    variables: dict
    private: bool = True

    @property
    def environment(self):
        return {**os.environ, **self.variables}

    def query(self, statement, database='postgres'):
        """Run one SQL statement; returns the first column of its rows as texts."""
        script = (
            "import sys, psycopg2\n"
            "connection = psycopg2.connect(dbname=sys.argv[1])\n"
            "connection.autocommit = True\n"
            "cursor = connection.cursor()\n"
            "cursor.execute(sys.argv[2])\n"
            "for row in cursor.fetchall() if cursor.description else ():\n"
            "    print(row[0])\n"
        )
        answer = subprocess.run(
            [PYTHON, '-c', script, database, statement],
            env=self.environment, capture_output=True, text=True, check=False,
        )
        if answer.returncode:
            complaint = answer.stderr.strip()
            reason = complaint.partition('psycopg2.')[2] or complaint or "no answer"
            raise Problem(f"PostgreSQL refused: {reason}")
        return answer.stdout.splitlines()

    def has(self, database):
        return database in self.query("SELECT datname FROM pg_database")

    def drop(self, database):
        self.query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextlib.contextmanager
def running():
    """A server for the time of the block: the environment's, else the private cluster."""
    if environment('PGHOST') not in (None, _own_address()):
        yield _named_server()
        return
    with stamps.alone('pg-switch'):
        users = open(STATE / 'pg-users.lock', 'w')  # noqa: SIM115 (held until the block ends)
        fcntl.flock(users, fcntl.LOCK_SH)
        server = start_cluster()
    try:
        yield server
    finally:
        with stamps.alone('pg-switch'), users:
            if not KEEP.exists() and _nobody_else(users):
                stop_cluster()


def _own_address():
    """PGHOST of the private cluster; the commands that we write set it for their children."""
    return ADDRESS.read_text() if ADDRESS.exists() else None


def _nobody_else(users):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _named_server():
    variables = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    server = Server(variables, private=False)
    try:
        server.query("SELECT 1")
    except Problem as problem:
        raise Problem(
            f"The PostgreSQL of PGHOST does not answer ({str(problem).splitlines()[0]}): correct "
            "PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them to get a private server."
        ) from problem
    return server


def start_cluster():
    """Start the private cluster, making it where there is none; returns the server."""
    programs = _programs()
    account = server_account(CLUSTER)
    account.make_home()
    socket = _socket_folder(account)
    server = Server({'PGHOST': str(socket), 'PGPORT': '5432', 'PGUSER': 'odoo'})
    ADDRESS.write_text(str(socket))
    settings = account.data / 'conf.d' / 'settings.conf'
    if not settings.exists():  # it comes last: without it the cluster is not complete
        _make_cluster(programs, account)
    if account.run([f'{programs}/pg_ctl', '-D', account.data, 'status']).returncode == 0:
        return server
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(_settings(socket))
    account.own(settings.parent, settings)
    log = account.home / 'server.log'
    command = [f'{programs}/pg_ctl', '-D', account.data, '-l', log, '-w', '-t', '60', 'start']
    if account.run(command).returncode:
        reason = last_line(log) if log.exists() else "it left no log"
        raise Problem(
            f"The private PostgreSQL does not start: {reason} — see {log}, or run `make clean`."
        )
    return server


def _settings(socket):
    further = THROWAWAY if environment('THROWAWAY_DATABASES') else ''
    return SETTINGS.format(socket=socket) + further


def stop_cluster():
    """Stop the private cluster, if it runs."""
    KEEP.unlink(missing_ok=True)
    programs = find_postgresql()
    account = server_account(CLUSTER)
    if programs and (account.data / 'postmaster.pid').exists():
        account.run([f'{programs}/pg_ctl', '-D', account.data, '-m', 'fast', '-w', 'stop'])


def remove_cluster():
    """Stop the private cluster and remove its files, wherever they are."""
    stop_cluster()
    shutil.rmtree(server_account(CLUSTER).home, ignore_errors=True)


def _programs():
    found = find_postgresql()
    if not found:
        require({"PostgreSQL": ['postgresql']})
        found = find_postgresql()
    made_with = CLUSTER / 'release'
    release = subprocess.run(
        [f'{found}/postgres', '--version'], capture_output=True, text=True, check=True,
    ).stdout
    major = re.search(r'(\d+)', release).group(1)
    if made_with.exists() and made_with.read_text() != major:
        older = found.replace(f'/{major}/', f'/{made_with.read_text()}/')
        if not os.path.exists(f'{older}/postgres'):
            raise Problem(
                f"The private cluster needs PostgreSQL {made_with.read_text()}, which is gone: "
                "install that again, or run `make clean` to begin anew."
            )
        return older
    CLUSTER.mkdir(parents=True, exist_ok=True)
    made_with.write_text(major)
    return found


def _make_cluster(programs, account):
    shutil.rmtree(account.data, ignore_errors=True)  # what a broken attempt left
    command = account.command([
        f'{programs}/initdb', '-D', account.data, '-U', 'odoo', '--auth=trust', '--encoding=UTF8',
        '--no-locale', '--no-sync',
    ])
    run_step("Making a private PostgreSQL cluster", command, 'initdb', cwd='/', **account.options)
    configuration = account.data / 'postgresql.conf'
    with open(configuration, 'a') as text:
        text.write("\ninclude_dir = 'conf.d'\n")


def _socket_folder(account):
    """A folder for the socket whose path is short and plain enough for PostgreSQL."""
    folder = account.home / 'socket'
    if len(str(folder)) > SOCKET_FOLDER_LIMIT or shlex.quote(str(folder)) != str(folder):
        folder = account.short_folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    account.own(folder)
    if folder.stat().st_uid != account.uid:
        raise Problem(f"{folder} belongs to somebody else: remove it and start again.")
    return folder
