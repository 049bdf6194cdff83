import json
import logging

from odoo.tests import BaseCase

from ..services import access_log, masking


class TestMasking(BaseCase):

    def test_secrets_are_hidden_by_their_name(self):
        masked = masking.mask({
            'subscription_code': 'AAAA', 'access_token': 'x', 'nested': [{'Password': 'y'}],
            'code': '123', 'country': 'BE', 'attended': True,
        })
        self.assertEqual(masked, {
            'subscription_code': '***', 'access_token': '***', 'nested': [{'Password': '***'}],
            'code': '***', 'country': 'BE', 'attended': True,
        })

    def test_a_known_secret_is_hidden_wherever_it_stands(self):
        self.assertEqual(
            masking.mask({'detail': 'refused s3cret-value!'}, {'s3cret-value'}),
            {'detail': 'refused ***!'},
        )

    def test_an_account_number_is_shortened(self):
        self.assertEqual(masking.mask_text('to FR7630006000011234567890189.'), 'to FR76…0189.')

    def test_rows_are_counted_not_kept(self):
        self.assertEqual(masking.mask({'transactions': [{}, {}]}), {'transactions': '[2 items]'})

    def test_a_long_answer_is_cut(self):
        text = masking.masked_json({'x': 'y' * 10_000})
        self.assertLess(len(text), 5000)

    def test_short_values_are_no_secrets_to_search_for(self):
        self.assertEqual(masking.secret_values({'a': 'EUR', 'b': ['long-enough', 7]}),
                         {'long-enough'})

    def test_masking_keeps_json_valid(self):
        self.assertEqual(json.loads(masking.masked_json({'é': ['ü']})), {'é': ['ü']})

    def test_the_access_log_names_no_flow(self):
        for line, expected in (
            ('"GET /account_online/1/connect/t0k3n HTTP/1.1" 200',
             '"GET /account_online/1/connect/*** HTTP/1.1" 200'),
            ('"POST /account_online/1/connect/t0k3n/start HTTP/1.1" 303',
             '"POST /account_online/1/connect/***/start HTTP/1.1" 303'),
            ('"GET /account_online/1/callback/plaid?code=c&state=s HTTP/1.1" 303',
             '"GET /account_online/1/callback/plaid?*** HTTP/1.1" 303'),
            ('"GET /account_online/1/callback/plaid/st4te?x=y HTTP/1.1" 303',
             '"GET /account_online/1/callback/plaid/***?*** HTTP/1.1" 303'),
            ('"POST /account_online/1/reactivate/s1gned.1 HTTP/1.1" 200',
             '"POST /account_online/1/reactivate/*** HTTP/1.1" 200'),
            ('"GET /account_online/1/institutions?q=bank HTTP/1.1" 200',
             '"GET /account_online/1/institutions?q=bank HTTP/1.1" 200'),
        ):
            self.assertEqual(access_log.mask(line), expected)

    def test_the_server_logs_through_the_mask(self):
        record = logging.makeLogRecord(
            {'msg': '"%s"', 'args': ('GET /account_online/1/connect/t0k3n',)},
        )
        self.assertTrue(logging.getLogger('werkzeug').filter(record))
        self.assertNotIn('t0k3n', record.getMessage())
