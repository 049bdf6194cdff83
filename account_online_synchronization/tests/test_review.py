from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestReview(OnlineSyncCommon):
    def _change(self, amount=-41):
        before = row('2026-02-02', -40, "Rent", id='T1')
        self.synchronize(before)
        self.synchronize(row('2026-02-02', amount, "Rent", id='T1'))
        return self.feed('to_review')

    def test_a_change_at_the_bank_changes_no_line(self):
        review = self._change()
        self.assertEqual(self.lines(), [('2026-02-02', -40.0, "Rent")])
        self.assertRecordValues(review, [{
            'review_kind': 'changed', 'amount': -40.0, 'review_amount': -41.0,
        }])

    def test_keeping_the_books_is_not_asked_again(self):
        self._change().action_keep_books()
        self.synchronize()
        self.assertFalse(self.feed('to_review'))
        self.assertEqual(self.lines(), [('2026-02-02', -40.0, "Rent")])

    def test_accepting_the_bank_corrects_the_entry(self):
        self._change().action_accept_bank()
        self.assertEqual(self.lines(), [('2026-02-02', -41.0, "Rent")])
        self.synchronize()
        self.assertFalse(self.feed('to_review'))

    def test_an_entry_in_a_closed_period_is_not_corrected(self):
        review = self._change()
        with patch.object(self.env.registry['res.company'], '_validate_locks'):
            self.env.company.fiscalyear_lock_date = '2026-02-28'
        with self.assertRaises(UserError):
            review.action_accept_bank()

    def test_who_decided_is_remembered(self):
        review = self._change()
        review.action_keep_books()
        self.assertEqual(review.review_user_id, self.env.user)
        self.assertEqual(review.review_decision, 'keep_books')

    def test_a_removal_at_the_bank_asks_before_the_line_goes(self):
        self.synchronize(row('2026-02-02', -40, "Rent", id='T1'))
        self.bank.window = None
        self.bank.rows['A1'] = []
        self.synchronize(removed=('T1',))
        review = self.feed('to_review')
        self.assertEqual(review.review_kind, 'removed')
        self.assertEqual(len(self.lines()), 1)
        review.action_accept_bank()
        self.assertFalse(self.lines())
        self.assertEqual(review.state, 'removed')

    def test_a_billing_user_decides_nothing(self):
        review = self._change()
        user = new_test_user(self.env, 'billing', 'account.group_account_invoice')
        for action in ('action_accept_bank', 'action_keep_books', 'action_restore'):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(review.with_user(user), action)()

    def test_a_line_by_hand_is_linked_not_doubled(self):
        line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.journal.id,
                'date': '2026-02-02',
                'amount': -40,
                'payment_ref': "Rent",
            }
        )
        result = self.synchronize(row('2026-02-02', -40, "Rent"))
        self.assertEqual((result.new, result.linked), (0, 1))
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(line.online_transaction_id, self.feed('imported'))
