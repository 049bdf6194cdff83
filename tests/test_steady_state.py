"""A synchronization reads little of a long history, as PostgreSQL itself counts it."""

import pytest

from tests.bench.banks import open_banks
from tests.bench.stage import BOOKS, Ground, Stage
from tools import templates
from tools.odoo import clone_database
from tools.places import ROOT

LINES = 20_000
CASES = 'bank and books agree', 'they differ every time', 'there are no statements'


class Ready(Stage):
    """A database that is not installed anew."""

    def __enter__(self):
        server = self.ground.server
        ready = templates.with_addons(self.ground.odoo, server, (BOOKS,))
        clone_database(server, ready, self.database)
        return self


@pytest.fixture(scope='module')
def stage(workshop):
    """A journal whose history is so long that PostgreSQL does not prefer to read tables whole."""
    with Ready(Ground(workshop.odoo, workshop.postgres), 'bench_steady', BOOKS, ROOT) as stage:
        yield stage


@pytest.fixture(scope='module')
def read(stage):
    """Rows that a synchronization of ten new transactions reads: {case: {table: number}}."""
    with open_banks() as banks:
        stage.run('history.prepare', proxy_url=banks.url)
        told = stage.run('history.read_in_all_cases', proxy_url=banks.url, lines=LINES)
    return {case: cost['tables'] for case, cost in zip(CASES, told, strict=True)}


@pytest.mark.parametrize('case', CASES)
def test_the_past_is_not_read_when(read, case):
    assert read[case]
    assert all(rows < LINES for rows in read[case].values()), read[case]
