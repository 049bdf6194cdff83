"""What the addon's client sends is what the proxy's own description allows, in every call."""

import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from fakes.server import Exchange
from spec import ROOT, Spec

sys.path.insert(0, str(ROOT / 'account_online_synchronization'))
from proxy_client import ProxyClient

OPENAPI = Path(ROOT, 'account_online_synchronization_proxy/openapi/openapi.yaml')
ID = 'a b/c'  # an id is opaque: it may need escapes
WEB = 'https://odoo.customer.example/odoo'


class Recorder:
    """A transport that keeps what is sent."""

    def __init__(self):
        self.sent = []

    def send(self, method, path, query=None, body=None, headers=None):
        pairs = [(name, str(value)) for name, value in (query or {}).items()]
        self.sent.append(Exchange(method, path, pairs, headers or {}, body, status=599))
        return {'secret': 's', 'accounts': []}


CALLS = {
    'register': lambda client: client.register({
        'database_uuid': '11111111-2222-4333-8444-555555555555', 'subscription_code': 'AAAAA-BBBBB',
        'contact_email': 'books@customer.example', 'database_url': 'https://odoo.customer.example',
        'database_name': 'customer', 'odoo_version': '19.0',
    }),
    'rotate': lambda client: client.rotate(),
    'search_institutions': lambda client: client.institutions(
        q='credit', country='FR', limit=20, offset=0, audience='business', bic=''),
    'count_institutions': lambda client: client.institution_count('BE'),
    'read_institution': lambda client: client.institution(ID),
    'create_link': lambda client: client.create_link({
        'institution_id': ID, 'provider': 'sandbox', 'mode': 'connect', 'lang': 'fr_BE',
        'country': 'BE', 'history_from': '2026-01-01', 'user_name': 'Jo', 'return_url': WEB,
    }, key='k1'),
    'read_link': lambda client: client.link(ID),
    'delete_link': lambda client: client.delete_link(ID, 'No longer used'),
    'connect_link': lambda client: client.connect(
        ID, {'mode': 'reconnect', 'lang': 'fr_BE', 'return_url': WEB}),
    'list_accounts': lambda client: client.accounts(ID, refresh=True),
    'refresh_link': lambda client: client.refresh(ID, [ID], attended=True, job='j'),
    'list_transactions': lambda client: client.transactions(
        ID, ID, since='2026-01-01', cursor='c', attended=True),
    'read_quota': lambda client: client.quota(ID),
}


@pytest.fixture(scope='module')
def described():
    return Spec(yaml.safe_load(OPENAPI.read_text(encoding='utf-8')))


@pytest.mark.parametrize('person', [{}, {'user_ip': '203.0.113.7', 'user_agent': 'Mozilla/5.0'}])
@pytest.mark.parametrize('name', sorted(CALLS))
def test_a_call_of_the_client_is_described(described, name, person):
    recorder = Recorder()
    CALLS[name](ProxyClient(recorder, lang='fr-BE', **person))
    [exchange] = recorder.sent
    _item, operation = described._operation(exchange.method, exchange.path)
    assert operation['operationId'] == name
    assert list(described.complaints(exchange)) == []


def test_every_operation_is_called(described):
    operations = {
        operation['operationId']
        for item in described.document['paths'].values()
        for method, operation in item.items() if method != 'parameters'
    }
    assert operations - {'read_openapi'} == set(CALLS)


@pytest.mark.parametrize('address', [None, '', 'unix:', 'localhost', '203.0.113.7, 10.0.0.1'])
def test_what_is_no_address_is_not_sent_as_one(address):
    recorder = Recorder()
    client = ProxyClient(recorder, user_ip=address, user_agent='Mozilla\r\nX-Evil: 1')
    client.refresh(ID, [ID], attended=True)
    client.transactions(ID, ID, attended=True)
    refresh, transactions = recorder.sent
    assert refresh.body == {
        'account_ids': [ID], 'attended': True, 'user_agent': 'MozillaX-Evil: 1',
    }
    assert 'user_ip' not in dict(transactions.query)


def test_who_is_not_there_is_not_named():
    recorder = Recorder()
    client = ProxyClient(recorder, user_ip='203.0.113.7', user_agent='Mozilla/5.0')
    client.refresh(ID, [ID], attended=False)
    client.transactions(ID, ID, attended=False)
    assert '203.0.113.7' not in unquote(str(recorder.sent))
