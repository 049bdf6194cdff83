from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .bulk_common import BulkOracleCase


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
