"""From a database's request through the proxy and the pretend bank to its transactions."""

from datetime import timedelta
from urllib.parse import urlencode

from lxml import html

from odoo.tests import tagged

from ..providers.sandbox.world import World
from ..services import clock
from .common import HttpProxyCase, press


@tagged('post_install', '-at_install')
class TestSandboxFlow(HttpProxyCase):

    def setUp(self):
        super().setUp()
        self.sandbox = self._provider('sandbox')
        self.sandbox.enabled = True
        self.env.flush_all()
        self.refresh_catalogue(self.sandbox)
        self.client_of_test = self.register()

    # === THE WAY OF THE USER === #

    def connect(self, external_id='sandbox', *more_buttons):
        """A link whose user went through all pages."""
        link_id, page = self.visit(
            external_id, "Sign in and share all accounts", *more_buttons)
        self.assertIn('data-result="connected"', page.text)
        return link_id

    def visit(self, external_id, *buttons):
        """A new link and the last page that its user came to, with a browser without scripts."""
        answer = self.ask('POST', '/links', body={
            'institution_id': self.institution(external_id).identifier, 'mode': 'connect',
            'country': 'BE',
        })
        return answer['link_id'], self.walk(answer['connect_url'], *buttons)

    def walk(self, connect_url, *buttons):
        """Agree at the proxy, then press these buttons at the bank; the last page."""
        page = press(self.opener, connect_url, 'start')
        page = self.opener.get(_bank_address(page), timeout=20)
        for button in buttons:
            page = self.press(page, button)
        return page

    def press(self, page, button):
        """Press a button on the bank's page; the page where that leads."""
        tree = html.fromstring(page.text)
        pressed = tree.xpath(f'//button[normalize-space()="{button}"]')[0]
        fields = tree.forms[0].form_values()
        if pressed.get('name'):
            fields.append((pressed.get('name'), pressed.get('value')))
        url = self.base_url() + tree.forms[0].action
        return self.opener.post(url, data=fields, timeout=20)

    # === THE DATABASE === #

    def ask(self, method, path, **options):
        """The answer to a request that works."""
        answer = self.signed(self.client_of_test, method, path, **options)
        self.assertLess(answer.status_code, 300, answer.text)
        return answer.json()

    def code_of(self, method, path, **options):
        """The code of a request that fails."""
        answer = self.signed(self.client_of_test, method, path, **options)
        return answer.json()['error']['code']

    def refresh(self, link_id, attended=True):
        accounts = self.ask('GET', f'/links/{link_id}/accounts')['accounts']
        return ('POST', f'/links/{link_id}/refresh'), {
            'body': {'account_ids': [account['id'] for account in accounts], 'attended': attended},
        }

    def booked(self, link_id, number=0):
        """Every booked transaction of an account, page by page."""
        account = self.ask('GET', f'/links/{link_id}/accounts')['accounts'][number]
        rows, query = [], {'attended': '1'}
        while True:
            page = self.ask(
                'GET', f'/links/{link_id}/accounts/{account["id"]}/transactions',
                query=urlencode(sorted(query.items())),
            )
            rows += [row for row in page['transactions'] if row['status'] == 'booked']
            if not page['more']:
                return rows
            query['cursor'] = page['cursor']

    def expected(self, external_id='sandbox', number=0):
        """What the bank has booked, by the oracle."""
        now, world = clock.now(self.sandbox), World()
        account = world.accounts('sandbox', external_id, 'BE', now, now)[number]
        return world.booked(account, world.oldest_day(account, now), now)

    # === TESTS === #

    def test_all_that_the_bank_has_booked_arrives(self):
        link_id = self.connect()
        self.assertEqual(
            [(row['id'], row['amount'], row['booking_date']) for row in self.booked(link_id)],
            [(row.id, row.amount, row.booking_date) for row in self.expected()],
        )

    def test_some_weeks_later_there_is_more(self):
        link_id = self.connect()
        before = len(self.booked(link_id))
        self.sandbox.clock_offset += int(timedelta(days=70).total_seconds())
        self.env.flush_all()
        rows = self.booked(link_id)
        self.assertNotEqual(len(rows), before)
        self.assertEqual(len(rows), len(self.expected()))

    def test_a_code_at_the_bank_allows_one_more_refresh(self):
        link_id = self.connect('sandbox-mfa', "Confirm")
        path, body = self.refresh(link_id)
        self.ask(*path, **body)
        error = self.signed(self.client_of_test, *path, **body).json()['error']
        self.assertEqual(error['code'], 'user_action_required')
        page = self.walk(error['connect_url'], "Confirm")
        self.assertIn('data-result="connected"', page.text)
        self.ask(*path, **body)

    def test_turning_back_at_the_bank_ends_in_a_quiet_page(self):
        _link_id, page = self.visit('sandbox', "Cancel")
        self.assertIn('data-result="cancelled"', page.text)

    def test_a_second_refresh_on_one_day_is_refused(self):
        link_id = self.connect('sandbox-daily')
        path, body = self.refresh(link_id)
        self.ask(*path, **body)
        self.assertEqual(self.code_of(*path, **body), 'rate_limited')

    def test_a_bank_that_wants_its_user_refuses_the_night(self):
        path, body = self.refresh(self.connect('sandbox-attended'), attended=False)
        self.assertEqual(self.code_of(*path, **body), 'unattended_refused')

    def test_a_slow_bank_is_asked_again_until_it_is_done(self):
        path, body = self.refresh(self.connect('sandbox-slow'))
        answer = self.ask(*path, **body)
        self.assertEqual(answer['status'], 'in_progress')
        for _poll in range(3):
            body['body']['job'] = answer.get('job')
            answer = self.ask(*path, **body)
        self.assertEqual(answer['status'], 'done')

    def test_every_pretend_bank_is_found_and_has_its_logo(self):
        answer = self.ask('GET', '/institutions', query='limit=50&q=sandbox')
        self.assertGreaterEqual(answer['total'], 40)
        logo = self.opener.get(answer['institutions'][0]['logo_url'], timeout=20)
        self.assertEqual(logo.headers['Content-Type'].partition(';')[0], 'image/svg+xml')


def _bank_address(page):
    """Where the proxy's page sends the browser."""
    return html.fromstring(page.text).xpath('//a[@data-behaviour="follow"]')[0].get('href')
