"""The previous module's own tables and records, when it is installed or updated itself."""

from .credentials import FORMER_TABLES, wipe_secrets
from .layout import JOURNALS, PROVIDER_ACCOUNTS, PROVIDERS, columns, is_first_call
from .retire import PREVIOUS_MODULE, retire_previous_module, spare_unknown_fields
from .tables import (
    clear_dangling,
    clear_unreadable_times,
    drop_rules,
    ensure_columns,
    ensure_field_columns,
)

NEEDED = {
    PROVIDERS: {'company_id': 'int4'},
    PROVIDER_ACCOUNTS: {'account_online_provider_id': 'int4'},
}


def prepare_previous_table(model):
    """:func:`prepare_previous_module`, and make room for the columns of this model."""
    prepare_previous_module(model.env.cr)
    ensure_field_columns(model, PREVIOUS_MODULE)


def prepare_previous_module(cr):
    """Before the previous module adds its columns: nothing of an older series may break that."""
    if not is_first_call(cr, 'previous_module_prepared'):
        return
    retire_previous_module(cr)
    for table in FORMER_TABLES:
        if columns(cr, table):
            drop_rules(cr, table)
            ensure_columns(cr, table, NEEDED[table])
            clear_unreadable_times(cr, table)
            for author in ('create_uid', 'write_uid'):
                clear_dangling(cr, table, author, 'res_users')
    wipe_secrets(cr, FORMER_TABLES)
    if columns(cr, PROVIDERS):
        clear_dangling(cr, PROVIDERS, 'company_id', 'res_company')
        if columns(cr, PROVIDER_ACCOUNTS):
            clear_dangling(cr, PROVIDER_ACCOUNTS, 'account_online_provider_id', PROVIDERS)
    if 'account_online_journal_id' in columns(cr, JOURNALS):
        ensure_columns(cr, JOURNALS, {'account_online_journal_id': 'int4'})
        if columns(cr, PROVIDER_ACCOUNTS):
            clear_dangling(cr, JOURNALS, 'account_online_journal_id', PROVIDER_ACCOUNTS)


def spare_previous_module(env):
    """After its update: columns that it declares no more stay as they are."""
    spare_unknown_fields(env, (PREVIOUS_MODULE,))
