from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestStatements(OnlineSyncCommon):
    def _statements(self):
        return self.env['account.bank.statement'].search(
            [('journal_id', '=', self.journal.id)], order='first_line_index',
        )

    def _balances(self):
        return [(s.balance_start, s.balance_end_real) for s in self._statements()]

    def test_one_statement_a_month_by_default(self):
        self.synchronize(row('2026-02-02', 10), row('2026-02-20', 5), row('2026-03-02', 1))
        self.assertEqual(self._balances(), [(0.0, 15.0), (15.0, 16.0)])
        self.assertTrue(all(s.is_complete and s.is_valid for s in self._statements()))

    def test_the_grouping_is_chosen_per_journal(self):
        self.journal.bank_statement_creation_groupby = 'day'
        self.synchronize(row('2026-02-02', 10), row('2026-02-20', 5), row('2026-02-20', 1))
        self.assertEqual(self._balances(), [(0.0, 10.0), (10.0, 16.0)])

    def test_without_grouping_there_are_no_statements(self):
        self.journal.bank_statement_creation_groupby = 'none'
        self.synchronize(row('2026-02-02', 10))
        self.assertFalse(self._statements())
        self.assertEqual(len(self.lines()), 1)

    def test_a_late_transaction_joins_its_month_and_later_balances_follow(self):
        early = [row('2026-01-05', 1), row('2026-02-02', 10), row('2026-03-02', 100)]
        self.synchronize(*early)
        self.synchronize(*early, row('2026-01-20', 5, "Late"))
        self.assertEqual(self._balances(), [(0.0, 6.0), (6.0, 16.0), (16.0, 116.0)])
        self.assertTrue(all(s.is_complete and s.is_valid for s in self._statements()))

    def test_the_first_statement_starts_with_what_the_bank_had(self):
        self.synchronize(row('2026-02-02', 10), row('2026-03-02', -5), balance='1005.00')
        self.assertEqual(self._balances(), [(1000.0, 1010.0), (1010.0, 1005.0)])

    def test_an_earlier_month_begins_with_the_same_opening_past_an_entry_without_statement(self):
        self.env['account.bank.statement.line'].create([
            {'journal_id': self.journal.id, 'date': day, 'amount': amount, 'payment_ref': "x"}
            for day, amount in (('2025-12-01', 70), ('2026-01-25', 6))
        ])
        self.synchronize(row('2026-02-02', 10))
        self.synchronize(row('2026-02-02', 10), row('2026-01-20', 4))
        self.assertEqual(self._balances(), [(70.0, 74.0), (80.0, 90.0)])

    def test_the_opening_balance_is_proposed_and_booked_once(self):
        self.synchronize(row('2026-02-02', 10), balance='1010.00')
        self.assertEqual(self.account.opening_proposal, 1000.0)
        self.account.action_book_opening()
        self.assertRecordValues(self.account.opening_line_id, [
            {'date': fields.Date.to_date('2026-02-01'), 'amount': 1000.0},
        ])
        self.assertFalse(self.account.opening_proposal)
        self.synchronize(row('2026-02-02', 10), balance='1010.00')
        self.assertEqual(self.account.balance_difference, 0.0)
        with self.assertRaisesRegex(UserError, "no opening balance to book"):
            self.account.action_book_opening()

    def test_the_opening_balance_is_booked_without_statements_too(self):
        self.journal.bank_statement_creation_groupby = 'none'
        self.synchronize(row('2026-02-02', 10), balance='1010.00')
        self.account.action_book_opening()
        self.synchronize(row('2026-02-02', 10), balance='1010.00')
        self.assertEqual(self.account.balance_difference, 0.0)

    def test_no_opening_balance_is_booked_into_a_closed_period(self):
        self.synchronize(row('2026-02-02', 10), balance='1010.00')
        self.env.company.hard_lock_date = '2026-01-31'
        self.account.action_book_opening()
        self.account.opening_line_id.unlink()
        self.env.company.hard_lock_date = '2026-02-01'
        with self.assertRaisesRegex(UserError, "closed period"):
            self.account.action_book_opening()

    def test_a_statement_made_by_hand_is_not_touched(self):
        by_hand = self.env['account.bank.statement'].create(
            {
                'name': "By hand",
                'balance_start': 7,
                'balance_end_real': 99,
                'line_ids': [
                    (
                        0,
                        0,
                        {
                            'journal_id': self.journal.id,
                            'date': '2026-02-10',
                            'amount': 3,
                            'payment_ref': "x",
                        },
                    )
                ],
            }
        )
        self.synchronize(row('2026-02-02', 10), row('2026-03-02', 1))
        self.assertRecordValues(by_hand, [{'balance_start': 7, 'balance_end_real': 99}])
        self.assertEqual(len(by_hand.line_ids), 1)


@tagged('post_install', '-at_install')
class TestLocks(OnlineSyncCommon):
    ROWS = (row('2026-01-30', 10, "Locked"), row('2026-02-02', 5, "Open"))

    def _sync_locked(self, **locks):
        self.env.company.write(locks or {'fiscalyear_lock_date': '2026-01-31'})
        return self.synchronize(*self.ROWS)

    def test_a_transaction_in_a_closed_period_waits(self):
        result = self._sync_locked()
        self.assertEqual((result.new, result.waiting), (1, 1))
        self.assertEqual(self.lines(), [('2026-02-02', 5.0, "Open")])
        waiting = self.feed('waiting')
        self.assertEqual(str(waiting.lock_date), '2026-01-31')
        self.assertIn("Global Lock Date", waiting.reason)

    def test_the_hard_lock_holds_too(self):
        self._sync_locked(hard_lock_date='2026-01-31')
        self.assertEqual(self.feed('waiting').lock_name, 'hard_lock_date')

    def test_a_lock_that_does_not_concern_banks_is_no_lock(self):
        self._sync_locked(sale_lock_date='2026-01-31', purchase_lock_date='2026-01-31')
        self.assertEqual(len(self.lines()), 2)

    def test_lifting_the_lock_books_what_waited(self):
        self._sync_locked()
        self.env.company.fiscalyear_lock_date = False
        self.env['account.online.account'].search([])._book_waiting()
        self.assertEqual(self.lines()[0], ('2026-01-30', 10.0, "Locked"))
        self.assertFalse(self.feed('waiting'))

    def test_an_entry_made_by_hand_while_the_transaction_waited_is_linked(self):
        self._sync_locked()
        self.env.company.fiscalyear_lock_date = False
        entry = self.env['account.bank.statement.line'].create({
            'journal_id': self.journal.id, 'date': '2026-01-30', 'amount': 10,
            'payment_ref': "By hand",
        })
        self.account._book_waiting()
        self.assertEqual(entry.online_transaction_id.description, "Locked")
        self.assertEqual(len(self.lines()), 2)

    @mute_logger('odoo.addons.account_online_synchronization.models.account_online_link_sync')
    def test_trouble_of_one_account_does_not_let_the_others_wait(self):
        journal = self.env['account.journal'].create({'name': "Two", 'type': 'bank', 'code': 'TWO'})
        self._online_account('A2', "Savings")._link_to_journal(journal)
        self.bank.rows['A2'] = list(self.ROWS)
        self._sync_locked()
        self.journal.suspense_account_id = False
        with self.committing(self.env.company) as (company,):
            company.fiscalyear_lock_date = False
            company.env.ref(
                'account_online_synchronization.ir_cron_book_waiting').method_direct_trigger()
        self.assertEqual(len(self.lines(journal)), 2)
        self.assertEqual(self.feed('waiting').online_account_id, self.account)
        self.assertIn("L-", self.link.message_ids[0].body)

    def test_lifting_the_lock_wakes_the_scheduled_action(self):
        self._sync_locked()
        with RecordCapturer(self.env['ir.cron.trigger'].sudo(), []) as triggers:
            self.env.company.fiscalyear_lock_date = False
        self.assertEqual(
            triggers.records.cron_id,
            self.env.ref('account_online_synchronization.ir_cron_book_waiting'),
        )

    def test_an_exception_for_everybody_opens_the_period(self):
        self._sync_locked()
        self.env['account.lock_exception'].create({
            'company_id': self.env.company.id, 'user_id': False, 'fiscalyear_lock_date': False,
            'end_datetime': False,
        })
        self.env['account.online.account'].search([])._book_waiting()
        self.assertFalse(self.feed('waiting'))

    def test_waiting_rows_are_told(self):
        self._sync_locked()
        self.assertEqual(self.link.waiting_count, 1)
        self.assertTrue(self.link.activity_ids)

    def test_the_activity_ends_with_the_wait(self):
        self._sync_locked()
        self.env.company.fiscalyear_lock_date = False
        self.synchronize(*self.ROWS)
        self.assertEqual(len(self.lines()), 2)
        self.assertFalse(self.link.activity_ids)


@tagged('post_install', '-at_install')
class TestDeletedLines(OnlineSyncCommon):
    ROWS = (row('2026-02-02', 10, "Keep"), row('2026-02-03', 5, "Drop"))

    def setUp(self):
        super().setUp()
        self.synchronize(*self.ROWS)
        self.env['account.bank.statement.line'].search([('payment_ref', '=', "Drop")]).unlink()

    def test_a_deleted_line_stays_away(self):
        for _again in range(3):
            self.synchronize(*self.ROWS)
        self.assertEqual(self.lines(), [('2026-02-02', 10.0, "Keep")])

    def test_a_line_deleted_with_its_journal_entry_stays_away_too(self):
        self.synchronize(row('2026-02-02', -40, "Rent", id='T1'))
        entry = self.account.transaction_ids.statement_line_id.move_id
        entry.button_draft()
        entry.unlink()
        self.assertEqual(self.feed('ignored').line_deleted_by_id, self.env.user)
        self.synchronize()
        self.assertFalse(self.lines())

    def test_who_deleted_a_line_is_remembered(self):
        ignored = self.feed('ignored')
        self.assertEqual(ignored.line_deleted_by_id, self.env.user)
        self.assertTrue(ignored.line_deleted_at)

    def test_the_statement_follows_the_deletion(self):
        statement = self.env['account.bank.statement'].search(
            [('journal_id', '=', self.journal.id)]
        )
        self.assertRecordValues(statement, [{'balance_end_real': 10.0, 'is_complete': True}])

    def test_the_last_line_takes_its_statement_with_it(self):
        self.env['account.bank.statement.line'].search([('payment_ref', '=', "Keep")]).unlink()
        self.assertFalse(
            self.env['account.bank.statement'].search([('journal_id', '=', self.journal.id)])
        )

    def test_a_deleted_line_can_be_restored(self):
        self.feed('ignored').action_restore()
        self.synchronize(*self.ROWS)
        self.assertEqual(self.lines()[1], ('2026-02-03', 5.0, "Drop"))

    def test_a_line_cannot_be_restored_twice(self):
        ignored = self.feed('ignored')
        ignored.action_restore()
        with self.assertRaises(UserError):
            ignored.action_restore()
        self.assertEqual(len(self.lines()), 2)

    def test_a_restored_line_can_be_deleted_again(self):
        self.feed('ignored').action_restore()
        self.env['account.bank.statement.line'].search([('payment_ref', '=', "Drop")]).unlink()
        self.synchronize(*self.ROWS)
        self.assertEqual(len(self.lines()), 1)


@tagged('post_install', '-at_install')
class TestBalanceProof(OnlineSyncCommon):
    def test_equal_balances_are_a_proof(self):
        self.synchronize(row('2026-02-02', 10), balance='110.00')
        self.assertRecordValues(self.account, [{
            'opening_balance': 100.0, 'books_balance': 110.0, 'balance_difference': 0.0,
        }])
        self.assertEqual(self.account.balance_proof['state'], 'equal')

    def test_a_missing_transaction_is_seen(self):
        self.synchronize(row('2026-02-02', 10), balance='110.00')
        self.synchronize(row('2026-02-02', 10), balance='117.00')
        self.assertEqual(self.account.balance_difference, 7.0)

    def test_the_first_day_of_a_difference_is_found(self):
        rows = [
            row('2026-02-02', 10, balance_after='110.00'),
            row('2026-02-03', 5, balance_after='118.00'),
            row('2026-02-04', 5, balance_after='123.00'),
        ]
        self.synchronize(*rows[:1], balance='110.00')
        self.synchronize(*rows, balance='123.00')
        self.assertEqual(self.account.balance_difference, 3.0)
        self.assertEqual(str(self.account.balance_differs_since), '2026-02-03')

    def test_the_history_is_not_read_again_while_a_difference_stays(self):
        first = row('2026-02-02', 10, balance_after='110.00')
        second = row('2026-02-03', 5, balance_after='118.00')
        self.synchronize(first, balance='110.00')
        self.synchronize(first, second, balance='118.00')
        day = self.account.balance_differs_since
        with patch(
            'odoo.addons.account_online_synchronization.sync.balance_proof._compare_histories',
        ) as compare:
            self.synchronize(first, second, row('2026-02-04', 1), balance='119.00')
        self.assertFalse(compare.called)
        self.assertTrue(day)
        self.assertRecordValues(
            self.account, [{'balance_difference': 3.0, 'balance_differs_since': day}]
        )

    def test_an_unusable_row_does_not_end_up_in_the_opening(self):
        good, bad = row('2026-02-02', 10), row('2026-02-03', 'NaN', id='B')
        self.synchronize(good, bad, balance='115.00')
        self.assertEqual(self.account.balance_proof['state'], 'unknown')
        self.synchronize(good, row('2026-02-03', 5, id='B'), balance='115.00')
        self.assertRecordValues(
            self.account, [{'opening_balance': 100.0, 'balance_difference': 0.0}]
        )
        self.assertEqual(self.account.balance_proof['state'], 'equal')

    def test_rows_that_wait_explain_a_difference(self):
        self.synchronize(row('2026-02-02', 10), balance='110.00')
        self.env.company.fiscalyear_lock_date = '2026-01-31'
        self.synchronize(row('2026-02-02', 10), row('2026-01-05', 5), balance='115.00')
        self.assertEqual(self.account.balance_difference, 5.0)
        self.assertEqual(
            self.account.balance_proof['unbooked'], {'waiting': {'amount': 5.0, 'count': 1}},
        )

    def test_without_statements_the_opening_counts_too(self):
        self.journal.bank_statement_creation_groupby = 'none'
        self.synchronize(row('2026-02-02', 10), balance='110.00')
        self.assertEqual(self.account.balance_difference, 0.0)
