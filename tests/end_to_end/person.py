"""The operator of the proxy, and the person who connects a bank through it."""

import uuid
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from providers.testing import BankRow

from tests.browser.visitor import wait_until

SECONDS = 60
RUN = ('state', 'error_code', 'error_message', 'error_reference')


class Operator:
    """Enters what the provider gave him, and offers its banks."""

    def __init__(self, odoo, code):
        self.odoo = odoo
        [self.provider] = odoo.call(
            'online.proxy.provider', 'search_read', [('code', '=', code)],
            ['setting_ids', 'callback_url'],
        )

    def enter(self, settings):
        """Type the settings into their fields."""
        rows = self.odoo.call(
            'online.proxy.provider.setting', 'read', self.provider['setting_ids'], ['name'],
        )
        ids = {row['name']: row['id'] for row in rows}
        for name, value in settings.items():
            self.odoo.call('online.proxy.provider.setting', 'write', ids[name], {'value': value})

    def press(self, button):
        """The kind of message that a button of the provider answers with, and its words."""
        answer = self.odoo.call('online.proxy.provider', button, [self.provider['id']])
        return answer['params']['type'], answer['params']['message']

    def offer(self, offered=True):
        """Offer the banks of this provider, or no longer."""
        self.odoo.call('online.proxy.provider', 'write', self.provider['id'], {'enabled': offered})


class Person:
    """Connects one bank in the web client, and sees to it afterwards.

    :param visitor: a window of the web client, in which one is signed in.
    """

    def __init__(self, server, visitor, bank):
        self.server, self.visitor, self.bank = server, visitor, bank
        self.odoo = server.login()
        self.link = None

    # === CONNECT === #

    def connect(self):
        """With the mouse, from the search for the bank to the imported transactions."""
        page = self.visitor.page
        self.visitor.open('/odoo/online-synchronization')
        page.get_by_role('button', name='Connect a Bank').click()
        page.get_by_label('Country').select_option('')
        page.get_by_role('combobox', name='Name or BIC of your bank').fill(self.bank.bank)
        option = page.locator('.o_institution_option', has_text=self.bank.bank).first
        if self.bank.is_explained:
            option.click()
            option = page.get_by_role('button', name='Continue to the bank')
        window = self.visitor.click_to_bank(option)
        window.get_by_role('button', name='Agree and continue').click()
        self.bank.sign_in(window)
        page.get_by_role('button', name='Import Transactions').click(timeout=30_000)
        page.locator('.o_notification', has_text='new transactions').wait_for(
            timeout=SECONDS * 1000,
        )
        [self.link] = self.odoo.call(
            'account.online.link', 'search', [('provider_type', '=', self.bank.code)],
        )

    def card_leads_to(self, text):
        """Whether the dashboard's card of the first account leads to a row with this text."""
        [journal] = self.odoo.call(
            'account.journal', 'search_read', [('account_online_link_id', '=', self.link)],
            ['name'], limit=1, order='id',
        )
        self.visitor.dashboard()
        card = self.visitor.card(journal['name'])
        card.locator('.o_online_sync_status').wait_for()
        card.get_by_role('button', name='Transactions').click()
        row = self.visitor.page.locator('.o_data_row', has_text=text).first
        row.wait_for(timeout=SECONDS * 1000)
        return row.is_visible()

    def renew(self):
        """Reconnect, as the message before the end of the consent advises."""
        action = self.odoo.call('account.online.link', 'action_reconnect', [self.link])
        self._visit(action['params']['connect_url'], self.bank.renew)
        status = self.odoo.call('account.online.link', 'get_connection_status', [self.link])
        assert status['status'] == 'connected', status
        self.let_time_pass()
        self.odoo.call('account.online.link', 'action_after_connection', [self.link], 'reconnect')
        self.wait_for_run()

    def _visit(self, url, act):
        """Go through the proxy's pages in the browser; ``act`` is what one does at the provider."""
        context = self.visitor.context.browser.new_context(locale='en-US')
        page = context.new_page()
        page.goto(url)
        page.get_by_role('button', name='Agree and continue').click()
        act(page)
        result = page.get_by_role('heading', name='Connected')
        home = page.locator('.oe_login_form')  # Odoo, where this window has not signed in
        result.or_(home).first.wait_for(timeout=SECONDS * 1000)
        context.close()

    # === AFTERWARDS === #

    def synchronize(self):
        """Fetch Transactions on the next day, and wait for what comes of it."""
        self.let_time_pass()
        self.odoo.call('account.online.link', 'action_fetch_transactions', [self.link])
        self.wait_for_run()

    def disconnect(self):
        """Disconnect; the kind of message."""
        answer = self.odoo.call('account.online.link', 'action_disconnect', [self.link])
        return answer['params']['type']

    def wait_for_run(self):
        """Until the last synchronization has ended well."""
        unfinished = (None, 'running', 'in_progress')
        wait_until(lambda: self._run().get('state') not in unfinished, SECONDS)
        assert self._run().get('state') == 'done', self._run()

    def let_time_pass(self):
        """Let the pauses and daily limits between two refreshes be over."""
        self.server.query(
            "UPDATE online_proxy_quota SET last_refresh_at = NULL, day = NULL,"
            " limited_until = NULL RETURNING id"
        )

    def _run(self):
        runs = self.odoo.call(
            'account.online.run', 'search_read', [('link_id', '=', self.link)], list(RUN),
            limit=1, order='id desc',
        )
        return runs[0] if runs else {}

    def state(self):
        """``(state, number of the consent)`` of the connection."""
        [link] = self.odoo.call(
            'account.online.link', 'read', [self.link], ['state', 'consent_number'],
        )
        return link['state'], link['consent_number']

    def lines(self):
        """The statement lines by day and amount, counted."""
        rows = self.odoo.call(
            'account.bank.statement.line', 'search_read',
            [('journal_id.account_online_link_id', '=', self.link)], ['date', 'amount'],
        )
        return Counter((row['date'], Decimal(str(row['amount']))) for row in rows)


class Ledger:
    """What the bank has booked, so that books can be held against it."""

    def __init__(self, bank):
        self.bank, self.rows = bank, []

    def book(self, *amounts, account=0, days_ago=3):
        """The bank books these amounts."""
        for amount in amounts:
            key, day = uuid.uuid4().hex[:12], self.bank.now().date() - timedelta(days=days_ago)
            row = BankRow(key, amount, day, f'Invoice {key[:6]}', account=account)
            self.bank.book(row)
            self.rows.append(row)

    def counted(self):
        """The rows by day and amount."""
        return Counter((row.day.isoformat(), Decimal(row.amount)) for row in self.rows)
