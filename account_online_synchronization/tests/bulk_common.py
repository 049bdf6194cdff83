"""Two ways to create the same bank statement lines, from the same state, and their comparison."""
import math
import os
import random
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.fields import Command
from odoo.tools.misc import split_every

from ..bulk import create as bulk_create
from ..bulk import create_statement_lines, reasons, sample
from .bulk_oracle import Snapshots, differences

LINES = 12  # enough for each choice to come several times

# The oracle for another country: BULK_ORACLE_COUNTRY=de, with its localization installed.
COUNTRY = os.environ.get('BULK_ORACLE_COUNTRY')


def in_chosen_country(set_up):
    return AccountTestInvoicingCommon.setup_country(COUNTRY)(set_up) if COUNTRY else set_up


class BulkOracleCase(AccountTestInvoicingCommon):

    @classmethod
    @in_chosen_country
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data['default_journal_bank']
        cls.company = cls.company_data['company']
        foreign = 'EUR' if cls.company.currency_id.name != 'EUR' else 'USD'
        cls.foreign = cls.setup_other_currency(foreign)
        cls.yen = cls.setup_other_currency(
            'JPY', rounding=1.0, rates=[('2016-01-01', 130.0), ('2025-06-01', 151.5)])
        parent = cls.env['res.partner'].create({'name': "Parent Company", 'is_company': True})
        cls.partners = cls.env['res.partner'].create([
            {'name': "Azure", 'is_company': True, 'email': 'azure@example.com',
             'bank_ids': [Command.create({
                 'acc_number': 'BE71096123456769', 'allow_out_payment': True,
             })]},
            {'name': "Contact", 'parent_id': parent.id},
            {'name': "Foreigner", 'country_id': cls.env.ref('base.fr').id, 'vat': 'FR23334175221'},
            {'name': "Plain", 'category_id': [Command.create({'name': "Good Customers"})]},
        ])

    def setUp(self):
        super().setUp()
        self.chance = random.Random(self._testMethodName)
        for owner, name in ((reasons, 'FEWEST_LINES'), (sample, 'LINES_PER_SAMPLE')):
            patcher = patch.object(owner, name, 1)
            patcher.start()
            self.addCleanup(patcher.stop)

    @contextmanager
    def undone(self):
        """Whatever happens in the block is rolled back."""
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            self.env.cr.clear()
            savepoint.close(rollback=True)

    @staticmethod
    def chunks_of(count):
        """Let both ways work in slices of `count` lines."""
        return patch.object(bulk_create, 'CHUNK', count)

    def make_values(
        self, chance, journal, count=LINES, first=date(2025, 1, 1), days=420, currencies=(),
        **choices,
    ):
        """Random values for `count` lines; `choices` maps more names to lists to choose from."""
        currency = journal.currency_id or journal.company_id.currency_id
        values = []
        for number in range(count):
            highest = chance.choice([1, 10**4, 10**6])
            vals = {
                'journal_id': journal.id,
                'date': first + timedelta(days=chance.randrange(days)),
                'amount': currency.round(chance.randint(-highest, highest) / 100),
                'payment_ref': chance.choice([f"Line {number}", "é\t\\N\n'x'", False]),
                **{name: chance.choice(options) for name, options in choices.items()},
            }
            if currencies and vals['amount'] and chance.random() < 0.5:
                vals |= self.make_foreign_amount(chance, vals['amount'], chance.choice(currencies))
            values.append(vals)
        return values

    def make_foreign_amount(self, chance, amount, currency):
        if chance.random() < 0.3:
            return {'foreign_currency_id': currency.id}
        foreign_amount = currency.round(amount * chance.uniform(2, 3)) or math.copysign(1, amount)
        return {'foreign_currency_id': currency.id, 'amount_currency': foreign_amount}

    def assertSameBothWays(self, journal, values, follow_up=None, in_bulk=True):  # noqa: N802
        """Create `values` with Odoo and in bulk from one state, and compare all that is stored."""
        # What is still pending at the end is written by the user whose request it is.
        self.env.transaction.default_env = journal.env
        snapshots = Snapshots(self.env)
        states, errors = [], []
        plainly = bulk_create._create_plainly
        with patch.object(bulk_create, '_create_plainly', wraps=plainly) as plain:
            for create in (self._create_with_odoo, create_statement_lines):
                with self.undone():
                    lines = create(journal, [dict(vals) for vals in values])
                    states.append(snapshots.take())
                    if follow_up:
                        follow_up(lines)
                        states.append(snapshots.take())
        self.assertEqual(plain.called, not in_bulk, "taken way")
        half = len(states) // 2
        for step, (odoo, bulk) in enumerate(zip(states[:half], states[half:], strict=True)):
            errors += [f"step {step}: {text}" for text in differences(odoo, bulk)]
        self.assertFalse(errors, "\n".join(errors[:30]))

    def _create_with_odoo(self, journal, values):
        lines = journal.env['account.bank.statement.line']
        return lines.concat(*(
            lines.create(part) for part in split_every(bulk_create.CHUNK, values, list)))
