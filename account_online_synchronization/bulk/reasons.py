"""When lines are left to Odoo's own create: each check returns the reason as text, or None."""
import math
from datetime import date

from odoo import fields
from odoo.tools import float_compare

from .money import Currencies
from .overrides import who_changes_creation

# Below this, sampling costs more than it saves.
FEWEST_LINES = 50

# Values that `rows` knows how to store. Plain columns of other modules come on top.
KNOWN_VALUES = frozenset({
    'account_number', 'amount', 'amount_currency', 'date', 'foreign_currency_id', 'journal_id',
    'narration', 'partner_id', 'partner_name', 'payment_ref', 'ref', 'sequence', 'statement_id',
    'transaction_details', 'transaction_type',
})
PLAIN_TYPES = frozenset({
    'boolean', 'char', 'date', 'datetime', 'float', 'integer', 'json', 'many2one', 'selection',
    'text',
})
REFERENCES = ('partner_id', 'foreign_currency_id', 'statement_id')


def reason_for_plain_create(journal, vals_list):
    """Say why these lines must go through Odoo's own create; None when they may be made in bulk.

    What only a sample can show is not asked here: `create_statement_lines` may still find a reason.

    :param journal: one `account.journal`
    :param list[dict] vals_list: as for `account.bank.statement.line.create`
    :rtype: str | None
    """
    if len(vals_list) < FEWEST_LINES:
        return f"{len(vals_list)} lines are too few"
    return (
        _reason_in_journal(journal)
        or who_changes_creation(journal.env)
        or _reason_in_names(journal, vals_list)
        or _reason_in_values(journal, vals_list)
        or _reason_in_periods(journal, vals_list)
        or _reason_in_statements(journal, vals_list)
    )


def _reason_in_journal(journal):
    if journal.type not in {'bank', 'cash', 'credit'}:
        return "the journal is not a bank journal"
    if journal.restrict_mode_hash_table:
        return "the journal's entries are secured with a hash"
    # A branch may use the journal of its parent: its entries are its own.
    if any((journal.company_id | journal.env.company).sudo().mapped('restrictive_audit_trail')):
        return "the company keeps a restrictive audit trail"
    if journal.is_self_billing:
        return "the journal numbers its entries per partner"
    return None


def _reason_in_names(journal, vals_list):
    """Look at the names of the values: which fields are set, by whom, on which of the lines."""
    model = journal.env['account.bank.statement.line']
    names = set().union(*vals_list)
    for name in sorted(names - KNOWN_VALUES):
        if not _is_plain_column(model._fields.get(name)):
            return f"the value {name!r} asks for more than a column"
    if any(not model._has_field_access(model._fields[name], 'write') for name in names):
        return "a value may not be written by this user"
    sometimes = {name for name in names if any(name not in vals for vals in vals_list)}
    if defaults := model.default_get(sorted(sometimes - {'sequence'})):
        return f"the value {min(defaults)!r} has a default and is missing on some lines"
    return None


def _is_plain_column(field):
    """Whether storing this field of the statement line is no more than filling a column."""
    return (
        field is not None and field.store and field.type in PLAIN_TYPES and not field.inherited
        and not (field.compute or field.related or field.inverse)
        and not (field.company_dependent or field.translate)
    )


def _reason_in_values(journal, vals_list):
    currencies = Currencies(journal)
    for vals in vals_list:
        if vals.get('journal_id', journal.id) != journal.id:
            return "a line belongs to another journal"
        if not isinstance(vals.get('date'), (str, date)) or not vals['date']:
            return "a line has no date"
        for name in REFERENCES:
            if not isinstance(vals.get(name) or 0, int):
                return f"the value {name!r} is not the id of a record"
        if not isinstance(vals.get('sequence', 1), int):
            return "a sequence is not a number"
        if reason := _reason_in_amounts(vals, currencies):
            return reason
    return None


def _reason_in_amounts(vals, currencies):
    if vals.get('amount_currency') and not vals.get('foreign_currency_id'):
        return "an amount in a foreign currency has no currency"
    reason = _reason_in_amount(vals.get('amount'), currencies.journal)
    if not reason and (foreign := currencies.foreign(vals.get('foreign_currency_id'))):
        reason = _reason_in_amount(vals.get('amount_currency'), foreign)
    return reason


def _reason_in_amount(amount, currency):
    try:
        amount = float(amount or 0.0)
    except (TypeError, ValueError):
        return "an amount is not a number"
    if not math.isfinite(amount):
        return "an amount is not finite"
    # More digits than the currency has: where Odoo rounds is Odoo's affair.
    rounded = currency.round(amount)
    if amount != rounded and float_compare(
        amount, rounded, precision_digits=currency.decimal_places + 6,
    ):
        return "an amount has more decimals than its currency"
    return None


def _reason_in_periods(journal, vals_list):
    first_day = min(fields.Date.to_date(vals['date']) for vals in vals_list)
    for company in journal.company_id | journal.env.company:
        if company.sudo()._get_violated_lock_dates(first_day, False, journal):
            return "a line falls in a locked period"
    return None


def _reason_in_statements(journal, vals_list):
    ids = {vals['statement_id'] for vals in vals_list if vals.get('statement_id')}
    if journal.env['account.bank.statement'].browse(ids).journal_id - journal:
        return "a statement belongs to another journal"
    return None
