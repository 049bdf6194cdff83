import random

from odoo.tests import tagged

from . import contract
from .common import InProcessCase

SEED = 20260301
ROUNDS = 40  # per operation
VALUES = (
    None, True, False, 0, 1, -1, 51, 10**12, 1.5, '', ' ', 'x', '0', '1', '-1', 'true', 'fr', 'FRA',
    '2026-03-01', '2026-02-30', '20260301', 'é' * 600, '\x00', '\n', '\ud800', '٣', '%', "'", '"',
    '<script>', 'http://169.254.169.254/', 'javascript:alert(1)', '../..', [], ['x'], [None], [[]],
    ['x'] * 501, {}, {'x': {}}, 'connect', 'reconnect', 'refresh', 'fake', 'other',
)


@tagged('post_install', '-at_install')
class TestFuzz(InProcessCase):
    """Whatever is asked, the answer is one of the interface and never a failure of the proxy."""

    def setUp(self):
        super().setUp()
        self.link = self.connect()
        self.account = self.call('GET', f'/links/{self.link}/accounts')[1]['accounts'][0]['id']
        self.random = random.Random(SEED)

    def test_no_query_breaks_the_proxy(self):
        names = {
            '/institutions': ('q', 'bic', 'country', 'audience', 'limit', 'offset'),
            '/institutions/count': ('country',),
            f'/links/{self.link}/accounts': ('refresh',),
            f'/links/{self.link}/accounts/{self.account}/transactions': (
                'since', 'cursor', 'attended',
            ),
        }
        for path, parameters in names.items():
            for _round in range(ROUNDS):
                query = self.values(parameters)
                with self.subTest(path=path, query=query):
                    self.assert_served('GET', path, query, None)

    def test_no_body_breaks_the_proxy(self):
        institution = self.institution().identifier
        names = {
            '/links': (
                'institution_id', 'provider', 'mode', 'lang', 'country', 'history_from',
                'user_name', 'return_url', 'phone_country',
            ),
            f'/links/{self.link}/connect': ('mode', 'lang', 'return_url'),
            f'/links/{self.link}/refresh': ('account_ids', 'attended', 'user_ip', 'job'),
            '/register': (
                'database_uuid', 'subscription_code', 'contact_email', 'database_url',
                'database_name', 'odoo_version',
            ),
            '/rotate': ('x',),
        }
        for path, parameters in names.items():
            for _round in range(ROUNDS):
                body = self.values(parameters)
                if self.random.random() < 0.5 and 'institution_id' in parameters:
                    body['institution_id'] = institution
                with self.subTest(path=path, body=body):
                    self.assert_served('POST', path, None, body)

    # In the one transaction of a test, each request of a stranger is noted more slowly than the one
    # before it, as the versions of that row add up: hence three tests.

    def test_no_path_that_is_read_breaks_the_proxy(self):
        self.assert_paths_served('GET', 'HEAD')

    def test_no_path_that_is_written_breaks_the_proxy(self):
        self.assert_paths_served('POST', 'DELETE')

    def test_no_path_with_another_method_breaks_the_proxy(self):
        self.assert_paths_served('PUT', 'X')

    def assert_paths_served(self, *methods):
        paths = ['/', '//', *(
            path.format(value, value) for value in VALUES
            for path in ('/links/{}', '/links/{}/accounts/{}/transactions', '/{}')
        )]
        for method in methods:
            for path in paths:
                with self.subTest(method=method, path=path):
                    self.assert_served(method, path, None, {})

    def values(self, parameters):
        return {
            name: self.random.choice(VALUES)
            for name in parameters if self.random.random() < 0.6
        }

    def assert_served(self, method, path, query, body):
        with self.proxy_cursor():
            status, headers, answer = self.env['online.proxy.service']._handle(
                method, path, query, body,
            )
        self.assertLess(status, 500, answer)
        self.assertTrue(headers['X-Reference'])
        contract.check(method, path, status, answer)
