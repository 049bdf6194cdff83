"""`make run`: Odoo with the addons, and a journal that a bank of the sandbox fills."""

import errno
import http.client
import socket
import subprocess
import time

from tools import stamps
from tools.console import Problem, last_line, run_step, say, start, step, stop
from tools.odoo import (
    addons_path,
    clone_database,
    make_template,
    odoo_command,
    rename_database,
)
from tools.places import BIN, LOGS, ROOT, STATE, environment
from tools.sources import source_of
from tools.workbench import prepared

ADDONS = ('account_online_synchronization', 'account_online_synchronization_proxy')
DATABASE = environment('DEMO_DATABASE', 'demo')
DRAFT = f'{DATABASE}_draft'
LOG = LOGS / f'{DATABASE}-server.log'


def run_demo():
    """Serve the demonstration until Ctrl-C; returns the exit code."""
    port = _free_port(environment('PORT', '8069'))
    with prepared() as (odoo, server):
        with stamps.alone(DATABASE):
            make_demo(odoo, server)
        with Serving(odoo, server, DATABASE, port) as process:
            say(
                f"\n  Odoo is ready: http://localhost:{port}\n"
                "  Login: admin, password: admin\n"
                f"  Its log: {LOG}\n"
                "  Ctrl-C stops it.\n"
            )
            process.wait()
        raise Problem(f"Odoo stopped: {last_line(LOG)} — see {LOG}.")


def make_demo(odoo, server):
    """Make the demonstration once; bring it up to date when the addons have changed."""
    key = stamps.fingerprint(source_of(ROOT, ADDONS), server.variables['PGHOST'])
    exists = server.has(DATABASE)
    if exists and stamps.is_done(DATABASE, key):
        return
    if not exists:
        make_template(odoo, server)
        clone_database(server, 'tpl_account', DRAFT)
        _install(odoo, server, DRAFT, "Installing the addons", '-i')
        _connect(odoo, server)
        rename_database(server, DRAFT, DATABASE)
    elif _is_ours(server):
        _install(odoo, server, DATABASE, "Upgrading the addons", '-i', '-u')
    else:
        raise Problem(
            f"PGHOST has a database {DATABASE} without these addons: rename or drop it, "
            "or unset PGHOST to get a private server."
        )
    stamps.done(DATABASE, key)


def _is_ours(server):
    wanted = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    return ADDONS[0] in server.query(wanted, DATABASE)


def _install(odoo, server, database, title, *switches):
    names = ','.join(ADDONS)
    run_step(title, odoo_command(
        '-d', database, *(part for switch in switches for part in (switch, names)),
        '--stop-after-init', '--no-http', '--max-cron-threads=0',
        f'--addons-path={addons_path(odoo, ROOT)}',
    ), 'install', cwd=STATE, env=server.environment)


def _connect(odoo, server):
    """Connect a bank as a user would: through the running server and the bank's own pages."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    with Serving(odoo, server, DRAFT, port):
        command = [BIN / 'python', '-m', 'tools.demo', f'http://localhost:{port}', DRAFT]
        run_step("Connecting a bank of the sandbox", command, 'demo', cwd=ROOT,
                 env=server.environment)


class Serving:
    """A server on this database for the time of the block."""

    def __init__(self, odoo, server, database, port, *options):
        self.server, self.port = server, port
        self.command = odoo_command(
            '-d', database, f'--db-filter=^{database}$', f'--http-port={port}',
            f'--addons-path={addons_path(odoo, ROOT)}', *options,
        )

    def __enter__(self):
        LOGS.mkdir(exist_ok=True)
        with open(LOG, 'wb') as log:
            self.process = start(
                self.command, cwd=STATE, env=self.server.environment, stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            with step("Starting Odoo") as ticker:
                while not self._answers():
                    ticker.tick()
                    time.sleep(0.2)
        except BaseException:
            stop(self.process)
            raise
        return self.process

    def __exit__(self, *_error):
        stop(self.process)

    def _answers(self):
        if self.process.poll() is not None:
            reason = last_line(LOG) if LOG.exists() else "it left no log"
            raise Problem(f"Odoo does not start: {reason} — see {LOG}.")
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=120)
        try:
            connection.request('GET', '/web/login')
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _free_port(text):
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(f"PORT is {text}, but a port is a number from 1 to 65535.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except PermissionError as error:
            raise Problem(
                f"Port {port} needs the rights of root: choose one above 1023, for example "
                "`make run PORT=8070`."
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Problem(f"Port {port} of localhost cannot be opened: {error}.") from error
            raise Problem(
                f"Port {port} is in use: stop what uses it, or choose another, for example "
                f"`make run PORT={port + 1}`."
            ) from error
    return port
