import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OnlineSyncCommon, row

LOGGER = 'odoo.addons.account_online_synchronization.models.account_online_link_sync'


@tagged('post_install', '-at_install')
class TestAccountTrouble(OnlineSyncCommon):
    """One account of a connection fails, and everybody can see which, why and who must act."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_journal = cls.env['account.journal'].create(
            {'name': "Second", 'type': 'bank', 'code': 'SEC'})
        cls.other = cls._online_account('A2', "Savings")
        cls.other._link_to_journal(cls.other_journal)

    def _fail(self, code, account='A1'):
        self.bank.errors[account] = self.failure(code)
        return self.synchronize(row('2026-03-02', 100), account='A2')

    def _card(self, journal):
        return json.loads(journal.kanban_dashboard)['online_sync']

    def _messages(self):
        return self.link.message_ids.filtered(lambda message: 'R-TEST' in (message.body or ''))

    def test_a_run_says_that_an_account_failed_although_the_others_came_in(self):
        for code in ('account_closed', 'invalid_request', 'provider_error', 'internal'):
            with self.subTest(code):
                self.account.closed = False
                result = self._fail(code)
                run = self.link.last_run_id
                self.assertEqual((result.outcome, run.state), ('partial', 'partial'))
                self.assertEqual((run.error_code, run.error_reference), (code, 'R-TEST'))
                self.assertIn("Current account", run.error_message)
                self.assertEqual(run.error_count, 1)
                self.assertEqual(len(self.lines(self.other_journal)), 1)
                self.assertEqual((self.link.state, self.link.last_error_code), ('connected', False))

    def test_who_waits_reads_which_account_failed_and_who_must_act(self):
        self.bank.rows['A2'] = [row('2026-03-02', 100)]
        self.bank.errors['A1'] = self.failure('invalid_request')
        with self.committing(self.link) as (link,):
            told = link.action_fetch_transactions()['params']
        self.assertEqual((told['type'], told['sticky']), ('warning', True))
        self.assertIn("1 new transaction from Test Bank.", told['message'])
        self.assertIn("Current account USD: The bank proxy did not accept", told['message'])
        self.assertIn("Give the reference to the support", told['message'])
        self.assertIn("R-TEST", told['message'])

    def test_the_card_and_the_form_of_that_account_say_it(self):
        self._fail('invalid_request')
        self.assertIn("Give the reference to the support", self._card(self.journal)['trouble'])
        self.assertEqual(self._card(self.journal)['trouble_reference'], 'R-TEST')
        self.assertFalse(self._card(self.other_journal)['trouble'])
        self.assertIn("Give the reference to the support", self.account.trouble_text)
        self.assertEqual(self.link.troubled_account_ids, self.account)

    def test_everybody_reads_it_in_his_own_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        self._fail('invalid_request')
        german = self._card(self.journal.with_context(lang='de_DE'))['trouble']
        self.assertTrue(german)
        self.journal.invalidate_recordset(['kanban_dashboard'])
        self.assertNotEqual(german, self._card(self.journal)['trouble'])

    def test_it_is_told_once_and_forgotten_when_the_account_is_fetched_again(self):
        for _again in range(3):
            self._fail('invalid_request')
        self.assertEqual(len(self._messages()), 1)
        self.bank.errors.clear()
        result = self.synchronize(row('2026-03-03', 5))
        self.assertEqual((result.outcome, self.link.last_run_id.state), ('done', 'done'))
        self.assertFalse(self._card(self.journal)['trouble'])
        self._fail('invalid_request')
        self.assertEqual(len(self._messages()), 2)

    def test_trouble_that_passes_is_tried_again_soon(self):
        self._fail('provider_error')
        soon = self.link.next_refresh
        self._fail('invalid_request')
        self.assertLess(soon, self.link.next_refresh)

    def test_an_error_of_every_account_is_one_of_the_connection(self):
        self.bank.errors['A2'] = self.failure('provider_error')
        result = self._fail('provider_error')
        self.assertEqual((result.outcome, self.link.state), ('failed', 'error'))
        self.assertFalse(self.link.troubled_account_ids)
        self.assertEqual(len(self._messages()), 1)

    @mute_logger(LOGGER)
    def test_rows_that_we_choke_on_stop_no_other_account(self):
        self.bank.rows['A1'] = None
        self.synchronize(row('2026-03-02', 100), account='A2')
        self.assertEqual(len(self.lines(self.other_journal)), 1)
        self.assertEqual(self.account.trouble_code, 'unexpected')
        self.assertEqual(self.link.last_run_id.state, 'partial')

    def test_an_account_that_is_all_there_is_and_closed_leaves_the_connection_in_order(self):
        self.other.action_unlink_journal()
        result = self._fail('account_closed')
        self.assertEqual((result.outcome, self.link.state), ('partial', 'connected'))
        self.assertIn("was closed", self._card(self.journal)['trouble'])


@tagged('post_install', '-at_install')
class TestBlindFeed(OnlineSyncCommon):
    """News without identifiers cannot say what the bank changed or took back; that is said."""

    NAMELESS = row('2026-03-02', -10, "Shop", id=None)

    def _is_said(self):
        card = json.loads(self.journal.kanban_dashboard)['online_sync']
        self.assertEqual(card['feed_is_blind'], self.account.feed_is_blind)
        return self.account.feed_is_blind

    def test_news_without_identifiers_are_said_to_be_blind(self):
        self.synchronize(self.NAMELESS, window=None)
        self.assertTrue(self._is_said())
        self.synchronize(row('2026-03-02', -12, "Shop", id=None))
        self.assertTrue(self._is_said())

    def test_news_with_identifiers_and_lists_are_not(self):
        self.synchronize(row('2026-03-02', -10, "Shop"), window=None)
        self.assertFalse(self._is_said())
        self.synchronize(self.NAMELESS, window=None)
        self.assertTrue(self._is_said())
        self.synchronize(self.NAMELESS, window=self.bank.__class__().window)
        self.assertFalse(self._is_said())

    def test_what_the_bank_takes_back_unseen_shows_as_a_difference_of_the_balance(self):
        self.synchronize(self.NAMELESS, window=None, balance='-10.00')
        self.assertEqual(self.account.balance_state, 'equal')
        self.bank.rows.clear()
        self.synchronize(balance='0.00')
        self.assertEqual(self.account.balance_state, 'differs')
