from odoo.tests import tagged

from .common import InProcessCase


@tagged('post_install', '-at_install')
class TestInProcess(InProcessCase):

    def test_the_database_itself_needs_no_registration(self):
        status, answer = self.call('GET', '/institutions/count')
        self.assertEqual((status, answer['count']), (200, 2))
        client = self.env['online.proxy.client'].search([('is_local', '=', True)])
        self.assertEqual(client.database_name, self.env.cr.dbname)

    def test_a_bank_is_found_without_its_accents(self):
        _status, answer = self.call('GET', '/institutions', {'q': 'credit fictif'})
        self.assertEqual([item['name'] for item in answer['institutions']], ["Crédit Fictif S.A."])

    def test_a_link_is_connected_in_two_steps(self):
        link = self.connect()
        status, answer = self.call('GET', f'/links/{link}')
        self.assertEqual((status, answer['state'], answer['flow']), (200, 'connected', 'connected'))
        self.assertEqual([account['name'] for account in answer['accounts']],
                         ["Current account", "Savings"])
