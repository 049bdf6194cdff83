"""The values of a batch, read once: dates, amounts in three currencies, the kind of each line."""
from dataclasses import dataclass
from datetime import date

from odoo import fields

from .errors import NotAlikeError
from .money import Currencies, Money


@dataclass(slots=True)
class BankLine:
    """One line to create.

    `amount` is in the journal's currency, `company_amount` in the company's and
    `transaction_amount` in `currency`: the foreign currency if there is one, else the journal's.
    All are signed from the account holder's view and rounded.
    """

    position: int
    vals: dict
    date: date
    amount: float
    company_amount: float
    transaction_amount: float
    currency: Money
    is_foreign: bool
    kind: tuple = ()

    def __getitem__(self, name):
        """The value of this name, None when it is falsy or missing."""
        return self.vals.get(name) or None


def read_lines(journal, vals_list):
    """Return the list of `BankLine` of values that `reason_for_plain_create` has let pass."""
    currencies = Currencies(journal)
    today = fields.Date.context_today(journal)
    return [
        _read_line(position, vals, currencies, today) for position, vals in enumerate(vals_list)
    ]


def _read_line(position, vals, currencies, today):
    day = fields.Date.to_date(vals['date'])
    amount = transaction_amount = float(vals.get('amount') or 0.0)
    foreign = currencies.foreign(vals.get('foreign_currency_id'))
    if foreign:
        transaction_amount = (
            float(vals.get('amount_currency') or 0.0)
            or currencies.convert(amount, currencies.journal, foreign, day)
        )
        if not transaction_amount:
            raise NotAlikeError("a foreign currency without an amount")
    currency = foreign or currencies.journal
    line = BankLine(
        position, vals, day, amount,
        currencies.company_amount(amount, transaction_amount, currency, day),
        transaction_amount, currency, bool(foreign),
    )
    line.kind = _kind(line, today)
    return line


def _kind(line, today):
    """Lines of one kind differ only in columns that `rows` knows how to fill."""
    return (
        _sign(line.amount), _sign(line.company_amount), _sign(line.transaction_amount),
        line.currency.id, line.is_foreign, line.date > today,
        bool(line['partner_id']), bool(line['statement_id']),
        bool(line['payment_ref']), bool(line['narration']),
    )


def _sign(amount):
    return (amount > 0) - (amount < 0)
