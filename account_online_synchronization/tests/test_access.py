from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..hooks import uninstall_hook
from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestAccess(OnlineSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing = new_test_user(cls.env, 'billing', 'account.group_account_invoice')
        cls.bookkeeper = new_test_user(cls.env, 'bookkeeper', 'account.group_account_basic')
        cls.manager = new_test_user(cls.env, 'manager', 'account.group_account_manager')

    def test_a_billing_user_sees_journals_only(self):
        self.journal.with_user(self.billing).read(['name', 'bank_statements_source'])
        for model in ('link', 'account', 'transaction', 'transaction.alias', 'run'):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[f'account.online.{model}'].with_user(self.billing).search([]).read(['id'])

    def test_a_billing_user_sees_the_dashboard(self):
        data = self.journal.with_user(self.billing)._get_journal_dashboard_data_batched()
        self.assertEqual(data[self.journal.id]['online_sync']['link_state'], 'connected')

    def test_a_billing_user_cannot_synchronize(self):
        with self.assertRaises(AccessError):
            self.journal.with_user(self.billing).action_online_synchronize()

    def test_a_bookkeeper_synchronizes_and_reads_the_feed(self):
        self.bank.rows['A1'] = [row('2026-03-02', 100)]
        with self.committing(self.journal) as (journal,):
            action = journal.with_user(self.bookkeeper).action_online_synchronize()
        self.assertEqual(action['params']['type'], 'success')
        self.assertEqual(self.feed().with_user(self.bookkeeper).amount, 100.0)

    def test_a_bookkeeper_cannot_change_the_feed(self):
        self.synchronize(row('2026-03-02', 100))
        with self.assertRaises(AccessError):
            self.feed().with_user(self.bookkeeper).write({'amount': 7})

    def test_an_accounting_administrator_may_write_bank_transactions(self):
        self.assertTrue(self.manager.has_group('account.group_account_basic'))

    def test_nobody_but_the_system_reads_the_secret(self):
        registration = self.env['account.online.registration'].sudo().create({
            'proxy_url': 'https://p.example.com', 'client_identifier': 'c', 'secret': 's3cret',
            'database_uuid': 'u',
        })
        self.assertNotIn(
            'secret', registration.with_user(self.env.ref('base.user_admin')).read()[0]
        )
        with self.assertRaises(AccessError):
            registration.with_user(self.env.ref('base.user_admin')).read(['secret'])
        with self.assertRaises(AccessError):
            registration.with_user(self.manager).read(['client_identifier'])

    def test_another_company_sees_nothing(self):
        self.synchronize(row('2026-03-02', 100))
        company = self.setup_other_company()['company']
        stranger = new_test_user(
            self.env, 'stranger', 'account.group_account_manager',
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )
        for model in ('link', 'account', 'transaction', 'transaction.alias', 'run'):
            with self.subTest(model):
                self.assertFalse(self.env[f'account.online.{model}'].with_user(stranger).search([]))

    def test_a_neutralized_database_calls_nobody(self):
        self.env['ir.config_parameter'].sudo().set_param('database.is_neutralized', True)
        patch.stopall()
        with self.committing(self.link) as (link,):
            result = link._synchronize()
        self.assertEqual(result.error.code, 'neutralized')
        self.assertFalse(self.bank.calls)

    def test_uninstalling_leaves_nothing_but_the_books(self):
        self.env['ir.config_parameter'].sudo().set_param(
            'account_online_synchronization.proxy_url', 'x'
        )
        uninstall_hook(self.env)
        self.assertEqual(self.journal.bank_statements_source, 'undefined')
        basic = self.env.ref('account.group_account_basic')
        self.assertNotIn(basic, self.env.ref('account.group_account_manager').implied_ids)
        self.assertFalse(self.env['ir.config_parameter'].sudo().search(
            [('key', '=like', 'account_online_synchronization.%')],
        ))


@tagged('post_install', '-at_install')
class TestDashboard(OnlineSyncCommon):
    def test_the_card_counts_what_is_not_in_the_books(self):
        self.synchronize(row('2026-03-02', 'NaN'), row('2026-03-02', 1, status='pending'))
        card = self.journal._get_journal_dashboard_data_batched()[self.journal.id]['online_sync']
        self.assertEqual((card['quarantined'], card['pending'], card['waiting']), (1, 1, 0))

    def test_a_journal_without_bank_says_so(self):
        journal = self.env['account.journal'].create({'name': "J", 'type': 'bank', 'code': 'JJJ'})
        data = journal._get_journal_dashboard_data_batched()
        self.assertIs(data[journal.id]['online_sync'], False)
