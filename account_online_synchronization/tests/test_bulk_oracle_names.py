from odoo.tests import tagged

from .bulk_common import LINES, BulkOracleCase


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

    def test_a_gap_that_the_batch_makes(self):
        self.name_first_entry('BNK1/2025/00007')
        self.env.cr.execute(
            "UPDATE account_move SET sequence_number = 5 WHERE name = 'BNK1/2025/00007'")
        self.env.invalidate_all()
        self.assertSameNames()

    def test_a_gap_that_the_batch_fills(self):
        self.name_first_entry('BNK1/2025/00001')
        self.name_first_entry('BNK1/2024/00001', '2024-12-31')
        later = self.env['account.move'].search([('name', '=', 'BNK1/2024/00001')])
        self.env.cr.execute("""
            UPDATE account_move
               SET name = %s, sequence_prefix = 'BNK1/2025/', sequence_number = %s,
                   made_sequence_gap = TRUE
             WHERE id = %s
        """, [f'BNK1/2025/{LINES + 2:05}', LINES + 2, later.id])
        self.env.invalidate_all()
        values = self.make_values(self.chance, self.journal, days=360)
        self.assertSameBothWays(self.journal, values)

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
