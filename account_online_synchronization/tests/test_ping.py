import json
import time
import uuid
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, RecordCapturer, tagged

from ..proxy_client.signing import signature

PATH = '/account_online_synchronization/ping'
SECRET = 'shared-with-the-proxy-only'


@tagged('post_install', '-at_install')
class TestPing(HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.uuid = cls.env['ir.config_parameter'].get_param('database.uuid')
        cls.env['account.online.registration'].create({
            'proxy_url': 'https://proxy.example.com', 'client_identifier': 'client-1',
            'secret': SECRET, 'database_uuid': cls.uuid,
        })
        cls.later = fields.Datetime.now() + timedelta(hours=11)
        cls.link = cls.env['account.online.link'].create({
            'name': "My Bank", 'client_id': 'LINK-1', 'state': 'connected', 'auto_sync': True,
            'next_refresh': cls.later,
        })

    def test_news_bring_the_next_synchronization_forward(self):
        with RecordCapturer(self.env['ir.cron.trigger'].sudo(), []) as triggers:
            self.assertEqual(self.ping().status_code, 204)
        self.assertLessEqual(self.link.next_refresh, fields.Datetime.now())
        self.assertTrue(triggers.records)

    def test_a_ping_that_is_not_the_proxys_is_refused(self):
        for changes in (
            {'secret': 'guessed'}, {'client': 'client-2'}, {'uuid': str(uuid.uuid4())},
            {'timestamp': str(int(time.time()) - 400)}, {'timestamp': 'now'},
            {'timestamp': '9' * 5000}, {'timestamp': '\u00b2'}, {'client': 'client-1\x00'},
            {'headers': {'X-Signature': ''}}, {'sent': b'{"link_id": "LINK-2"}'},
        ):
            with self.subTest(changes):
                self.assertEqual(self.ping(**changes).status_code, 401)
        self.assertEqual(self.link.next_refresh, self.later)

    def test_nonsense_is_refused(self):
        for body in (b'', b'[]', b'"x"', b'{', b'{"x": 1}'):
            self.assertEqual(self.ping(body=body).status_code, 400)
        self.assertEqual(self.ping(body=b'x' * 5000).status_code, 413)
        blocks = (b'x' * 500 for _number in range(10))  # which do not say how many they are
        self.assertEqual(self.ping(sent=blocks).status_code, 413)

    def test_a_connection_that_is_unknown_here_is_no_matter(self):
        self.assertEqual(self.ping(body=b'{"link_id": "GONE"}').status_code, 204)

    def test_news_do_not_override_limits_nor_the_users_choice(self):
        for values in (
            {'auto_sync': False}, {'limited_until': self.later}, {'needs_user': True},
            {'state': 'disconnected', 'last_refresh': fields.Datetime.now()},
        ):
            with self.subTest(values):
                self.link.write({
                    'auto_sync': True, 'limited_until': False, 'needs_user': False,
                    'state': 'connected', 'next_refresh': self.later, **values,
                })
                self.assertEqual(self.ping().status_code, 204)
                self.assertEqual(self.link.next_refresh, self.later)

    def ping(self, body=None, sent=None, headers=None, **changes):
        """A ping as the proxy signs it; ``changes`` spoil it."""
        body = json.dumps({'link_id': 'LINK-1'}).encode() if body is None else body
        timestamp = changes.get('timestamp', str(int(time.time())))
        nonce = uuid.uuid4().hex
        database_uuid = changes.get('uuid', self.uuid)
        client = changes.get('client', 'client-1')
        return self.opener.post(
            self.base_url() + PATH, data=body if sent is None else sent, timeout=20, headers={
                'Content-Type': 'application/json',
                'X-Client-Id': client,
                'X-Database-Uuid': database_uuid,
                'X-Timestamp': timestamp,
                'X-Nonce': nonce,
                'X-Signature': signature(
                    changes.get('secret', SECRET), 'POST', PATH, client, database_uuid, timestamp,
                    nonce, body,
                ),
                **(headers or {}),
            },
        )
