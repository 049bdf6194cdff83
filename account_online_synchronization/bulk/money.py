"""Amounts as Odoo rounds, converts and stores them, without a record at hand."""
from functools import cache, lru_cache

from odoo.tools import float_repr, float_round


class Money:
    """One currency: how it rounds, and how PostgreSQL gets to see its amounts."""

    def __init__(self, currency):
        self.record = currency
        self.id = currency.id
        self.rounding = currency.rounding
        self.decimal_places = currency.decimal_places
        # An entry holds the same amount many times.
        self.text = lru_cache(maxsize=256)(self._text)

    def round(self, amount):
        return float_round(amount, precision_rounding=self.rounding)

    def _text(self, amount):
        """What a monetary field of this currency stores for `amount`, as text."""
        return float_repr(self.round(amount or 0.0), self.decimal_places)


class Currencies:
    """The currencies of a journal, and the rates between them."""

    def __init__(self, journal):
        self._company = journal.company_id
        self._currencies = journal.env['res.currency']
        company_currency = journal.company_id.sudo().currency_id
        self.company = Money(company_currency)
        self.journal = Money(journal.currency_id or company_currency)
        self.foreign = cache(self._foreign)
        self._rate = cache(self._get_rate)

    def _foreign(self, currency_id):
        """The currency of a transaction; the journal's own counts as none, as in Odoo."""
        if not currency_id or currency_id == self.journal.id:
            return None
        return Money(self._currencies.browse(currency_id))

    def _get_rate(self, source, target, day):
        return self._currencies._get_conversion_rate(
            source.record, target.record, self._company, day)

    def convert(self, amount, source, target, day):
        return target.round(amount * self._rate(source, target, day)) if amount else 0.0

    def company_amount(self, amount, transaction_amount, currency, day):
        """The amount in the company's currency, chosen as Odoo's statement line does."""
        if self.journal.id == self.company.id:
            return amount
        if currency.id == self.company.id:
            return transaction_amount
        return self.convert(amount, self.journal, self.company, day)
