"""What an older database really contains."""

from odoo.tools import SQL

# Columns that hold, or may hold, credentials at a bank or at a provider, by table. What does not
# exist is no error: layouts differ from one minor version to the next.
SECRET_COLUMNS = {
    'account_online_link': {'access_token', 'refresh_token', 'provider_data', 'client_id'},
    'account_online_account': {'account_data'},
}
# In the previous module every provider added columns of its own: their names tell.
SECRET_WORDS = ('token', 'secret', 'password', 'credential', 'item_id', 'api_key', 'private_key')
TABLES_WITH_PROVIDER_COLUMNS = ('account_online_provider', 'account_online_journal')
COMPANY_SECRET_PREFIXES = ('plaid', 'yodlee', 'ponto', 'saltedge', 'odoofin', 'online_sync')

# What belongs to former modules alone; the tables of links and accounts are ours once prepared.
FORMER_TABLES = (*TABLES_WITH_PROVIDER_COLUMNS, 'res_company')

TEXT_TYPES = ('character varying', 'text', 'json', 'jsonb', 'bytea')


def columns(cr, table):
    """Columns of ``table`` and their SQL types; empty when there is no such table."""
    cr.execute(
        SQL(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema AND table_name = %s",
            table,
        )
    )
    return dict(cr.fetchall())


def secret_columns(cr, table):
    """Names of the columns of ``table`` that may hold secrets."""
    found = columns(cr, table)
    secrets = set(found) & SECRET_COLUMNS.get(table, set())
    if table in TABLES_WITH_PROVIDER_COLUMNS:
        secrets |= {name for name in found if _names_a_secret(name)}
    elif table == 'res_company':
        secrets |= {
            name
            for name in found
            if name.startswith(COMPANY_SECRET_PREFIXES) and _names_a_secret(name, 'user_id', '_id')
        }
    return sorted(name for name in secrets if found[name] in TEXT_TYPES)


def _names_a_secret(column, *more_words):
    return any(word in column for word in (*SECRET_WORDS, *more_words))


def unknown_columns(env, model_name):
    """Columns of the model's table that none of its fields declares; they are left untouched."""
    model = env[model_name]
    declared = {name for name, field in model._fields.items() if field.store and field.column_type}
    return sorted(set(columns(env.cr, model._table)) - declared)


def wipe_secrets(cr, tables):
    """Forget every credential of former synchronizations in these tables.

    Returns ``{table: [column]}`` wiped.
    """
    wiped = {}
    for table in tables:
        if names := secret_columns(cr, table):
            cr.execute(
                SQL(
                    "UPDATE %s SET %s WHERE %s",
                    SQL.identifier(table),
                    SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in names),
                    SQL(" OR ").join(SQL("%s IS NOT NULL", SQL.identifier(name)) for name in names),
                )
            )
            wiped[table] = names
    return wiped
