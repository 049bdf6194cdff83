import hashlib
import json
import time
import uuid
from contextlib import contextmanager

from odoo.tests import HttpCase, TransactionCase
from odoo.tools import SQL

from ..services import catalogue, connect, phone, signing
from ..services.browser import COOKIE
from ..services.call import BASE_PATH, Call
from ..services.events import EventLog
from . import contract
from .fake_bank import registered_fakes


class ProxyCase(TransactionCase):
    """The proxy with a fake provider that is enabled and has its institutions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fakes = registered_fakes()
        fakes.__enter__()
        cls.addClassCleanup(fakes.__exit__, None, None, None)
        cls.env['online.proxy.provider'].search([]).enabled = False
        cls.env['online.proxy.provider']._sync_registered()
        cls.fake = cls._provider('fake')
        cls.fake.enabled = True

    @classmethod
    def _provider(cls, code):
        return cls.env['online.proxy.provider'].search([('code', '=', code)])

    @contextmanager
    def proxy_cursor(self):
        """The mode in which the proxy may open and commit its own cursor; see its service."""
        with self.enter_registry_test_mode():
            yield

    def make_call(self, cr, **options):
        """A call for services below the transports."""
        env = self.env(cr=cr)
        events = EventLog(env, 'job', 'test')
        return Call(env=env, events=events, base_url='https://proxy.example', **options)

    def refresh_catalogue(self, provider=None):
        """Read the institutions of a provider."""
        with self.proxy_cursor(), self.registry.cursor() as cr:
            call = self.make_call(cr)
            return catalogue.refresh(call, (provider or self.fake).with_env(call.env))

    def dump(self, *tables):
        """All that these tables hold, as text."""
        self.env.flush_all()
        rows = []
        for table in tables:
            self.env.cr.execute(SQL(
                "SELECT row_to_json(t)::text FROM %s t", SQL.identifier(table),
            ))
            rows += [row[0] for row in self.env.cr.fetchall()]
        self.assertTrue(rows)
        return '\n'.join(rows)

    def institution(self, external_id='fake-1'):
        return self.env['online.proxy.institution.route'].search(
            [('external_id', '=', external_id)]
        ).institution_id


class InProcessCase(ProxyCase):
    """Calls the proxy as the database it is installed in does."""

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()

    def call(self, method, path, query=None, body=None, **options):
        """Status and JSON of an answer."""
        with self.proxy_cursor():
            status, headers, answer = self.env['online.proxy.service']._handle(
                method, path, query, body, **options,
            )
        self.assertRegex(headers['X-Reference'], r'^R-\w{10}$')
        contract.check(method, path, status, answer)
        return status, answer


    def connect(self, external_id='fake-1', **body):
        """The id of a link whose user has been at the bank."""
        status, answer = self.call('POST', '/links', body={
            'institution_id': self.institution(external_id).identifier, 'mode': 'connect', **body,
        })
        self.assertEqual(status, 201, answer)
        self.walk(answer['connect_url'])
        return answer['link_id']

    def walk(self, connect_url):
        """What the user's browser does with a connect URL."""
        token = connect_url.rpartition('/')[2]
        with self.proxy_cursor(), self.registry.cursor() as cr:
            call = self.make_call(cr)
            flow = call.env['online.proxy.connect'].search([('token_hash', '=', digest(token))])
            connect.start(call, flow)
            connect.resume(call, flow, {'code': 'c0de'}, ('provider',))
            return flow.phase


class HttpProxyCase(ProxyCase, HttpCase):
    """Calls the proxy over HTTP, as another database does."""

    def setUp(self):
        super().setUp()
        self.subscription = self.env['online.proxy.subscription'].create(
            {'name': "Customer", 'max_databases': 2},
        )
        self.code = self.subscription._issue_code()
        # Most tests are not about the phone.
        self.env['ir.config_parameter'].set_param(phone.POLICY_PARAMETER, 'never')

    @contextmanager
    def proxy_cursor(self):
        yield  # HttpCase is always in that mode

    def registration(self, **changes):
        """A valid body for ``register``."""
        return {
            'database_uuid': str(uuid.uuid4()),
            'subscription_code': self.code,
            'contact_email': 'books@customer.example',
            'database_url': 'https://odoo.customer.example',
            'database_name': 'customer',
            'odoo_version': '19.0',
            **changes,
        }

    def register(self, **changes):
        """A registered client: what a database keeps of its registration."""
        body = self.registration(**changes)
        answer = self.post('/register', body)
        self.assertEqual(answer.status_code, 201, answer.text)
        return {'database_uuid': body['database_uuid'], **answer.json()}

    def post(self, path, body, **headers):
        """An unsigned request."""
        return self.opener.post(
            self.base_url() + BASE_PATH + path, data=json.dumps(body), timeout=20,
            headers={'Content-Type': 'application/json', **headers},
        )

    def signed(self, client, method, path, query='', body=None, sent=None, **changes):
        """A request signed by a client.

        :param sent: what is sent instead of what was signed: path, query, raw, method.
        :param changes: raw body, database_uuid, timestamp, nonce to sign; headers to add.
        """
        raw = json.dumps(body).encode() if body is not None else b''
        raw = changes.pop('raw', raw)
        path = BASE_PATH + path
        signed = signing.Signed(
            method=method, path=path, query=query, client_id=client['client_id'],
            database_uuid=changes.pop('database_uuid', client['database_uuid']),
            timestamp=changes.pop('timestamp', str(int(time.time()))),
            nonce=changes.pop('nonce', uuid.uuid4().hex), body=raw,
        )
        headers = {
            'X-Client-Id': signed.client_id,
            'X-Database-Uuid': signed.database_uuid,
            'X-Timestamp': signed.timestamp,
            'X-Nonce': signed.nonce,
            'X-Signature': signing.signature(client['secret'], signed),
            'Content-Type': 'application/json',
            **changes.pop('headers', {}),
        }
        self.assertFalse(changes)
        sent = {'path': path, 'query': query, 'raw': raw, 'method': method, **(sent or {})}
        url = self.base_url() + sent['path'] + (f'?{sent["query"]}' if sent['query'] else '')
        return self.opener.request(
            sent['method'], url, data=sent['raw'], headers=headers, timeout=20,
        )


def press(opener, url, action, form=None):
    """Press a button on a page of a connect flow; the page where that leads.

    :param opener: the browser's session; it has seen the page, so that it knows its cookie.
    """
    if COOKIE not in opener.cookies:
        opener.get(url, timeout=20)
    return opener.post(f'{url}/{action}', data=form or {}, timeout=20)


def digest(text):
    """How tokens are stored."""
    return hashlib.sha256(text.encode()).hexdigest()
