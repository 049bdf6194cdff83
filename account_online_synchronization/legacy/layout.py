"""What an older database really contains."""

from odoo.tools import SQL

MODULE = 'account_online_synchronization'

LINKS = 'account_online_link'
ACCOUNTS = 'account_online_account'
JOURNALS = 'account_journal'
LINES = 'account_bank_statement_line'
PROVIDERS = 'account_online_provider'
PROVIDER_ACCOUNTS = 'account_online_journal'

# In characters; what is longer does not fit into an index.
LONGEST_IDENTIFIER = 500
# System parameter: how journals grouped their transactions before is taken over once.
GROUPING_MARKER = 'account_online_synchronization.previous_groupings_kept'


def columns(cr, table):
    """Columns of ``table`` and their types as PostgreSQL calls them; empty without such a table."""
    cr.execute(
        SQL(
            "SELECT column_name, udt_name FROM information_schema.columns"
            " WHERE table_schema = current_schema AND table_name = %s",
            table,
        )
    )
    return dict(cr.fetchall())


def unknown_columns(env, model_name):
    """Columns of the model's table that none of its fields declares; they are left untouched."""
    model = env[model_name]
    declared = {name for name, field in model._fields.items() if field.store and field.column_type}
    return sorted(set(columns(env.cr, model._table)) - declared)


def set_parameter(cr, key, value):
    """Set a system parameter while the models are not ready."""
    cr.execute(
        SQL(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
            key, value,
        )
    )


def is_first_call(cr, what):
    """Whether ``what`` is done for the first time in this transaction."""
    marker = f'{MODULE}.{what}'
    cr.execute("SELECT current_setting(%s, TRUE) = 'done'", [marker])
    was_done = cr.fetchone()[0]
    cr.execute("SELECT set_config(%s, 'done', TRUE)", [marker])
    return not was_done
