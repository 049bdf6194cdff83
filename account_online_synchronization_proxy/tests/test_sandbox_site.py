"""The pretend banks' website: what a visitor sees, and who is not let in."""

from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.tests import HttpCase, tagged

from ..providers.interface import Connected, ConnectMode, ConnectRequest, Context
from ..providers.sandbox import SandboxProvider
from ..services import clock
from ..services.vault import get_vault


@tagged('post_install', '-at_install')
class TestSandboxSite(HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env['online.proxy.provider'].search([('code', '=', 'sandbox')])
        cls.provider.enabled = True

    def setUp(self):
        super().setUp()
        self.tokens = {}

    def connector(self):
        """The sandbox provider for the one link of this test."""
        return SandboxProvider(Context(
            session=None,
            settings=self.provider._settings(get_vault()),
            tokens=self.tokens,
            store=lambda tokens, _link_key: self.tokens.update(tokens),
            now=lambda: clock.now(self.provider),
        ))

    def visit(self, institution_id='sandbox', mode=ConnectMode.CONNECT, lang='en'):
        """Go to the bank as a user whom the provider sends there; the page."""
        self.request = ConnectRequest(
            mode, institution_id, 'st-1',
            f'{self.base_url()}/account_online/1/callback/sandbox', lang=lang, country='BE',
        )
        url = self.connector().start(self.request).url
        return html.fromstring(self.url_open(url).text)

    def submit(self, page, button='Sign in and share all accounts', **values):
        """Press a button of the page's only form; the answer, redirects not followed."""
        form = page.forms[0]
        fields = [(name, value) for name, value in form.form_values() if name not in values]
        for name, value in values.items():
            fields += [(name, item) for item in ([value] if isinstance(value, str) else value)]
        pressed = page.xpath(f'//button[normalize-space()="{button}"]')[0]
        if pressed.get('name'):
            fields.append((pressed.get('name'), pressed.get('value')))
        data = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return self.url_open(form.action, data=data, allow_redirects=False)

    def way_back(self, response):
        """What the browser brings back to the proxy."""
        self.assertEqual(response.status_code, 303)
        parts = urlsplit(response.headers['Location'])
        self.assertEqual(parts.path, '/account_online/1/callback/sandbox')
        return {name: values[0] for name, values in parse_qs(parts.query).items()}

    def connect(self, institution_id='sandbox'):
        page = self.visit(institution_id)
        answer = self.way_back(self.submit(page))
        return self.connector().resume(self.request, answer)

    def test_one_click_shares_all_accounts(self):
        self.assertIsInstance(self.connect(), Connected)
        self.assertEqual(len(self.connector().accounts()), 2)

    def test_the_page_says_that_it_is_no_real_bank(self):
        page = self.visit('sandbox-daily')
        self.assertIn("not a real bank", page.text_content())
        self.assertIn("one refresh a day", page.text_content())

    def test_accounts_can_be_chosen(self):
        page = html.fromstring(
            self.submit(self.visit('sandbox-accounts'), 'Sign in and choose accounts').text)
        self.assertEqual(len(page.xpath('//input[@type="checkbox"]')), 4)
        answer = self.way_back(self.submit(page, 'Allow access', account=['main', 'dollars']))
        self.connector().resume(self.request, answer)
        currencies = {account.currency for account in self.connector().accounts()}
        self.assertEqual(currencies, {'EUR', 'USD'})

    def test_one_account_at_least_must_be_chosen(self):
        page = html.fromstring(self.submit(self.visit(), 'Sign in and choose accounts').text)
        again = html.fromstring(self.submit(page, 'Allow access', account=[]).text)
        self.assertTrue(again.xpath('//*[@role="alert"]'))

    def test_a_wrong_password_is_said_and_can_be_corrected(self):
        page = html.fromstring(self.submit(self.visit(), password='guess').text)
        self.assertTrue(page.xpath('//*[@role="alert"]'))
        self.assertIn('grant', self.way_back(self.submit(page)))

    def test_after_three_wrong_passwords_the_bank_sends_its_visitor_away(self):
        page = self.visit()
        for _attempt in range(2):
            page = html.fromstring(self.submit(page, password='guess').text)
        answer = self.way_back(self.submit(page, password='guess'))
        self.assertEqual(answer, {'state': 'st-1', 'error': 'login_failed'})

    def test_a_visitor_can_turn_back(self):
        answer = self.way_back(self.submit(self.visit(), 'Cancel'))
        self.assertEqual(answer, {'state': 'st-1', 'error': 'access_denied'})

    def test_a_bank_with_codes_asks_for_one(self):
        page = html.fromstring(self.submit(self.visit('sandbox-mfa')).text)
        wrong = html.fromstring(self.submit(page, 'Confirm', code='1').text)
        self.assertTrue(wrong.xpath('//*[@role="alert"]'))
        self.assertIn('grant', self.way_back(self.submit(wrong, 'Confirm')))

    def test_a_refresh_asks_for_the_code_alone(self):
        page = html.fromstring(self.submit(self.visit('sandbox-mfa')).text)
        self.connector().resume(self.request, self.way_back(self.submit(page, 'Confirm')))
        page = self.visit('sandbox-mfa', ConnectMode.REFRESH)
        self.assertTrue(page.xpath('//input[@name="code"]'))
        answer = self.way_back(self.submit(page, 'Confirm'))
        self.assertIsInstance(self.connector().resume(self.request, answer), Connected)

    def test_another_login_is_another_customer(self):
        self.connect()
        usual = {account.iban for account in self.connector().accounts()}
        self.tokens = {}
        page = self.visit()
        answer = self.way_back(self.submit(page, login='alice'))
        self.connector().resume(self.request, answer)
        others = {account.iban for account in self.connector().accounts()}
        self.assertFalse(usual & others)

    def test_a_renewal_keeps_the_customer(self):
        answer = self.way_back(self.submit(self.visit(), login='alice'))
        self.connector().resume(self.request, answer)
        before = {account.iban for account in self.connector().accounts()}
        page = self.visit(mode=ConnectMode.RECONNECT)
        self.connector().resume(self.request, self.way_back(self.submit(page)))
        self.assertEqual({account.iban for account in self.connector().accounts()}, before)

    def test_hostile_names_stay_text(self):
        page = html.fromstring(
            self.submit(self.visit('sandbox-hostile'), 'Sign in and choose accounts').text)
        self.assertIn('hostile <b>texts</b> & "quotes"', page.text_content())
        self.assertIn('<i>Main</i> & "Co"', page.text_content())
        self.assertFalse(page.xpath('//b | //i | //script'))

    def test_nobody_enters_without_a_ticket(self):
        for ticket in ('', 'forged', 'e30.deadbeef', 'é.ü'):
            response = self.url_open('/account_online_sandbox/sign_in?ticket=' + ticket)
            self.assertEqual(response.status_code, 400)
            response = self.url_open('/account_online_sandbox/sign_in', data={'visit': ticket})
            self.assertEqual(response.status_code, 400)

    def test_nobody_is_sent_elsewhere_by_a_ticket_of_his_own(self):
        for address in ('https://evil.example/', '//evil.example/x', '/web/session/logout'):
            request = ConnectRequest(ConnectMode.CONNECT, 'sandbox', 'st-1', address)
            ticket = parse_qs(urlsplit(self.connector().start(request).url).query)['ticket'][0]
            page = self.url_open(f'/account_online_sandbox/sign_in?ticket={ticket}')
            self.way_back(self.submit(html.fromstring(page.text), 'Cancel'))

    def test_an_old_ticket_is_refused(self):
        page = self.visit()
        self.provider.clock_offset += 3600
        response = self.submit(page)
        self.assertEqual(response.status_code, 400)
        self.assertIn("took too long", response.text)

    def test_the_site_is_closed_where_the_sandbox_is_switched_off(self):
        page = self.visit()
        self.provider.enabled = False
        self.assertEqual(self.submit(page).status_code, 404)

    def test_pages_are_not_kept_framed_or_scripted(self):
        response = self.submit(self.visit('sandbox-mfa'))
        self.assertEqual(response.headers['Cache-Control'], 'no-store')
        self.assertEqual(response.headers['X-Frame-Options'], 'DENY')
        self.assertIn("default-src 'none'", response.headers['Content-Security-Policy'])

    def test_the_pages_speak_the_language_of_the_visitor(self):
        self.env['res.lang']._activate_lang('fr_FR')
        page = self.visit(lang='fr-BE')
        self.assertEqual(page.get('lang'), 'fr-FR')
