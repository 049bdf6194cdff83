import json
from pathlib import Path

import requests

from odoo.tests import BaseCase

from ..proxy_client.signing import Credentials, RequestSigner, signature

VECTORS = json.loads((Path(__file__).parent / 'data' / 'signing_vectors.json').read_text('utf-8'))
CREDENTIALS = Credentials('the-client', 'the-secret', 'the-uuid')


def _sign(vector, target):
    return signature(
        vector['secret'], vector['method'], target, vector['client_id'], vector['database_uuid'],
        vector['timestamp'], vector['nonce'], vector['body'].encode(),
    )


class TestSigning(BaseCase):
    """The database's side; the proxy's side tests the same vectors."""

    def test_every_vector_has_the_signature_it_says(self):
        for vector in VECTORS:
            with self.subTest(vector['name']):
                target = vector['path'] + (f'?{vector["query"]}' if vector['query'] else '')
                self.assertEqual(_sign(vector, target), vector['signature'])

    def test_a_request_is_signed_as_it_travels(self):
        prepared = requests.Request(
            'POST', 'https://proxy.example.com/prefix/account_online/1/links', params={'a': 'é b'},
            json={'name': 'Bänk'}, auth=RequestSigner(CREDENTIALS, clock=lambda: 1772352000.9),
        ).prepare()
        headers = prepared.headers
        self.assertEqual(headers['X-Timestamp'], '1772352000')
        self.assertEqual(headers['X-Signature'], signature(
            'the-secret', 'POST', '/account_online/1/links?a=%C3%A9+b', 'the-client', 'the-uuid',
            '1772352000', headers['X-Nonce'], prepared.body,
        ))

    def test_two_requests_never_share_a_nonce(self):
        request = requests.Request(
            'GET', 'https://p.example.com/account_online/1/x', auth=RequestSigner(CREDENTIALS)
        )
        self.assertNotEqual(
            request.prepare().headers['X-Nonce'], request.prepare().headers['X-Nonce'],
        )

    def test_the_secret_is_not_shown(self):
        self.assertNotIn('the-secret', repr(CREDENTIALS))
