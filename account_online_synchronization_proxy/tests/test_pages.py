from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.tests import tagged

from ..providers.errors import ErrorCode, ProviderError
from ..providers.interface import AskUser, Cancelled, FormField, Redirect, Wait
from ..services.call import BASE_PATH
from .common import HttpProxyCase, press
from .fake_bank import FAKE_SECRET, FakeProvider


@tagged('post_install', '-at_install')
class TestPages(HttpProxyCase):

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.client_of_test = self.register(database_url='https://odoo.customer.example')

    # === THE WAY THROUGH === #

    def test_the_user_reads_what_he_agrees_to(self):
        page = self.open(self.new_link())
        self.assertIn("Crédit Fictif S.A.", page.text)
        self.assertIn("odoo.customer.example", page.text)
        self.assertIn("No payment", page.text)

    def test_agreeing_leads_to_the_bank(self):
        page = self.agree(self.new_link())
        self.assertIn("https://bank.example/signin?state=", page.text)

    def test_the_way_back_ends_in_a_result_that_tells_the_opener(self):
        page = self.come_back(self.agree(self.new_link()))
        self.assertIn('data-result="connected"', page.text)
        self.assertIn('data-origin="https://odoo.customer.example"', page.text)

    def test_what_the_bank_put_into_the_callback_does_not_stay_in_the_address(self):
        page = self.come_back(self.agree(self.new_link()))
        self.assertNotIn('code=', page.url)

    def test_a_user_who_came_without_window_gets_back_to_odoo(self):
        page = self.come_back(self.agree(self.new_link(
            return_url='https://odoo.customer.example/odoo/banks?x=1',
        )))
        self.assertIn('data-back-url="https://odoo.customer.example/odoo/banks?x=1&amp;link_id=',
                      page.text)

    def test_cancelling_on_our_page_says_that_nothing_has_changed(self):
        page = self.press(self.new_link(), 'cancel')
        self.assertIn('data-result="cancelled"', page.text)
        self.assertIn("Nothing has changed", page.text)

    def test_turning_back_at_the_bank_is_no_error(self):
        self.patch(FakeProvider, 'resume', lambda self, request, answer: Cancelled())
        page = self.come_back(self.agree(self.new_link()))
        self.assertIn('data-result="cancelled"', page.text)

    def test_a_failure_at_the_bank_has_a_reference(self):
        def fail(self, request, answer):
            raise ProviderError(ErrorCode.INSTITUTION_UNAVAILABLE, "Maintenance")

        self.patch(FakeProvider, 'resume', fail)
        page = self.come_back(self.agree(self.new_link()))
        self.assertIn('data-result="error"', page.text)
        self.assertIn("does not answer at the moment", page.text)
        self.assertRegex(page.text, r'<code>R-\w{10}</code>')

    # === QUESTIONS AND WAITING === #

    def test_what_the_bank_does_not_need_can_be_left_empty(self):
        fields = (FormField('mail', "Mail"), FormField('mobile', "Mobile", optional=True))
        self.patch(FakeProvider, 'start', lambda provider, request: AskUser(fields))
        page = html.fromstring(self.agree(self.new_link()).text)
        required = [field.get('required') for field in page.xpath("//div[@class='field']/input")]
        self.assertEqual(required, ['required', None])

    def test_the_bank_may_ask_and_the_answer_reaches_it(self):
        answers = []

        def start(self, request):
            return AskUser((FormField('otp', "Code <b>from</b> the app", 'code'),), "One more step")

        def resume(self, request, answer):
            answers.append(dict(answer))
            return FakeProvider.resume_original(self, request, answer)

        FakeProvider.resume_original = FakeProvider.resume
        self.addCleanup(delattr, FakeProvider, 'resume_original')
        self.patch(FakeProvider, 'start', start)
        self.patch(FakeProvider, 'resume', resume)
        url = self.new_link()
        page = self.agree(url)
        self.assertIn("One more step", page.text)
        self.assertIn("Code &lt;b&gt;from&lt;/b&gt; the app", page.text)
        page = self.press(url, 'answer', {'otp': '123456', 'injected': 'x'})
        self.assertIn('data-result="connected"', page.text)
        self.assertEqual(answers, [{'otp': '123456'}])

    def test_while_the_bank_works_the_page_waits_and_goes_on(self):
        steps = [Wait(3)]

        def resume(self, request, answer):
            return steps.pop() if steps else Redirect('https://bank.example/more')

        self.patch(FakeProvider, 'start', lambda self, request: Wait(1))
        self.patch(FakeProvider, 'resume', resume)
        url = self.new_link()
        self.assertIn('data-seconds="1"', self.agree(url).text)
        self.assertIn('data-seconds="3"', self.press(url, 'answer').text)
        self.assertIn('https://bank.example/more', self.press(url, 'answer').text)

    def test_a_bank_that_wants_a_form_gets_it_posted(self):
        self.patch(FakeProvider, 'start',
                   lambda self, request: Redirect('https://bank.example/in', {'rsession': 'a"b'}))
        page = self.agree(self.new_link())
        self.assertIn('action="https://bank.example/in"', page.text)
        self.assertIn('value="a&#34;b"', page.text)
        self.assertNotIn('form-action', page.headers['Content-Security-Policy'])

    # === RELOAD, BACK, TWICE, TOO LATE === #

    def test_agreeing_twice_asks_the_bank_once(self):
        calls = []
        original = FakeProvider.start
        self.patch(FakeProvider, 'start',
                   lambda self, request: calls.append(1) or original(self, request))
        url = self.new_link()
        self.agree(url)
        self.agree(url)
        self.assertEqual(len(calls), 1)

    def test_a_reloaded_callback_shows_the_result_again(self):
        page = self.agree(self.new_link())
        self.come_back(page)
        self.assertIn('data-result="connected"', self.come_back(page).text)

    def test_the_back_button_finds_the_flow_where_it_is(self):
        url = self.new_link()
        self.come_back(self.agree(url))
        self.assertIn('data-result="connected"', self.agree(url).text)

    def test_an_old_page_says_that_it_is_too_old(self):
        url = self.new_link()
        self.env['online.proxy.connect'].search([], limit=1).expires_at = '2020-01-01'
        self.assertIn("This page is too old", self.open(url).text)
        self.assertIn("This page is too old", self.agree(url).text)

    def test_a_new_flow_ends_the_one_before(self):
        url = self.new_link(headers={'X-Idempotency-Key': 'k1'})
        self.new_link(headers={'X-Idempotency-Key': 'k1'})
        self.assertIn("This page is too old", self.open(url).text)

    # === THOSE WHO MAY NOT === #

    def test_a_guessed_page_does_not_exist(self):
        page = self.open(f'{self.base_url()}{BASE_PATH}/connect/guess')
        self.assertEqual(page.status_code, 404)
        self.assertIn("does not exist", page.text)

    def test_a_callback_with_a_foreign_state_is_refused(self):
        self.agree(self.new_link())
        for query in ('', '?state=', '?state=foreign', '?state=a&state=b'):
            answer = self.url_open(f'{BASE_PATH}/callback/fake{query}')
            self.assertEqual(answer.status_code, 404, query)

    def test_a_state_is_good_at_its_own_provider_only(self):
        state = self.state_of(self.agree(self.new_link()))
        answer = self.url_open(f'{BASE_PATH}/callback/other?state={state}')
        self.assertEqual(answer.status_code, 404)

    def test_a_state_in_the_path_needs_no_query(self):
        self.patch(FakeProvider, 'state_in_path', True)
        page = self.agree(self.new_link())
        state = self.state_of(page)
        for ending in (f'?state={state}', '/foreign', f'/foreign?state={state}'):
            answer = self.url_open(f'{BASE_PATH}/callback/fake{ending}')
            self.assertEqual(answer.status_code, 404, ending)
        back = self.url_open(f'{BASE_PATH}/callback/fake/{state}?sites=x')
        self.assertIn('data-result="connected"', back.text)

    def test_a_state_in_the_path_is_no_state_of_others(self):
        state = self.state_of(self.agree(self.new_link()))
        self.assertEqual(self.url_open(f'{BASE_PATH}/callback/fake/{state}').status_code, 404)

    def test_a_callback_before_the_user_agreed_does_nothing(self):
        url = self.new_link()
        flow = self.env['online.proxy.connect'].search([], limit=1)
        state = flow._secrets(self.make_call(self.env.cr).vault)['state']
        self.url_open(f'{BASE_PATH}/callback/fake?state={state}&code=1')
        self.assertIn("What will be read", self.open(url).text)

    def test_nobody_is_sent_to_a_foreign_address(self):
        for url in ('https://evil.example/', 'https://odoo.customer.example.evil.example/',
                    'https://odoo.customer.example@evil.example/', 'javascript:alert(1)',
                    '//evil.example', 'https://evil.example\\@odoo.customer.example/'):
            answer = self.create_link(return_url=url)
            self.assertEqual(answer.status_code, 403, url)

    def test_a_provider_cannot_send_the_browser_into_a_script(self):
        self.patch(FakeProvider, 'start', lambda self, request: Redirect('javascript:alert(1)'))
        self.assertIn('data-result="error"', self.agree(self.new_link()).text)

    def test_pages_let_no_other_site_in(self):
        headers = self.open(self.new_link()).headers
        self.assertIn("default-src 'none'", headers['Content-Security-Policy'])
        self.assertIn("frame-ancestors 'none'", headers['Content-Security-Policy'])
        self.assertEqual(headers['Referrer-Policy'], 'no-referrer')
        self.assertEqual(headers['X-Content-Type-Options'], 'nosniff')
        self.assertEqual(headers['Cache-Control'], 'no-store')

    def test_a_hostile_name_is_only_text(self):
        self.institution().name = '<script>alert(1)</script>'
        page = self.open(self.new_link())
        self.assertNotIn('<script>alert', page.text)
        self.assertIn('&lt;script&gt;', page.text)

    def test_tokens_and_states_are_not_stored_in_clear(self):
        page = self.agree(self.new_link())
        self.come_back(page)
        token = page.url.rpartition('/')[2]
        dump = self.dump('online_proxy_connect', 'online_proxy_link', 'online_proxy_event')
        for secret in (token, self.state_of(page), FAKE_SECRET, self.client_of_test['secret']):
            self.assertNotIn(secret, dump)

    # === BUILDERS === #

    def create_link(self, headers=None, **body):
        return self.signed(self.client_of_test, 'POST', '/links', headers=headers or {}, body={
            'institution_id': self.institution().identifier, 'mode': 'connect', **body,
        })

    def new_link(self, **options):
        """The connect URL of a new link, at the address of the test's server."""
        answer = self.create_link(**options)
        self.assertEqual(answer.status_code, 201, answer.text)
        return answer.json()['connect_url']

    def open(self, url):
        return self.opener.get(url, timeout=20)

    def press(self, url, action, form=None):
        return press(self.opener, url, action, form)

    def agree(self, url):
        return self.press(url, 'start')

    def state_of(self, page):
        """The state in the address of the bank on this page."""
        address = page.text.partition('href="https://bank.example')[2].partition('"')[0]
        return parse_qs(urlsplit(address).query)['state'][0]

    def come_back(self, page):
        return self.opener.get(
            f'{self.base_url()}{BASE_PATH}/callback/fake'
            f'?state={self.state_of(page)}&code=c0de', timeout=20,
        )
