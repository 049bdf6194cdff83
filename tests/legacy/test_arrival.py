"""Users of former bank synchronizations keep their books, and nothing calls out any more."""

import subprocess

import pytest

from tests.legacy.books import fingerprint, make_books
from tests.legacy.layouts import SECRETS, run
from tools.odoo import odoo_command
from tools.places import ROOT, STATE

NEW = 'account_online_synchronization'
PREVIOUS = 'account_online_sync'


def change(server, option, *modules, upgrade_path=None, more=()):
    """Install (``-i``) or update (``-u``) modules with Odoo's own command; returns its log."""
    command = odoo_command(
        '-d',
        server.database,
        option,
        ','.join(modules),
        '--stop-after-init',
        '--no-http',
        '--max-cron-threads=0',
        f'--addons-path={server.workshop.addons_path}',
        *([f'--upgrade-path={upgrade_path}'] if upgrade_path else []),
        *more,
    )
    done = subprocess.run(
        [str(part) for part in command],
        cwd=STATE,
        env=server.workshop.postgres.environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stderr


def problems(log):
    """Errors and warnings that our modules, or the tables they take over, caused."""
    return [
        line
        for line in log.splitlines()
        if (
            ' ERROR ' in line
            or ' CRITICAL ' in line
            or (' WARNING ' in line and 'account_online' in line)
        )
    ]


@pytest.fixture(scope='module')
def old_books(workshop):
    """Name of a database with books and without our addons: each test gets a copy."""
    name = workshop.new_database(addons=())
    make_books(workshop.new_server(name))
    yield name
    workshop.drop(name)


@pytest.fixture
def old(workshop, old_books):
    """A server object (never started) on a database with books and without our addons."""
    name = workshop.copy(old_books)
    yield workshop.new_server(name)
    workshop.drop(name)


@pytest.fixture
def old_previous(old):
    run(old, 'previous_module')
    return old


@pytest.fixture
def old_vendor(old):
    run(old, 'vendor_module')
    return old


def assert_arrived(server, books, log):
    assert '\n'.join(problems(log)) == ''
    assert fingerprint(server) == books
    assert run(server, 'still_alive') == []
    assert run(server, 'unknown_to_the_feed') == []
    dump = server.dump()
    assert [secret for secret in SECRETS if secret in dump] == []


def counts(server):
    return server.query(
        "SELECT count(*) FROM account_online_link"
        " UNION ALL SELECT count(*) FROM account_online_account"
        " UNION ALL SELECT count(*) FROM account_online_transaction"
        " UNION ALL SELECT count(*) FROM account_online_transaction_alias"
    )


def existing_columns(server):
    """All columns as ``table.column``."""
    return set(server.query(
        "SELECT table_name || '.' || column_name FROM information_schema.columns"
    ))


def test_a_database_of_the_previous_module_installs_the_new_one_and_its_books_stay(old_previous):
    books = fingerprint(old_previous)
    log = change(old_previous, '-i', NEW, PREVIOUS)
    assert_arrived(old_previous, books, log)
    assert (
        int(old_previous.query("SELECT count(*) FROM account_online_link WHERE is_previous")[0])
        >= 1200
    )
    assert old_previous.query("SELECT count(*) FROM account_online_transaction")[0] > '2000'
    fed = old_previous.query(
        "SELECT link.previous_provider_id FROM account_journal journal"
        " JOIN account_online_link link ON link.id = journal.account_online_link_id"
        " WHERE journal.account_online_journal_id > 1 ORDER BY journal.id"
    )
    assert fed == ['2', '3'], "journals stay with the bank that fed them"


def test_an_interrupted_installation_is_simply_repeated_and_brings_no_deleted_link_back(
    old_previous,
):
    # The previous module's own folder may be gone: its tables are enough.
    books = fingerprint(old_previous)
    run(old_previous, 'power_cut')
    with pytest.raises(AssertionError, match='power cut'):
        change(old_previous, '-i', NEW)
    run(old_previous, 'power_back')
    assert fingerprint(old_previous) == books
    assert_arrived(old_previous, books, change(old_previous, '-i', NEW))
    old_previous.query(
        "DELETE FROM account_online_link WHERE id = (SELECT max(id) FROM account_online_link)"
    )
    before = counts(old_previous)
    assert_arrived(old_previous, books, change(old_previous, '-u', NEW))
    assert counts(old_previous) == before


def test_a_database_of_the_vendors_module_is_taken_over_and_its_books_stay(old_vendor):
    books = fingerprint(old_vendor)
    log = change(old_vendor, '-u', NEW)
    assert_taken_over(old_vendor, books, log)


def test_an_update_that_was_interrupted_is_simply_repeated(old_vendor):
    books = fingerprint(old_vendor)
    run(old_vendor, 'power_cut')
    with pytest.raises(AssertionError, match='power cut'):
        change(old_vendor, '-u', NEW, upgrade_path=ROOT / 'migrations')
    run(old_vendor, 'power_back')
    assert fingerprint(old_vendor) == books
    log = change(old_vendor, '-u', NEW, upgrade_path=ROOT / 'migrations')
    assert_taken_over(old_vendor, books, log)
    before = counts(old_vendor)
    assert_arrived(old_vendor, books, change(old_vendor, '-u', NEW))
    assert counts(old_vendor) == before


def assert_taken_over(server, books, log):
    assert_arrived(server, books, log)
    previous = server.query("SELECT count(*) FROM account_online_link WHERE is_previous")
    assert previous == ['1202'], "all, and one for each journal that shared another's account"
    periods = server.query(
        "SELECT DISTINCT bank_statement_creation_groupby FROM account_journal"
        " WHERE name->>'en_US' LIKE 'Old Bank%'"
    )
    assert periods == ['fortnight'], "the way to group statements is kept"
    kept = server.query(
        "SELECT DISTINCT online_partner_information FROM account_bank_statement_line"
        " WHERE id % 10 <> 0"
    )
    assert kept == ['kept as it is']
    assert 'online_partner_information' in log, "unknown columns are listed"


def test_what_the_vendors_module_registered_breaks_nothing_and_its_data_stays(old_vendor):
    run(old_vendor, 'what_vendor_registered')
    run(old_vendor, 'broken_references')
    run(old_vendor, 'packed_pages')
    books = fingerprint(old_vendor)
    log = change(old_vendor, '-u', NEW, upgrade_path=ROOT / 'migrations')
    assert_arrived(old_vendor, books, log)
    assert run(old_vendor, 'leads_nowhere') == []
    others = {
        'account_online_link.has_unlinked_accounts', 'account_online_link.vendor_mandatory',
        'account_online_account.fetching_status', 'account_link_wizard_of_old.note',
        'account_bank_statement_line.online_partner_information',
    }
    assert others <= existing_columns(old_vendor), "columns of others stay"
    assert old_vendor.query("SELECT count(*) FROM mail_activity WHERE res_name = 'x'") == ['1']
    unfed = old_vendor.query(
        "SELECT name->>'en_US' FROM account_journal WHERE name->>'en_US' LIKE 'Old Bank%'"
        " AND account_online_account_id IS NULL"
    )
    assert unfed == [], "each journal with imported lines has the account that stands for it"


def test_other_types_and_missing_columns_of_the_vendors_module_are_converted(old_vendor):
    run(old_vendor, 'other_types')
    old_vendor.query("UPDATE ir_module_module SET latest_version = '19.0.9.0'"
                     " WHERE name = 'account_online_synchronization'")
    books = fingerprint(old_vendor)
    log = change(old_vendor, '-u', NEW)
    assert [line for line in problems(log) if 'had another type' not in line] == []
    assert fingerprint(old_vendor) == books
    assert run(old_vendor, 'still_alive') == []
    assert run(old_vendor, 'unknown_to_the_feed') == []
    names = old_vendor.query(
        "SELECT count(*) FROM account_online_link WHERE name LIKE 'Vendor Bank %'"
    )
    assert names == ['960'], "translated names are read"
    aside = old_vendor.query(
        "SELECT count(*) FROM account_online_account WHERE balance_former = 'unknown'"
    )
    assert aside == ['1200'], "what is no amount is set aside"
    linked = old_vendor.query(
        "SELECT count(*) FROM account_online_account WHERE account_online_link_id IS NULL"
    )
    assert linked == ['0']


@pytest.mark.parametrize('also_update', [(), (PREVIOUS,)], ids=['alone', 'with the previous one'])
def test_the_previous_module_of_an_older_series_breaks_nothing(old_previous, also_update):
    run(old_previous, 'what_previous_registered')
    books = fingerprint(old_previous)
    more = ('-u', ','.join(also_update)) if also_update else ()
    log = change(old_previous, '-i', NEW, more=more)
    assert_arrived(old_previous, books, log)
    assert run(old_previous, 'leads_nowhere') == []
    others = {
        'account_online_provider.plaid_error_type', 'account_journal.next_synchronization',
        'account_online_wizard.status',
    }
    assert others <= existing_columns(old_previous), "columns of others stay"
    groupings = old_previous.query(
        "SELECT DISTINCT bank_statement_creation_groupby FROM account_journal"
        " WHERE bank_statement_creation = 'bimonthly'"
    )
    assert groupings == ['fortnight'], "the way to group statements is kept"


def test_a_database_that_had_both_is_taken_over_too(old_vendor):
    run(old_vendor, 'previous_module')
    books = fingerprint(old_vendor)
    assert_arrived(old_vendor, books, change(old_vendor, '-u', NEW))
