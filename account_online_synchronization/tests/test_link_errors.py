import json
from datetime import timedelta

from odoo import fields
from odoo.tests import RecordCapturer, tagged

from ..sync.result import SyncResult
from .common import TODAY, OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestLinkErrors(OnlineSyncCommon):
    def _fail(self, code, **values):
        self.bank.errors['POST/links/refresh'] = self.failure(code, **values)
        return self.synchronize(row('2026-03-02', 1))

    def _messages(self):
        return self.link.message_ids.filtered(lambda message: 'R-TEST' in (message.body or ''))

    def test_an_error_is_told_with_its_reference(self):
        self._fail('provider_error')
        self.assertEqual(self.link.state, 'error')
        self.assertEqual(self.link.last_error_reference, 'R-TEST')
        self.assertEqual(len(self._messages()), 1)

    def test_everybody_reads_an_error_in_his_own_language_and_support_in_its_own_words(self):
        self.env['res.lang']._activate_lang('de_DE')
        german = self.link.with_context(lang='de_DE')
        self._fail('provider_error')
        self.assertIn("reported a problem", self.link.last_error_text)
        self.assertNotIn("reported a problem", german.last_error_text)
        self.assertIn(self.link.name, german.last_error_text)
        self.link._set_disconnected("Please call us.")
        self.assertEqual(german.last_error_text, "Please call us.")

    def test_what_the_operator_wrote_reaches_those_who_follow_the_connection(self):
        self._fail('client_disconnected', reason="Misuse <b>reported</b>: call us.")
        self.assertIn("Misuse &lt;b&gt;reported&lt;/b&gt;: call us.", self._messages().body)
        self.assertIn("Misuse <b>reported</b>: call us.", self.link.last_error_text)

    def test_one_transaction_is_told_in_the_singular(self):
        told = self.link._result_message(SyncResult(outcome='done', received=2, new=1, pending=1))
        self.assertEqual(told, "1 new transaction from Test Bank. Pending at the bank: 1.")

    def test_a_large_number_is_grouped_as_the_reader_s_language_does(self):
        result = SyncResult(outcome='done', received=1_234_567, new=1_234_567, pending=1200)
        for code, told in (('en_US', ("1,234,567", "1,200")), ('de_DE', ("1.234.567", "1.200"))):
            self.env['res.lang']._activate_lang(code)
            message = self.link.with_context(lang=code)._result_message(result)
            for number in told:
                self.assertIn(number, message)

    def test_an_empty_result_says_why(self):
        told = self.link._result_message
        nothing_linked = SyncResult(outcome='nothing_linked')
        self.assertIn("No account of Test Bank is linked", told(nothing_linked))
        self.link.history_days = 90
        self.assertIn("of the last 90 days, and gives no older ones", told(SyncResult()))
        self.assertEqual(
            told(SyncResult(received=2, pending=2)),
            "No new transactions from Test Bank. Pending at the bank: 2.",
        )
        self.synchronize(row('2026-03-02', 1))
        self.assertEqual(told(SyncResult()), "Test Bank has no new transactions.")
        self.assertEqual(
            told(SyncResult(received=2, same=1, before_start=1)),
            "No new transactions from Test Bank: all are known."
            " Older than the start of the import: 1.",
        )

    def test_the_same_error_is_told_once(self):
        for _attempt in range(3):
            self._fail('provider_error')
        self.assertEqual(len(self._messages()), 1)

    def test_the_same_error_after_a_success_is_told_again(self):
        self._fail('provider_error')
        self.bank.errors.clear()
        self.synchronize()
        self._fail('provider_error')
        self.assertEqual(len(self._messages()), 2)

    def test_the_user_is_asked_to_disable_what_the_institution_refuses(self):
        self._fail('unattended_refused')
        self.assertIn("disable", self._messages().body)
        self.assertEqual(self.link.state, 'connected')
        self.assertTrue(self.link.auto_sync, "The user decides.")

    def test_a_limit_is_no_error_and_is_waited_for(self):
        until = fields.Datetime.now() + timedelta(hours=5)
        self._fail('rate_limited', until=until)
        self.assertEqual(self.link.state, 'connected')
        self.assertEqual(self.link.limited_until, until)
        self.assertEqual(self.link.next_refresh, until)

    def test_the_card_says_before_the_click_when_the_bank_grants_it(self):
        until = fields.Datetime.now() + timedelta(hours=5)
        granted = f'{until.isoformat()}+00:00'
        self.bank.refresh_answers = [{'status': 'done', 'at': TODAY, 'by_hand_from': granted}]
        self.synchronize()
        self.assertEqual(self.link.next_by_hand, until)
        self.assertFalse(self.link.limited_until, "Automatic synchronization goes on.")
        card = json.loads(self.journal.kanban_dashboard)['online_sync']
        self.assertEqual(card['limited_until'], f'{until.isoformat()}Z')
        self.synchronize()
        self.assertFalse(self.link.next_by_hand)

    def test_a_limit_of_a_pretend_bank_ends_when_its_clock_is_moved_on(self):
        until = fields.Datetime.now() + timedelta(hours=5)
        self.link.by_hand_from = until
        model = self.env['account.online.link']
        model._note_moved_clock('another', 86400)
        self.assertEqual(self.link.next_by_hand, until)
        model._note_moved_clock('test', 86400)
        self.assertFalse(self.link.next_by_hand)
        model._note_moved_clock('test', -86400)
        self.assertEqual(self.link.next_by_hand, until)

    def test_a_message_names_the_bank_once(self):
        for said, title in (("Test Bank is busy.", ''), ("Disconnected.", 'Test Bank')):
            message = self.link._notification('info', said)
            self.assertEqual(message['params']['title'], title)

    def test_a_limit_is_told_as_no_failure(self):
        self.bank.errors['POST/links/refresh'] = self.failure(
            'rate_limited', until=fields.Datetime.now() + timedelta(hours=5),
        )
        with self.committing(self.link) as (link,):
            told = link.action_fetch_transactions()['params']
        self.assertEqual((told['type'], told['sticky']), ('warning', False))

    def test_trouble_of_the_bank_is_tried_again_soon(self):
        self._fail('institution_unavailable')
        self.assertLess(self.link.next_refresh, fields.Datetime.now() + timedelta(hours=2))

    def test_an_expired_consent_waits_for_the_user(self):
        self._fail('consent_expired')
        self.assertTrue(self.link.needs_user)
        self.assertEqual(self.link.connect_mode, 'reconnect')

    def test_a_blocked_database_is_led_to_the_page_that_reactivates_it(self):
        page = 'https://proxy.example.com/account_online/1/reactivate/token'
        self.bank.errors['POST/links/refresh'] = self.failure('client_blocked', connect_url=page)
        with self.committing(self.link) as (link,):
            action = link.action_fetch_transactions()
        self.assertEqual((action['type'], action['url']), ('ir.actions.act_url', page))
        self.assertRecordValues(self.link, [{
            'last_error_code': 'client_blocked', 'connect_mode': 'reactivate',
        }])
        self.assertIn("sends a code", self.link.last_error_text)

    def test_a_blocked_database_without_a_phone_is_told_whom_to_contact(self):
        self._fail('client_blocked')
        self.assertFalse(self.link.connect_mode, "There is nothing to press.")
        self.assertIn("contact the support of your bank proxy", self.link.last_error_text)
        self.assertIn("R-TEST", self._messages().body)
        german = self.link.with_context(lang='de_DE')
        self.env['res.lang']._activate_lang('de_DE')
        self.assertNotIn("contact the support", german.last_error_text)

    def test_a_database_that_is_let_in_again_goes_on_by_itself(self):
        other = self.link.copy({'client_id': 'OTHER', 'state': 'connected', 'auto_sync': False})
        self._fail('client_blocked', connect_url='https://proxy.example.com/reactivate')
        other._set_error(self.failure('client_blocked'))
        self.assertLess(self.link.next_refresh, fields.Datetime.now() + timedelta(hours=2))
        self.bank.errors['GET/links/link'] = self.failure('client_blocked')
        self.assertFalse(self.env['account.online.link'].resume_after_block())
        self.bank.errors['GET/links/link'] = self.failure('proxy_unreachable')
        self.assertFalse(self.env['account.online.link'].resume_after_block())
        self.assertEqual(self.link.state, 'error')
        self.bank.errors.clear()
        with RecordCapturer(self.env['ir.cron.trigger'].sudo(), []) as triggers:
            self.assertTrue(self.env['account.online.link'].resume_after_block())
        self.assertTrue(triggers.records)
        for link in (self.link, other):
            self.assertRecordValues(link, [{
                'state': 'connected', 'last_error_code': False, 'connect_mode': False,
                'sync_user_id': self.env.user.id,
            }])
        self.assertTrue(self.env['account.online.link'].resume_after_block(), "For later cards.")

    def test_a_reference_stands_beside_the_error_not_in_it(self):
        self._fail('provider_error')
        self.assertNotIn('R-TEST', self.link.last_error_message)

    def test_renewal_contacts_get_a_mail(self):
        self.journal.renewal_contact_email = "boss@example.com, cfo@example.com"
        with RecordCapturer(self.env['mail.mail'].sudo(), []) as mails:
            self._fail('consent_expired')
        self.assertEqual(mails.records.email_to, "boss@example.com, cfo@example.com")

    def test_a_connection_that_the_proxy_forgot_is_disconnected(self):
        self._fail('client_disconnected')
        self.assertEqual(self.link.state, 'disconnected')
        self.assertFalse(self.link.next_refresh)

    def test_an_error_of_ours_is_logged_under_the_reference_people_see(self):
        self.bank.rows['A1'] = None
        logger = 'odoo.addons.account_online_synchronization.models.account_online_link_sync'
        with self.assertLogs(logger, 'ERROR') as log:
            self.synchronize()
        self.assertIn(self.link.last_error_reference, log.output[0])
        self.assertEqual(self.link.last_error_code, 'unexpected')

    def test_success_forgets_the_trouble(self):
        self._fail('consent_expired')
        self.bank.errors.clear()
        self.synchronize()
        self.assertRecordValues(self.link, [{
            'state': 'connected', 'needs_user': False, 'last_error_message': False,
            'last_error_reference': False, 'connect_mode': False,
        }])

    def test_a_person_who_waits_is_sent_to_the_bank(self):
        self.bank.errors['POST/links/refresh'] = self.failure(
            'user_action_required', connect_url='https://proxy.example.com/connect/x',
        )
        with self.committing(self.link) as (link,):
            action = link.action_fetch_transactions()
        self.assertEqual(action['tag'], 'account_online_synchronization.connect')
        self.assertEqual(action['params'], {
            'connect_url': 'https://proxy.example.com/connect/x', 'link_id': self.link.id,
            'mode': 'refresh', 'name': "Test Bank",
        })
