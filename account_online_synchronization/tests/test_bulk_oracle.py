"""The oracle: lines made in bulk are those that Odoo makes, in every stored column and afterwards.

Random batches: `BULK_ORACLE_SEED` repeats one, `BULK_ORACLE_ROUNDS` asks for more than the few of a
daily run.
"""
import math
import os
import random
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.fields import Command
from odoo.tests import tagged

from ..bulk import create as bulk_create
from ..bulk import create_statement_lines, reasons, sample
from .bulk_oracle import Snapshots, differences

SEED = int(os.environ.get('BULK_ORACLE_SEED', '20261123'))
ROUNDS = int(os.environ.get('BULK_ORACLE_ROUNDS', '8'))
LINES = 40


class BulkOracleCase(AccountTestInvoicingCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data['default_journal_bank']
        cls.company = cls.company_data['company']
        cls.foreign = cls.setup_other_currency('EUR')
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
        return journal.env['account.bank.statement.line'].create(values)


@tagged('post_install', '-at_install')
class TestBulkOracle(BulkOracleCase):

    def random_choices(self, chance):
        partners = [False, *self.partners.ids]
        return {
            key: options for key, options in {
                'partner_id': partners,
                'partner_name': ["Somebody", False],
                'account_number': ['BE71 0961 2345 6769', False],
                'transaction_type': ['PMNT', False],
                'transaction_details': [{'b': [1, 2], 'a': {'é': "x\\y"}}, False],
                'narration': ["<p>Hello <b>you</b></p>", False],
                'ref': ['A1', 'B2', False],
                'sequence': [1, 2, 10],
                'online_structured_reference': ['+++090/9337/55493+++', False],
                'online_value_date': [date(2025, 5, 5), '2025-05-06', False],
            }.items() if chance.random() < 0.6
        }

    def test_ids_that_grow_by_a_digit_dont_mix_up_the_items(self):
        # After the lines that Odoo makes, the first sample gets the items 999... and 1000...
        self.env.cr.execute("SELECT last_value + 10 FROM account_move_line_id_seq")
        digits = len(str(self.env.cr.fetchone()[0] + 2 * LINES))
        self.env.cr.execute(
            "SELECT setval('account_move_line_id_seq', %s)", [10**digits - 2 - 2 * LINES])
        self.assertSameBothWays(self.journal, self.make_values(random.Random(SEED), self.journal))

    def test_random_batches_are_the_same(self):
        for number in range(ROUNDS):
            seed = SEED + number
            chance = random.Random(seed)
            with self.subTest(seed=seed):
                currencies = chance.choice([(), self.foreign, self.foreign + self.yen])
                values = self.make_values(
                    chance, self.journal, currencies=currencies, days=chance.choice([1, 40, 800]),
                    **self.random_choices(chance),
                )
                journal = chance.choice([
                    self.journal, self.journal.with_user(self.env.ref('base.user_root')),
                    self.journal.with_context(tracking_disable=True),
                ])
                self.assertSameBothWays(journal, values)
