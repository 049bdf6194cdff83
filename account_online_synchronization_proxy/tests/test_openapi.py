import unittest

from odoo.tests import tagged

from ..services import errors, openapi, routes
from . import contract
from .common import HttpProxyCase


@tagged('post_install', '-at_install')
@unittest.skipUnless(contract.AVAILABLE, "jsonschema is not installed: see requirements-dev.txt")
class TestOpenApi(HttpProxyCase):

    def test_every_operation_is_described_and_no_other(self):
        described = {
            operation['operationId']
            for item in openapi.document()['paths'].values()
            for name, operation in item.items() if name != 'parameters'
        }
        self.assertEqual(described - {'read_openapi'}, set(routes.operations()))

    def test_every_error_code_is_described(self):
        schema = openapi.document()['components']['schemas']['ErrorCode']
        self.assertEqual(set(schema['enum']), {str(code) for code in errors.STATUS})

    def test_the_document_is_served_to_everybody(self):
        answer = self.url_open('/account_online/1/openapi.json')
        self.assertEqual(answer.json()['openapi'], '3.1.0')

    def test_answers_over_http_are_as_described(self):
        self.refresh_catalogue()
        body = self.registration()
        answer = self.post('/register', body)
        contract.check('POST', '/register', answer.status_code, answer.json())
        client = {'database_uuid': body['database_uuid'], **answer.json()}
        for method, path, query, payload in (
            ('GET', '/institutions', 'q=credit&country=fr&limit=5', None),
            ('GET', '/institutions', 'limit=51', None),
            ('GET', '/institutions', 'offset=-1', None),
            ('GET', '/institutions', 'q=a&q=b', None),
            ('GET', '/institutions/count', 'country=BE', None),
            ('GET', f'/institutions/{self.institution().identifier}', '', None),
            ('GET', '/institutions/unknown', '', None),
            ('POST', '/links', '', {'institution_id': self.institution().identifier}),
            ('POST', '/links', '', {'institution_id': ['x']}),
            ('POST', '/links', '', {}),
            ('GET', '/links/unknown', '', None),
            ('POST', '/rotate', '', {}),
        ):
            answer = self.signed(client, method, path, query, payload)
            contract.check(method, path, answer.status_code, answer.json())

    def test_the_check_itself_finds_what_is_not_described(self):
        for answer in ({'count': 1}, {'count': '1', 'favourites': []},
                       {'count': 1, 'favourites': [], 'more': 1}):
            with self.assertRaises(AssertionError):
                contract.check('GET', '/institutions/count', 200, answer)
        with self.assertRaises(AssertionError):
            contract.check('GET', '/institutions/count', 503, {'error': {'code': 'new'}})
