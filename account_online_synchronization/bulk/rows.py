"""The columns in which lines of one kind differ, and how they follow from the line.

The methods return {column: text or None}. All other columns are the sample's.
"""
import re
from dataclasses import dataclass

from .reasons import KNOWN_VALUES
from .text import column_text

# Known values that the statement line stores as they come.
PASSED_ON = frozenset({
    'account_number', 'partner_name', 'payment_ref', 'transaction_details', 'transaction_type',
})
HIGHEST_SEQUENCE = 2**31 - 1  # bank statement lines sort by the complement of their sequence


@dataclass(slots=True)
class Ids:
    """Primary keys of the rows of one line."""

    statement_line: int
    move: int
    liquidity: int
    suspense: int


@dataclass(slots=True)
class EntryName:
    """The name of an entry and what Odoo keeps of it."""

    name: str
    prefix: str
    number: int


class RowBuilder:
    """Fills the columns for the lines of one journal.

    :param journal: one `account.journal`
    :param currencies: `money.Currencies` of the journal
    :param accounts: liquidity account and suspense account, as found in a sample
    :param partners: see `partners.partner_columns`
    :param distributions: see `partners.analytic_distributions`
    :param value_names: the names of all values that any of the lines has
    """

    def __init__(self, journal, currencies, accounts, partners, distributions, value_names):
        self._lines = journal.env['account.bank.statement.line']
        self._narration = journal.env['account.move']._fields['narration']
        self._currencies = currencies
        self._accounts = accounts
        self._partners = partners
        self._distributions = distributions
        self._leaves_residual = [
            account.reconcile or account.account_type in {'asset_cash', 'liability_credit_card'}
            for account in accounts
        ]
        self._passed_on = [
            (name, self._lines._fields[name])
            for name in sorted((value_names - KNOWN_VALUES) | PASSED_ON)
        ]

    def rows(self, line, ids, entry_name):
        """Return the columns of (entry, liquidity item, suspense item, statement line)."""
        shared = self._shared_item_columns(line, ids, entry_name)
        return (
            self._entry(line, ids, entry_name),
            self._item(
                line, 0, self._currencies.journal, line.amount, line.company_amount,
            ) | shared | {'id': str(ids.liquidity)},
            self._item(
                line, 1, line.currency, -line.transaction_amount, -line.company_amount,
            ) | shared | {'id': str(ids.suspense)},
            self._statement_line(line, ids),
        )

    def _entry(self, line, ids, entry_name):
        total, total_currency = _total(line)
        total_currency = line.currency.text(total_currency)
        narration = line['narration']
        columns = {
            'id': str(ids.move),
            'name': entry_name.name,
            'sequence_prefix': entry_name.prefix,
            'sequence_number': str(entry_name.number),
            'date': line.date.isoformat(),
            'ref': _char(line.vals.get('ref')),
            'narration': narration and column_text(self._narration, narration, self._lines.move_id),
            'partner_id': _id(line['partner_id']),
            'statement_line_id': str(ids.statement_line),
            'amount_total': total_currency,
            'amount_total_signed': self._currencies.company.text(total),
            'amount_total_in_currency_signed': total_currency,
        }
        if line['partner_id']:
            columns |= self._partners[line['partner_id'], line.currency.id]
        return columns

    def _shared_item_columns(self, line, ids, entry_name):
        return {
            'move_id': str(ids.move),
            'move_name': entry_name.name,
            'name': _char(line.vals.get('payment_ref')),
            'date': line.date.isoformat(),
            'ref': _char(line.vals.get('ref')),
            'partner_id': _id(line['partner_id']),
            'statement_line_id': str(ids.statement_line),
            'statement_id': _id(line['statement_id']),
        }

    def _item(self, line, side, currency, amount_currency, balance):
        company = self._currencies.company
        balance_text, zero = company.text(balance), company.text(0.0)
        amount_text = currency.text(amount_currency)
        leaves_residual = self._leaves_residual[side]
        account_id = self._accounts[side].id
        return {
            'balance': balance_text,
            'debit': balance_text if balance > 0 else zero,
            'credit': company.text(-balance) if balance < 0 else zero,
            'amount_currency': amount_text,
            'amount_residual': balance_text if leaves_residual else zero,
            'amount_residual_currency': amount_text if leaves_residual else currency.text(0.0),
            'price_subtotal': amount_text,
            'price_total': amount_text,
            'analytic_distribution': self._distributions.get((line['partner_id'] or 0, account_id)),
        }

    def _statement_line(self, line, ids):
        sequence = line.vals.get('sequence', 1) or 0
        place_of_day = f'{HIGHEST_SEQUENCE - sequence:0>10}{ids.statement_line:0>10}'
        foreign_amount = line.currency.text(line.transaction_amount) if line.is_foreign else '0.0'
        return {
            **self._passed_on_columns(line.vals),
            'id': str(ids.statement_line),
            'move_id': str(ids.move),
            'statement_id': _id(line['statement_id']),
            'sequence': str(sequence),
            'partner_id': _id(line['partner_id']),
            # Odoo doesn't know the line's currency yet when it stores this: no padding.
            'amount': repr(line.amount),
            'amount_currency': foreign_amount,
            'amount_residual': repr(line.currency.round(-line.transaction_amount) or 0.0),
            'internal_index': f'{line.date:%Y%m%d}{place_of_day}',
        }

    def _passed_on_columns(self, vals):
        return {
            name: column_text(field, vals[name], self._lines) if name in vals else None
            for name, field in self._passed_on
        }


def split_name(name, fixed_regex):
    """Return (prefix, number) of an entry's name as `sequence.mixin` splits it."""
    match = fixed_regex.match(name)
    return name[:match.start('seq')], int(match['seq'] or 0)


def compiled_regex(move):
    """What `split_name` needs, of the journal of an entry."""
    return re.compile(move._sequence_fixed_regex)


def _total(line):
    """What Odoo calls the total of an entry: its debits, in (company currency, their currency)."""
    if line.company_amount > 0:
        return line.company_amount, line.amount
    if line.company_amount < 0:
        return -line.company_amount, -line.transaction_amount
    return 0.0, 0.0


def _char(value):
    return None if value is None or value is False else str(value)


def _id(value):
    return str(value) if value else None
