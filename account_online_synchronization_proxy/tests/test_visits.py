import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..providers.errors import ErrorCode, ProviderError
from ..providers.interface import Cancelled, Redirect, Wait, WebhookEvent
from ..services import pings
from .common import HttpProxyCase, press
from .fake_bank import FakeProvider

JOB = 'account_online_synchronization_proxy.ir_cron_finish_visits'


@tagged('post_install', '-at_install')
class TestVisits(HttpProxyCase):
    """The browser was closed at the bank: what the user did there is not lost."""

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.database = self.register(database_url='https://odoo.customer.example')
        self.result, self.told = Wait(), []
        genuine = FakeProvider.resume

        def resume(provider, request, answer):
            if isinstance(self.result, Exception):
                raise self.result
            return self.result or genuine(provider, request, answer)

        def start(provider, request):
            return Redirect('https://bank.example/signin', visit='visit-1')

        def webhook(provider, request):
            return [WebhookEvent('', 'visit', visit=json.loads(request.body)['visit'])]

        for name, method in (('resume', resume), ('start', start), ('webhook', webhook)):
            self.patch(FakeProvider, name, method)
        self.patch(pings, 'send', lambda call, link: self.told.append(link.identifier))
        answer = self.signed(self.database, 'POST', '/links', body={
            'institution_id': self.institution().identifier,
        }).json()
        self.link_id = answer['link_id']
        press(self.opener, answer['connect_url'], 'start')

    def test_a_finished_visit_connects_though_nobody_comes_back(self):
        self.result = None
        self.time_passes()
        self.assertEqual(self.link()['state'], 'connected')
        self.assertEqual(len(self.link()['accounts']), 2)

    def test_the_database_is_told_of_it(self):
        self.result = None
        self.time_passes()
        self.env.ref('account_online_synchronization_proxy.ir_cron_ping').method_direct_trigger()
        self.assertEqual(self.told, [self.link_id])

    def test_a_user_who_is_still_there_is_left_alone(self):
        self.time_passes()
        self.assertEqual((self.link()['state'], self.link()['flow']), ('new', 'open'))
        self.result = None
        self.time_passes()
        self.assertEqual(self.link()['state'], 'connected')

    def test_a_provider_that_stumbles_is_asked_again(self):
        self.result = ProviderError(ErrorCode.PROVIDER_ERROR, "Down")
        self.time_passes()
        self.assertEqual(self.link()['flow'], 'open')
        self.result = None
        self.time_passes()
        self.assertEqual(self.link()['state'], 'connected')

    def test_a_user_who_left_is_not_waited_for(self):
        self.result = Cancelled()
        self.time_passes()
        self.assertEqual(self.link()['flow'], 'cancelled')

    def test_the_provider_s_word_is_enough_to_ask_at_once(self):
        self.result = None
        self.run_job()
        self.assertEqual(self.link()['flow'], 'open', "it has just begun")
        self.post('/webhook/fake', {'visit': 'another'})
        self.run_job()
        self.assertEqual(self.link()['flow'], 'open')
        self.post('/webhook/fake', {'visit': 'visit-1'})
        self.run_job()
        self.assertEqual(self.link()['state'], 'connected')

    # === BUILDERS === #

    def link(self):
        return self.signed(self.database, 'GET', f'/links/{self.link_id}').json()

    def time_passes(self):
        flow = self.env['online.proxy.connect'].search([], limit=1)
        flow.visit_asked_at = fields.Datetime.now() - timedelta(minutes=5)
        self.env.flush_all()
        self.run_job()

    def run_job(self):
        self.env.ref(JOB).method_direct_trigger()
        self.env.invalidate_all()
