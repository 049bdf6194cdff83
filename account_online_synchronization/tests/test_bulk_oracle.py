"""The oracle: lines made in bulk are those that Odoo makes, in every stored column and afterwards.

Random batches: `BULK_ORACLE_SEED` repeats one, `BULK_ORACLE_ROUNDS` asks for more than the few of a
daily run.
"""
import os
import random
from datetime import date

from odoo.tests import tagged

from .bulk_common import LINES, BulkOracleCase

SEED = int(os.environ.get('BULK_ORACLE_SEED', '20261123'))
ROUNDS = int(os.environ.get('BULK_ORACLE_ROUNDS', '5'))


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
        self.assertSameBothWays(self.journal, self.make_values(self.chance, self.journal))

    def test_random_batches_are_the_same(self):
        for number in range(ROUNDS):
            seed = SEED + number
            chance = random.Random(seed)
            with self.subTest(seed=seed):
                currencies = chance.choice([(), self.foreign, self.foreign + self.yen])
                values = self.make_values(
                    chance, self.journal, 2 * LINES, currencies=currencies,
                    days=chance.choice([1, 40, 800]), **self.random_choices(chance),
                )
                journal = chance.choice([
                    self.journal, self.journal.with_user(self.env.ref('base.user_root')),
                    self.journal.with_context(tracking_disable=True),
                ])
                self.assertSameBothWays(journal, values)
