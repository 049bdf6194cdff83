"""What a user and a bank do together, through the documented interfaces."""

import json
import uuid
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from tests.matching.bank import FIRST_DAY, any_pages
from tools.demo import sign_in_at_bank


class SimulatedConnection:
    """One bank, connected by the pages that users see, to a journal of its own.

    :param world: file that the provider reads.
    :param grade: how far the ids of this bank can be trusted, as the provider states it.
    :param currency: of the account.
    """

    def __init__(self, server, world, grade, currency='EUR'):
        self.server, self.odoo = server, server.login()
        self.world, self.currency = world, currency
        self.account, self.told = f'acc-{uuid.uuid4().hex[:8]}', {}
        self._write([], None, None)
        self._enable()
        self.link = self._connect(f"Simulated Bank ({grade} ids)")

    def _enable(self):
        (provider,) = self.odoo.call(
            'online.proxy.provider', 'search_read', [('code', '=', 'simulator')], ['setting_ids'],
        )
        self.odoo.call(
            'online.proxy.provider.setting', 'write', provider['setting_ids'],
            {'value': str(self.world)},
        )
        self.odoo.call('online.proxy.provider', 'write', provider['id'], {'enabled': True})
        self.odoo.call('online.proxy.provider', 'action_refresh_institutions', [provider['id']])

    def _connect(self, name):
        found = self.odoo.call('account.online.link', 'search_institutions', query=name)
        (bank,) = (each for each in found['institutions'] if each['name'] == name)
        connection = self.odoo.call('account.online.link', 'start_connection', bank['id'])
        sign_in_at_bank(connection['connect_url'])
        link = connection['link_id']
        assert self.odoo.call('account.online.link', 'get_connection_status', [link])['status'] == (
            'connected')
        mapping = self.odoo.call('account.online.mapping', 'create', {'link_id': link})
        lines = self.odoo.call(
            'account.online.mapping.line', 'search', [('mapping_id', '=', mapping)])
        self.odoo.call('account.online.mapping.line', 'write', lines, {
            'selected': True, 'journal_code': self.account[4:9].upper(), 'import_from': False,
        })
        self.odoo.call('account.online.mapping', 'action_import', [mapping])
        return link

    # === THE BANK === #

    def show(self, bank, chance, first=None, kind='complete'):
        """Let the bank show its rows since a day, on pages of any kind."""
        first = first or FIRST_DAY - timedelta(days=2)
        last = bank.today + timedelta(days=1)
        rows = bank.listing(first, last)
        if kind == 'part':
            rows = [row for row in rows if chance.random() < 0.6]
        window = [first.isoformat(), last.isoformat()] if kind == 'complete' else None
        rows = [{**row, 'currency': self.currency} for row in rows + bank.pending()]
        self._write(any_pages(chance)(rows), window, _balance_of(bank))

    def show_news(self, bank, chance):
        """Let the bank, which feeds by cursor, show what is new or changed since the last time."""
        rows = {row['id']: row for row in bank.listing(FIRST_DAY, bank.today)}
        news = [
            {**row, 'currency': self.currency} for key, row in rows.items()
            if self.told.get(key) != row
        ]
        removed = [key for key in self.told if key not in rows]
        self.told = rows
        self._write(
            any_pages(chance)(news), None, _balance_of(bank), cursor=uuid.uuid4().hex,
            removed=removed,
        )

    def show_pages(self, *pages, **more):
        """Let the bank show these pages of March 2026; see the simulator for the rest."""
        pages = [[{**row, 'currency': self.currency} for row in page] for page in pages]
        self._write(pages, ('2026-03-01', '2026-03-31'), None, **more)

    def _write(self, pages, window, balance, rejections=0, **more):
        self.world.write_text(json.dumps({
            'accounts': [{
                'id': self.account, 'name': "Simulated account", 'currency': self.currency,
                'identity': self.account,
            }],
            'windows': {self.account: {
                'pages': pages or [[]], 'window': window, 'balance': balance, **more,
            }},
            'rejections': rejections,
        }))

    # === THE USER === #

    def fetch(self):
        """Fetch Transactions."""
        self.odoo.call('account.online.link', 'action_fetch_transactions', [self.link])

    def fetch_elsewhere(self):
        """Fetch Transactions, by another session."""
        odoo = self.server.login_anew()
        odoo.call('account.online.link', 'action_fetch_transactions', [self.link])

    def synchronize(self):
        """Fetch Transactions; it goes well."""
        self.fetch()
        run = self.last_run()
        assert run['state'] == 'done', run

    def last_run(self):
        """How the last synchronization went."""
        (run,) = self.odoo.call(
            'account.online.run', 'search_read', [('link_id', '=', self.link)],
            ['state', 'error_code', 'error_message', 'error_reference'], limit=1,
        )
        return run

    def lines(self):
        """The statement lines as {id: (day, amount)}."""
        lines = self.odoo.call(
            'account.bank.statement.line', 'search_read',
            [('journal_id.account_online_link_id', '=', self.link)], ['date', 'amount'],
        )
        return {
            line['id']: (date.fromisoformat(line['date']), Decimal(str(line['amount'])))
            for line in lines
        }

    def visible(self):
        """Booked rows that the user sees, but not in the books, counted by day and amount."""
        rows = self.odoo.call(
            'account.online.transaction', 'search_read', [
                ('account_online_link_id', '=', self.link), ('statement_line_id', '=', False),
                ('state', 'in', ('to_review', 'waiting', 'quarantined')),
            ], ['booking_date', 'amount'],
        )
        return Counter(
            (date.fromisoformat(row['booking_date']), Decimal(str(row['amount']))) for row in rows
        )

    def asked(self):
        """What is asked about existing lines, counted by kind."""
        rows = self.odoo.call(
            'account.online.transaction', 'search_read', [
                ('account_online_link_id', '=', self.link), ('statement_line_id', '!=', False),
                ('state', '=', 'to_review'),
            ], ['review_kind'],
        )
        return Counter(row['review_kind'] for row in rows)

    def difference(self):
        """Bank minus books, as the user sees it."""
        (account,) = self.odoo.call(
            'account.online.account', 'search_read', [('account_online_link_id', '=', self.link)],
            ['balance_difference', 'balance_state'],
        )
        assert account['balance_state'] in ('equal', 'differs')
        return account['balance_difference']


def _balance_of(bank):
    return str(sum((entry.amount for entry in bank.booked), Decimal(0)))
