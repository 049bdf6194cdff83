"""From the search for a bank to equal books, through the real proxy and the sandbox's banks."""

from unittest import SkipTest

from odoo.addons.account.tests.common import AccountTestInvoicingHttpCommon
from odoo.tests import tagged

from .bank_visitor import visit


@tagged('post_install', '-at_install')
class TestSandbox(AccountTestInvoicingHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if 'online.proxy.service' not in cls.env:
            raise SkipTest("The bank proxy is not installed in this database.")
        sandbox = cls.env['online.proxy.provider'].search([('code', '=', 'sandbox')])
        sandbox.enabled = True
        cls.sandbox = sandbox

    def setUp(self):
        super().setUp()
        self.link_model = self.env['account.online.link']

    def connect(self, text):
        """A connection to the sandbox bank of that name, its accounts stored."""
        found = self.link_model.search_institutions(text)['institutions']
        started = self.link_model.start_connection(found[0]['id'])
        self.env.flush_all()
        self.assertEqual(visit(self.opener, started['connect_url']), 'connected')
        self.env.invalidate_all()
        link = self.link_model.browse(started['link_id'])
        status = link.get_connection_status()
        self.assertEqual(status['status'], 'connected', status)
        return link

    def import_all(self, link):
        """Give every account a new journal and fetch its transactions."""
        for number, proposal in enumerate(link._propose_mapping()):
            account = proposal['account']
            account._link_to_journal(account._create_journal(
                proposal['journal_name'], f'T{number}{link.id}', proposal['journal_type'],
            ))
        return self.synchronize(link)

    def synchronize(self, link):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            result = link.with_env(self.env(cr=cr))._synchronize(trigger='user')
        self.env.invalidate_all()
        return result

    def lines_of(self, account):
        lines = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', account.journal_id.id)], order='internal_index',
        )
        return sorted(
            (str(line.date), line.amount, line.online_transaction_identifier) for line in lines
        )

    def test_books_equal_what_the_bank_says_it_has(self):
        link = self.connect("Sandbox Bank")
        result = self.import_all(link)
        self.assertFalse(result.error)
        self.assertTrue(result.new)
        for account in link.account_ids:
            self.assertEqual(account.balance_proof['state'], 'equal', account.name)

    def test_a_second_synchronization_adds_nothing(self):
        link = self.connect("Sandbox Bank")
        self.import_all(link)
        before = [self.lines_of(account) for account in link.account_ids]
        self.assertEqual(self.synchronize(link).new, 0)
        self.assertEqual([self.lines_of(account) for account in link.account_ids], before)

    def test_weeks_pass_and_the_books_follow(self):
        link = self.connect("Sandbox Bank")
        self.import_all(link)
        self.sandbox.clock_offset += 21 * 24 * 3600
        result = self.synchronize(link)
        self.assertTrue(result.new)
        self.assertFalse(result.review + result.quarantined)
        for account in link.account_ids:
            self.assertEqual(account.balance_difference, 0.0)
