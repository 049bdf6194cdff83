"""What an account held before its first transaction, when earlier transactions come later."""

from odoo.tests import tagged

from .common import OnlineSyncCommon, row

FEBRUARY = row('2026-02-02', 10, "February")
LAST_DAY = row('2026-03-31', -7, "Last day")
EARLIER = row('2026-01-20', 4, "Earlier")


@tagged('post_install', '-at_install')
class TestOpening(OnlineSyncCommon):
    def setUp(self):
        super().setUp()
        self.synchronize(FEBRUARY, balance='1010.00')
        self.first_line = self.account.transaction_ids.statement_line_id

    def _assert_books_are_the_banks(self, opening):
        self.assertRecordValues(self.account, [{
            'balance_state': 'equal', 'balance_difference': 0.0, 'opening_balance': opening,
            'books_balance': self.account.balance,
        }])
        self.assertRecordValues(self.first_line, [{'amount': 10.0, 'payment_ref': "February"}])
        statements = self.env['account.bank.statement'].search(
            [('journal_id', '=', self.journal.id)], order='first_line_index',
        )
        if statements:
            self.assertEqual(statements[0].balance_start, opening)
            self.assertEqual(statements[-1].balance_end_real, self.account.balance)
            self.assertTrue(all(each.is_valid and each.is_complete for each in statements))

    def _without_statements(self):
        self.journal.bank_statement_creation_groupby = 'none'
        self.env['account.bank.statement'].search(
            [('journal_id', '=', self.journal.id)]).unlink()

    # === BOOKED LATE: THE BANK'S BALANCE MOVES WITH IT === #

    def test_a_transaction_booked_late_leaves_the_opening_alone(self):
        self.synchronize(EARLIER, FEBRUARY, balance='1014.00')
        self._assert_books_are_the_banks(1000.0)

    def test_a_transaction_booked_late_leaves_the_opening_alone_without_statements(self):
        self._without_statements()
        self.synchronize(EARLIER, FEBRUARY, balance='1014.00')
        self._assert_books_are_the_banks(1000.0)

    def test_a_transaction_booked_late_in_the_first_month_leaves_the_opening_alone(self):
        self.synchronize(row('2026-02-01', 4, "Late"), FEBRUARY, balance='1014.00')
        self._assert_books_are_the_banks(1000.0)

    # === EARLIER HISTORY: THE BANK'S BALANCE HELD IT ALREADY === #

    def test_earlier_history_was_in_the_opening(self):
        self.synchronize(EARLIER, FEBRUARY, balance='1010.00')
        self._assert_books_are_the_banks(996.0)

    def test_earlier_history_was_in_the_opening_without_statements_too(self):
        self._without_statements()
        self.synchronize(EARLIER, FEBRUARY, balance='1010.00')
        self._assert_books_are_the_banks(996.0)

    def test_earlier_history_of_the_first_month_was_in_the_opening(self):
        self.synchronize(row('2026-02-01', 4, "Earlier"), FEBRUARY, balance='1010.00')
        self._assert_books_are_the_banks(996.0)

    def test_much_earlier_history_was_in_the_opening_beside_what_is_new_since(self):
        earlier = [row(f'2026-01-{day:02}', day, "Earlier") for day in range(1, 21)]
        self.synchronize(
            *earlier, FEBRUARY, row('2026-04-01', 6, "New"), balance='1016.00',
            window=('2026-01-01', '2026-04-01'),
        )
        self._assert_books_are_the_banks(790.0)

    def test_some_were_in_the_opening_and_some_are_booked_late(self):
        self.synchronize(
            EARLIER, row('2026-01-21', 5, "Late"), FEBRUARY, balance='1015.00',
        )
        self._assert_books_are_the_banks(996.0)

    def test_earlier_history_of_a_closed_month_was_in_the_opening(self):
        self.env.company.fiscalyear_lock_date = '2026-01-31'
        self.synchronize(EARLIER, FEBRUARY, balance='1010.00')
        self._assert_books_are_the_banks(1000.0)
        self.env.company.fiscalyear_lock_date = False
        self.account._book_waiting()
        self._assert_books_are_the_banks(996.0)

    def test_an_opening_in_the_ledger_is_not_changed(self):
        self.account.action_book_opening()
        self.synchronize(EARLIER, FEBRUARY, balance='1010.00')
        self.assertRecordValues(self.account.opening_line_id, [{'amount': 1000.0}])
        self.assertEqual(self.account.balance_difference, -4.0)

    def test_a_real_difference_is_not_taken_for_the_opening(self):
        self.synchronize(EARLIER, FEBRUARY, balance='1003.00')
        self.assertRecordValues(
            self.account, [{'balance_difference': -11.0, 'opening_balance': 1000.0}])

    # === LIST AND BALANCE OF THE LAST DAY === #

    def test_a_list_that_lags_behind_the_balance_is_understood_after_some_days(self):
        self.synchronize(FEBRUARY, LAST_DAY, balance='1010.00')
        self.assertEqual(self.account.balance_difference, 7.0)
        self.synchronize(FEBRUARY, LAST_DAY, window=('2026-01-01', '2026-04-04'))
        self._assert_books_are_the_banks(1007.0)

    def test_a_balance_that_lags_behind_the_list_catches_up(self):
        self.synchronize(FEBRUARY, LAST_DAY, balance='1010.00')
        self.assertEqual(self.account.balance_difference, 7.0)
        self.synchronize(
            FEBRUARY, LAST_DAY, balance='1003.00', window=('2026-01-01', '2026-04-04'))
        self._assert_books_are_the_banks(1000.0)

    def test_without_a_balance_nothing_is_compared(self):
        self.synchronize(EARLIER, FEBRUARY, balance=None)
        self.assertEqual(self.account.balance_state, 'unknown')
        self.synchronize(EARLIER, FEBRUARY, balance='1014.00')
        self._assert_books_are_the_banks(1000.0)
