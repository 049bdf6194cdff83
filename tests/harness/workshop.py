"""Databases and servers for tests."""

import itertools
import os

from tests.harness.server import Server
from tools import stamps, templates
from tools.odoo import addons_path, clone_database, drop_database
from tools.places import ADDONS, ROOT


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
        return self.copy(templates.with_addons(self.odoo, self.postgres, addons))

    def new_database_with_pages(self):
        """Name of a fresh database with all addons, whose pages come quickly to a browser."""
        return self.copy(templates.with_pages(self.odoo, self.postgres))

    def copy(self, database):
        """Name of a fresh copy of a database that nobody is connected to."""
        name = f'{self._name}_{next(self._numbers)}'
        self._databases.append(name)
        clone_database(self.postgres, database, name)
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
