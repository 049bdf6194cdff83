from odoo.tests import new_test_user, tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestFirstSteps(OnlineSyncCommon):
    """The bar above the cards of a new company."""

    def steps(self, user=None):
        panel = self.env['onboarding.onboarding'].with_user(user or self.env.user)
        return {step['title']: step for step in panel.get_first_accounting_steps()}

    def test_a_new_company_is_led_to_its_bank(self):
        action = self.steps()["Connect Your Bank"]['action']
        found = getattr(self.env['onboarding.onboarding.step'], action)()
        self.assertEqual(found['tag'], 'account_online_synchronization.search_institution')

    def test_an_advisor_sees_the_steps_that_he_may_finish(self):
        advisor = new_test_user(self.env, login='advisor', groups='account.group_account_manager')
        self.assertIn("Connect Your Bank", self.steps(advisor))
        self.assertNotIn("Set Company Data", self.steps(advisor))
        self.assertIn("Set Company Data", self.steps())

    def test_they_are_gone_once_transactions_have_come(self):
        self.synchronize(row('2026-03-02', 1))
        self.assertFalse(self.steps())

    def test_whoever_closes_them_sees_them_no_more(self):
        advisor = new_test_user(self.env, login='advisor', groups='account.group_account_manager')
        self.steps(advisor)
        self.env['onboarding.onboarding'].with_user(advisor).close_first_accounting_steps()
        self.assertFalse(self.steps(advisor))

    def test_a_bookkeeper_who_connects_nothing_sees_none(self):
        keeper = new_test_user(self.env, login='keeper', groups='account.group_account_basic')
        self.assertFalse(self.steps(keeper))
        self.env['onboarding.onboarding'].with_user(keeper).close_first_accounting_steps()
        self.assertTrue(self.steps())
