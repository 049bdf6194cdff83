from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import OnlineSyncCommon


@tagged('post_install', '-at_install')
class TestMapping(OnlineSyncCommon):
    """Which account goes into which journal."""

    def open_mapping(self):
        return self.env['account.online.mapping'].create({'link_id': self.link.id})

    def _second_journal(self):
        return self.env['account.journal'].create({'name': "Second", 'type': 'bank', 'code': 'B2'})

    def test_accounts_with_a_journal_are_not_asked_about(self):
        savings = self._online_account('A2', "Savings")
        self.assertEqual(self.open_mapping().line_ids.online_account_id, savings)

    def test_an_account_is_proposed_for_the_journal_with_its_number(self):
        journal = self._second_journal()
        journal.set_bank_account('BE68539007547034')
        self._online_account('A2', "Second account", account_number='BE68 5390 0754 7034')
        self.assertEqual(self.open_mapping().line_ids.journal_id, journal)

    def test_new_journals_get_codes_of_their_own(self):
        self._online_account('A2', "Savings")
        self._online_account('A3', "Reserve")
        codes = self.open_mapping().line_ids.mapped('journal_code')
        self.assertEqual(len(set(codes)), 2)

    def test_a_credit_card_gets_a_credit_card_journal(self):
        card = self._online_account('A2', "Visa", account_type='credit_card')
        self.open_mapping().action_import()
        self.assertEqual(card.journal_id.type, 'credit')

    def test_an_account_that_is_not_ticked_is_left_out_and_not_asked_about_again(self):
        savings = self._online_account('A2', "Savings")
        reserve = self._online_account('A3', "Reserve")
        mapping = self.open_mapping()
        mapping.line_ids.filtered(lambda line: line.online_account_id == reserve).selected = False
        mapping.action_import()
        self.assertTrue(savings.journal_id)
        self.assertFalse(reserve.journal_id)
        self.assertNotIn(reserve, self.link._unmapped_accounts())

    def test_nothing_ticked_is_said_instead_of_doing_nothing(self):
        self._online_account('A2', "Savings")
        mapping = self.open_mapping()
        mapping.line_ids.selected = False
        with self.assertRaisesRegex(UserError, "No account is selected"):
            mapping.action_import()

    def test_two_accounts_cannot_feed_one_journal(self):
        journal = self._second_journal()
        self._online_account('A2', "Savings")
        self._online_account('A3', "Reserve")
        mapping = self.open_mapping()
        mapping.line_ids.journal_id = journal
        with self.assertRaisesRegex(UserError, "Second is chosen for Reserve, Savings"):
            mapping.action_import()

    def test_the_import_starts_where_the_bank_s_history_does(self):
        self.link.history_days = 90
        self._online_account('A2', "Savings")
        line = self.open_mapping().line_ids
        self.assertEqual(line.import_from, line.history_from)
        self.assertFalse(line.warning)

    def test_a_start_before_the_bank_s_history_is_warned_about(self):
        self.link.history_days = 90
        self._online_account('A2', "Savings")
        line = self.open_mapping().line_ids
        line.import_from = date(2000, 1, 1)
        self.assertIn("Import older ones from a file", line.warning)

    def test_choosing_a_journal_proposes_the_day_after_its_last_transaction(self):
        journal = self._second_journal()
        self.env['account.bank.statement.line'].create({
            'journal_id': journal.id, 'date': '2026-02-10', 'amount': 5, 'payment_ref': "By hand",
        })
        self._online_account('A2', "Savings")
        with Form(self.open_mapping()) as form, form.line_ids.edit(0) as line:
            line.journal_id = journal
            self.assertEqual(str(line.import_from), '2026-02-11')

    def test_the_import_is_requested_and_the_dashboard_opens(self):
        self._online_account('A2', "Savings")
        action = self.open_mapping().action_import()
        self.assertEqual(action['res_model'], 'account.journal')
        self.assertEqual(self.link.sync_user_id, self.env.user)

    def test_the_first_bank_completes_its_step_of_the_onboarding(self):
        step = self.env.ref('account_online_synchronization.onboarding_step_bank')
        step.onboarding_ids._search_or_create_progress()
        self._online_account('A2', "Savings")
        self.open_mapping().action_import()
        step.invalidate_recordset()
        self.assertIn(step.current_step_state, ('just_done', 'done'))

    def test_a_bookkeeper_cannot_map_accounts(self):
        keeper = new_test_user(self.env, login='keeper', groups='account.group_account_basic')
        mapping = self.open_mapping()
        with self.assertRaises(AccessError):
            mapping.with_user(keeper).action_import()


@tagged('post_install', '-at_install')
class TestEntryPoints(OnlineSyncCommon):
    """All ways to a bank lead through the search; by hand stays possible."""

    def setUp(self):
        super().setUp()
        self.advisor = new_test_user(
            self.env, login='advisor', groups='account.group_account_manager',
            company_id=self.env.company.id, company_ids=[(6, 0, self.env.company.ids)],
        )

    def test_bank_setup_of_a_journal_searches_a_bank_for_this_journal(self):
        action = self.journal.with_user(self.advisor).action_configure_bank_journal()
        self.assertEqual(action['tag'], 'account_online_synchronization.search_institution')
        self.assertEqual(action['params']['journal_id'], self.journal.id)

    def test_a_credit_card_is_searched_as_one(self):
        action = self.env['res.company'].with_user(self.advisor) \
            .setting_init_credit_card_account_action()
        self.assertEqual(action['params']['journal_type'], 'credit')

    def test_by_hand_opens_odoo_s_own_wizard(self):
        action = self.env['res.company'].with_user(self.advisor).action_add_bank_by_hand()
        self.assertEqual(action['res_model'], 'account.setup.bank.manual.config')

    def test_who_may_not_connect_gets_odoo_s_own_wizard(self):
        keeper = new_test_user(self.env, login='keeper', groups='account.group_account_basic')
        action = self.env['res.company'].with_user(keeper).setting_init_bank_account_action()
        self.assertEqual(action['res_model'], 'account.setup.bank.manual.config')

    def test_transactions_of_a_bank_journal_open_with_or_without_a_statement(self):
        action = self.journal.open_action()
        self.assertEqual(action['res_model'], 'account.bank.statement.line')
        self.assertEqual(action['domain'], [('journal_id', '=', self.journal.id)])

    def test_the_same_tab_comes_back_to_the_accounts(self):
        self._online_account('A2', "Savings")
        self.bank.accounts = [
            {'id': 'A1', 'identity': 'identity-A1', 'name': "Current account", 'currency': 'USD'},
            {'id': 'A2', 'identity': 'identity-A2', 'name': "Savings", 'currency': 'USD'},
        ]
        action = self.env['account.online.link'].action_connection_returned('LINK')
        self.assertEqual(action['res_model'], 'account.online.mapping')

    def test_the_same_tab_says_that_nothing_was_connected(self):
        self.bank.flow, self.bank.state = 'cancelled', 'new'
        action = self.env['account.online.link'].action_connection_returned('LINK')
        self.assertIn("Nothing was connected", action['params']['message'])

    def test_turning_back_leaves_no_connection_behind(self):
        begun = self.env['account.online.link'].create({'name': "Begun", 'client_id': 'BEGUN'})
        begun.discard_connection()
        self.assertFalse(begun.exists())
        self.assertIn(('DELETE', '/links/BEGUN'), self.bank.calls)

    def test_a_connection_that_was_made_is_not_discarded(self):
        self.link.discard_connection()
        self.assertTrue(self.link.exists())

    def test_what_nobody_came_back_to_is_forgotten_after_a_day(self):
        links = self.env['account.online.link']
        begun = links.create({'name': "Begun", 'client_id': 'BEGUN'})
        links._gc_abandoned_connections()
        self.assertTrue(begun.exists())
        self.env.cr.execute(
            "UPDATE account_online_link SET create_date = create_date - interval '2 days'"
            " WHERE id = %s",
            [begun.id],
        )
        begun.invalidate_recordset()
        self.bank.flow, self.bank.state = 'expired', 'new'
        links._gc_abandoned_connections()
        self.assertFalse(begun.exists())

    def test_what_was_finished_though_nobody_came_back_is_kept(self):
        links = self.env['account.online.link']
        begun = links.create({'name': "Begun", 'client_id': 'BEGUN'})
        self.bank.accounts = [
            {'id': 'A9', 'identity': 'identity-A9', 'name': "Current", 'currency': 'USD'},
        ]
        links._note_news('BEGUN')
        self.assertTrue(begun.next_refresh)
        links._finish_visits()
        self.assertRecordValues(begun, [{'state': 'connected', 'next_refresh': False}])
        self.assertEqual(begun.account_ids.mapped('online_identifier'), ['A9'])

    def test_a_billing_user_cannot_discard_a_connection(self):
        billing = new_test_user(self.env, login='billing', groups='account.group_account_invoice')
        with self.assertRaises(AccessError):
            self.link.with_user(billing).discard_connection()

    def test_an_unknown_connection_leads_nowhere(self):
        self.assertFalse(self.env['account.online.link'].action_connection_returned('OTHER'))


@tagged('post_install', '-at_install')
class TestReviewComparison(OnlineSyncCommon):
    """What the bank says beside what the books say."""

    def compare(self, kind, **values):
        row = self.env['account.online.transaction'].sudo().create({
            'online_account_id': self.account.id, 'state': 'to_review', 'review_kind': kind,
            'status': 'booked', 'booking_date': '2026-03-01', 'amount': -100,
            'description': "Rent", 'counterparty_name': "Landlord", **values,
        })
        return row.review_comparison

    def test_what_the_bank_changed_is_marked_in_the_books(self):
        comparison = self.compare(
            'changed', review_booking_date='2026-03-01', review_amount=-110,
            review_description="Rent", review_counterparty_name="Landlord",
        )
        self.assertEqual(comparison['books'][0]['different'], ['amount'])
        self.assertIn('110', comparison['bank']['amount'])

    def test_what_the_bank_removed_has_no_side_of_the_bank(self):
        self.assertIsNone(self.compare('removed')['bank'])

    def test_a_possible_pair_is_shown_beside_the_rows_it_could_be(self):
        known = self.env['account.online.transaction'].sudo().create({
            'online_account_id': self.account.id, 'state': 'imported', 'status': 'booked',
            'booking_date': '2026-03-02', 'amount': -100, 'description': "Rent",
            'counterparty_name': "Landlord",
        })
        comparison = self.compare('possible_pair', review_candidate_ids=[(6, 0, known.ids)])
        self.assertEqual(comparison['books'][0]['different'], ['date'])

    def test_rows_that_need_no_review_are_not_compared(self):
        row = self.env['account.online.transaction'].sudo().create({
            'online_account_id': self.account.id, 'state': 'imported', 'amount': 1,
        })
        self.assertFalse(row.review_comparison)
