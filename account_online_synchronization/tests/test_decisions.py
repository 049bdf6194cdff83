"""The two buttons of the review queue, in every kind of doubt."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OnlineSyncCommon, row

RENT = row('2026-02-02', -40, "Rent", id='T1')
OTHER = row('2026-02-20', -1, "Other", id='T9')


class DecisionCase(OnlineSyncCommon):
    def by_hand(self, day, amount=-40, text="Rent by hand"):
        return self.env['account.bank.statement.line'].create({
            'journal_id': self.journal.id, 'date': day, 'amount': amount, 'payment_ref': text,
        })

    def review(self, kind):
        (row_to_review,) = self.feed('to_review').filtered(lambda each: each.review_kind == kind)
        return row_to_review

    def close_period(self, until):
        with patch.object(self.env.registry['res.company'], '_validate_locks'):
            self.env.company.fiscalyear_lock_date = until

    def reconcile(self, line):
        line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.journal.suspense_account_id
        ).account_id = self.company_data['default_account_revenue']
        self.assertTrue(line.is_reconciled)


@tagged('post_install', '-at_install')
class TestDecisions(DecisionCase):
    # === HELD BACK: THE BANK IS RIGHT, OR THE BOOKS ARE === #

    def _a_duplicate(self):
        self.synchronize(RENT, RENT)
        return self.review('possible_duplicate')

    def _a_pair(self):
        self.synchronize(row('2026-02-02', -40, "Grill", id=None), OTHER)
        self.synchronize(row('2026-02-04', -48, "Grill Berlin", id='T2'), OTHER)
        return self.review('possible_pair')

    def _a_conflict(self):
        self.synchronize(RENT)
        self.synchronize(row('2026-02-25', -80, "Rent", id='T1'))
        return self.review('id_conflict')

    def _a_leftover_of_another_provider(self):
        self.synchronize(RENT, OTHER)
        self.link.provider_type = 'another'
        self.synchronize(
            row('2026-02-02', -40, "RENT", id='B1'), row('2026-02-10', -7, "Kiosk", id='B2'),
            row('2026-02-20', -1, "OTHER", id='B3'),
        )
        return self.review('unmatched_after_switch')

    def test_the_bank_is_right_books_what_was_held_back_and_once(self):
        for ask, before, after in (
            (self._a_duplicate, 1, 2), (self._a_pair, 2, 3), (self._a_conflict, 1, 2),
            (self._a_leftover_of_another_provider, 2, 3),
        ):
            with self.subTest(ask.__name__), self.env.cr.savepoint() as savepoint:
                review = ask()
                self.assertEqual(len(self.lines()), before)
                review.action_accept_bank()
                self.assertEqual(len(self.lines()), after)
                self.assertRecordValues(review, [{
                    'state': 'imported', 'review_decision': 'accept_bank', 'reason': False,
                }])
                self.synchronize()
                self.assertEqual(len(self.lines()), after)
                self.assertNotIn(review, self.feed('to_review'))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_keep_the_books_keeps_it_out_for_good(self):
        for ask in (
            self._a_duplicate, self._a_pair, self._a_conflict,
            self._a_leftover_of_another_provider,
        ):
            with self.subTest(ask.__name__), self.env.cr.savepoint() as savepoint:
                review = ask()
                before = self.lines()
                review.action_keep_books()
                self.assertRecordValues(review, [{
                    'state': 'ignored', 'review_decision': 'keep_books', 'reason': False,
                }])
                self.synchronize()
                self.assertEqual(self.lines(), before)
                self.assertNotIn(review, self.feed('to_review'))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_was_kept_out_by_mistake_can_be_restored(self):
        review = self._a_duplicate()
        review.action_keep_books()
        review.action_restore()
        self.synchronize()
        self.assertEqual(len(self.lines()), 2)

    def test_what_is_let_in_takes_its_place_in_the_day(self):
        rows = [row('2026-02-02', amount, f"Row {amount}", id=f'T{amount}', balance_after=after)
                for amount, after in ((-5, '95'), (-20, '75'), (9, '84'))]
        rows[1]['duplicate'] = True
        self.synchronize(*rows)
        self.review('possible_duplicate').action_accept_bank()
        self.assertEqual([amount for _day, amount, _text in self.lines()], [-5, -20, 9])

    def test_what_is_let_in_into_a_closed_period_waits_with_its_reason(self):
        review = self._a_duplicate()
        self.close_period('2026-02-28')
        review.action_accept_bank()
        self.assertEqual(review.state, 'waiting')
        self.assertIn("closed until", review.reason)
        self.assertEqual(len(self.lines()), 1)
        self.env.company.fiscalyear_lock_date = False
        self.account._book_waiting()
        self.assertEqual(len(self.lines()), 2)

    def test_what_was_entered_by_hand_meanwhile_is_linked_not_doubled(self):
        review = self._a_conflict()
        entry = self.by_hand('2026-02-25', -80)
        review.action_accept_bank()
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(entry.online_transaction_id, review)

    def test_what_may_have_been_entered_by_hand_meanwhile_is_asked_about(self):
        review = self._a_conflict()
        entries = self.by_hand('2026-02-24', -80) | self.by_hand('2026-02-26', -80)
        review.action_accept_bank()
        self.assertEqual(len(self.lines()), 3)
        self.assertRecordValues(review, [{'state': 'to_review', 'review_kind': 'ambiguous_link'}])
        self.assertEqual(review.review_line_ids, entries)

    # === ENTRIES BY HAND === #

    def _an_ambiguity(self):
        self.entries = self.by_hand('2026-02-01') | self.by_hand('2026-02-04')
        self.synchronize(RENT)
        return self.review('ambiguous_link')

    def test_none_of_the_entries_by_hand_is_it(self):
        review = self._an_ambiguity()
        review.action_accept_bank()
        self.synchronize()
        self.assertEqual(len(self.lines()), 3)
        self.assertEqual(review.statement_line_id.payment_ref, "Rent")

    def test_the_books_have_it_already_by_hand(self):
        review = self._an_ambiguity()
        review.action_keep_books()
        self.assertEqual(review.statement_line_id, self.entries[0], "the nearest day")
        self.synchronize()
        self.assertEqual(len(self.lines()), 2)

    def test_an_entry_by_hand_that_is_taken_is_nobody_else_s(self):
        self._an_ambiguity().action_keep_books()
        self.synchronize(RENT, row('2026-02-03', -40, "Rent", id='T2'),
                         row('2026-02-04', -40, "Rent", id='T3'))
        self.assertEqual(
            self.entries.mapped('online_transaction_id.transaction_identifier'), ['T1', 'T3'])
        self.assertEqual(len(self.lines()), 3)
        self.assertFalse(self.feed('to_review'))

    def test_the_entry_by_hand_is_chosen(self):
        review = self._an_ambiguity()
        choices = [side['entry'] for side in review.review_comparison['books']]
        self.assertCountEqual(choices, self.entries.ids)
        review.action_link_line(self.entries[1].id)
        self.assertEqual(self.entries[1].online_transaction_id, review)
        self.synchronize()
        self.assertEqual(len(self.lines()), 2)

    # === ENTRIES THAT THE BANK CHANGED OR TOOK BACK === #

    def test_a_reconciled_entry_is_neither_corrected_nor_deleted(self):
        self.synchronize(RENT, OTHER)
        self.reconcile(self.feed()[0].statement_line_id)
        for rows in ((row('2026-02-02', -41, "Rent", id='T1'), OTHER), (OTHER,)):
            self.synchronize(*rows)
            review = self.feed('to_review')
            with self.assertRaisesRegex(UserError, "reconciled"):
                review.action_accept_bank()
            self.assertEqual(self.lines()[0], ('2026-02-02', -40.0, "Rent"))
            review.action_keep_books()
        self.synchronize()
        self.assertFalse(self.feed('to_review'))

    def test_a_correction_takes_over_everything_that_the_bank_says(self):
        self.synchronize(RENT)
        self.synchronize(row(
            '2026-02-03', -44, "Rent\nFebruary", id='T1', balance_after='56.00',
            counterparty={'name': "Landlord", 'account_number': 'DE89370400440532013000'},
            references={'end_to_end': 'E2E-7'},
            foreign={'amount': '-40', 'currency': 'EUR', 'rate': '1.1'},
        ))
        review = self.review('changed')
        self.env.ref('base.EUR').active = True
        review.action_accept_bank()
        self.assertRecordValues(review.statement_line_id, [{
            'amount': -44.0, 'payment_ref': "Rent February", 'partner_name': "Landlord",
            'account_number': 'DE89370400440532013000', 'online_end_to_end_reference': 'E2E-7',
            'foreign_currency_id': self.env.ref('base.EUR').id, 'amount_currency': -40.0,
        }])
        self.assertEqual(str(review.statement_line_id.date), '2026-02-03')
        self.assertEqual(review.balance_after, 56.0)
        self.synchronize(RENT)
        self.assertEqual(self.review('changed').review_amount, -40.0)

    def test_a_correction_moves_the_entry_into_the_statement_of_its_month(self):
        march = row('2026-03-02', 10, "March", id='T3')
        self.synchronize(row('2026-02-28', -40, "Rent", id='T1'), march)
        self.synchronize(row('2026-03-01', -40, "Rent", id='T1'), march)
        self.feed('to_review').action_accept_bank()
        statements = self.env['account.bank.statement'].search(
            [('journal_id', '=', self.journal.id)])
        self.assertEqual(
            [(len(each.line_ids), each.balance_end_real) for each in statements], [(2, -30.0)])

    def test_an_entry_under_question_that_is_deleted_stays_away(self):
        for whole_entry in (False, True):
            with self.subTest(whole_entry=whole_entry), self.env.cr.savepoint() as savepoint:
                self.synchronize(RENT)
                self.synchronize(row('2026-02-02', -41, "Rent", id='T1'))
                line = self.review('changed').statement_line_id
                if whole_entry:
                    line.move_id.button_draft()
                    line.move_id.unlink()
                else:
                    line.unlink()
                self.assertEqual(self.feed().state, 'ignored')
                self.assertEqual(self.feed().line_deleted_by_id, self.env.user)
                self.synchronize()
                self.assertFalse(self.lines())
                savepoint.rollback()
                self.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestOpenQuestions(DecisionCase):
    """Nothing waits silently, and nothing is called open that is not."""

    def test_the_activity_ends_with_the_last_decision(self):
        for action in ('action_accept_bank', 'action_keep_books'):
            with self.subTest(action), self.env.cr.savepoint() as savepoint:
                self.synchronize(RENT, RENT)
                self.assertTrue(self.link.activity_ids)
                getattr(self.feed('to_review'), action)()
                self.assertFalse(self.link.activity_ids)
                self.assertFalse(self.link.review_count)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_activity_stays_as_long_as_anything_is_open(self):
        self.synchronize(RENT, RENT, row('2026-02-03', 'NaN', "Bad", id='T2'))
        self.feed('to_review').action_keep_books()
        self.assertTrue(self.link.activity_ids)
        self.feed('quarantined').action_leave_out()
        self.assertFalse(self.link.activity_ids)

    def test_the_activity_ends_when_what_waited_is_booked(self):
        self.close_period('2026-02-28')
        self.synchronize(RENT)
        self.assertTrue(self.link.activity_ids)
        self.env.company.fiscalyear_lock_date = False
        self.env['account.online.account'].search([])._book_waiting()
        self.assertFalse(self.link.activity_ids)

    def test_what_was_left_out_is_not_counted_but_kept(self):
        bad = row('2026-02-03', 'NaN', "Bad", id='T2')
        self.synchronize(bad)
        self.feed('quarantined').action_leave_out()
        self.synchronize(bad)
        card = self.journal._get_journal_dashboard_data_batched()[self.journal.id]['online_sync']
        self.assertEqual(
            (self.account.quarantined_count, self.link.quarantined_count, card['quarantined']),
            (0, 0, 0))
        self.assertTrue(self.feed('quarantined'))
        self.assertFalse(self.link.activity_ids)

    def test_what_was_left_out_comes_in_when_the_bank_corrects_it(self):
        self.synchronize(row('2026-02-03', 'NaN', "Bad", id='T2'))
        self.feed('quarantined').action_leave_out()
        self.synchronize(row('2026-02-03', 5, "Good", id='T2'))
        self.assertEqual(self.lines(), [('2026-02-03', 5.0, "Good")])
        self.assertFalse(self.feed().acknowledged)

    def test_what_was_left_out_is_told_anew_when_the_bank_says_something_else_unusable(self):
        self.synchronize(row('2026-02-03', 'NaN', "Bad", id='T2'))
        self.feed('quarantined').action_leave_out()
        self.synchronize(row('2026-02-03', 'many', "Bad", id='T2'))
        self.assertEqual(self.link.quarantined_count, 1)
        self.assertTrue(self.link.activity_ids)


@tagged('post_install', '-at_install')
class TestBalanceAfterDecisions(DecisionCase):
    def _states(self):
        return (self.account.balance_state, self.account.balance_difference)

    def test_a_decision_is_compared_with_the_bank_at_once(self):
        self.synchronize(RENT, OTHER, balance='59.00')
        self.synchronize(RENT, OTHER, row('2026-02-25', 7, "Gift", id='T2', duplicate=True),
                         balance='66.00')
        self.assertEqual(self._states(), ('differs', 7.0))
        self.assertEqual(self.account.explaining_ids, self.feed('to_review'))
        self.assertTrue(self.account.is_explained)
        self.feed('to_review').action_accept_bank()
        self.assertEqual(self._states(), ('equal', 0.0))
        self.assertFalse(self.account.explaining_ids)

    def test_a_deletion_and_its_restoring_are_compared_with_the_bank_at_once(self):
        self.synchronize(RENT, OTHER, balance='59.00')
        self.feed()[0].statement_line_id.unlink()
        self.assertEqual(self._states(), ('differs', -40.0))
        self.assertEqual(self.account.explaining_ids, self.feed('ignored'))
        self.feed('ignored').action_restore()
        self.assertEqual(self._states(), ('equal', 0.0))

    def test_the_opening_outlives_the_first_statement(self):
        march = row('2026-03-02', 10, "March", id='T3')
        self.synchronize(RENT, march, balance='70.00')
        self.feed()[0].statement_line_id.unlink()
        self.assertEqual(self.account.books_balance, 110.0)
        self.assertEqual(self._states(), ('differs', -40.0))
        self.feed('imported').statement_line_id.unlink()
        self.assertEqual(self._states(), ('differs', -30.0))
        self.synchronize(RENT, march, row('2026-03-05', 5, "New", id='T4'), balance='75.00')
        self.assertEqual(self._states(), ('differs', -30.0))
        self.feed('ignored').action_restore()
        self.assertEqual(self._states(), ('equal', 0.0))

    def test_an_opened_period_is_compared_with_the_bank_at_once(self):
        self.synchronize(OTHER, balance='99.00')
        self.close_period('2026-02-10')
        self.synchronize(RENT, OTHER, balance='59.00')
        self.assertEqual(self._states(), ('differs', -40.0))
        self.env.company.fiscalyear_lock_date = False
        self.account._book_waiting()
        self.assertEqual(self._states(), ('equal', 0.0))

    def test_a_month_that_was_closed_at_first_keeps_the_opening_when_it_is_opened(self):
        self.close_period('2026-01-31')
        self.synchronize(row('2026-01-30', -5, "Locked"), OTHER, balance='94.00')
        self.assertEqual(self._states(), ('differs', -5.0))
        self.env.company.fiscalyear_lock_date = False
        self.account._book_waiting()
        self.assertEqual(self._states(), ('equal', 0.0))
        self.assertEqual(self.account.opening_balance, 100.0)

    def test_an_unusable_row_explains_a_difference_as_far_as_it_can_be_read(self):
        self.synchronize(OTHER, balance='99.00')
        self.synchronize(OTHER, row(None, 7, "No day", id='T2'), balance='106.00')
        self.assertEqual(self._states(), ('differs', 7.0))
        self.assertEqual(self.account.explaining_ids, self.feed('quarantined'))

    def test_a_possible_duplicate_does_not_end_up_in_the_opening(self):
        for action, opening in (('action_keep_books', 100.0), ('action_accept_bank', 140.0)):
            with self.subTest(action), self.env.cr.savepoint() as savepoint:
                self.synchronize(RENT, RENT, balance='60.00')
                self.assertEqual(self.account.balance_state, 'unknown')
                getattr(self.feed('to_review'), action)()
                self.assertEqual(self._states(), ('equal', 0.0))
                self.assertEqual(self.account.opening_balance, opening)
                savepoint.rollback()
                self.env.invalidate_all()
