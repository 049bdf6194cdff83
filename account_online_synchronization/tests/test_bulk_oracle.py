"""The oracle: lines made in bulk are those that Odoo makes, in every stored column and afterwards.

Random batches: `BULK_ORACLE_SEED` repeats one, `BULK_ORACLE_ROUNDS` asks for more than the few of a
daily run.
"""
import os
import random
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..bulk import create_statement_lines
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
                    chance, self.journal, currencies=currencies, days=chance.choice([1, 40, 800]),
                    **self.random_choices(chance),
                )
                journal = chance.choice([
                    self.journal, self.journal.with_user(self.env.ref('base.user_root')),
                    self.journal.with_context(tracking_disable=True),
                ])
                self.assertSameBothWays(journal, values)


@tagged('post_install', '-at_install')
class TestBulkOracleJournals(BulkOracleCase):
    """Journals of every sort, and what the company has configured around them."""

    def assertSameBatches(self, journal, in_bulk=True, follow_up=None, **choices):  # noqa: N802
        choices = {'partner_id': [False, *self.partners.ids], **choices}
        values = self.make_values(self.chance, journal, **choices)
        self.assertSameBothWays(journal, values, follow_up, in_bulk)

    def test_a_journal_in_a_foreign_currency(self):
        self.journal.currency_id = self.foreign
        self.assertSameBatches(self.journal, currencies=self.yen + self.company.currency_id)

    def test_a_journal_without_decimals(self):
        self.journal.currency_id = self.yen
        self.assertSameBatches(self.journal, currencies=self.foreign)

    def test_a_credit_card(self):
        self.assertSameBatches(self.company_data['default_journal_credit'])

    def test_a_cash_register(self):
        self.assertSameBatches(self.company_data['default_journal_cash'])

    def test_a_suspense_account_that_is_reconciled(self):
        self.journal.suspense_account_id.reconcile = True
        self.assertSameBatches(self.journal, currencies=self.foreign)

    def test_a_company_with_storno_accounting(self):
        self.company.account_storno = True
        self.assertSameBatches(self.journal)

    def test_fiscal_positions_found_by_country(self):
        self.env['account.fiscal.position'].create({
            'name': "Abroad", 'auto_apply': True, 'country_id': self.env.ref('base.fr').id,
        })
        self.assertSameBatches(self.journal)

    def test_partners_with_a_payment_method(self):
        for partner in self.partners[:2]:
            partner.property_outbound_payment_method_line_id = (
                self.journal.outbound_payment_method_line_ids[:1])
            partner.property_inbound_payment_method_line_id = (
                self.journal.inbound_payment_method_line_ids[:1])
        self.assertSameBatches(self.journal)

    def test_another_company(self):
        other = self.setup_other_company(name="Other Company")
        journal = other['default_journal_bank'].with_company(other['company'])
        self.assertSameBatches(journal, currencies=self.foreign)

    def test_a_branch_that_uses_the_journal_of_its_parent(self):
        self.company.child_ids = [Command.create({'name': "Branch"})]
        self.env.user.company_ids += self.company.child_ids
        branch = self.company.child_ids
        journal = self.journal.with_context(allowed_company_ids=branch.ids)
        self.assertSameBatches(journal)

    def test_a_user_who_works_in_another_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.assertSameBatches(self.journal.with_context(lang='fr_FR'))

    def test_statements_that_exist_already(self):
        lines = self.env['account.bank.statement.line'].create(
            self.make_values(self.chance, self.journal, count=6))
        statements = self.env['account.bank.statement'].create([
            {'name': "With lines", 'line_ids': [Command.set(lines[:3].ids)], 'balance_start': 10.0},
            {'name': "Empty", 'balance_start': 100.0, 'balance_end_real': 120.0},
        ])
        self.assertSameBatches(self.journal, statement_id=[False, *statements.ids])

    def test_analytic_models_for_partners_and_accounts(self):
        self.make_analytic_models()
        self.assertSameBatches(self.journal, currencies=self.foreign)

    def make_analytic_models(self):
        plan = self.env['account.analytic.plan'].create({'name': "Departments"})
        accounts = self.env['account.analytic.account'].create([
            {'name': name, 'plan_id': plan.id} for name in ("North", "South")
        ])
        prefix = self.journal.suspense_account_id.code
        self.env['account.analytic.distribution.model'].create([
            {'partner_id': self.partners[0].id, 'analytic_distribution': {accounts[0].id: 100}},
            {
                'partner_category_id': self.partners[3].category_id.id,
                'account_prefix': prefix,
                'analytic_distribution': {accounts[0].id: 33.3, accounts[1].id: 66.7},
            },
        ])

    def test_a_company_whose_lock_date_has_passed(self):
        self.company.fiscalyear_lock_date = '2025-02-28'
        self.assertSameBatches(self.journal, in_bulk=False)

    def test_a_journal_that_secures_its_entries(self):
        self.journal.restrict_mode_hash_table = True
        values = [{**vals, 'amount': 0.0} for vals in self.make_values(self.chance, self.journal)]
        self.assertSameBothWays(self.journal, values, in_bulk=False)

    def test_what_odoo_refuses_is_refused_in_its_words(self):
        self.journal.suspense_account_id.active = False
        values = self.make_values(self.chance, self.journal)
        with self.assertRaises(UserError) as odoo, self.undone():
            self.env['account.bank.statement.line'].create([dict(vals) for vals in values])
        with self.assertRaises(UserError) as bulk, self.undone():
            create_statement_lines(self.journal, values)
        self.assertEqual(str(odoo.exception), str(bulk.exception))

    def test_a_company_with_an_audit_trail(self):
        self.company.restrictive_audit_trail = True
        self.assertSameBatches(self.journal, in_bulk=False)


@tagged('post_install', '-at_install')
class TestBulkOracleNames(BulkOracleCase):
    """Names of entries, in all the formats that a journal may have."""

    def name_first_entry(self, name, day='2025-01-15'):
        line = self.env['account.bank.statement.line'].create({
            'journal_id': self.journal.id, 'date': day, 'amount': 1.0, 'payment_ref': "First",
        })
        line.move_id.name = name

    def assertSameNames(self, **choices):  # noqa: N802
        self.assertSameBothWays(
            self.journal, self.make_values(self.chance, self.journal, **choices),
            follow_up=self.make_one_by_hand,
        )

    def make_one_by_hand(self, lines):
        """In the same transaction as the batch: what it has drawn must be known."""
        for day in ('2025-03-31', '2025-07-01', '2026-01-01'):
            lines.create({
                'journal_id': self.journal.id, 'date': day, 'amount': 5.0, 'payment_ref': "Hand",
            })

    def test_an_empty_journal(self):
        self.assertSameNames()

    def test_one_number_range_per_year(self):
        self.name_first_entry('BNK1/2025/00017')
        self.assertSameNames(days=800, ref=[False, 'B', 'A'])

    def test_one_number_range_per_month(self):
        self.name_first_entry('BNK1/2025/01/0007')
        self.assertSameNames()

    def test_one_number_range_for_ever(self):
        self.name_first_entry('BANK-00099')
        self.assertSameNames()

    def test_a_year_that_ends_in_june(self):
        self.company.write({'fiscalyear_last_month': '6', 'fiscalyear_last_day': 30})
        self.assertSameNames()

    def test_a_month_within_a_year_that_ends_in_june(self):
        self.company.write({'fiscalyear_last_month': '6', 'fiscalyear_last_day': 15})
        self.name_first_entry('BNK1/24-25/01/0001')
        self.assertSameNames()

    def test_a_suffix(self):
        self.name_first_entry('BNK1/2025/0001 X')
        self.assertSameNames()

    def test_a_format_of_the_journals_own(self):
        self.name_first_entry('B2025-001')
        self.journal.sequence_override_regex = (
            r'^(?P<prefix1>.*?)(?P<year>\d{4})(?P<prefix2>-)(?P<seq>\d+)(?P<suffix>\D*?)$')
        self.assertSameNames()

    def test_numbers_that_outgrow_their_padding(self):
        self.name_first_entry('BNK1/2025/95')
        self.assertSameNames()

    def test_a_journal_that_changed_its_rhythm(self):
        self.name_first_entry('BNK1/2025/00001', '2025-01-05')
        self.name_first_entry('BNK1/2025/06/0001', '2025-06-10')
        self.name_first_entry('BNK1/2025/09/0003', '2025-09-10')
        self.assertSameNames(days=360)

    def test_a_gap_before_the_batch(self):
        for number in (1, 2, 5):
            self.name_first_entry(f'BNK1/2025/0000{number}')
        self.assertSameNames()

    def test_payments_with_a_number_range_of_their_own(self):
        self.journal.payment_sequence = True
        payment = self.env['account.payment'].create({
            'amount': 10.0, 'partner_id': self.partners[0].id, 'journal_id': self.journal.id,
            'date': '2025-02-01', 'payment_type': 'inbound', 'partner_type': 'customer',
        })
        payment.action_post()
        self.assertSameNames()

    def test_a_second_batch_in_the_same_transaction(self):
        first, second = (self.make_values(self.chance, self.journal) for _ in range(2))
        self.assertSameBothWays(
            self.journal, first, follow_up=lambda lines: lines.create(second))

    def test_more_lines_than_odoo_names_at_once(self):
        values = self.make_values(self.chance, self.journal, count=60)
        with self.chunks_of(25):
            self.assertSameBothWays(self.journal, values)


@tagged('post_install', '-at_install')
class TestBulkOracleAfterwards(BulkOracleCase):
    """What users do with the lines leaves the same rows, whichever way they were made."""

    def assertSameAfterwards(self, follow_up, **choices):  # noqa: N802
        values = self.make_values(
            self.chance, self.journal, partner_id=[False, *self.partners.ids], **choices)
        values[3] |= {
            'amount': 115.0, 'partner_id': self.partners[0].id, 'date': date(2025, 3, 3),
            'foreign_currency_id': False, 'amount_currency': 0.0,
        }
        self.assertSameBothWays(self.journal, values, follow_up)

    def pay_invoice(self, lines):
        line = lines[3]
        receivable = self.invoice.line_ids.filtered(
            lambda item: item.display_type == 'payment_term')
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = receivable.account_id
        (suspense + receivable).reconcile()
        self.assertTrue(line.is_reconciled)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.init_invoice(
            'out_invoice', partner=cls.partners[0], amounts=[115.0], post=True)

    def test_reconcile_with_an_invoice(self):
        self.assertSameAfterwards(self.pay_invoice)

    def test_undo_the_reconciliation(self):
        def undo(lines):
            self.pay_invoice(lines)
            lines[:10].action_undo_reconciliation()

        self.assertSameAfterwards(undo, currencies=self.foreign)

    def test_reset_to_draft_and_post_again(self):
        def reset(lines):
            lines[:6].move_id.button_draft()
            lines[:4].move_id.action_post()

        self.assertSameAfterwards(reset)

    def test_change_amount_label_and_partner(self):
        def change(lines):
            lines[5].write({
                'amount': 77.7, 'payment_ref': "Changed", 'partner_id': self.partners[3].id})
            lines[6].write({'foreign_currency_id': self.yen.id, 'amount_currency': 1000.0})

        self.assertSameAfterwards(change)

    def test_delete_lines(self):
        self.assertSameAfterwards(lambda lines: (lines[-5:] + lines[2]).unlink())

    def test_delete_lines_of_a_company_with_an_audit_trail(self):
        def delete(lines):
            lines.company_id.restrictive_audit_trail = True
            lines[:3].unlink()

        self.assertSameAfterwards(delete)

    def test_secure_the_entries_with_a_hash(self):
        def secure(lines):
            for line in lines:
                _liquidity, suspense, _other = line._seek_for_lines()
                suspense.account_id = self.company_data['default_account_revenue']
            lines.move_id._hash_moves(force_hash=True, raise_if_gap=False)
            self.assertTrue(all(lines.mapped('inalterable_hash')))
            results = self.company._check_hash_integrity()['results']
            self.assertNotIn('corrupted', [result['status'] for result in results])

        self.assertSameAfterwards(secure)

    def test_put_the_lines_into_a_statement(self):
        def close(lines):
            ordered = lines.sorted('internal_index')
            for part in (ordered[:12], ordered[12:]):
                self.env['account.bank.statement'].create({
                    'line_ids': [Command.set(part.ids)],
                    'balance_end_real': sum(part.mapped('amount')),
                })

        self.assertSameAfterwards(close)

    def test_change_the_analytic_distribution(self):
        plan = self.env['account.analytic.plan'].create({'name': "Departments"})
        account = self.env['account.analytic.account'].create({'name': "North", 'plan_id': plan.id})

        def distribute(lines):
            lines[7].move_id.line_ids[1].analytic_distribution = {account.id: 100}

        self.assertSameAfterwards(distribute)

    def test_the_running_balance(self):
        balances = []
        self.assertSameAfterwards(lambda lines: balances.append(lines.mapped('running_balance')))
        self.assertEqual(*balances)
