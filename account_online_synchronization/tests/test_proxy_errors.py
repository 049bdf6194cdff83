from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..error_messages import MESSAGES, explain
from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import CAUSES, LOCAL_CODES, PROXY_CODES, parse_instant


@tagged('post_install', '-at_install')
class TestProxyErrors(TransactionCase):
    def test_every_code_has_a_sentence(self):
        self.assertFalse((PROXY_CODES | LOCAL_CODES | CAUSES) - set(MESSAGES))

    def test_a_sentence_names_the_bank_and_the_reference(self):
        error = OnlineSyncError('consent_expired', reference='R-42')
        text = explain(self.env, error, "Bank 100% & Co")
        self.assertIn("Bank 100% & Co", text)
        self.assertIn('R-42', text)

    def test_a_firewall_error_names_the_host_to_allow(self):
        error = OnlineSyncError('proxy_unreachable', host='proxy.example.com')
        self.assertIn('proxy.example.com', explain(self.env, error))

    def test_an_unknown_code_of_a_newer_proxy_is_an_internal_error(self):
        error = OnlineSyncError.from_answer(
            500, {'X-Reference': 'R-7'}, {'error': {'code': 'brand_new'}},
        )
        self.assertEqual((error.code, error.reference), ('internal', 'R-7'))

    def test_a_cause_tells_more_than_the_code(self):
        error = OnlineSyncError.from_answer(
            401, {}, {'error': {'code': 'client_disconnected', 'cause': 'declined'}},
        )
        self.assertIn("somebody else had started it", explain(self.env, error, "Test Bank"))

    def test_an_unknown_cause_of_a_newer_proxy_leaves_the_code_s_words(self):
        for cause in ('brand_new', [], 7):
            error = OnlineSyncError.from_answer(
                409, {}, {'error': {'code': 'consent_expired', 'cause': cause}},
            )
            self.assertIn("Reconnect", explain(self.env, error, "Test Bank"))

    def test_what_the_operator_wrote_is_kept(self):
        error = OnlineSyncError.from_answer(
            401, {}, {'error': {'code': 'client_disconnected', 'reason': "Unpaid since May"}},
        )
        self.assertIn("Unpaid since May", explain(self.env, error))

    def test_an_answer_of_another_shape_is_an_internal_error(self):
        for code in ([], {}, 7, None):
            error = OnlineSyncError.from_answer(400, {}, {'error': {'code': code}})
            self.assertEqual(error.code, 'internal')

    def test_an_answer_without_json_is_an_internal_error(self):
        self.assertEqual(OnlineSyncError.from_answer(500, {}, None).code, 'internal')

    def test_instants_are_stored_in_utc_without_zone(self):
        self.assertEqual(
            parse_instant('2026-03-01T12:00:00+02:00'),
            fields.Datetime.to_datetime('2026-03-01 10:00:00'),
        )
        self.assertEqual(
            parse_instant('2026-03-01T12:00:00.5Z'),
            fields.Datetime.to_datetime('2026-03-01 12:00:00'),
        )
        self.assertIsNone(parse_instant('soon'))
