"""A bank written down in the test, behind the proxy's interface, and builders around it."""

import time
from contextlib import contextmanager, nullcontext
from unittest.mock import Mock, patch

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import HttpCase

from ..proxy_client import OnlineSyncError, ProxyClient
from ..sync import conversation

TODAY = '2026-03-31'


def row(day, amount, text='', **values):
    """One booked transaction as the proxy returns it; ``id`` is made of its content by default."""
    transaction = {
        'id': f'{day}:{amount}:{text}', 'status': 'booked', 'booking_date': day, 'value_date': None,
        'amount': str(amount), 'currency': 'USD', 'description': text, 'raw': {},
        'counterparty': {'name': None, 'account_number': None, 'bank_code': None},
        'references': {'structured': None, 'end_to_end': None, 'mandate': None, 'creditor': None},
        'foreign': None, 'balance_after': None, 'code': None, 'pending_id': None,
    }
    return {**transaction, **values}


class ScriptedBank:
    """Answers the calls of one database from what the test wrote down.

    :ivar rows: per account id, all transactions that the bank shows now.
    :ivar errors: errors to raise, per operation (``refresh``, ``transactions``…) or account id.
    :ivar calls: every call made, as (method, path).
    """

    host = 'proxy.example.com'

    def __init__(self):
        self.rows, self.accounts, self.errors, self.calls = {}, [], {}, []
        self.balance, self.page_size, self.removed, self.lasting_cursor = None, 100, (), True
        self.window = ('2026-01-01', TODAY)
        self.state, self.flow, self.link_error = 'connected', 'connected', None
        self.refresh_answers = []
        self.rejects = 0  # so many cursors lead nowhere any more
        self.connect_url = 'https://proxy.example.com/connect/token'

    def send(self, method, path, query=None, body=None, headers=None):
        self.calls.append((method, path))
        parts = path.strip('/').split('/')
        operation = '/'.join([method, parts[0], *(parts[2:3] if len(parts) > 2 else ['link'])])
        if 'transactions' in parts:
            operation = 'transactions'
            self._fail(parts[3])
        self._fail(operation)
        return ANSWERS[operation](self, parts, query or {}, body or {})

    def _fail(self, key):
        if key in self.errors:
            raise self.errors[key]

    def _create(self, _parts, _query, _body):
        return {'link_id': 'LINK', 'connect_url': self.connect_url, 'expires_at': None}

    def _link(self, _parts, _query, _body):
        return {
            'link_id': 'LINK', 'state': self.state, 'flow': self.flow, 'accounts': self.accounts,
            'institution': INSTITUTION, 'provider': {'code': 'test', 'name': "Test"},
            'consent_expires_at': '2026-06-30T00:00:00+00:00', 'history_days': 90,
            'unattended': True, 'error': self.link_error, 'reason': None,
        }

    def _connect(self, _parts, _query, _body):
        return {'connect_url': self.connect_url, 'expires_at': None}

    def _refresh(self, _parts, _query, _body):
        return (
            self.refresh_answers.pop(0) if self.refresh_answers else {'status': 'done', 'at': TODAY}
        )

    def _transactions(self, parts, query, _body):
        rows = self.rows.get(parts[3], [])
        restarted = bool(query.get('cursor') and self.rejects)
        if restarted:
            self.rejects -= 1
            query = {**query, 'cursor': None}
        start = (
            int((query.get('cursor') or 'p0')[1:])
            if str(query.get('cursor')).startswith('p')
            else 0
        )
        page = rows[start:start + self.page_size]
        more = start + self.page_size < len(rows)
        return {
            'transactions': page, 'more': more,
            'cursor': self._cursor(start + self.page_size, len(rows)),
            'removed': list(self.removed), 'id_grade': 'strong', 'as_of': f'{TODAY}T12:00:00+00:00',
            'window': None if more or not self.window else {
                'date_from': self.window[0], 'date_to': self.window[1],
            },
            'balance': self.balance and {
                'amount': self.balance, 'currency': 'USD', 'at': f'{TODAY}T12:00:00+00:00',
            },
            'simulated_today': TODAY, 'restarted': restarted,
        }

    def _cursor(self, position, count):
        if position < count:
            return f'p{position}'
        return f'end-{count}' if self.lasting_cursor else None

    def _search(self, _parts, _query, _body):
        return {'institutions': [INSTITUTION], 'total': 1}


INSTITUTION = {
    'id': 'test-bank', 'name': "Test Bank", 'bic': ['TESTUS33'], 'countries': ['US'],
    'logo_url': None, 'website': None, 'beta': False, 'audience': 'both', 'account_types': [],
    'history_days': 90, 'unattended': True,
    'providers': [{
        'code': 'test', 'name': "Test", 'description': "", 'beta': False, 'history_days': 90,
        'unattended': True, 'default': True,
    }],
}
ANSWERS = {
    'GET/institutions/link': lambda bank, parts, query, body: (
        INSTITUTION
        if len(parts) == 2 and parts[1] != 'count'
        else {'count': 1, 'favourites': [INSTITUTION]}
        if len(parts) == 2
        else bank._search(parts, query, body)
    ),
    'POST/links/link': ScriptedBank._create,
    'GET/links/link': ScriptedBank._link,
    'DELETE/links/link': lambda *_args: {'revoked': True, 'detail': ''},
    'POST/links/connect': ScriptedBank._connect,
    'POST/links/refresh': ScriptedBank._refresh,
    'transactions': ScriptedBank._transactions,
}


class OnlineSyncCommon(AccountTestInvoicingCommon):
    """A company with one bank journal that one online account feeds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data['default_journal_bank']
        cls.link = cls.env['account.online.link'].create({
            'name': "Test Bank", 'client_id': 'LINK', 'state': 'connected', 'provider_type': 'test',
            'institution_identifier': 'test-bank',
        })
        cls.account = cls._online_account('A1', "Current account")
        cls.account._link_to_journal(cls.journal)

    @classmethod
    def _online_account(cls, identifier, name, link=None, **values):
        link = link or cls.link
        currency = cls.env.company.currency_id
        return cls.env['account.online.account'].create({
            'name': name, 'online_identifier': identifier, 'identity': f'identity-{identifier}',
            'account_online_link_id': link.id, 'company_id': link.company_id.id,
            'currency_id': currency.id, 'currency_code': currency.name, **values,
        })

    def setUp(self):
        super().setUp()
        self.bank = ScriptedBank()
        client = ProxyClient(self.bank)
        self.startPatcher(patch.object(
            self.env.registry['account.online.registration'], '_client', lambda _self: client,
        ))
        # Nobody waits in a test; browsers that tests start do need the real clock.
        self.startPatcher(patch.object(conversation, 'time', Mock(monotonic=time.monotonic)))

    @contextmanager
    def committing(self, *records):
        """Records in a cursor that may commit and roll back; all of it ends with the test."""
        self.env.flush_all()
        # With a server beside the test, this mode is on already.
        mode = nullcontext() if isinstance(self, HttpCase) else self.enter_registry_test_mode()
        with mode, self.registry.cursor() as cr:
            env = self.env(cr=cr)
            yield [record.with_env(env) for record in records]
            env.flush_all()
        self.env.invalidate_all()

    def synchronize(self, *rows, link=None, trigger='user', account='A1', **bank):
        """Let the bank show ``rows`` and fetch them."""
        if rows:
            self.bank.rows[account] = list(rows)
        for name, value in bank.items():
            setattr(self.bank, name, value)
        with self.committing(link or self.link) as (committing_link,):
            return committing_link._synchronize(trigger=trigger)

    def lines(self, journal=None):
        """The journal's lines as (day, amount, text), oldest first."""
        lines = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', (journal or self.journal).id)], order='internal_index',
        )
        return [(str(line.date), line.amount, line.payment_ref) for line in lines]

    def feed(self, *states):
        """Rows of the feed, in these states if any."""
        domain = [('state', 'in', states)] if states else []
        return self.env['account.online.transaction'].search(domain, order='id')

    @staticmethod
    def failure(code, **values):
        """An error as the proxy would state it."""
        return OnlineSyncError(code, reference='R-TEST', **values)
