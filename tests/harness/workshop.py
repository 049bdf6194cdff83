"""Databases and servers for tests."""

import itertools
import os

from tests.harness.server import Server
from tools import stamps
from tools.console import run_step
from tools.odoo import addons_path, clone_database, drop_database, make_template, odoo_command
from tools.places import ADDONS, ROOT, STATE
from tools.sources import source_of


class Workshop:
    """Makes fresh databases from a template that holds the addons of this checkout."""

    def __init__(self, odoo, postgres):
        self.odoo = odoo
        self.postgres = postgres
        self.addons_path = addons_path(odoo, ROOT)
        self._numbers = itertools.count(1)
        self._name = f'test_{stamps.fingerprint(str(ROOT))[:6]}_{os.getpid()}'
        self._databases = []
        self._servers = []

    def new_database(self, addons=ADDONS):
        """Name of a fresh database with these addons (all of them by default) installed."""
        name = f'{self._name}_{next(self._numbers)}'
        self._databases.append(name)
        clone_database(self.postgres, self._template_with(tuple(addons)), name)
        return name

    def new_server(self, database, *options):
        """A server (not started yet) on this database, with further command line options."""
        server = Server(self, database, options)
        self._servers.append(server)
        return server

    def drop(self, database):
        drop_database(self.postgres, database)
        self._databases.remove(database)

    def close(self):
        for server in self._servers:
            server.stop()
        for database in list(self._databases):
            self.drop(database)

    def _template_with(self, addons):
        """Installed once for each state of the code; kept for the next run of the tests."""
        place = stamps.fingerprint(str(ROOT), addons)[:10]
        template = f'tpl_{place}'
        key = stamps.fingerprint(self.odoo.version, addons, source_of(ROOT, ADDONS))
        with stamps.alone(template):
            if not (stamps.is_done(template, key) and self.postgres.has(template)):
                make_template(self.odoo, self.postgres)
                self._install(template, addons)
                stamps.done(template, key)
        return template

    def _install(self, template, addons):
        stamps.forget(template)
        clone_database(self.postgres, 'tpl_account', template)
        if addons:
            run_step(
                "Installing the addons into a template database",
                odoo_command(
                    '-d', template, '-i', ','.join(addons), '--stop-after-init', '--no-http',
                    '--max-cron-threads=0', f'--addons-path={self.addons_path}',
                ),
                template, cwd=STATE, env=self.postgres.environment,
            )
