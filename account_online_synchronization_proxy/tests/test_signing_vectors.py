import json
from pathlib import Path

from odoo.tests import BaseCase

from ..services import signing

VECTORS = json.loads((Path(__file__).parent / 'data' / 'signing_vectors.json').read_text('utf-8'))


def _signed(vector, **changes):
    values = {
        name: vector[name]
        for name in ('method', 'path', 'query', 'client_id', 'database_uuid', 'timestamp', 'nonce')
    }
    return signing.Signed(**{**values, 'body': vector['body'].encode(), **changes})


class TestSigningVectors(BaseCase):
    """The vectors both sides share; their values were checked with openssl."""

    def test_every_vector_has_the_signature_it_says(self):
        for vector in VECTORS:
            with self.subTest(vector['name']):
                signed = _signed(vector)
                self.assertEqual(signing.string_to_sign(signed), vector['string_to_sign'])
                self.assertEqual(signing.signature(vector['secret'], signed), vector['signature'])

    def test_a_genuine_request_is_recognised(self):
        vector = VECTORS[0]
        self.assertTrue(
            signing.is_genuine(vector['secret'], _signed(vector), vector['signature'])
        )

    def test_any_change_breaks_the_signature(self):
        vector = VECTORS[1]
        changes = {
            'method': 'POST', 'path': '/account_online/1/links', 'query': 'q=other',
            'client_id': 'another', 'database_uuid': 'another', 'timestamp': '1772352001',
            'nonce': 'another', 'body': b'{}',
        }
        for name, value in changes.items():
            with self.subTest(name):
                self.assertFalse(signing.is_genuine(
                    vector['secret'], _signed(vector, **{name: value}), vector['signature'],
                ))

    def test_a_signature_that_is_no_text_at_all_is_refused(self):
        vector = VECTORS[0]
        for claimed in ('', 'é', 'x' * 10000):
            self.assertFalse(signing.is_genuine(vector['secret'], _signed(vector), claimed))

    def test_a_timestamp_is_timely_within_five_minutes(self):
        self.assertTrue(signing.is_timely('1000000300', 1000000000))
        self.assertFalse(signing.is_timely('1000000301', 1000000000))
        self.assertFalse(signing.is_timely('999999699', 1000000000))

    def test_a_timestamp_that_is_no_number_is_not_timely(self):
        for timestamp in ('', 'nan', '1e9', '-1', '1000000000.5', '١٢٣'):
            self.assertFalse(signing.is_timely(timestamp, 1000000000))
