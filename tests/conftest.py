"""Fixtures for whole-system tests: real PostgreSQL, real Odoo servers on databases of their own."""

import shutil

import pytest

from tests.browser import attempts
from tests.harness.addons import make_addons_importable
from tests.harness.workshop import Workshop
from tools.workbench import prepared

make_addons_importable()

BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')


@pytest.fixture(scope='session')
def workshop():
    """Makes databases and servers, and cleans up after the last test."""
    with prepared(for_tests=True) as (odoo, postgres):
        workshop = Workshop(odoo, postgres)
        yield workshop
        workshop.close()


@pytest.fixture
def database(workshop):
    """Name of a fresh database with all addons installed (no demo data)."""
    name = workshop.new_database()
    yield name
    workshop.drop(name)


@pytest.fixture
def server(workshop, database):
    """A running server on a fresh database; scheduled actions run only when a test starts them."""
    server = workshop.new_server(database)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope='module')
def proxy(workshop):
    """A running proxy without the addon that keeps books."""
    server = workshop.new_server(workshop.new_database(('account_online_synchronization_proxy',)))
    server.start()
    yield server
    server.stop()
    workshop.drop(server.database)


@pytest.fixture(scope='session')
def chromium():
    """A real browser, or a reason to skip."""
    sync_api = pytest.importorskip('playwright.sync_api', reason="Playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[
            '--no-sandbox', '--disable-gpu', '--disable-background-networking',
        ])
        attempts.watch(browser)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    attempts.begin(item)
    return (yield from _noting_failures(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield from _noting_failures(item))


def _noting_failures(item):
    try:
        return (yield)
    except Exception as error:
        if item.get_closest_marker('browser'):
            attempts.note_failure(item, error)
        raise


def pytest_collection_modifyitems(items):
    """Whoever asks for a database or a server is a system test, or one in a browser."""
    for item in items:
        fixtures = getattr(item, 'fixturenames', ())
        if 'chromium' in fixtures:
            item.add_marker('browser')
        elif 'workshop' in fixtures:
            item.add_marker('system')
