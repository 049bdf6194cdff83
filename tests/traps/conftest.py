"""The traps of `tests/matching` once more, on a real database with journals and statement lines."""

import sys
from functools import partial

import pytest

import tests.matching.conftest  # noqa: F401 -- makes `matching` importable
from tests.matching.books import one_row_per_page
from tools.places import ROOT


def _share_matching():
    """Let Odoo use the very modules that the tests import as ``matching``.

    Else each side would have its own classes, and no row of one would be a row of the other.
    """
    import matching

    prefix = 'odoo.addons.account_online_synchronization'
    for name, module in list(sys.modules.items()):
        if name == matching.__name__ or name.startswith(f'{matching.__name__}.'):
            sys.modules[f'{prefix}.{name}'] = module


@pytest.fixture
def paging():
    """Pages are put together before the database sees them: one way is enough here."""
    return one_row_per_page


@pytest.fixture(scope='session')
def registry(workshop):
    """Odoo in this process, on a database with the addon."""
    pytest.importorskip('odoo')
    _share_matching()
    from odoo.modules.registry import Registry
    from odoo.tools import config

    name = workshop.new_database(('account_online_synchronization',))
    config.parse_config(
        ['--addons-path', str(workshop.addons_path), '-d', name, '--log-level=warn']
    )
    assert str(ROOT) in str(workshop.addons_path)
    registry = Registry(name)
    yield registry
    registry.delete(name)


@pytest.fixture(scope='session')
def first_journal(registry):
    """What each test begins with, in a transaction that is never committed."""
    from odoo import SUPERUSER_ID, api

    from tests.traps.odoo_books import Records

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        yield env, {'A': Records(env, 'A')}
        cr.rollback()


@pytest.fixture
def make_books(first_journal):
    """Function that makes a journal of a company with nothing in it; gone after the test."""
    from tests.traps.odoo_books import OdooBooks

    env, ready = first_journal
    env.cr.flush()
    savepoint = env.cr.savepoint(flush=False)
    yield partial(OdooBooks, env, ready)
    env.cr.clear()
    savepoint.close(rollback=True)


@pytest.fixture
def books(make_books):
    """One journal with nothing in it."""
    return make_books()
