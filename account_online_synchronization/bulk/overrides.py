"""Who takes part when Odoo creates a statement line, its entry and its items.

A sample shows what creation stores, not what else it does: a module may send a mail or push a job.
So modules that redefine a method of the creation are let through only when they are known, which
means that the oracle test passes with them.
"""
import sys

MODELS = ('account.bank.statement.line', 'account.move', 'account.move.line')

# Other models whose fields depend on ours: `insert` has them recomputed.
RECOMPUTED_MODELS = frozenset({'account.bank.statement', 'account.analytic.line'})

KNOWN_MODULES = frozenset({
    'odoo',  # the framework itself
    'account', 'account_debit_note', 'account_edi', 'account_edi_ubl_cii', 'account_fleet',
    'account_online_synchronization', 'account_payment', 'analytic', 'base', 'base_import', 'fleet',
    'hr_expense', 'hr_fleet', 'hr_timesheet', 'html_editor', 'mail', 'phone_validation',
    'point_of_sale', 'portal', 'pos_sale', 'product', 'product_email_template', 'purchase',
    'purchase_stock', 'sale', 'sale_expense', 'sale_project', 'sale_stock', 'sale_timesheet', 'sms',
    'snailmail', 'snailmail_account', 'stock_account', 'utm', 'web',
})

CREATION_METHODS = frozenset({
    # records
    'create', 'write', '_create', 'default_get', '_add_missing_default_values',
    '_prepare_create_values', '_validate_fields', '_check_company', 'modified', 'flush_model',
    'flush_recordset', '_sanitize_vals', '_compute_field_value', '_get_protected_vals',
    # bank statement line
    '_prepare_move_line_default_vals', '_seek_for_lines', '_synchronize_from_moves',
    '_synchronize_to_moves',
    # journal entry and items
    'action_post', '_post', '_hash_moves', '_synchronize_business_models', '_sync_dynamic_lines',
    '_get_sync_stack', '_check_balanced', '_check_fiscal_lock_dates', '_check_tax_lock_date',
    '_affect_tax_report', '_get_accounting_date', '_get_violated_lock_dates',
    '_check_constrains_account_id_journal_id', '_create_analytic_lines', '_prepare_analytic_lines',
    '_get_analytic_distribution_arguments', '_related_analytic_distribution',
    '_reconcile_marked', '_is_user_able_to_review',
    # names
    '_set_next_sequence', '_locked_increment', '_get_sequence_cache', '_get_sequence_date_range',
    '_set_next_made_sequence_gap', '_make_regex_non_capturing', '_get_last_sequence_domain',
    '_get_last_sequence', '_get_starting_sequence', '_get_sequence_format_param',
    '_get_next_sequence_format', '_deduce_sequence_number_reset', '_sequence_fixed_regex',
    # chatter
    '_creation_message', '_creation_subtype', '_message_auto_subscribe', '_message_log_batch',
    '_track_discard', '_track_get_fields', '_track_template', '_message_track_post_template',
})


def who_changes_creation(env):
    """Say which unknown module, patch or trigger takes part in the creation; None if none does."""
    return _overrides(env.registry) or _foreign_fields(env.registry) or _triggers(env)


def _overrides(registry):
    for model_name in MODELS:
        model = registry[model_name]
        names = _creation_methods(model)
        for klass in model.mro():
            for name in names & vars(klass).keys():
                for owner in owners_of(klass, vars(klass)[name]) - KNOWN_MODULES:
                    return f"{owner} redefines {model_name}.{name}"
    return None


def _creation_methods(model):
    """The names of the methods that run when a record of `model` is created."""
    names = set(CREATION_METHODS)
    for field in model._fields.values():
        hooks = (field.compute if field.store else None, field.inverse, field.default)
        names.update(hook for hook in hooks if isinstance(hook, str))
    for klass in model.mro():
        names.update(name for name, value in vars(klass).items() if hasattr(value, '_constrains'))
    return names


def owners_of(klass, attribute):
    """The modules that define a class attribute, and the packages that patched it.

    A wrapper may bear the name and the module of what it wraps: where its code lies tells more.
    Wrappers of Python's own library (a context manager, a cache) do nothing of their own accord.
    """
    function = getattr(attribute, '__func__', attribute)
    owners = set()
    while function is not None:
        wrapped = getattr(function, '__wrapped__', None)
        named_module = getattr(function, '__module__', None) or klass.__module__
        code_module = getattr(function, '__globals__', {}).get('__name__') or named_module
        owners.add(_package(named_module))
        if wrapped is None or _package(code_module) not in sys.stdlib_module_names:
            owners.add(_package(code_module))
        function = wrapped
    return owners


def _package(module):
    parts = module.split('.')
    return parts[2] if parts[:2] == ['odoo', 'addons'] else parts[0]


def _foreign_fields(registry):
    """Stored fields that an unknown module computes on our models, or from them."""
    for model_name in MODELS:
        for field in registry[model_name]._fields.values():
            if field.store and field.compute and _is_unknown(field):
                return f"{field._module or 'a custom field'} stores {field}"
            for dependent in registry.get_dependent_fields(field):
                if (
                    dependent.store and dependent.model_name not in RECOMPUTED_MODELS
                    and _is_unknown(dependent)
                ):
                    return f"{dependent._module or 'a custom field'} stores {dependent}"
    return None


def _is_unknown(field):
    return field.manual or field._module not in KNOWN_MODULES


def _triggers(env):
    """Triggers and rules in the database: they may do more for an update than for an insertion."""
    tables = [env[name]._table for name in MODELS]
    env.cr.execute("""
        SELECT 'trigger', tgname FROM pg_trigger
         WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal
         UNION ALL
        SELECT 'rule', rulename FROM pg_rewrite
         WHERE ev_class = ANY(%(tables)s::regclass[])
         LIMIT 1
    """, {'tables': tables})
    row = env.cr.fetchone()
    return row and f"the {row[0]} {row[1]} watches the tables"
