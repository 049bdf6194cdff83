from unittest.mock import patch

from odoo.tests import tagged

from .common import OnlineSyncCommon, row

AT_MOST = 2  # queries added to the dashboard, for any number of journals


@tagged('post_install', '-at_install')
class TestDashboardCost(OnlineSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journals = cls.journal
        for number in range(20):
            link = cls.env['account.online.link'].create({
                'name': f"Bank {number}", 'client_id': f'L{number}', 'state': 'connected',
            })
            journal = cls.env['account.journal'].create({
                'name': f"Bank {number}", 'type': 'bank', 'code': f'Q{number}',
            })
            cls._online_account(f'Q{number}', "Account", link=link)._link_to_journal(journal)
            cls.journals |= journal

    def _added_queries(self, journals):
        """How many more queries the dashboard takes than without this addon's part."""
        extended = type(journals)._fill_bank_cash_dashboard_data
        core = next(
            parent._fill_bank_cash_dashboard_data for parent in type(journals).__mro__
            if 'addons.account.models' in parent.__module__
            and '_fill_bank_cash_dashboard_data' in vars(parent)
        )
        counts = []
        for method in (extended, core, extended, core):  # the first round fills the caches of all
            with patch.object(type(journals), '_fill_bank_cash_dashboard_data', method):
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                journals._get_journal_dashboard_data_batched()
                counts.append(self.cr.sql_log_count - before)
        return counts[2] - counts[3]

    def test_one_journal_costs_at_most_two_queries(self):
        self.assertLessEqual(self._added_queries(self.journal), AT_MOST)

    def test_many_journals_cost_as_much_as_one(self):
        self.synchronize(row('2026-03-02', 100))
        self.assertEqual(len(self.journals), 21)
        self.assertLessEqual(self._added_queries(self.journals), AT_MOST)
