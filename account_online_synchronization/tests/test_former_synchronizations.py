from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestFormerSynchronizations(OnlineSyncCommon):
    def _update(self):
        self.env['account.online.link']._adopt_previous_synchronizations()
        self.env.invalidate_all()

    def test_an_update_leaves_living_connections_alone(self):
        self._update()
        self.assertRecordValues(self.link, [
            {'client_id': 'LINK', 'state': 'connected', 'is_previous': False},
        ])
        self.synchronize(row('2026-02-02', 10))
        self.assertEqual(len(self.lines()), 1)

    def test_a_former_synchronization_says_how_to_connect_anew(self):
        self.link.write({'is_previous': True, 'previous_institution': "Test Bank"})
        with self.assertRaisesRegex(UserError, "Connect Anew"):
            self.link.action_reconnect()
        params = self.link.action_connect_anew()['params']
        self.assertEqual(
            params, {'query': "Test Bank", 'journal_id': self.journal.id, 'journal_type': 'bank'},
        )
