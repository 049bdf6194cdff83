"""A server with the simulator's addon, and a bank connected to it."""

import pytest

import tests.matching.conftest  # noqa: F401 -- puts the matching on the path, without Odoo
from tests.simulation.connection import SimulatedConnection
from tools.console import run_step
from tools.odoo import odoo_command
from tools.places import ROOT, STATE

ADDON = 'bank_simulator'


@pytest.fixture(scope='package')
def simulated_server(workshop):
    """A running server on which another addon has registered a provider."""
    database = workshop.new_database()
    path = f'{workshop.addons_path},{ROOT / "tests" / "addons"}'
    run_step(
        "Installing an addon with a provider of its own",
        odoo_command('-d', database, '-i', ADDON, '--stop-after-init', '--no-http',
                     '--max-cron-threads=0', f'--addons-path={path}'),
        database, cwd=STATE, env=workshop.postgres.environment,
    )
    server = workshop.new_server(database, f'--addons-path={path}')
    server.start()
    yield server
    server.stop()
    workshop.drop(database)


@pytest.fixture
def connect(simulated_server, tmp_path_factory):
    """Function that connects a bank whose ids are of a grade to a new journal."""
    world = tmp_path_factory.mktemp('bank') / 'world.json'
    world.parent.chmod(0o755)

    def connect_bank(grade):
        return SimulatedConnection(simulated_server, world, grade)

    return connect_bank
