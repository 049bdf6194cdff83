import time
import uuid
from dataclasses import replace
from unittest.mock import PropertyMock, patch

from odoo.http import GeoIP, HTTPRequest
from odoo.tests import tagged

from ..services import abuse
from .common import HttpProxyCase


@tagged('post_install', '-at_install')
class TestAuthentication(HttpProxyCase):

    def setUp(self):
        super().setUp()
        self.database = self.register()

    def test_a_request_without_signature_is_refused(self):
        for path in ('/links', '/rotate', '/links/x/refresh'):
            self.assert_error(self.post(path, {}), 401, 'not_registered')

    def test_tampering_is_refused(self):
        for changes in (
            {'sent': {'raw': b'{"mode": "other"}'}},
            {'sent': {'query': 'q=other'}},
            {'sent': {'path': '/account_online/1/rotate'}},
            {'headers': {'X-Signature': '0' * 64}},
            {'headers': {'X-Client-Id': str(uuid.uuid4())}},
            {'headers': {'X-Timestamp': str(int(time.time()) - 5)}},
            {'headers': {'X-Nonce': uuid.uuid4().hex}},
            {'headers': {'X-Database-Uuid': str(uuid.uuid4())}},
        ):
            with self.subTest(changes):
                answer = self.signed(self.database, 'POST', '/links', 'a=1', {'mode': 'connect'},
                                     **changes)
                self.assert_error(answer, 401, 'not_registered')

    def test_a_repeated_request_is_refused(self):
        nonce = uuid.uuid4().hex
        first = self.signed(self.database, 'GET', '/institutions', nonce=nonce)
        self.assertEqual(first.status_code, 200)
        again = self.signed(self.database, 'GET', '/institutions', nonce=nonce)
        self.assert_error(again, 400, 'invalid_request')

    def test_a_forged_request_does_not_use_up_a_nonce(self):
        nonce = uuid.uuid4().hex
        self.signed({**self.database, 'secret': 'guessed'}, 'GET', '/institutions', nonce=nonce)
        genuine = self.signed(self.database, 'GET', '/institutions', nonce=nonce)
        self.assertEqual(genuine.status_code, 200)

    def test_a_request_from_another_time_is_refused_and_says_why(self):
        for seconds in (-330, 330):
            answer = self.signed(self.database, 'GET', '/institutions',
                                 timestamp=str(int(time.time()) + seconds))
            self.assert_error(answer, 400, 'invalid_request')
            self.assertIn("clock", answer.json()['error']['message'])

    def test_a_copied_database_is_disconnected(self):
        copy = {**self.database, 'database_uuid': str(uuid.uuid4())}
        answer = self.signed(copy, 'GET', '/institutions')
        self.assert_error(answer, 401, 'client_disconnected')
        self.assertEqual(self.signed(self.database, 'GET', '/institutions').status_code, 200)

    def test_who_asks_without_end_has_to_wait_and_others_do_not(self):
        self.env['ir.config_parameter'].set_param(abuse.RATE_PARAMETER, 3)
        other = self.register()
        for _time in range(3):
            self.assertEqual(self.ask().status_code, 200)
        answer = self.ask()
        self.assert_error(answer, 429, 'rate_limited')
        self.assertGreater(int(answer.headers['Retry-After']), 0)
        self.assertEqual(self.signed(other, 'GET', '/institutions').status_code, 200)

    def test_forged_requests_use_up_nothing_of_a_client(self):
        self.env['ir.config_parameter'].set_param(abuse.RATE_PARAMETER, 3)
        for _time in range(5):
            self.signed({**self.database, 'secret': 'guessed'}, 'GET', '/institutions')
        self.assertEqual(self.ask().status_code, 200)

    def test_a_sudden_change_of_country_blocks_the_client(self):
        with self.requests_from('BE'):
            self.assertEqual(self.ask().status_code, 200)
            self.assertEqual(self.ask().status_code, 200)
        with self.requests_from('KP'):
            self.assert_error(self.ask(), 403, 'client_blocked')
        with self.requests_from('BE'):
            self.assert_error(self.ask(), 403, 'client_blocked')
        self.assertEqual(self.client.state, 'blocked')
        self.client.action_activate()
        with self.requests_from('KP'):
            self.assertEqual(self.ask().status_code, 200)

    def test_a_stolen_secret_used_from_everywhere_blocks_the_client_though_nothing_fails(self):
        with patch.object(abuse, 'LIMITS', replace(abuse.LIMITS, networks=4)):
            for number in range(3):
                self.assertEqual(self.ask_from(f'203.{number}.113.7').status_code, 200)
                self.assertEqual(self.ask_from(f'203.{number}.9.9').status_code, 200)
            self.assertEqual(self.ask_from('198.51.100.7').status_code, 200)
            self.assert_error(self.ask_from('198.51.100.7'), 403, 'client_blocked')
        self.assertEqual(self.client.reason, abuse.REASONS['networks'])

    def test_a_server_that_knows_no_countries_blocks_nobody(self):
        with self.requests_from('BE'):
            self.ask()
        with self.requests_from(None):
            self.assertEqual(self.ask().status_code, 200)

    def test_a_secret_that_does_not_open_any_more_is_one_that_does_not_fit(self):
        self.client.secret_encrypted = 'gAAAAAB-of-another-key'
        with self.assertLogs('odoo.addons.account_online_synchronization_proxy', 'ERROR'):
            self.assert_error(self.ask(), 401, 'not_registered')

    def test_a_blocked_client_gets_nothing(self):
        self.client.write({'state': 'blocked', 'reason': "Too many links"})
        for method, path in (('GET', '/institutions'), ('POST', '/rotate'), ('GET', '/links/x')):
            self.assert_error(self.signed(self.database, method, path), 403, 'client_blocked')

    def test_a_disconnected_client_reads_the_reason(self):
        self.client.write({'state': 'disconnected', 'reason': "Unpaid since May"})
        answer = self.signed(self.database, 'GET', '/institutions')
        self.assert_error(answer, 401, 'client_disconnected')
        self.assertEqual(answer.json()['error']['message'], "Unpaid since May")
        self.assertEqual(answer.json()['error']['reason'], "Unpaid since May")

    def test_every_answer_has_the_reference_of_its_event(self):
        for answer in (self.post('/links', {}), self.signed(self.database, 'GET', '/institutions')):
            reference = answer.headers['X-Reference']
            event = self.env['online.proxy.event'].search([('reference', '=', reference)])
            self.assertEqual(event.status, answer.status_code)

    def test_nonsense_never_ends_in_a_traceback(self):
        for raw in (b'[1, 2]', b'"x"', b'{', b'\xff\xfe', b'null', b'[' * 20000):
            answer = self.signed(self.database, 'POST', '/links', raw=raw)
            self.assert_error(answer, 400, 'invalid_request')

    def test_an_address_that_does_not_exist_is_answered_in_json(self):
        for path in ('/nothing', '/links/%0A', '/links/%0A%0D/accounts', '/links/a%2F%0Ab', '//x'):
            answer = self.signed(self.database, 'GET', path)
            self.assert_error(answer, 404, 'invalid_request')
            self.assertTrue(answer.headers['X-Reference'])
        answer = self.signed(self.database, 'PUT', '/links')
        self.assert_error(answer, 405, 'invalid_request')
        self.assertEqual(answer.headers['Allow'], 'POST')

    def ask(self):
        return self.signed(self.database, 'GET', '/institutions')

    def ask_from(self, address):
        with patch.object(HTTPRequest, 'remote_addr', PropertyMock(return_value=address)):
            return self.ask()

    @staticmethod
    def requests_from(country):
        """The server's GeoIP database says that this is where requests come from."""
        return patch.object(GeoIP, 'country_code', PropertyMock(return_value=country))

    @property
    def client(self):
        return self.env['online.proxy.client'].search(
            [('identifier', '=', self.database['client_id'])]
        )

    def assert_error(self, answer, status, code):
        self.assertEqual((answer.status_code, answer.json()['error']['code']), (status, code))
