"""Credentials of former synchronizations: nobody needs them any more, so they are forgotten."""

from odoo.tools import SQL

from .layout import ACCOUNTS, LINKS, PROVIDER_ACCOUNTS, PROVIDERS, columns

# What is known to hold credentials, by table. What does not exist is no error: layouts differ from
# one minor version to the next.
SECRET_COLUMNS = {
    LINKS: {'access_token', 'refresh_token', 'provider_data', 'client_id'},
    ACCOUNTS: {'account_data'},
}
# Every provider added columns of its own: their names tell.
SECRET_WORDS = (
    'token', 'secret', 'password', 'credential', 'item_id', '_key', 'login', 'session', 'cookie',
    'auth', 'certificate', 'signature',
)
PROVIDER_WORDS = ('plaid', 'yodlee', 'ponto', 'saltedge', 'salt_edge', 'odoofin', 'odoo_fin',
                  'online_sync')
TEXT_TYPES = ('varchar', 'bpchar', 'text', 'json', 'jsonb', 'bytea')

# Before this module's columns exist: whatever these tables hold is another module's.
TAKEN_OVER_TABLES = (LINKS, ACCOUNTS)
# What belongs to former modules alone, at any time.
FORMER_TABLES = (PROVIDERS, PROVIDER_ACCOUNTS)


def wipe_secrets(cr, tables):
    """Forget every credential of former synchronizations in these tables.

    Returns ``{table: [column]}`` wiped.
    """
    wiped = {}
    for table in tables:
        known = SECRET_COLUMNS.get(table, ())
        names = sorted(
            name for name in columns(cr, table) if name in known or _says(name, SECRET_WORDS)
        )
        if _wipe(cr, table, names):
            wiped[table] = names
    return wiped


def wipe_company_secrets(env):
    """Forget what the companies were called, and proved, at the providers of the former modules.

    Columns that a module of today declares are its own. Returns ``{table: [column]}`` wiped.
    """
    company = env['res.company']
    names = sorted(
        name for name, sql_type in columns(env.cr, company._table).items()
        if name not in company._fields and _says(name, PROVIDER_WORDS)
        and (sql_type in TEXT_TYPES or _says(name, (*SECRET_WORDS, 'user', '_id')))
    )
    return {company._table: names} if _wipe(env.cr, company._table, names) else {}


def wipe_parameters(cr):
    """Forget the system parameters in which the former modules kept keys and user ids."""
    cr.execute(
        SQL(
            """
        DELETE FROM ir_config_parameter
         WHERE key ~ %s AND key ~ %s AND key !~ '^account_online_synchronization'
            """,
            f"^(account_)?({'|'.join(PROVIDER_WORDS)})",
            '|'.join((*SECRET_WORDS, 'user_id', 'client_id')),
        )
    )


def _wipe(cr, table, names):
    """Set the columns to null. Returns whether there are any."""
    if not names:
        return False
    quoted = [SQL.identifier(name) for name in names]
    cr.execute(
        SQL(
            "ALTER TABLE %s %s",
            SQL.identifier(table),
            SQL(", ").join(SQL("ALTER COLUMN %s DROP NOT NULL", name) for name in quoted),
        )
    )
    cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE %s",
            SQL.identifier(table),
            SQL(", ").join(SQL("%s = NULL", name) for name in quoted),
            SQL(" OR ").join(SQL("%s IS NOT NULL", name) for name in quoted),
        )
    )
    return True


def _says(column, words):
    return any(word in column for word in words)
