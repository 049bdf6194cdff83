import gzip
import hmac
import json
import socket
import threading
import time
from contextlib import suppress
from io import BytesIO
from unittest.mock import patch

import requests

from odoo.tests import tagged

from ..providers.errors import ErrorCode, ProviderError
from ..providers.interface import WebhookEvent
from ..services import outgoing, pings, signing
from ..services.errors import ProxyError
from .common import HttpProxyCase, InProcessCase
from .fake_bank import FakeProvider


@tagged('post_install', '-at_install')
class TestWebhooks(HttpProxyCase):

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        client = self.register()
        self.client_of_test = client
        self.link_id = self.signed(client, 'POST', '/links', body={
            'institution_id': self.institution().identifier,
        }).json()['link_id']
        self.link = self.env['online.proxy.link'].search([('identifier', '=', self.link_id)])
        self.link.write({'state': 'connected', 'link_key': 'item-1'})

        def webhook(provider, request):
            if not hmac.compare_digest(request.headers.get('x-fake-signature', ''), 'genuine'):
                raise ProviderError(ErrorCode.INVALID_REQUEST, "Wrong signature")
            return [WebhookEvent(json.loads(request.body)['item'], 'transactions')]

        self.patch(FakeProvider, 'webhook', webhook)

    def test_news_of_a_provider_reach_the_database(self):
        answer = self.post('/webhook/fake', {'item': 'item-1'}, **{'X-Fake-Signature': 'genuine'})
        self.assertEqual(answer.status_code, 204)
        sent = self.run_pings()
        self.assertEqual([body['link_id'] for _url, body, _headers in sent], [self.link_id])

    def test_a_ping_is_signed_with_the_clients_secret(self):
        self.post('/webhook/fake', {'item': 'item-1'}, **{'X-Fake-Signature': 'genuine'})
        [(url, body, headers)] = self.run_pings()
        self.assertEqual(url, 'https://odoo.customer.example/account_online_synchronization/ping')
        signed = signing.Signed(
            'POST', pings.PING_PATH, '', headers['X-Client-Id'], headers['X-Database-Uuid'],
            headers['X-Timestamp'], headers['X-Nonce'], json.dumps(body).encode(),
        )
        self.assertTrue(signing.is_genuine(
            self.client_of_test['secret'], signed, headers['X-Signature'],
        ))

    def test_a_forged_webhook_is_refused(self):
        answer = self.post('/webhook/fake', {'item': 'item-1'})
        self.assertEqual((answer.status_code, answer.json()['error']['code']),
                         (400, 'invalid_request'))
        self.assertEqual(self.run_pings(), [])

    def test_a_webhook_of_a_provider_that_is_not_used_is_refused(self):
        self.assertEqual(self.post('/webhook/other', {}).status_code, 404)
        self.assertEqual(self.post('/webhook/unknown', {}).status_code, 404)
        self.assertEqual(self.post('/webhook/%00', {}).status_code, 404)

    def test_repeated_news_are_told_once(self):
        for _time in range(3):
            self.post('/webhook/fake', {'item': 'item-1'}, **{'X-Fake-Signature': 'genuine'})
        self.assertEqual(len(self.run_pings()), 1)
        self.assertEqual(self.run_pings(), [])

    def test_news_of_an_unknown_link_are_nobodys(self):
        answer = self.post('/webhook/fake', {'item': 'gone'}, **{'X-Fake-Signature': 'genuine'})
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(self.run_pings(), [])

    def test_a_database_that_does_not_answer_is_left_to_its_polling(self):
        self.post('/webhook/fake', {'item': 'item-1'}, **{'X-Fake-Signature': 'genuine'})
        for _time in range(pings.MOST_ATTEMPTS):
            self.assertEqual(len(self.run_pings(fails=True)), 1)
        self.assertEqual(self.run_pings(fails=True), [])

    def run_pings(self, fails=False):
        """What the scheduled job sends: address, body and headers of each ping."""
        sent = []

        def post(session, url, data=None, headers=None, **options):
            sent.append((url, json.loads(data), headers))
            if fails:
                raise requests.ConnectionError
            answer = requests.Response()
            answer.status_code = 204
            answer.raw = BytesIO()
            return answer

        with patch.object(outgoing.RecordingSession, 'post', post):
            self.env.ref(
                'account_online_synchronization_proxy.ir_cron_ping'
            ).method_direct_trigger()
        return sent


@tagged('post_install', '-at_install')
class TestOutgoing(InProcessCase):

    def test_no_address_of_the_servers_own_network_is_reached(self):
        for host in ('127.0.0.1', 'localhost'):
            with self.subTest(host), self.assertRaises(requests.ConnectionError) as caught:
                outgoing.RecordingSession().get(f'http://{host}:{self.port()}/', timeout=2)
            self.assertIn("not a public one", str(caught.exception))

    def test_private_addresses_are_not_public(self):
        for address in ('0.0.0.0', '10.0.0.1',  # noqa: S104 -- not to bind to
                        '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1',
                        '127.0.0.1', '::1', 'fe80::1%eth0', 'fd00::1', '::ffff:10.0.0.1',
                        '64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:a00:1::1', '::127.0.0.1',
                        '::ffff:0:10.0.0.1', 'fec0::1', 'ff02::1', '224.0.0.1'):
            self.assertFalse(outgoing.is_public(address), address)
        for address in ('1.1.1.1', '2606:4700:4700::1111', '64:ff9b::101:101'):
            self.assertTrue(outgoing.is_public(address), address)

    def test_private_addresses_are_not_even_knocked_at(self):
        for host in ('127.0.0.1', 'localhost', '2130706433', '0x7f.1', '127.1', '[::1]',
                     '[::ffff:127.0.0.1]', '0'):
            with self.subTest(host), socket.create_server(('127.0.0.1', 0)) as listener:
                listener.setblocking(False)
                port = listener.getsockname()[1]
                with self.assertRaises(requests.ConnectionError):
                    outgoing.RecordingSession().get(f'http://{host}:{port}/', timeout=2)
                with self.assertRaises(BlockingIOError):
                    listener.accept()

    def test_a_redirect_leads_to_no_private_address_either(self):
        def redirect(connection):
            with connection:
                connection.recv(65536)
                connection.sendall(
                    b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n'
                    b'Connection: close\r\n\r\n'
                )

        port, is_first = self.serve(redirect), iter((True, True))
        with patch.object(outgoing, 'is_public', lambda address: next(is_first, False)), \
                self.assertRaises(requests.ConnectionError) as caught:
            outgoing.RecordingSession().get(f'http://127.0.0.1:{port}/', timeout=2)
        self.assertIn("not a public one", str(caught.exception))

    def test_an_answer_that_never_ends_is_cut_off(self):
        def drip(connection):
            with connection, suppress(OSError):
                connection.sendall(b'HTTP/1.1 200 OK\r\n')
                for number in range(100):
                    connection.sendall(b'X-%d: x\r\n' % number)
                    time.sleep(0.1)

        port = self.serve(drip)
        begun = time.monotonic()
        with patch.object(outgoing, 'is_public', bool), suppress(requests.RequestException):
            outgoing.RecordingSession(lifetime=0.5).get(f'http://127.0.0.1:{port}/', timeout=5)
        self.assertLess(time.monotonic() - begun, 4)

    def test_a_provider_whose_answer_would_fill_the_memory_is_left(self):
        packed = gzip.compress(bytes(3_000_000))
        self.assertLess(len(packed), 10_000)
        for header, body in ((b'', bytes(3_000_000)), (b'Content-Encoding: gzip\r\n', packed)):
            def pour(connection, header=header, body=body):
                with connection, suppress(OSError):
                    connection.recv(65536)
                    connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n' + header
                                       + b'\r\n' + body)

            url = f'http://127.0.0.1:{self.serve(pour)}/'
            with self.subTest(header), patch.object(outgoing, 'LARGEST_ANSWER', 2_000_000), \
                    self.assertRaises(outgoing.AnswerTooLargeError):
                outgoing.RecordingSession(public_only=False).get(url, timeout=5)
            url = f'http://127.0.0.1:{self.serve(pour)}/'
            answer = outgoing.RecordingSession(public_only=False).get(url, timeout=5)
            self.assertEqual(answer.content, bytes(3_000_000))

    def test_of_a_database_that_is_told_news_no_answer_is_read(self):
        def pour(connection):
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(b'HTTP/1.1 500 Oops\r\nContent-Length: 999999999999\r\n\r\n')
                for _block in range(1000):
                    connection.sendall(b'x' * 65536)
                    self.poured += 1

        self.poured = 0
        client = self.env['online.proxy.client'].create({
            'name': "Hostile", 'identifier': 'h', 'database_uuid': 'h',
            'database_url': f'http://127.0.0.1:{self.serve(pour)}',
        })
        with patch.object(outgoing, 'is_public', bool), patch.object(pings, 'TIMEOUT', 10), \
                self.assertRaises(ProxyError):
            pings._post(client, 'secret', 'link-1')
        self.assertLess(self.poured, 1000)

    def serve(self, talk):
        """A port of this machine where ``talk`` has the first visitor's connection."""
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        thread = threading.Thread(target=lambda: talk(listener.accept()[0]), daemon=True)
        thread.start()
        return listener.getsockname()[1]

    def port(self):
        """A port of this machine where somebody listens."""
        listener = socket.create_server(('', 0), dualstack_ipv6=True, family=socket.AF_INET6)
        self.addCleanup(listener.close)
        return listener.getsockname()[1]
