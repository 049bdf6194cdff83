import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import BaseCase, tagged

from ..providers.errors import ErrorCode, ProviderError
from ..services import abuse, phone, strangers
from ..services.call import BASE_PATH
from .common import HttpProxyCase, press
from .fake_bank import FakeProvider

NUMBER = '+32470123456'


class TestPhoneNumbers(BaseCase):

    def test_numbers_are_read_as_people_write_them(self):
        for typed in ('+32 470 12 34 56', '0032470123456', '+32 (470) 12.34-56', '+32470123456'):
            self.assertEqual(phone.normalize(typed), NUMBER)

    def test_what_is_no_international_number_is_refused(self):
        for typed in ('', '0470 12 34 56', '+0 470', '+32', 'abc', '+32470123456789012',
                      '+٣٢٤٧٠١٢'):
            self.assertIsNone(phone.normalize(typed), typed)

    def test_a_hint_does_not_tell_the_number(self):
        self.assertEqual(phone.hint(NUMBER), '+32••••56')


@tagged('post_install', '-at_install')
class TestPhone(HttpProxyCase):

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.env['ir.config_parameter'].set_param(phone.POLICY_PARAMETER, 'others')
        self.database = self.register()
        self.client = self.env['online.proxy.client'].search(
            [('identifier', '=', self.database['client_id'])]
        )
        self.sent = []
        sms_api = self.env.company._get_sms_api_class()
        self.patch(sms_api, '__init__', lambda service, env, account=None: None)
        self.patch(sms_api, '_send_sms_batch', lambda service, messages: self.send_sms(messages))

    def send_sms(self, messages):
        self.sent.append((messages[0]['numbers'][0]['number'], messages[0]['content'][:6]))
        return [{'uuid': messages[0]['numbers'][0]['uuid'], 'state': 'success'}]

    # === THE FIRST LINK === #

    def test_the_first_link_asks_for_a_phone_and_the_code_proves_it(self):
        url = self.new_link()
        self.assertIn("Your phone number", self.open(url).text)
        page = self.press(url, 'phone', phone='+32 470 12 34 56')
        self.assertIn("+32••••56", page.text)
        [(number, code)] = self.sent
        self.assertEqual(number, NUMBER)
        self.assertIn("What will be read", self.press(url, 'code', code=code).text)
        self.assertTrue(self.client.phone_verified_at)

    def test_the_prefix_is_of_the_user_s_country_else_of_the_bank_s(self):
        self.assertIn('value="+32 "', self.open(self.new_link()).text)
        self.assertIn('value="+49 "', self.open(self.new_link(phone_country='DE')).text)

    def test_the_second_link_does_not_ask_again(self):
        self.prove_phone()
        self.assertIn("What will be read", self.open(self.new_link()).text)

    def test_nobody_gets_past_the_phone_without_its_code(self):
        url = self.new_link()
        for action in ('start', 'answer', 'code', 'again'):
            self.press(url, action, code='000000')
            self.assertIn("Your phone number", self.open(url).text, action)

    def test_a_wrong_code_may_be_corrected(self):
        url = self.new_link()
        self.press(url, 'phone', phone=NUMBER)
        code = self.sent[0][1]
        wrong = f'{(int(code) + 1) % 10**6:06d}'
        self.assertIn("The code is not right", self.press(url, 'code', code=wrong).text)
        self.assertIn("What will be read", self.press(url, 'code', code=f' {code} ').text)

    def test_guessing_ends_after_five_attempts(self):
        url = self.new_link()
        self.press(url, 'phone', phone=NUMBER)
        code = self.sent[0][1]
        for step in range(1, phone.MOST_ATTEMPTS + 1):
            page = self.press(url, 'code', code=f'{(int(code) + step) % 10**6:06d}')
        self.assertIn("wrong too often", page.text)
        self.press(url, 'code', code=code)
        self.assertFalse(self.client.phone_verified_at)

    def test_a_code_is_good_for_ten_minutes(self):
        url = self.new_link()
        self.press(url, 'phone', phone=NUMBER)
        self.env['online.proxy.code'].search([]).expires_at -= timedelta(minutes=11)
        self.press(url, 'code', code=self.sent[0][1])
        self.assertFalse(self.client.phone_verified_at)

    def test_a_new_code_ends_the_one_before(self):
        url = self.new_link()
        for _time in range(2):
            self.press(url, 'phone', phone=NUMBER)
            self.press(url, 'again')
        self.press(url, 'phone', phone=NUMBER)
        self.press(url, 'code', code=self.sent[0][1])
        self.assertEqual(bool(self.client.phone_verified_at), self.sent[0][1] == self.sent[2][1])

    def test_nobody_is_flooded_with_codes(self):
        url = self.new_link()
        for _time in range(6):
            self.press(url, 'phone', phone=NUMBER)
            page = self.press(url, 'again')
        page = self.press(url, 'phone', phone=NUMBER)
        self.assertIn("Too many codes", page.text)
        self.assertEqual(len(self.sent), 3)

    def test_a_message_that_is_not_sent_is_said(self):
        self.patch(self.env.company._get_sms_api_class(), '_send_sms_batch',
                   lambda *args: [{'uuid': 'x', 'state': 'insufficient_credit'}])
        with self.assertLogs('odoo.addons.account_online_synchronization_proxy', 'WARNING'):
            page = self.press(self.new_link(), 'phone', phone=NUMBER)
        self.assertIn("could not be sent", page.text)

    def test_number_and_code_are_not_stored_in_clear(self):
        self.prove_phone()
        dump = self.dump('online_proxy_client', 'online_proxy_code', 'online_proxy_event')
        self.assertNotIn(NUMBER, dump)
        self.assertNotIn(f'"{self.sent[0][1]}"', dump)

    def test_the_operator_decides_whether_phones_are_asked(self):
        self.env['ir.config_parameter'].set_param(phone.POLICY_PARAMETER, 'never')
        self.assertIn("What will be read", self.open(self.new_link()).text)

    def test_the_sandbox_shows_its_codes_to_the_operator(self):
        self.env['ir.config_parameter'].set_param(phone.POLICY_PARAMETER, 'always')
        self.fake.simulated = True
        url = self.new_link()
        self.press(url, 'phone', phone=NUMBER)
        self.assertEqual(self.sent, [])
        code = self.env['online.proxy.code'].search([], limit=1).code
        self.assertIn("What will be read", self.press(url, 'code', code=code).text)

    # === ABUSE AND REACTIVATION === #

    def test_many_links_in_a_short_time_block_the_client(self):
        with patch.object(abuse, 'LIMITS', abuse.Activity(2, 9, 9, 9)):
            for _time in range(3):
                self.new_link()
        self.assertEqual(self.client.state, 'blocked')
        answer = self.signed(self.database, 'GET', '/institutions')
        self.assertEqual((answer.status_code, answer.json()['error']['code']),
                         (403, 'client_blocked'))

    def test_many_failing_sign_ins_block_the_client(self):
        def resume(provider, request, answer):
            raise ProviderError(ErrorCode.USER_ACTION_REQUIRED, "Wrong password")

        self.patch(FakeProvider, 'resume', resume)
        self.env['ir.config_parameter'].set_param(phone.POLICY_PARAMETER, 'never')
        with patch.object(abuse, 'LIMITS', abuse.Activity(9, 2, 9, 9)):
            for _time in range(3):
                answer = self.press(self.new_link(), 'start')
                state = re.search(r'signin\?state=([\w-]+)', answer.text)[1]
                self.open(f'{self.base_url()}{BASE_PATH}/callback/fake?state={state}')
        self.assertEqual(self.client.state, 'blocked')

    def test_forged_signatures_block_the_client(self):
        with patch.object(abuse, 'LIMITS', abuse.Activity(9, 9, 2, 9)):
            for _time in range(3):
                self.signed({**self.database, 'secret': 'guess'}, 'GET', '/institutions')
        self.assertEqual(self.client.state, 'blocked')

    def test_a_blocked_client_is_reactivated_with_a_code_to_its_phone(self):
        self.prove_phone()
        self.client._block("Very many banks")
        url = self.signed(self.database, 'GET', '/institutions').json()['error']['connect_url']
        self.assertIn("Very many banks", self.open(url).text)
        self.opener.post(url, data={'action': 'send'}, timeout=20)
        number, code = self.sent[-1]
        page = self.opener.post(url, data={'action': 'code', 'code': code}, timeout=20)
        self.assertIn("works again", page.text)
        self.assertEqual(number, NUMBER)
        self.assertEqual(self.signed(self.database, 'GET', '/institutions').status_code, 200)

    def test_a_wrong_code_does_not_lift_a_block(self):
        self.prove_phone()
        self.client._block("Very many banks")
        url = self.signed(self.database, 'GET', '/institutions').json()['error']['connect_url']
        self.opener.post(url, data={'action': 'send'}, timeout=20)
        wrong = f'{(int(self.sent[-1][1]) + 1) % 10**6:06d}'
        self.opener.post(url, data={'action': 'code', 'code': wrong}, timeout=20)
        self.assertEqual(self.client.state, 'blocked')

    def test_a_client_without_phone_has_to_ask_the_operator(self):
        self.client._block("Very many banks")
        error = self.signed(self.database, 'GET', '/institutions').json()['error']
        self.assertIsNone(error['connect_url'])

    def test_a_forged_reactivation_page_does_not_exist(self):
        for token in ('x', 'a.b.c', f'{self.client.identifier}.9999999999.{"0" * 32}'):
            answer = self.url_open(f'{BASE_PATH}/reactivate/{token}')
            self.assertEqual(answer.status_code, 404)

    def test_the_operator_lets_a_client_in_and_counts_from_anew(self):
        self.client._block("Very many banks")
        self.client.action_activate()
        self.assertEqual(self.client.state, 'active')
        self.assertLessEqual(self.client.watched_from, fields.Datetime.now())

    def test_addresses_of_one_network_are_one(self):
        self.assertEqual(strangers.network_of('10.1.2.3'), abuse.network_of('10.1.9.9'))
        self.assertNotEqual(strangers.network_of('10.1.2.3'), abuse.network_of('10.2.2.3'))

    # === BUILDERS === #

    def new_link(self, **values):
        answer = self.signed(self.database, 'POST', '/links', body={
            'institution_id': self.institution().identifier, 'country': 'BE', **values,
        })
        self.assertEqual(answer.status_code, 201, answer.text)
        return answer.json()['connect_url']

    def prove_phone(self):
        url = self.new_link()
        self.press(url, 'phone', phone=NUMBER)
        self.press(url, 'code', code=self.sent[-1][1])

    def open(self, url):
        return self.opener.get(url, timeout=20)

    def press(self, url, action, **form):
        return press(self.opener, url, action, form)
