"""A server with the simulator's addon, and a bank connected to it."""

import pytest

import tests.matching.conftest  # noqa: F401 -- puts the matching on the path, without Odoo
from tests.simulation.connection import SimulatedConnection
from tests.simulation.serving import serving


@pytest.fixture(scope='package')
def simulated_server(workshop):
    """A running server on which another addon has registered a provider."""
    with serving(workshop) as server:
        yield server


@pytest.fixture
def world(tmp_path):
    """The file in which a test says what the bank shows."""
    return tmp_path / 'world.json'


@pytest.fixture
def connect(simulated_server, world):
    """Function that connects a bank whose ids are of a grade to a new journal."""
    def connect_bank(grade):
        return SimulatedConnection(simulated_server, world, grade)

    return connect_bank
