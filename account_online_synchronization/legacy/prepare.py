"""Before this module's columns exist: make tables that another module left safe to take over."""

import logging

from odoo.tools import SQL

from .layout import SECRET_COLUMNS, columns, wipe_secrets
from .retire import retire_records

_logger = logging.getLogger(__name__)

# A column that only this module has: where it is missing, the table is somebody else's.
OWN_COLUMN = 'is_previous'


def prepare(cr):
    """Disconnect and disarm what another module left in the tables that this one takes over.

    Does nothing on a new database, and nothing when it was done before.
    """
    found = columns(cr, 'account_online_link')
    if not found or OWN_COLUMN in found:
        return
    _logger.info("Bank connections of another module found: they are disconnected and kept")
    wipe_secrets(cr, SECRET_COLUMNS)
    retire_records(cr)
    _disconnect_links(cr, found)
    if accounts := columns(cr, 'account_online_account'):
        _free_unique_keys(cr)
        _complete_accounts(cr, accounts)
    _convert_statement_periods(cr)


def _disconnect_links(cr, found):
    """Mark every link as previous and disconnected, with the values that our columns require."""
    cr.execute("ALTER TABLE account_online_link ADD COLUMN is_previous boolean")
    for name, sql_type in (
        ('state', 'varchar'),
        ('name', 'varchar'),
        ('company_id', 'int4'),
        ('auto_sync', 'boolean'),
        ('next_refresh', 'timestamp'),
    ):
        if name not in found:
            cr.execute(
                SQL(
                    "ALTER TABLE account_online_link ADD COLUMN %s %s",
                    SQL.identifier(name),
                    SQL(sql_type),
                )
            )
    cr.execute(
        """
        UPDATE account_online_link
           SET is_previous = TRUE, state = 'disconnected', auto_sync = FALSE, next_refresh = NULL,
               name = COALESCE(NULLIF(TRIM(name), ''), 'Previous synchronization'),
               company_id = COALESCE(company_id, (SELECT MIN(id) FROM res_company))
        """
    )


def _complete_accounts(cr, found):
    """Accounts belong to the company of the journal they feed, else to that of their link."""
    for name, sql_type in (
        ('company_id', 'int4'),
        ('active', 'boolean'),
        ('name', 'varchar'),
        ('online_identifier', 'varchar'),
        ('account_online_link_id', 'int4'),
    ):
        if name not in found:
            cr.execute(
                SQL(
                    "ALTER TABLE account_online_account ADD COLUMN %s %s",
                    SQL.identifier(name),
                    SQL(sql_type),
                )
            )
    journal_company = SQL("NULL::int4")
    if 'account_online_account_id' in columns(cr, 'account_journal'):
        journal_company = SQL(
            "(SELECT MIN(company_id) FROM account_journal"
            " WHERE account_online_account_id = account.id)"
        )
    cr.execute(
        SQL(
            """
        UPDATE account_online_account account
           SET active = TRUE,
               name = COALESCE(NULLIF(TRIM(account.name), ''), 'Bank account'),
               company_id = COALESCE(
                   %s,
                   (SELECT company_id FROM account_online_link link
                     WHERE link.id = account.account_online_link_id),
                   (SELECT MIN(id) FROM res_company))
        """,
            journal_company,
        )
    )


def _free_unique_keys(cr):
    """Where former versions repeated a key that is unique here, the newest row keeps it."""
    cr.execute(
        """
        UPDATE account_online_account older SET online_identifier = NULL
          FROM account_online_account newer
         WHERE newer.account_online_link_id = older.account_online_link_id
           AND newer.online_identifier = older.online_identifier AND newer.id > older.id
        """
    )
    if 'account_online_account_id' in columns(cr, 'account_journal'):
        cr.execute(
            """
            UPDATE account_journal newer SET account_online_account_id = NULL
              FROM account_journal older
             WHERE older.account_online_account_id = newer.account_online_account_id
               AND older.id < newer.id
            """
        )


def _convert_statement_periods(cr):
    """Former versions called two weeks ``bimonthly``; what we do not know becomes a month."""
    if 'bank_statement_creation_groupby' in columns(cr, 'account_journal'):
        cr.execute(
            """
            UPDATE account_journal
               SET bank_statement_creation_groupby = CASE bank_statement_creation_groupby
                       WHEN 'bimonthly' THEN 'fortnight' ELSE 'month' END
             WHERE bank_statement_creation_groupby
                   NOT IN ('none', 'day', 'week', 'fortnight', 'month')
            """
        )
