from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import Opener

from ..providers.interface import Redirect
from ..services import abuse
from ..services.browser import COOKIE
from ..services.call import BASE_PATH
from .common import HttpProxyCase, press
from .fake_bank import FakeProvider

VISITS = 'account_online_synchronization_proxy.ir_cron_finish_visits'


class OtherBrowser(Opener):
    """Another browser than the test's, with cookies of its own."""

    def request(self, *args, **options):
        case = self.test_case
        others, case.opener = case.opener, self
        try:
            return super().request(*args, **options)
        finally:
            case.opener = others


@tagged('post_install', '-at_install')
class TestBrowsers(HttpProxyCase):
    """Nobody is made to connect his bank to the books of somebody else."""

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.database = self.register(database_url='https://odoo.stranger.example')
        self.begun_in, self.other = self.opener, OtherBrowser(self)
        self.url = self.new_link()

    # === WHOSE COOKIE === #

    def test_the_cookie_is_for_the_proxy_s_pages_alone(self):
        cookie = self.begun_in.get(self.url).headers['Set-Cookie']
        for part in ('HttpOnly', 'SameSite=Lax', f'Path={BASE_PATH}'):
            self.assertIn(part, cookie)
        self.assertNotIn('Secure', cookie)

    def test_over_https_the_cookie_never_goes_in_clear(self):
        parameters = self.env['ir.config_parameter']
        parameters.set_param('web.base.url', 'https://proxy.example')
        parameters.set_param('web.base.url.freeze', 'True')
        self.assertIn('; Secure', self.begun_in.get(self.url).headers['Set-Cookie'])

    def test_the_cookie_is_not_stored_in_clear(self):
        self.agree()
        secret = self.begun_in.cookies[COOKIE]
        self.assertRegex(secret, r'^[\w-]{43}$')
        self.assertNotIn(secret, self.dump('online_proxy_connect', 'online_proxy_event'))

    def test_a_made_up_cookie_is_replaced(self):
        self.begun_in.cookies[COOKIE] = 'mine'
        answer = self.begun_in.get(self.url)
        self.assertRegex(answer.headers['Set-Cookie'], rf'{COOKIE}=[\w-]{{43}};')

    def test_a_button_that_another_site_presses_does_nothing(self):
        for action in ('start', 'continue', 'cancel', 'phone', 'answer'):
            answer = self.other.post(f'{self.url}/{action}', timeout=20)  # no cookie comes along
            self.assertEqual(answer.status_code, 403, action)
            self.assertNotIn('Set-Cookie', answer.headers, "what the browser has stays")
            self.assertIn("kept a cookie back", answer.text)
        self.assertIn("What will be read", self.begun_in.get(self.url).text)

    # === THE BANK'S ADDRESS, SENT TO A VICTIM === #

    def test_who_was_sent_to_the_bank_is_asked_on_his_way_back(self):
        page = self.come_back(self.other)
        self.assertIn("Was it you who started this?", page.text)
        self.assertIn("odoo.stranger.example", page.text)
        self.assertEqual(self.state(), 'new')

    def test_who_did_not_start_it_gives_nothing_away(self):
        page = self.say(self.other, self.come_back(self.other), 'no')
        self.assertIn("Nothing was connected", page.text)
        self.assertEqual(self.state(), 'new')
        error = self.link()['error']
        self.assertEqual((error['code'], error['cause']), ('user_action_required', 'declined'))
        self.assertTrue(error['reference'])
        self.assertNotIn('stranger.example/', page.text, "nor is he led to the stranger")

    def test_what_a_victim_declined_cannot_be_taken_up_again(self):
        back = self.way_back()
        self.say(self.other, self.other.get(back), 'no')
        page = self.begun_in.get(back).text
        self.assertIn('data-result="error"', page)
        self.assertIn("somebody else had started it", page)
        self.assertEqual(self.state(), 'new')

    def test_a_decline_while_the_bank_is_being_asked_is_not_lost(self):
        page = self.come_back(self.other)
        flow = self.env['online.proxy.connect'].search([], limit=1)
        flow.busy_until = fields.Datetime.now() + timedelta(minutes=1)
        page = self.say(self.other, page, 'no')
        self.assertIn("Was it you who started this?", page.text)
        flow.busy_until = False
        self.assertIn("Nothing was connected", self.say(self.other, page, 'no').text)

    def test_many_who_did_not_start_it_block_the_client(self):
        self.patch(abuse, 'LIMITS', abuse.Activity(9, 2, 9, 9))
        for _time in range(3):
            self.say(self.other, self.come_back(self.other), 'no')
            self.url = self.new_link() if self.client().state == 'active' else None
        self.assertEqual(self.client().state, 'blocked')

    def test_the_user_s_own_other_browser_goes_on_after_a_word(self):
        page = self.say(self.other, self.come_back(self.other), 'yes')
        self.assertIn('data-result="connected"', page.text)
        self.assertEqual(self.state(), 'connected')

    def test_nobody_else_can_say_the_word_for_him(self):
        page = self.come_back(self.other)
        url, form = self.form(page)
        answer = OtherBrowser(self).post(url, data={**form, 'proxy_word': 'yes'}, timeout=20)
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.state(), 'new')

    def test_a_state_in_the_path_is_asked_about_too(self):
        self.patch(FakeProvider, 'state_in_path', True)
        state = parse_qs(urlsplit(self.way_back()).query)['state'][0]
        page = self.other.get(f'{self.base_url()}{BASE_PATH}/callback/fake/{state}?code=c0de')
        self.assertEqual(self.state(), 'new')
        self.assertIn('data-result="connected"', self.say(self.other, page, 'yes').text)

    def test_what_the_bank_says_reaches_it_unchanged_after_the_word(self):
        answers = []
        genuine = FakeProvider.resume
        self.patch(FakeProvider, 'resume', lambda bank, request, answer: (
            answers.append(dict(answer)) or genuine(bank, request, answer)))
        page = self.other.get(self.way_back() + '&note=a%22%3Cb%3E%26')
        self.say(self.other, page, 'yes')
        [answer] = answers
        self.assertEqual((answer['code'], answer['note']), ('c0de', 'a"<b>&'))
        self.assertNotIn('proxy_word', answer)

    def test_what_was_connected_before_the_victim_came_back_ends_with_his_word(self):
        self.patch(FakeProvider, 'start', lambda bank, request: Redirect(
            f'https://bank.example/signin?state={request.state}', visit='visit-1'))
        back = self.way_back()
        flow = self.env['online.proxy.connect'].search([], limit=1)
        flow.visit_asked_at = fields.Datetime.now() - timedelta(minutes=5)
        self.env.flush_all()
        self.env.ref(VISITS).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.state(), 'connected')
        page = self.other.get(back)
        self.assertIn("Was it you who started this?", page.text)
        self.assertIn("Nothing was connected", self.say(self.other, page, 'no').text)
        self.assertEqual(self.state(), 'disconnected')
        self.assertEqual(self.link()['error']['cause'], 'declined')
        answer = self.signed(
            self.database, 'POST', f'/links/{self.link_id}/refresh', body={'unattended': True},
        ).json()['error']
        self.assertEqual(
            (answer['code'], answer['cause']), ('client_disconnected', 'declined'),
        )
        self.assertTrue(self.env['online.proxy.consent'].search([], limit=1).revoked_at_provider)
        self.assertFalse(self.env['online.proxy.link'].search([], limit=1).tokens_encrypted)

    # === A BANK THAT SENDS A FORM BACK === #

    def test_a_form_of_the_bank_comes_back_in_the_right_browser(self):
        back = self.way_back()
        cookie = self.begun_in.cookies.pop(COOKIE)  # SameSite keeps it from another site's form
        page = self.send_form(self.begun_in, back)
        self.assertNotIn(COOKIE, self.begun_in.cookies, "which would replace the right one")
        self.begun_in.cookies[COOKIE] = cookie
        url, form = self.form(page)
        page = self.begun_in.post(url, data=form, timeout=20)
        self.assertIn('data-result="connected"', page.text)

    def test_a_form_of_the_bank_in_another_browser_is_asked_about(self):
        page = self.send_form(self.other, self.way_back())
        self.assertIn('data-behaviour="submit"', page.text)
        self.assertEqual(self.state(), 'new')
        url, form = self.form(page)
        page = self.other.post(url, data=form, timeout=20)
        self.assertIn("Was it you who started this?", page.text)
        self.assertIn('data-result="connected"', self.say(self.other, page, 'yes').text)

    # === OUR OWN PAGE, SENT TO A VICTIM === #

    def test_the_page_sent_to_another_leads_to_no_bank_by_itself(self):
        self.agree()
        page = self.other.get(self.url)
        self.assertNotIn('bank.example', page.text)
        self.assertIn("Was it you who started this?", page.text)
        self.assertIn('https://bank.example/signin', press(self.other, self.url, 'continue').text)
        self.assertNotIn('bank.example', self.begun_in.get(self.url).text, "one browser at a time")

    def test_a_bank_that_asks_for_the_user_says_first_who_reads(self):
        self.begun_in.get(self.way_back())
        url = self.connect_again()
        page = self.other.get(url)
        self.assertIn("Your bank asks for you", page.text)
        self.assertIn("odoo.stranger.example", page.text)
        self.assertNotIn('https://bank.example', page.text)
        self.assertIn('https://bank.example', press(self.other, url, 'continue').text)

    def test_a_foreign_database_does_not_pass_for_our_own_page(self):
        self.begun_in.get(self.way_back())
        url = self.connect_again()
        page = self.other.get(url, headers={'Sec-Fetch-Site': 'same-origin'})
        self.assertNotIn('https://bank.example', page.text)

    def test_odoo_s_own_button_leads_straight_to_the_bank(self):
        self.begun_in.get(self.way_back())
        url = self.connect_again()
        self.client().is_local = True
        page = self.other.get(url, headers={'Sec-Fetch-Site': 'same-origin'})
        self.assertIn('https://bank.example', page.text)
        third = OtherBrowser(self).get(url, headers={'Sec-Fetch-Site': 'same-origin'})
        self.assertNotIn('https://bank.example', third.text)

    def test_questions_of_the_bank_are_for_the_browser_that_agreed(self):
        self.patch(FakeProvider, 'start', lambda bank, request: Redirect('https://bank.example/x'))
        self.agree()
        self.env['online.proxy.connect'].search([], limit=1).phase = 'ask'
        self.assertNotIn('bank.example/x', self.other.get(self.url).text)

    # === BUILDERS === #

    def new_link(self):
        answer = self.signed(self.database, 'POST', '/links', body={
            'institution_id': self.institution().identifier,
        }).json()
        self.link_id = answer['link_id']
        return answer['connect_url']

    def connect_again(self):
        """The address of a flow without consent, because the bank asks for the user."""
        answer = self.signed(
            self.database, 'POST', f'/links/{self.link_id}/connect',
            body={'mode': 'update_credentials'},
        )
        return answer.json()['connect_url']

    def agree(self):
        return press(self.begun_in, self.url, 'start')

    def way_back(self):
        """Where the bank sends the browser of whoever signs in at the address it was given."""
        address = html.fromstring(self.agree().text).xpath('//a[@data-behaviour]/@href')[0]
        [state] = parse_qs(urlsplit(address).query)['state']
        return f'{self.base_url()}{BASE_PATH}/callback/fake?state={state}&code=c0de'

    def come_back(self, browser):
        return browser.get(self.way_back(), timeout=20)

    def send_form(self, browser, back):
        """The bank's page sends its answer as a form."""
        url, _, query = back.partition('?')
        form = {name: values[0] for name, values in parse_qs(query).items()}
        return browser.post(url, data=form, timeout=20)

    def form(self, page):
        """Where the page's form goes, and what is in it."""
        form = html.fromstring(page.text).forms[0]
        return self.base_url() + form.action, dict(form.form_values())

    def say(self, browser, page, word):
        """Press the button with this word."""
        url, form = self.form(page)
        return browser.post(url, data={**form, 'proxy_word': word}, timeout=20)

    def link(self):
        return self.signed(self.database, 'GET', f'/links/{self.link_id}').json()

    def state(self):
        return self.link()['state']

    def client(self):
        return self.env['online.proxy.client'].search(
            [('identifier', '=', self.database['client_id'])],
        )
