"""Servers with further addons beside ours."""

from contextlib import contextmanager

from tools.console import run_step
from tools.odoo import odoo_command
from tools.places import ROOT, STATE

SIMULATOR = 'bank_simulator'


@contextmanager
def serving(workshop, *addons, folders=()):
    """A running server with the simulator's provider and these addons installed.

    :param folders: where the further addons are.
    """
    database = workshop.new_database()
    path = ','.join(map(str, (workshop.addons_path, ROOT / 'tests' / 'addons', *folders)))
    run_step(
        "Installing further addons",
        odoo_command('-d', database, '-i', ','.join((SIMULATOR, *addons)), '--stop-after-init',
                     '--no-http', '--max-cron-threads=0', f'--addons-path={path}'),
        database, cwd=STATE, env=workshop.postgres.environment,
    )
    server = workshop.new_server(database, f'--addons-path={path}')
    server.start()
    try:
        yield server
    finally:
        server.stop()
        workshop.drop(database)
