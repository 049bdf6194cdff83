from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OnlineSyncCommon, row


def account(identifier, **values):
    """An Account as the proxy returns it."""
    return {
        'id': identifier, 'identity': f'identity-{identifier}', 'name': "Savings", 'number': None,
        'iban': None, 'currency': 'USD', 'type': 'checking', 'owner': None, 'closed': False,
        'id_grade': 'strong', 'balance': None, **values,
    }


@tagged('post_install', '-at_install')
class TestConnect(OnlineSyncCommon):
    def _connected(self, *accounts):
        self.bank.accounts = list(accounts)
        status = self.link.get_connection_status()
        self.assertEqual(status['status'], 'connected')
        return self.link.account_ids.filtered('in_consent')

    def test_starting_gives_the_way_to_the_bank(self):
        self.link.write({'client_id': 'OTHER'})
        self.env.flush_all()
        started = self.env['account.online.link'].start_connection('test-bank')
        self.assertEqual(started['connect_url'], self.bank.connect_url)
        link = self.env['account.online.link'].browse(started['link_id'])
        self.assertRecordValues(link, [{
            'name': "Test Bank", 'state': 'disconnected', 'client_id': 'LINK',
            'institution_identifier': 'test-bank',
        }])

    def test_the_status_waits_while_the_user_is_at_the_bank(self):
        self.bank.flow = 'open'
        self.assertEqual(self.link.get_connection_status()['status'], 'waiting')

    def test_the_status_tells_that_the_user_turned_back(self):
        self.bank.flow = 'cancelled'
        self.assertEqual(self.link.get_connection_status()['status'], 'cancelled')

    def test_the_status_tells_that_the_page_became_too_old(self):
        self.bank.flow = 'expired'
        self.assertEqual(self.link.get_connection_status()['status'], 'expired')

    def test_a_proxy_that_stumbles_leaves_the_user_at_the_bank(self):
        for code in ('internal', 'proxy_unreachable'):
            self.bank.errors['GET/links/link'] = self.failure(code)
            status = self.link.get_connection_status()
            self.assertEqual(status['status'], 'unknown')
            self.assertTrue(status['message'])
        self.assertEqual(self.link.state, 'connected')

    def test_a_proxy_that_refuses_ends_the_visit(self):
        self.bank.errors['GET/links/link'] = self.failure('client_blocked')
        status = self.link.get_connection_status()
        self.assertEqual((status['status'], status['reference']), ('error', 'R-TEST'))
        self.assertNotIn('R-TEST', status['message'], "it is shown beside the message")

    def test_a_new_link_that_the_bank_refused_says_why(self):
        self.bank.state, self.bank.flow = 'new', 'error'
        self.bank.link_error = {'code': 'user_action_required', 'reference': 'R-9'}
        status = self.link.get_connection_status()
        self.assertEqual((status['status'], status['reference']), ('error', 'R-9'))
        self.assertIn("did not let you in", status['message'])

    def test_a_sign_in_that_somebody_else_declined_says_so(self):
        self.bank.state, self.bank.flow = 'new', 'error'
        self.bank.link_error = {
            'code': 'user_action_required', 'reference': 'R-9', 'cause': 'declined',
        }
        status = self.link.get_connection_status()
        self.assertEqual((status['status'], status['reference']), ('error', 'R-9'))
        for part in ("Nothing was connected", "somebody else", "Start again", "same browser"):
            self.assertIn(part, status['message'])
        self.assertNotIn("check what you enter", status['message'])

    def test_a_connection_that_ended_with_a_decline_says_so_to_every_reader(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.bank.state, self.bank.flow = 'disconnected', 'error'
        self.bank.link_error = {
            'code': 'user_action_required', 'reference': 'R-9', 'cause': 'declined',
        }
        self.link.get_connection_status()
        self.assertRecordValues(self.link, [{
            'state': 'disconnected', 'connect_mode': 'reconnect', 'last_error_reference': 'R-9',
        }])
        self.assertIn("somebody else had started it", self.link.last_error_text)
        french = self.link.with_context(lang='fr_FR')
        french.invalidate_recordset(['last_error_text'])
        self.assertIn("navigateur", french.last_error_text)

    def test_credentials_that_were_refused_are_no_success(self):
        self.link.write({'state': 'error', 'needs_user': True})
        self.bank.flow = 'error'  # while the link itself was connected before
        self.bank.link_error = {'code': 'user_action_required', 'reference': 'R-9'}
        self.assertEqual(self.link.get_connection_status()['status'], 'error')
        self.assertTrue(self.link.needs_user)

    def test_who_turned_back_begins_again_with_a_new_page(self):
        self.bank.connect_url = 'https://proxy.example.com/connect/second'
        self.assertEqual(self.link.connect_again('update_credentials'), {
            'link_id': self.link.id, 'connect_url': 'https://proxy.example.com/connect/second',
        })
        self.assertIn(('POST', '/links/LINK/connect'), self.bank.calls)

    def test_a_bank_that_wants_nobody_any_more_has_no_page(self):
        self.bank.connect_url = None
        self.assertIsNone(self.link.connect_again('refresh')['connect_url'])

    def test_a_billing_user_cannot_begin_at_the_bank(self):
        billing = new_test_user(self.env, login='bill', groups='account.group_account_invoice')
        with self.assertRaises(AccessError):
            self.link.with_user(billing).connect_again('refresh')

    def test_the_status_tells_what_the_bank_refused(self):
        self.bank.state, self.bank.flow = 'error', 'error'
        self.bank.link_error = {'code': 'institution_unavailable', 'reference': 'R-9'}
        status = self.link.get_connection_status()
        self.assertEqual((status['status'], status['reference']), ('error', 'R-9'))
        self.assertIn("choose another one", status['message'])
        self.assertNotIn("by itself", status['message'], "Nobody else tries it again.")

    def test_connected_means_that_accounts_are_stored(self):
        accounts = self._connected(account('A1'), account('A2', iban='DE89370400440532013000'))
        self.assertEqual(accounts.mapped('online_identifier'), ['A1', 'A2'])
        self.assertEqual(accounts.filtered('iban').account_number, 'DE89370400440532013000')

    def test_many_accounts_are_stored_each_with_its_own_grade(self):
        accounts = self._connected(
            account('A1', id_grade='weak'), account('A2'), account('A3'), account('A4'),
        )
        self.assertEqual(
            accounts.sorted('online_identifier').mapped('id_grade'),
            ['weak', 'strong', 'strong', 'strong'],
        )

    def test_a_renewed_consent_with_new_ids_keeps_account_journal_and_feed(self):
        self.synchronize(row('2026-03-02', 100, "Salary"))
        self._connected(account('NEW', identity='identity-A1'))
        self.assertEqual(self.account.online_identifier, 'NEW')
        self.assertEqual(self.account.journal_id, self.journal)
        self.link.consent_number += 1
        self.synchronize(row('2026-03-02', 100, "Salary", id='renamed'), account='NEW')
        self.assertEqual(len(self.lines()), 1)

    def test_another_provider_takes_over_the_account(self):
        other = self.link.copy({'client_id': 'LINK2', 'name': "Same bank, other way"})
        other.account_ids._store(other, account('B7', identity='identity-A1'))
        self.assertEqual(self.account.account_online_link_id, other)
        self.assertEqual(self.journal.account_online_link_id, other)

    def test_an_account_of_another_company_is_not_taken_over(self):
        company = self.setup_other_company()['company']
        other = self.link.with_company(company).create({'name': "B", 'company_id': company.id})
        stored = self.env['account.online.account']._store(other, account('A1'))
        self.assertNotEqual(stored, self.account)

    def test_equal_numbers_in_two_currencies_are_two_accounts(self):
        accounts = self._connected(
            account('A1'), account('A3', identity='identity-A1', currency='EUR'),
        )
        self.assertEqual(len(accounts), 2)

    def test_an_account_without_identity_is_asked_about(self):
        accounts = self._connected(account('X', identity=None))
        self.assertFalse(accounts.journal_ids)
        self.assertIn(accounts, [each['account'] for each in self.link._propose_mapping()])

    def test_the_user_may_say_that_an_account_is_the_former_one(self):
        self.account.identity = False
        self.synchronize(row('2026-03-02', 100, "Salary"))
        successor = self._connected(account('X', identity=None))
        kept = successor._link_to_journal(self.journal)
        self.assertEqual(kept, self.account)
        self.assertEqual(kept.online_identifier, 'X')
        self.assertFalse(successor.exists())

    def test_a_journal_with_the_same_number_is_proposed(self):
        journal = self.env['account.journal'].create(
            {
                'name': "Main",
                'type': 'bank',
                'code': 'MAIN',
                'bank_acc_number': 'DE89 3704 0044 0532 0130 00',
            }
        )
        self._connected(account('A2', iban='DE89370400440532013000'))
        self.assertEqual(self.link._propose_mapping()[0]['journal'], journal)

    def test_two_accounts_with_one_name_are_not_given_one_journal(self):
        self.link.preferred_journal_id = self.env['account.journal'].create({
            'name': "Empty", 'type': 'bank', 'code': 'EMP',
        })
        self._connected(account('A2'), account('A3'))
        journals = [proposal['journal'] for proposal in self.link._propose_mapping()]
        self.assertEqual([len(journal) for journal in journals], [1, 0])

    def test_the_journal_that_waits_for_its_bank_is_proposed_for_the_first_account(self):
        journals = self.env['account.journal']
        empty = journals.create({'name': "Bank", 'type': 'bank', 'code': 'EMP'})
        self._connected(account('A2'), account('A3'))
        proposed = [proposal['journal'] for proposal in self.link._propose_mapping()]
        self.assertEqual(proposed, [empty, journals])
        another = journals.create({'name': "Other Bank", 'type': 'bank', 'code': 'OTH'})
        proposed = [proposal['journal'] for proposal in self.link._propose_mapping()]
        self.assertEqual(proposed, [journals, journals])
        another.unlink()
        self.env['account.bank.statement.line'].create({
            'journal_id': empty.id, 'date': '2026-03-10', 'amount': 1, 'payment_ref': "x",
        })
        proposed = [proposal['journal'] for proposal in self.link._propose_mapping()]
        self.assertEqual(proposed, [journals, journals])

    def test_the_import_starts_the_day_after_the_last_transaction(self):
        journal = self.env['account.journal'].create({'name': "Old", 'type': 'bank', 'code': 'OLD'})
        self.env['account.bank.statement.line'].create({
            'journal_id': journal.id, 'date': '2026-03-10', 'amount': 1, 'payment_ref': "x",
        })
        self.assertEqual(str(journal._default_online_import_from()), '2026-03-11')

    def test_a_new_journal_has_type_currency_and_source(self):
        new = self._connected(account('A2', type='credit_card', currency='EUR'))
        journal = new._create_journal("Card", 'CRD', 'credit')
        new._link_to_journal(journal, '2026-01-01')
        self.assertRecordValues(journal, [{
            'type': 'credit', 'bank_statements_source': 'online_sync',
            'currency_id': self.env.ref('base.EUR').id, 'account_online_link_id': self.link.id,
        }])

    def test_a_journal_in_another_currency_is_refused(self):
        new = self._connected(account('A2', currency='EUR'))
        journal = self.env['account.journal'].create({'name': "J", 'type': 'bank', 'code': 'JJJ'})
        with self.assertRaises(UserError):
            new._link_to_journal(journal)

    def test_an_unknown_currency_is_said_not_guessed(self):
        new = self._connected(account('A2', currency='XXX'))
        with self.assertRaises(UserError):
            new._create_journal("J", 'JJJ', 'bank')

    def test_two_accounts_cannot_feed_one_journal(self):
        new = self._connected(account('A1'), account('A2')) - self.account
        with self.assertRaises(UserError):
            new._link_to_journal(self.journal)

    def test_a_bookkeeper_cannot_connect_banks(self):
        user = new_test_user(self.env, 'bookkeeper', 'account.group_account_user')
        links = self.env['account.online.link'].with_user(user)
        for call in (
            lambda: links.search_institutions("test"),
            lambda: links.start_connection('test-bank'),
            lambda: self.link.with_user(user).action_reconnect(),
            lambda: self.link.with_user(user).action_disconnect(),
            lambda: self.link.with_user(user).get_connection_status(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_an_accounting_administrator_can(self):
        user = new_test_user(self.env, 'administrator', 'account.group_account_manager')
        found = self.env['account.online.link'].with_user(user).search_institutions("test")
        self.assertEqual(found['total'], 1)
        new = self._connected(account('A2')).with_user(user)
        new._link_to_journal(new._create_journal("J", 'JJJ', 'bank'))

    def test_disconnecting_keeps_journal_and_transactions(self):
        self.synchronize(row('2026-03-02', 100))
        self.link.action_disconnect()
        self.assertEqual(self.link.state, 'disconnected')
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(self.journal.account_online_account_id, self.account)

    def test_an_unconfirmed_revocation_is_said(self):
        self.bank.errors['DELETE/links/link'] = self.failure('provider_error')
        action = self.link.action_disconnect()
        self.assertEqual(action['params']['type'], 'warning')
        self.assertIn('R-TEST', action['params']['message'])

    def test_deleting_a_connection_keeps_the_feed(self):
        self.synchronize(row('2026-03-02', 100))
        self.link.unlink()
        self.assertEqual(len(self.feed('imported')), 1)
        self.assertEqual(self.journal.bank_statements_source, 'undefined')
