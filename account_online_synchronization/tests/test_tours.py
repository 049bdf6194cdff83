from odoo.tests import HttpCase, new_test_user, tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestTours(OnlineSyncCommon, HttpCase):
    """What people click, in a browser; the advisor is an accounting administrator, no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's own common class gives the company's users every right; these have only theirs.
        for login, group in (
            ('advisor', 'account.group_account_manager'),
            ('billing', 'account.group_account_invoice'),
        ):
            new_test_user(
                cls.env, login=login, groups=group, company_id=cls.env.company.id,
                company_ids=[(6, 0, cls.env.company.ids)], odoobot_state='disabled',
            )

    def walk(self, tour, path='/odoo/accounting', login='advisor'):
        self.start_tour(path, tour, login=login)

    def test_an_advisor_finds_a_bank_and_is_told_about_blocked_popups(self):
        self.link.client_id = 'ANOTHER'
        self.walk('online_search_finds_the_bank')
        self.assertIn(('POST', '/links'), self.bank.calls)

    def test_a_bank_that_is_not_found_is_added_by_hand(self):
        self.walk('online_bank_by_hand')
        numbers = self.env['res.partner.bank'].search([]).mapped('acc_number')
        self.assertIn('BE02001234567890', numbers)

    def test_a_transaction_leads_to_what_the_bank_said_and_back(self):
        self.synchronize(row('2026-03-01', -800, 'Rent'))
        self.walk('online_line_leads_to_the_feed_and_back')

    def test_a_review_is_decided_by_one_click(self):
        self.synchronize(row('2026-03-01', -100, 'Rent', id='R'))
        self.synchronize(row('2026-03-01', -110, 'Rent', id='R'))
        self.assertTrue(self.feed('to_review'))
        self.walk('online_review_is_decided')
        self.assertFalse(self.feed('to_review'))
        self.assertEqual([line[1] for line in self.lines()], [-100.0])

    def test_the_entry_that_a_transaction_is_is_chosen_by_one_click(self):
        entries = self.env['account.bank.statement.line'].create([
            {'journal_id': self.journal.id, 'date': day, 'amount': -100, 'payment_ref': "By hand"}
            for day in ('2026-02-27', '2026-03-03')
        ])
        self.synchronize(row('2026-03-01', -100, 'Rent', id='R'))
        self.assertEqual(self.feed('to_review').review_line_ids, entries)
        self.walk('online_review_entry_is_chosen')
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(entries.online_transaction_id.transaction_identifier, 'R')

    def test_a_difference_leads_to_what_explains_it(self):
        rent, gift = row('2026-03-01', -100, 'Rent'), row('2026-03-02', 7, "Gift", duplicate=True)
        self.synchronize(rent, balance='400.00')
        self.synchronize(rent, gift, balance='407.00')
        self.assertEqual(self.account.explaining_ids.description, "Gift")
        self.walk('online_difference_is_explained')

    def test_an_account_gets_a_new_journal(self):
        savings = self._online_account('A2', "Savings")
        self.walk('online_account_gets_its_journal')
        self.assertEqual(savings.journal_id.type, 'bank')
        self.assertEqual(savings.journal_id.bank_statements_source, 'online_sync')

    def test_the_card_offers_the_button_that_solves_the_trouble(self):
        self.link.write({
            'state': 'error', 'needs_user': True, 'connect_mode': 'update_credentials',
            'last_error_message': "The bank did not accept the password.",
        })
        self.walk('online_card_offers_the_one_button')

    def test_the_card_and_the_forms_tell_which_account_failed(self):
        self._online_account('A2', "Savings")._link_to_journal(
            self.env['account.journal'].create({'name': "Two", 'type': 'bank', 'code': 'TWO'}))
        self.synchronize(row('2026-03-01', -100, 'Rent', id=None), window=None)
        self.bank.errors['A1'] = self.failure('invalid_request')
        self.synchronize()
        self.walk('online_card_and_form_tell_which_account_failed')

    def test_a_billing_user_sees_neither_connections_nor_feed(self):
        self.walk('online_billing_user_sees_journals_only', '/odoo/customer-invoices', 'billing')
