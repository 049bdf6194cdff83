from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..bulk import create_statement_lines
from .bulk_common import BulkOracleCase


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

    def test_a_column_that_the_database_generates(self):
        self.env.cr.execute("""
            ALTER TABLE account_move ADD COLUMN search_name text
                  GENERATED ALWAYS AS (lower(name)) STORED
        """)
        self.assertSameBatches(self.journal)

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

    def test_several_chunks_with_statements_and_analytic_models(self):
        self.make_analytic_models()
        statement = self.env['account.bank.statement'].create({'name': "Empty"})
        with self.chunks_of(7):
            self.assertSameBatches(self.journal, statement_id=[False, statement.id])

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
