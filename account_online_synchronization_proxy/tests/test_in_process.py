from odoo.tests import tagged

from .common import InProcessCase


@tagged('post_install', '-at_install')
class TestInProcess(InProcessCase):

    def test_the_database_itself_needs_no_registration(self):
        status, answer = self.call('GET', '/institutions/count')
        self.assertEqual((status, answer['count']), (200, 2))
        client = self.env['online.proxy.client'].search([('is_local', '=', True)])
        self.assertEqual(client.database_name, self.env.cr.dbname)

    def test_a_database_that_registered_at_its_own_proxy_is_known(self):
        self.env['online.proxy.client'].search([('is_local', '=', True)]).is_local = False
        uuid = self.env['ir.config_parameter'].get_param('database.uuid')
        clients = self.env['online.proxy.client']
        registered = clients.search([('database_uuid', '=', uuid)]) or clients.create({
            'name': "Ourselves", 'identifier': 'ourselves', 'database_uuid': uuid,
            'subscription_id': self.env['online.proxy.subscription'].create({'name': "Us"}).id,
        })
        with self.assertNoLogs('odoo.sql_db', 'ERROR'):
            for _time in range(2):
                self.assertEqual(self.call('GET', '/institutions/count')[0], 200)
        self.assertEqual(clients.search([('database_uuid', '=', uuid)]), registered)

    def test_a_bank_is_found_without_its_accents(self):
        _status, answer = self.call('GET', '/institutions', {'q': 'credit fictif'})
        self.assertEqual([item['name'] for item in answer['institutions']], ["Crédit Fictif S.A."])

    def test_a_link_is_connected_in_two_steps(self):
        link = self.connect()
        status, answer = self.call('GET', f'/links/{link}')
        self.assertEqual((status, answer['state'], answer['flow']), (200, 'connected', 'connected'))
        self.assertEqual([account['name'] for account in answer['accounts']],
                         ["Current account", "Savings"])
