"""Before this module's columns exist: make tables that another module left safe to take over."""

import logging

from odoo.tools import SQL

from .credentials import TAKEN_OVER_TABLES, wipe_secrets
from .layout import (
    ACCOUNTS,
    GROUPING_MARKER,
    JOURNALS,
    LINES,
    LINKS,
    LONGEST_IDENTIFIER,
    MODULE,
    columns,
    is_first_call,
    set_parameter,
)
from .retire import PREVIOUS_MODELS, retire_previous_module, retire_records, stop_crons
from .tables import (
    clear_dangling,
    clear_unreadable_times,
    drop_rules,
    ensure_columns,
    ensure_field_columns,
)

_logger = logging.getLogger(__name__)

MODELS = ('account.online.link', 'account.online.account')
# A column that only this module has: where it is missing, the table is somebody else's.
OWN_COLUMN = 'is_previous'
# What another module of this name leaves in Odoo's own tables.
TRACES = {
    JOURNALS: {'account_online_account_id', 'account_online_link_id'},
    LINES: {'online_transaction_identifier', 'online_account_id'},
}
NEEDED = {
    LINKS: {
        'name': 'varchar', 'state': 'varchar', 'company_id': 'int4', 'auto_sync': 'bool',
        'next_refresh': 'timestamp', 'provider_type': 'varchar', 'previous_institution': 'varchar',
        OWN_COLUMN: 'bool',
    },
    ACCOUNTS: {
        'name': 'varchar', 'account_online_link_id': 'int4', 'company_id': 'int4',
        'currency_id': 'int4', 'active': 'bool', 'online_identifier': 'varchar',
        'last_sync': 'date',
    },
    JOURNALS: {
        'account_online_account_id': 'int4', 'account_online_link_id': 'int4',
        'bank_statement_creation_groupby': 'varchar',
    },
    LINES: {'online_account_id': 'int4', 'online_transaction_identifier': 'varchar'},
}


def prepare_table(model):
    """:func:`prepare`, and make room for the columns of this model."""
    prepare(model.env.cr)
    ensure_field_columns(model)


def prepare(cr):
    """Disconnect and disarm what another module left in the tables that this one takes over.

    Does nothing on a new database, and nothing when it was done before.
    """
    # Once in a transaction: while Odoo adds our columns, half of them are there.
    if not is_first_call(cr, 'prepared'):
        return
    retire_previous_module(cr)
    if not _is_anothers(cr):
        return
    _logger.info("Bank connections of another module found: they are disconnected and kept")
    stop_crons(cr, MODULE, (*MODELS, *PREVIOUS_MODELS))
    retire_records(cr, MODULE)
    _take_over_tables(cr)
    _disconnect_links(cr)
    _complete_accounts(cr)
    _take_over_journals(cr)


def _is_anothers(cr):
    """Whether another module made what is there, and we have not taken it over yet."""
    found = columns(cr, LINKS)
    if found:
        return OWN_COLUMN not in found
    return bool(columns(cr, ACCOUNTS)) or any(
        names & set(columns(cr, table)) for table, names in TRACES.items()
    )


def _take_over_tables(cr):
    if 'bank_statement_creation_groupby' in columns(cr, JOURNALS):
        # What this module kept is younger than what the previous one did.
        set_parameter(cr, GROUPING_MARKER, 'True')
    wipe_secrets(cr, TAKEN_OVER_TABLES)
    for table in TAKEN_OVER_TABLES:
        cr.execute(
            SQL("CREATE TABLE IF NOT EXISTS %s (id serial PRIMARY KEY)", SQL.identifier(table))
        )
        drop_rules(cr, table)
    for table, wanted in NEEDED.items():
        ensure_columns(cr, table, wanted)
    for table in TAKEN_OVER_TABLES:
        clear_unreadable_times(cr, table)
        clear_dangling(cr, table, 'company_id', 'res_company')
        for author in ('create_uid', 'write_uid'):
            clear_dangling(cr, table, author, 'res_users')
    clear_dangling(cr, ACCOUNTS, 'account_online_link_id', LINKS)
    clear_dangling(cr, ACCOUNTS, 'currency_id', 'res_currency')
    clear_dangling(cr, JOURNALS, 'account_online_account_id', ACCOUNTS)
    clear_dangling(cr, LINES, 'online_account_id', ACCOUNTS)
    _shorten_identifiers(cr)


def _shorten_identifiers(cr):
    """Cut what is too long for an index, where there is any."""
    cr.execute(
        """
        UPDATE account_bank_statement_line
           SET online_transaction_identifier = LEFT(online_transaction_identifier, %(length)s)
         WHERE LENGTH(online_transaction_identifier) > %(length)s
        """,
        {'length': LONGEST_IDENTIFIER},
    )
    if cr.rowcount:
        # The index comes in this transaction, and would meet the long ones in the dead rows that
        # an update leaves. A default that differs by row lets PostgreSQL write the table anew.
        cr.execute(
            """
            ALTER TABLE account_bank_statement_line
              ADD COLUMN written_anew double precision DEFAULT random()
            """
        )
        cr.execute("ALTER TABLE account_bank_statement_line DROP COLUMN written_anew")


def _disconnect_links(cr):
    """Mark every link as previous and disconnected, with the values that our columns require."""
    cr.execute(
        """
        UPDATE account_online_link link
           SET is_previous = TRUE, state = 'disconnected', auto_sync = FALSE, next_refresh = NULL,
               previous_institution = NULLIF(TRIM(name), ''),
               name = COALESCE(NULLIF(TRIM(name), ''), 'Previous synchronization'),
               company_id = COALESCE(
                   company_id,
                   (SELECT MIN(journal.company_id)
                      FROM account_online_account account
                      JOIN account_journal journal
                        ON journal.account_online_account_id = account.id
                     WHERE account.account_online_link_id = link.id),
                   (SELECT MIN(id) FROM res_company))
        """
    )


def _complete_accounts(cr):
    """Accounts belong to the company of the journal they feed, else to that of their link."""
    _keep_one_journal_per_account(cr)
    cr.execute(
        """
        UPDATE account_online_account account
           SET active = TRUE,
               name = COALESCE(NULLIF(TRIM(account.name), ''), 'Bank account'),
               company_id = COALESCE(
                   (SELECT company_id FROM account_journal
                     WHERE account_online_account_id = account.id),
                   (SELECT company_id FROM account_online_link link
                     WHERE link.id = account.account_online_link_id),
                   account.company_id,
                   (SELECT MIN(id) FROM res_company))
        """
    )
    # An account that no link shows would not appear anywhere: one link for those of a company.
    cr.execute(
        """
        WITH shown AS (
            INSERT INTO account_online_link (name, state, company_id, auto_sync, is_previous)
            SELECT DISTINCT 'Previous synchronization', 'disconnected', company_id, FALSE, TRUE
              FROM account_online_account WHERE account_online_link_id IS NULL
         RETURNING id, company_id
        )
        UPDATE account_online_account account SET account_online_link_id = shown.id
          FROM shown
         WHERE account.account_online_link_id IS NULL AND shown.company_id = account.company_id
        """
    )
    _keep_one_account_per_identifier(cr)


def _keep_one_account_per_identifier(cr):
    """Where former versions repeated a key that is unique here, the newest row keeps it."""
    cr.execute(
        """
        UPDATE account_online_account older SET online_identifier = NULL
          FROM account_online_account newer
         WHERE newer.account_online_link_id = older.account_online_link_id
           AND newer.online_identifier = older.online_identifier AND newer.id > older.id
        """
    )


def _keep_one_journal_per_account(cr):
    """Of several journals that one account fed, the oldest keeps it."""
    cr.execute(
        """
        UPDATE account_journal newer SET account_online_account_id = NULL
          FROM account_journal older
         WHERE older.account_online_account_id = newer.account_online_account_id
           AND older.id < newer.id
        """
    )


def _take_over_journals(cr):
    """Journals follow their accounts; none claims to be synchronized without one."""
    cr.execute(
        """
        UPDATE account_journal journal
           SET account_online_link_id = (
                   SELECT account_online_link_id FROM account_online_account account
                    WHERE account.id = journal.account_online_account_id),
               bank_statement_creation_groupby = CASE
                   WHEN bank_statement_creation_groupby = 'bimonthly' THEN 'fortnight'
                   WHEN bank_statement_creation_groupby
                        IN ('none', 'day', 'week', 'fortnight', 'month')
                   THEN bank_statement_creation_groupby
                   ELSE 'month' END,
               bank_statements_source = CASE
                   WHEN bank_statements_source = 'online_sync'
                        AND account_online_account_id IS NULL THEN 'undefined'
                   ELSE bank_statements_source END
        """
    )
