import uuid

from odoo.tests import tagged

from ..services.call import BASE_PATH
from .common import HttpProxyCase, press
from .fake_bank import FAKE_SECRET


@tagged('post_install', '-at_install')
class TestIsolation(HttpProxyCase):
    """Two databases at one proxy: for each of them, the other does not exist."""

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.mine, self.stranger = self.register(), self.register()
        self.link, self.connect_url = self.new_link(self.mine)
        self.walk(self.connect_url)
        accounts = self.signed(self.mine, 'GET', f'/links/{self.link}/accounts').json()['accounts']
        self.account = accounts[0]['id']
        page = self.signed(self.mine, 'GET', f'/links/{self.link}/accounts/{self.account}'
                           '/transactions').json()
        self.cursor = page['cursor']

    def test_what_belongs_to_another_does_not_exist(self):
        for method, path, body in self.requests(self.link, self.account):
            with self.subTest(method=method, path=path):
                answer = self.signed(self.stranger, method, path, body=body)
                unknown = path.replace(self.link, str(uuid.uuid4()))
                compared = self.signed(self.stranger, method, unknown, body=body)
                self.assertEqual(answer.status_code, 404, answer.text)
                self.assertEqual(self.said(answer), self.said(compared))
        self.assertEqual(self.state(), 'connected')

    def test_an_account_of_another_is_not_reached_through_an_own_link(self):
        own, url = self.new_link(self.stranger)
        self.walk(url)
        answer = self.signed(
            self.stranger, 'GET', f'/links/{own}/accounts/{self.account}/transactions',
        )
        self.assertEqual(answer.status_code, 404)
        answer = self.signed(
            self.stranger, 'POST', f'/links/{own}/refresh', body={'account_ids': [self.account]},
        )
        self.assertEqual(answer.status_code, 404)

    def test_a_cursor_of_another_leads_nowhere(self):
        own, url = self.new_link(self.stranger)
        self.walk(url)
        [account, *_others] = self.signed(
            self.stranger, 'GET', f'/links/{own}/accounts').json()['accounts']
        asked = []
        self.patch_transactions(asked)
        self.signed(self.stranger, 'GET', f'/links/{own}/accounts/{account["id"]}/transactions',
                    f'cursor={self.cursor}')
        self.assertEqual(asked, [None])

    def test_the_key_of_a_deleted_link_makes_no_second_one(self):
        body = {'institution_id': self.institution().identifier}
        options = {'body': body, 'headers': {'X-Idempotency-Key': 'spent'}}
        link = self.signed(self.mine, 'POST', '/links', **options).json()['link_id']
        self.signed(self.mine, 'DELETE', f'/links/{link}')
        again = self.signed(self.mine, 'POST', '/links', **options)
        self.assertEqual(again.status_code, 409, again.text)

    def test_an_idempotency_key_of_another_is_an_own_one(self):
        key = {'X-Idempotency-Key': 'the-same'}
        first, _url = self.new_link(self.mine, key)
        second, _url = self.new_link(self.stranger, key)
        self.assertNotEqual(first, second)

    def test_nobody_speaks_for_another(self):
        for changes in ({'client_id': self.mine['client_id']},
                        {**self.mine, 'secret': self.stranger['secret']},
                        {'database_uuid': self.mine['database_uuid']}):
            answer = self.signed({**self.stranger, **changes}, 'GET', f'/links/{self.link}')
            self.assertEqual(answer.status_code, 401)
            self.assertNotIn('institution', answer.text)

    def test_a_block_stops_one_client_and_no_other(self):
        self.client_of(self.stranger)._block("Very many banks")
        self.assertEqual(self.signed(self.stranger, 'GET', '/institutions').status_code, 403)
        self.assertEqual(self.signed(self.mine, 'GET', f'/links/{self.link}').status_code, 200)

    def test_no_answer_has_a_token_of_the_provider_in_it(self):
        for method, path, body in self.requests(self.link, self.account):
            answer = self.signed(self.mine, method, path, body=body)
            self.assertLess(answer.status_code, 500, answer.text)
            self.assertNotIn(FAKE_SECRET, answer.text)

    # === BUILDERS === #

    @staticmethod
    def requests(link, account):
        """Every operation on a link; the last one ends it."""
        return (
            ('GET', f'/links/{link}', None),
            ('GET', f'/links/{link}/accounts', None),
            ('POST', f'/links/{link}/connect', {'mode': 'reconnect'}),
            ('POST', f'/links/{link}/refresh', {'attended': True}),
            ('GET', f'/links/{link}/accounts/{account}/transactions', None),
            ('GET', f'/quota/{link}', None),
            ('DELETE', f'/links/{link}', None),
        )

    def new_link(self, client, headers=None):
        answer = self.signed(client, 'POST', '/links', headers=headers or {}, body={
            'institution_id': self.institution().identifier,
        })
        self.assertEqual(answer.status_code, 201, answer.text)
        return answer.json()['link_id'], answer.json()['connect_url']

    def walk(self, connect_url):
        """The user agrees, and comes back from the bank."""
        page = press(self.opener, connect_url, 'start').text
        state = page.partition('https://bank.example/signin?state=')[2].partition('"')[0]
        back = f'{self.base_url()}{BASE_PATH}/callback/fake?state={state}&code=c0de'
        self.assertIn('data-result="connected"', self.opener.get(back, timeout=20).text)

    def patch_transactions(self, asked):
        original = self.fake._class().transactions

        def transactions(provider, account_id, since, cursor, presence):
            asked.append(cursor)
            return original(provider, account_id, since, cursor, presence)

        self.patch(self.fake._class(), 'transactions', transactions)

    def client_of(self, database):
        return self.env['online.proxy.client'].search([('identifier', '=', database['client_id'])])

    def state(self):
        return self.signed(self.mine, 'GET', f'/links/{self.link}').json()['state']

    @staticmethod
    def said(answer):
        error = answer.json()['error']
        return {name: value for name, value in error.items() if name != 'reference'}
