import json
from unittest.mock import patch

from odoo.addons.account.models.account_journal_dashboard import AccountJournal as CoreJournal
from odoo.tests import new_test_user, tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestVisit(OnlineSyncCommon):
    """What is new since a user has last looked at a journal's transactions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada, cls.bo = (
            new_test_user(
                cls.env, login=login, groups='account.group_account_basic',
                company_id=cls.env.company.id, company_ids=[(6, 0, cls.env.company.ids)],
            ) for login in ('ada', 'bo')
        )

    def new(self, user):
        """The number on the user's card."""
        self.journal.invalidate_recordset(['kanban_dashboard'])
        return json.loads(self.journal.with_user(user).kanban_dashboard)['online_sync']['new']

    def opened(self, user, button):
        """The transactions that a button of the card shows."""
        action = getattr(self.journal.with_user(user), button)()
        lines = self.env[action['res_model']].with_user(user).search(action['domain'])
        return sorted(lines.mapped('payment_ref'))

    def test_before_the_first_visit_the_last_synchronization_counts(self):
        self.synchronize(row('2026-03-01', 1, 'A'))
        self.synchronize(row('2026-03-01', 1, 'A'), row('2026-03-02', 2, 'B'))
        self.assertEqual(self.new(self.ada), 1)
        self.assertEqual(self.opened(self.ada, 'action_open_new_lines'), ['B'])

    def test_what_comes_after_a_visit_adds_up_over_synchronizations(self):
        rows = [row('2026-03-01', 1, 'A')]
        self.synchronize(*rows)
        self.opened(self.ada, 'open_action')
        self.assertEqual(self.new(self.ada), 0)
        for number in (2, 3):
            rows.append(row(f'2026-03-0{number}', number, f'N{number}'))
            self.synchronize(*rows)
        self.synchronize(*rows)
        self.assertEqual(self.new(self.ada), 2)
        self.assertEqual(self.opened(self.ada, 'action_open_new_lines'), ['N2', 'N3'])
        self.assertEqual(self.new(self.ada), 0)

    def test_each_user_has_visits_of_his_own(self):
        self.synchronize(row('2026-03-01', 1, 'A'))
        self.opened(self.ada, 'open_action')
        self.assertEqual((self.new(self.ada), self.new(self.bo)), (0, 1))

    def test_all_transactions_are_shown_by_the_other_button(self):
        self.synchronize(row('2026-03-01', 1, 'A'), row('2026-03-02', 2, 'B'))
        self.opened(self.ada, 'action_open_new_lines')
        self.assertEqual(self.opened(self.ada, 'open_action'), ['A', 'B'])

    def test_what_the_message_of_an_import_shows_is_new_no_more(self):
        self.synchronize(row('2026-03-01', 1, 'A'))
        action = self.journal.with_user(self.ada).action_show_imported()
        self.assertEqual(action['res_model'], 'account.bank.statement.line')
        self.assertEqual(action['context'], {'search_default_journal_id': self.journal.id})
        self.assertEqual((self.new(self.ada), self.new(self.bo)), (0, 1))

    def test_the_message_of_an_import_into_two_journals_shows_both(self):
        other = self.journal.copy({'name': "Savings", 'code': 'SAV'})
        gone = self.journal.copy({'name': "Closed", 'code': 'CLO'})
        journals = (self.journal + other + gone).with_user(self.ada)
        gone.unlink()
        self.assertEqual(journals.action_show_imported()['context'], {})
        seen = self.env['account.online.visit'].search([('user_id', '=', self.ada.id)])
        self.assertEqual(seen.journal_id, self.journal + other)

    def test_transactions_that_another_module_shows_are_seen_too(self):
        self.synchronize(row('2026-03-01', 1, 'A'))
        reconciliation = {'type': 'ir.actions.client', 'tag': 'reconciliation'}
        with patch.object(CoreJournal, 'open_action', lambda _journal: reconciliation):
            self.assertEqual(self.journal.with_user(self.ada).open_action(), reconciliation)
        self.assertEqual(self.new(self.ada), 0)
