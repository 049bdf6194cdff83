import json

import requests

from odoo.tests import BaseCase

from ..proxy_client import HttpsTransport, OnlineSyncError


class Wire:
    """A session whose answers are written down beforehand; an exception is raised as it is."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []

    def request(self, method, url, **kwargs):
        self.calls.append((method, url, kwargs))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _answer(status=200, body='{}', **headers):
    answer = requests.Response()
    answer.status_code = status
    answer._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    answer.headers.update(headers)
    return answer


class TestHttpsTransport(BaseCase):
    def _transport(self, *answers, url='https://proxy.example.com'):
        self.wire = Wire(*answers)
        self.pauses = []
        return HttpsTransport(url, session=self.wire, pause=self.pauses.append)

    def _failure(self, transport, method='GET'):
        with self.assertRaises(OnlineSyncError) as failure:
            transport.send(method, '/links')
        self.assertFalse(self.wire.answers, "Every answer is asked for.")
        return failure.exception

    def test_an_answer_is_returned_as_json(self):
        transport = self._transport(_answer(body={'count': 3}))
        self.assertEqual(transport.send('GET', '/institutions/count'), {'count': 3})
        self.assertEqual(
            self.wire.calls[0][1], 'https://proxy.example.com/account_online/1/institutions/count',
        )

    def test_reading_is_tried_three_times(self):
        transport = self._transport(requests.ConnectionError(), _answer(502, '<html/>'), _answer())
        self.assertEqual(transport.send('GET', '/links'), {})
        self.assertEqual(self.pauses, [0.5, 2.0])

    def test_writing_is_never_repeated(self):
        self._failure(self._transport(requests.ConnectionError()), 'POST')

    def test_a_failure_that_the_proxy_states_is_not_tried_again(self):
        error = {'error': {'code': 'institution_unavailable', 'reference': 'R-1'}}
        failure = self._failure(self._transport(_answer(503, error, **{'X-Reference': 'R-1'})))
        self.assertEqual((failure.code, failure.reference), ('institution_unavailable', 'R-1'))

    def test_a_firewall_in_between_is_named_with_the_host(self):
        failure = self._failure(self._transport(*[requests.ConnectTimeout()] * 3))
        self.assertEqual((failure.code, failure.host), ('proxy_unreachable', 'proxy.example.com'))

    def test_a_page_of_a_gateway_is_no_answer(self):
        failure = self._failure(self._transport(_answer(200, '<html>Blocked by policy</html>')))
        self.assertEqual(failure.code, 'proxy_unreachable')

    def test_redirects_are_not_followed(self):
        transport = self._transport(_answer(302, Location='https://elsewhere.example.com'))
        self.assertEqual(self._failure(transport).code, 'proxy_unreachable')
        self.assertIs(self.wire.calls[0][2]['allow_redirects'], False)

    def test_secrets_do_not_travel_in_the_clear(self):
        with self.assertRaises(OnlineSyncError):
            self._transport(url='http://proxy.example.com')

    def test_every_call_has_a_time_limit(self):
        self._transport(_answer()).send('GET', '/links')
        self.assertTrue(self.wire.calls[0][2]['timeout'])
