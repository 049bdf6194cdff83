from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestPreviousModule(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env['res.company'].create({'name': "Company with history"})
        cls.advisor = new_test_user(
            cls.env,
            'previous_advisor',
            groups='account.group_account_manager',
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.biller = new_test_user(
            cls.env, 'previous_biller', groups='account.group_account_invoice'
        )
        cls.provider = (
            cls.env['account.online.provider']
            .sudo()
            .create(
                {
                    'name': "Old Bank",
                    'provider_type': 'yodlee',
                    'company_id': cls.company.id,
                    'account_online_journal_ids': [
                        (0, 0, {'name': "Checking", 'account_number': "BE68539007547034"})
                    ],
                }
            )
        )
        cls.foreign_provider = (
            cls.env['account.online.provider']
            .sudo()
            .create(
                {
                    'name': "Bank of another company",
                    'company_id': cls.env.company.id,
                }
            )
        )

    def _set_successor(self, state):
        modules = self.env['ir.module.module']
        name = 'account_online_synchronization'
        successor = modules.search([('name', '=', name)]) or modules.create(
            {'name': name, 'shortdesc': name}
        )
        successor.state = state

    def test_an_advisor_reads_the_old_synchronizations_of_his_company_only(self):
        seen = self.env['account.online.provider'].with_user(self.advisor).search([])
        self.assertEqual(seen, self.provider)
        self.assertEqual(seen.account_online_journal_ids.account_number, "BE68539007547034")

    def test_nobody_changes_or_deletes_an_old_synchronization(self):
        provider = self.provider.with_user(self.advisor)
        with self.assertRaises(AccessError):
            provider.name = "Other"
        with self.assertRaises(AccessError):
            provider.unlink()

    def test_a_billing_user_sees_no_old_synchronization(self):
        with self.assertRaises(AccessError):
            self.provider.with_user(self.biller).read(['name'])

    def test_without_the_new_module_the_button_says_what_to_install(self):
        action = self.env.ref(
            'account_online_synchronization.account_online_link_action',
            raise_if_not_found=False,
        )
        if action:
            opened = self.provider.with_user(self.advisor).action_open_successor()
            self.assertEqual(opened['res_model'], 'account.online.link')
        else:
            with self.assertRaisesRegex(UserError, "account_online_synchronization"):
                self.provider.with_user(self.advisor).action_open_successor()

    def test_the_previous_module_is_not_uninstalled_while_the_new_one_reads_its_data(self):
        self._set_successor('installed')
        previous = self.env.ref('base.module_account_online_sync')
        with self.assertRaisesRegex(UserError, "must stay installed"):
            previous.button_uninstall()
        self.assertEqual(previous.state, 'installed')

    def test_without_the_new_module_the_previous_one_may_go(self):
        self._set_successor('uninstalled')
        previous = self.env.ref('base.module_account_online_sync')
        previous.button_uninstall()
        self.assertEqual(previous.state, 'to remove')
