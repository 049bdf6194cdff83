from odoo.tests import tagged

from ..providers.sandbox.connect import SITE_PATH
from ..services import api, pings
from ..services.call import BASE_PATH
from .common import HttpProxyCase, press
from .fake_bank import FakeProvider


@tagged('post_install', '-at_install')
class TestBreakIn(HttpProxyCase):
    """Requests that no honest program sends: each is refused, none makes the proxy stumble."""

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.database = self.register()
        self.body = {'institution_id': self.institution().identifier}

    # === THE INTERFACE === #

    def test_headers_that_nobody_writes_are_no_signature(self):
        for name, value in (
            ('X-Client-Id', 'x\x00'), ('X-Database-Uuid', 'x\x00'), ('X-Signature', '\x01'),
            ('X-Client-Id', '\u00ff'), ('X-Signature', '\u00ff' * 64),
        ):
            with self.subTest(name=name, value=value):
                answer = self.ask(headers={name: value.encode('latin-1')})
                self.assert_refused(answer, 401, 'not_registered')

    def test_a_time_of_thousands_of_digits_is_another_time(self):
        for timestamp in ('1' * 5000, '9' * 20, '-1', '1e9', '\u00b2'):
            answer = self.ask(headers={'X-Timestamp': timestamp.encode('latin-1')})
            self.assert_refused(answer, 400, 'invalid_request')

    def test_a_key_of_a_repeated_request_is_a_text_on_one_line(self):
        answer = self.signed(self.database, 'POST', '/links', body=self.body,
                             headers={'X-Idempotency-Key': b'x\x00'})
        self.assert_refused(answer, 400, 'invalid_request')

    def test_a_body_nested_too_deeply_is_refused(self):
        for levels in (40, 400, 900, 20000):
            raw = b'{"institution_id": ' + b'[' * levels + b']' * levels + b'}'
            for answer in (self.signed(self.database, 'POST', '/links', raw=raw),
                           self.send_unsigned('/register', raw)):
                self.assert_refused(answer, 400, 'invalid_request')

    def test_numbers_of_any_length_are_only_wrong(self):
        for value in ('1' * 5000, 'NaN', '-Infinity', '1e999', '-0.0'):
            raw = f'{{"institution_id": {value}}}'.encode()
            answer = self.signed(self.database, 'POST', '/links', raw=raw)
            self.assert_refused(answer, 400, 'invalid_request')

    def test_a_body_that_nobody_signed_is_refused(self):
        for kind, raw in (
            ('application/x-www-form-urlencoded', b'mode=connect'),
            ('multipart/form-data; boundary=x', b'--x--'),
        ):
            answer = self.signed(self.database, 'POST', '/rotate', sent={'raw': raw},
                                 headers={'Content-Type': kind})
            self.assert_refused(answer, 401, 'not_registered')
            answer = self.signed(self.database, 'POST', '/rotate', raw=raw,
                                 headers={'Content-Type': kind})
            self.assert_refused(answer, 400, 'invalid_request')
            self.assertIn("must be application/json", answer.text)

    def test_a_form_that_is_too_large_is_answered_as_other_bodies_are(self):
        for path, largest, status in (
            ('/register', api.LARGEST_BODY, 400), ('/links', api.LARGEST_BODY, 401),
            ('/webhook/fake', pings.LARGEST_WEBHOOK, 413),
        ):
            for kind in ('application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'):
                answer = self.opener.post(
                    self.page(path), data=b'x' * (largest + 2), headers={'Content-Type': kind},
                    timeout=20,
                )
                self.assertEqual(answer.status_code, status, path)
                self.assertEqual(answer.headers['Content-Type'].split(';')[0], 'application/json')
                answer.json()

    def test_a_method_that_nobody_uses_is_answered_in_json_with_those_there_are(self):
        for method in ('TRACE', 'OPTIONS', 'PROPFIND', 'PATCH'):
            answer = self.opener.request(method, self.page('/links'), timeout=20)
            self.assert_refused(answer, 405, 'invalid_request')
            self.assertEqual(answer.headers['Allow'], 'POST', method)
            self.assertRegex(answer.headers['X-Reference'], '^R-')

    def test_a_body_that_hides_its_length_is_not_read_to_its_end(self):
        for path, largest, status in (
            ('/register', api.LARGEST_BODY, 400), ('/webhook/fake', pings.LARGEST_WEBHOOK, 413),
        ):
            answer = self.send_unsigned(path, iter([b' ' * largest, b'{}']))
            self.assertEqual(answer.status_code, status, path)
            self.assertNotIn("subscription_code", answer.text)

    def test_a_parameter_that_is_misspelt_is_refused(self):
        for path, query in (('/institutions', 'contry=BE'), ('/institutions', 'q=x&x=%00'),
                            ('/institutions/count', 'q=x'), ('/links/x', 'refresh=1')):
            answer = self.signed(self.database, 'GET', path, query)
            self.assert_refused(answer, 400, 'invalid_request')
        answer = self.signed(self.database, 'GET', '/institutions', 'q=x&country=BE&limit=1')
        self.assertEqual(answer.status_code, 200)

    # === THE PAGES === #

    def test_files_in_place_of_answers_are_nothing(self):
        url = self.signed(self.database, 'POST', '/links', body=self.body).json()['connect_url']
        for address, name in (
            (f'{url}/answer', 'code'), (f'{url}/phone', 'phone'), (f'{url}/code', 'code'),
            (self.page('/callback/fake'), 'state'), (self.page('/reactivate/x'), 'action'),
            (self.base_url() + SITE_PATH, 'visit'), (self.base_url() + SITE_PATH, 'ticket'),
        ):
            with self.subTest(address=address, name=name):
                answer = self.opener.post(address, files={name: ('x.txt', b'x')}, timeout=20)
                self.assertLess(answer.status_code, 500)

    def test_a_state_in_the_query_is_none_in_the_path(self):
        self.patch(FakeProvider, 'state_in_path', True)
        url = self.signed(self.database, 'POST', '/links', body=self.body).json()['connect_url']
        page = press(self.opener, url, 'start').text
        state = page.partition('https://bank.example/signin?state=')[2].partition('"')[0]
        answer = self.url_open(f'{BASE_PATH}/callback/fake?path_state={state}')
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.url_open(f'{BASE_PATH}/callback/fake/{state}').status_code, 200)

    # === BUILDERS === #

    def ask(self, **changes):
        return self.signed(self.database, 'GET', '/institutions', **changes)

    def page(self, path):
        return self.base_url() + BASE_PATH + path

    def send_unsigned(self, path, raw):
        return self.opener.post(
            self.page(path), data=raw, headers={'Content-Type': 'application/json'}, timeout=20,
        )

    def assert_refused(self, answer, status, code):
        self.assertEqual(
            (answer.status_code, answer.json()['error']['code']), (status, code), answer.text,
        )
