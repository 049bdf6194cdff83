"""A real Odoo server in a process of its own."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

from tools.console import last_line, start, stop
from tools.odoo import odoo_command
from tools.odoo_client import Client
from tools.places import LOGS, ROOT, STATE
from tools.postgres import find_postgresql


class Server:
    """Starts, stops and kills Odoo on one database, and talks to it as the web client does."""

    def __init__(self, workshop, database, options=()):
        self.workshop = workshop
        self.database = database
        self.options = list(options)
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.log = LOGS / f'{database}.log'
        self.process = None
        self._clients = {}

    # === LIFE === #

    def start(self, *options, seconds=120):
        """Start with the server's own options and these, and wait until it answers."""
        command = odoo_command(
            '-d', self.database, f'--db-filter=^{self.database}$', f'--http-port={self.port}',
            '--max-cron-threads=0', f'--addons-path={self.workshop.addons_path}',
            *self.options, *options,
        )
        LOGS.mkdir(exist_ok=True)
        self._clients.clear()
        with open(self.log, 'ab') as log:
            self.process = start(
                command, cwd=STATE, stdout=log, stderr=subprocess.STDOUT,
                env=self.workshop.postgres.environment,
            )
        self._wait_until_ready(seconds)

    def stop(self):
        """Let the server finish what it is doing."""
        if self.process:
            stop(self.process)
            self.process = None

    def kill(self):
        """End the server as a power cut would, in the middle of whatever it does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _wait_until_ready(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"Odoo stopped: {last_line(self.log)} ({self.log})"
            try:
                # A page for people would be styled first, which takes seconds.
                if requests.get(f'{self.url}/web/manifest.webmanifest', timeout=60).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.2)
        raise AssertionError(f"Odoo does not answer after {seconds} s: {last_line(self.log)}")

    # === TALK === #

    def login(self, user='admin', password='admin'):
        """A client that calls model methods with the rights of this user.

        It stays signed in: to check a password takes long, and is meant to.
        """
        if user not in self._clients:
            self._clients[user] = self.login_anew(user, password)
        return self._clients[user]

    def login_anew(self, user='admin', password='admin'):
        """As :meth:`login`, with a session of its own."""
        return Client(self.url, self.database, user, password)

    def shell(self, script, seconds=300):
        """Run Python in `odoo shell` on this database; returns what it printed.

        The script commits what it wants to keep, and calls `env.registry.signal_changes()` after a
        change of views, groups or other cached data.
        """
        done = subprocess.run(
            [str(part) for part in odoo_command(
                'shell', '-d', self.database, '--no-http', '--log-level=warn',
                f'--addons-path={self.workshop.addons_path}',
                *(option for option in self.options if option.startswith('--addons-path=')),
            )],
            input=script, capture_output=True, text=True, timeout=seconds, cwd=ROOT, check=False,
            env=self.workshop.postgres.environment,
        )
        failed = done.returncode or 'Traceback (most recent' in done.stderr
        assert not failed, done.stderr[-3000:]
        return done.stdout

    def query(self, statement):
        """First column of a SQL statement's rows, as texts."""
        return query(self.workshop.postgres, self.database, statement)

    def dump(self):
        """The whole database as text, as somebody who steals a backup would read it."""
        return subprocess.run(
            [f'{find_postgresql()}/pg_dump', self.database], capture_output=True, text=True,
            check=True, env=self.workshop.postgres.environment,
        ).stdout

    def log_text(self):
        return Path(self.log).read_text(errors='replace')


def query(postgres, database, statement):
    """Run SQL on a database from this process: starting another would take far longer.

    :returns: the first column of the rows, as texts.
    """
    import psycopg2  # pure tests do without it

    names = {'PGHOST': 'host', 'PGPORT': 'port', 'PGUSER': 'user', 'PGPASSWORD': 'password',
             'PGPASSFILE': 'passfile', 'PGSSLMODE': 'sslmode'}
    address = {names[name]: value for name, value in postgres.variables.items()}
    connection = psycopg2.connect(dbname=database, **address)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return [str(row[0]) for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


def free_port():
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
