from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import HttpProxyCase


@tagged('post_install', '-at_install')
class TestRegistration(HttpProxyCase):

    def test_a_valid_code_registers_a_database(self):
        client = self.register()
        answer = self.signed(client, 'GET', '/institutions/count')
        self.assertEqual(answer.status_code, 200)

    def test_the_code_is_accepted_in_any_case_and_with_spaces(self):
        self.register(subscription_code=f' {self.code.lower()} ')

    def test_a_wrong_code_is_told_what_to_do(self):
        answer = self.post('/register', self.registration(subscription_code='WRONG'))
        self.assert_error(answer, 401, 'not_registered')
        self.assertIn("subscription code", answer.json()['error']['message'])

    def test_an_ended_contract_is_told_its_day(self):
        self.subscription.valid_until = fields.Date.today() - timedelta(days=1)
        answer = self.post('/register', self.registration())
        self.assert_error(answer, 401, 'not_registered')
        self.assertIn(self.subscription.valid_until.isoformat(), answer.json()['error']['message'])

    def test_a_contract_that_ends_stops_the_databases_that_use_it(self):
        client = self.register()
        self.subscription.valid_until = fields.Date.today() - timedelta(days=1)
        self.assert_error(self.signed(client, 'GET', '/institutions'), 401, 'not_registered')

    def test_a_code_is_good_for_the_databases_it_was_issued_for(self):
        self.register()
        self.register()
        self.assert_error(self.post('/register', self.registration()), 401, 'not_registered')

    def test_registering_again_voids_the_old_secret_and_keeps_the_client(self):
        old = self.register()
        new = self.register(database_uuid=old['database_uuid'])
        self.assertEqual(old['client_id'], new['client_id'])
        self.assert_error(self.signed(old, 'GET', '/institutions'), 429, 'rate_limited')
        self.assertEqual(self.signed(new, 'GET', '/institutions').status_code, 200)

    def test_a_stranger_cannot_take_over_a_registered_database(self):
        mine = self.register()
        other = self.env['online.proxy.subscription'].create({'name': "Stranger"})
        answer = self.post('/register', self.registration(
            database_uuid=mine['database_uuid'], subscription_code=other._issue_code(),
        ))
        self.assert_error(answer, 401, 'not_registered')
        self.assertEqual(self.signed(mine, 'GET', '/institutions').status_code, 200)

    def test_registering_again_does_not_lift_a_block(self):
        database = self.register()
        self.client_of(database)._block("Very many banks")
        again = self.register(database_uuid=database['database_uuid'])
        self.assert_error(self.signed(again, 'GET', '/institutions'), 403, 'client_blocked')

    def test_registering_again_is_the_way_back_after_a_disconnection(self):
        database = self.register()
        self.client_of(database).write({'state': 'disconnected', 'reason': "Moved"})
        again = self.register(database_uuid=database['database_uuid'])
        self.assertEqual(self.signed(again, 'GET', '/institutions').status_code, 200)

    def test_who_comes_with_another_subscription_gets_none_of_the_banks(self):
        self.refresh_catalogue()
        mine = self.register()
        link = self.signed(mine, 'POST', '/links', body={
            'institution_id': self.institution().identifier,
        }).json()['link_id']
        self.env['online.proxy.link'].search([('identifier', '=', link)]).write({
            'state': 'connected', 'tokens_encrypted': 'sealed',
        })
        self.subscription.valid_until = fields.Date.today() - timedelta(days=1)
        other = self.env['online.proxy.subscription'].create({'name': "Another"})
        taken = self.register(
            database_uuid=mine['database_uuid'], subscription_code=other._issue_code(),
        )
        answer = self.signed(taken, 'GET', f'/links/{link}').json()
        self.assertEqual(answer['state'], 'disconnected')
        self.assertIn("reconnect", answer['reason'])
        record = self.env['online.proxy.link'].search([('identifier', '=', link)])
        self.assertFalse(record.tokens_encrypted)

    def test_what_is_missing_is_named(self):
        for name in ('database_uuid', 'subscription_code', 'contact_email', 'odoo_version'):
            answer = self.post('/register', self.registration(**{name: None}))
            self.assert_error(answer, 400, 'invalid_request')
            self.assertIn(f'“{name}”', answer.json()['error']['message'])

    def test_an_address_that_is_none_is_refused(self):
        for url in ('ftp://x', 'javascript:alert(1)', 'https://', 'https://a@b', 'http://[x'):
            answer = self.post('/register', self.registration(database_url=url))
            self.assert_error(answer, 400, 'invalid_request')

    # === ROTATION === #

    def test_the_old_secret_is_good_until_the_new_one_is_used(self):
        old = self.register()
        new = {**old, **self.signed(old, 'POST', '/rotate', body={}).json()}
        self.assertNotEqual(old['secret'], new['secret'])
        self.assertEqual(self.signed(old, 'GET', '/institutions').status_code, 200)
        self.assertEqual(self.signed(new, 'GET', '/institutions').status_code, 200)
        self.assert_error(self.signed(old, 'GET', '/institutions'), 429, 'rate_limited')

    def test_a_database_restored_from_a_backup_is_told_to_reconnect(self):
        backup = self.register()
        living = {**backup, **self.signed(backup, 'POST', '/rotate', body={}).json()}
        self.assertEqual(self.signed(living, 'GET', '/institutions').status_code, 200)
        self.client_of(backup).secret_changed_at -= timedelta(minutes=6)
        answer = self.signed(backup, 'GET', '/institutions')
        self.assert_error(answer, 401, 'client_disconnected')
        self.assertIn("older state", answer.json()['error']['message'])
        self.assertEqual(self.signed(living, 'GET', '/institutions').status_code, 200)

    def test_requests_under_way_while_the_secret_changes_do_not_end_a_connection(self):
        old = self.register()
        new = {**old, **self.signed(old, 'POST', '/rotate', body={}).json()}
        self.signed(new, 'GET', '/institutions')
        late = self.signed(old, 'GET', '/institutions')
        self.assert_error(late, 429, 'rate_limited')
        self.assertLessEqual(int(late.headers['Retry-After']), 300)

    def test_secrets_and_codes_are_not_stored_in_clear(self):
        client = self.register()
        rotated = self.signed(client, 'POST', '/rotate', body={}).json()
        self.env.flush_all()
        dump = self.dump('online_proxy_client', 'online_proxy_subscription', 'online_proxy_event')
        for secret in (client['secret'], rotated['secret'], self.code):
            self.assertNotIn(secret, dump)

    def client_of(self, database):
        return self.env['online.proxy.client'].search([('identifier', '=', database['client_id'])])

    def assert_error(self, answer, status, code):
        self.assertEqual((answer.status_code, answer.json()['error']['code']), (status, code))
