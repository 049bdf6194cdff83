import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, OnlineSyncCommon, row

LOGGER = 'odoo.addons.account_online_synchronization.models.account_online_link_sync'


class TwoAccountsCommon(OnlineSyncCommon):
    """Two accounts of one connection, each with a journal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_journal = cls.env['account.journal'].create(
            {'name': "Second", 'type': 'bank', 'code': 'SEC'})
        cls.other = cls._online_account('A2', "Savings")
        cls.other._link_to_journal(cls.other_journal)


@tagged('post_install', '-at_install')
class TestAccountTrouble(TwoAccountsCommon):
    """One account of a connection fails, and everybody can see which, why and who must act."""

    def _fail(self, code, account='A1', **values):
        self.bank.errors[account] = self.failure(code, **values)
        return self.synchronize(row('2026-03-02', 100), account='A2')

    def _card(self, journal):
        return json.loads(journal.kanban_dashboard)['online_sync']

    def _messages(self):
        return self.link.message_ids.filtered(lambda message: 'R-TEST' in (message.body or ''))

    def test_a_run_says_that_an_account_failed_although_the_others_came_in(self):
        for code in ('account_closed', 'invalid_request', 'provider_error', 'internal',
                     'institution_unavailable'):
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

    def test_a_bank_that_answers_for_no_account_does_not_answer(self):
        self.bank.errors['A2'] = self.failure('institution_unavailable')
        self._fail('institution_unavailable')
        self.assertEqual(self.link.last_error_code, 'institution_unavailable')
        self.assertLess(self.link.next_refresh, fields.Datetime.now() + timedelta(hours=2))

    def test_an_account_that_is_closed_is_noted_at_once_although_the_others_fail_too(self):
        for trouble in ('provider_error', 'consent_expired', 'institution_unavailable'):
            with self.subTest(trouble):
                self.account.write({'closed': False, 'trouble_code': False})
                self.bank.errors['A2'] = self.failure(trouble)
                result = self._fail('account_closed')
                self.assertIn(result.outcome, ('failed', 'user_action'))
                self.assertEqual(self.link.last_error_code, trouble)
                self.assertTrue(self.account.closed)
                self.assertEqual(self.account.trouble_code, 'account_closed')

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
class TestAccountLimit(TwoAccountsCommon):
    """The limit of one account stops no other; what is limited is left alone until its time."""

    def setUp(self):
        super().setUp()
        self.until = fields.Datetime.now() + timedelta(hours=5)
        self.bank.rows['A1'] = [row('2026-03-01', 50)]

    def _limit(self, account='A1', until=None, of=True):
        self.bank.errors[account] = self.failure(
            'rate_limited', until=until or self.until, account_id=account if of else None)

    def _refreshed(self, *limited, **values):
        until = f'{self.until.isoformat()}+00:00'
        return {'status': 'done', 'at': TODAY, 'limited': dict.fromkeys(limited, until), **values}

    def _fetch(self, *refreshed):
        self.bank.refresh_answers, self.bank.calls = list(refreshed), []
        return self.synchronize(row('2026-03-02', 100), account='A2')

    def _asked_for(self, account):
        return [path for _method, path in self.bank.calls if f'/{account}/' in path]

    def test_the_others_are_synchronized(self):
        self._limit()
        result = self._fetch()
        self.assertEqual((result.outcome, self.link.last_run_id.state), ('partial', 'partial'))
        self.assertEqual(len(self.lines(self.other_journal)), 1)
        self.assertEqual((self.link.state, self.link.limited_until), ('connected', False))
        self.assertEqual(self.link.next_refresh, self.until)
        self.assertEqual(self.account.limited_until, self.until)
        self.assertFalse(self.link.message_ids.filtered(lambda each: 'R-TEST' in each.body))

    def test_people_read_until_when(self):
        self._limit()
        self._fetch()
        card = json.loads(self.journal.kanban_dashboard)['online_sync']['trouble']
        self.assertIn(f'{self.until.minute:02}', card)
        self.assertEqual(card, self.account.trouble_text)
        self.assertIn("Nothing is lost", self.link.last_run_id.error_message)

    def test_it_is_not_asked_for_before_its_time(self):
        self._limit()
        self._fetch()
        for _again in range(2):
            result = self._fetch(self._refreshed('A1'))
            self.assertEqual(result.outcome, 'partial')
            self.assertFalse(self._asked_for('A1'))
            self.assertEqual(self.link.next_refresh, self.until)
        self.bank.errors.clear()
        result = self._fetch(self._refreshed())
        self.assertEqual((result.outcome, result.new), ('done', 1))
        self.assertFalse(self.account.limited_until or self.account.trouble_code)

    def test_a_refresh_under_way_does_not_make_it_forgotten(self):
        self._limit()
        self._fetch()
        under_way = {'status': 'in_progress', 'job': 'J', 'retry_after': 3600, 'limited': {}}
        self._fetch(under_way)
        self.assertEqual(self.link.sync_job, 'J')
        self._fetch(self._refreshed())
        self.assertFalse(self._asked_for('A1'))

    def test_an_account_that_is_only_too_young_to_be_refreshed_is_read(self):
        self._fetch(self._refreshed('A1'))
        self.assertEqual(len(self.lines()), 1)

    def test_a_limit_that_names_no_account_may_be_one_of_all(self):
        self._limit(of=False)
        result = self._fetch()
        self.assertEqual(result.outcome, 'failed')
        self.assertFalse(self._asked_for('A2'))
        self.assertEqual((self.link.limited_until, self.link.next_refresh), (self.until,) * 2)

    def test_accounts_that_are_all_limited_are_waited_for_until_the_first_may(self):
        self._limit(until=self.until + timedelta(hours=2))
        self._limit('A2')
        self.assertEqual(self._fetch().outcome, 'failed')
        self.assertEqual(self.link.limited_until, self.until)
        self._limit()
        self.bank.errors['A2'] = self.failure('provider_error')
        self._fetch()
        self.assertEqual(self.link.last_error_code, 'provider_error', "It is tried again sooner.")
        self.assertEqual(self.account.limited_until, self.until)


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
