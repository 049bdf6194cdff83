from unittest.mock import patch

from odoo.tests import tagged

from ..services import abuse, strangers
from .common import HttpProxyCase


@tagged('post_install', '-at_install')
class TestStrangers(HttpProxyCase):
    """Whom the proxy does not know gets a reference for each failure, and cannot fill its log."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(strangers, 'ALIKE', 3))
        self.startPatcher(patch.object(strangers, 'MOST', 5))
        self.startPatcher(patch.object(strangers, 'HOUR', 10 ** 9))  # which does not end meanwhile

    def test_the_log_does_not_grow_with_unsigned_requests(self):
        references = [self.reference_of(self.post('/links', {'x': n})) for n in range(8)]
        self.assertEqual(len(set(references)), 3)
        events = self.events().filtered(lambda event: event.kind == 'request')
        self.assertEqual(sum(events.mapped('times')), 8)

    def test_every_reference_leads_to_an_event(self):
        for number in range(8):
            reference = self.reference_of(self.post('/links', {'x': number}))
            self.assertIn(reference, self.events().mapped('reference'))

    def test_unknown_pages_and_forged_webhooks_are_counted_too(self):
        for path in ('/connect/{}', '/callback/{}?state=x', '/reactivate/{}'):
            before = self.count()
            for number in range(8):
                self.url_open(f'/account_online/1{path.format(number)}')
            self.assertLessEqual(self.count() - before, 3, path)
        before = self.count()
        for number in range(8):
            self.post(f'/webhook/unknown{number}', {})
            self.post('/webhook/fake', {'signature': 'forged'})
        self.assertLessEqual(self.count() - before, 3)

    def test_many_networks_together_do_not_fill_it_either(self):
        events = self.env['online.proxy.event']
        client = self.env['online.proxy.client']
        for number in range(20):
            values = strangers.kind_of('request', client, 'not_registered', f'10.{number}.0.1')
            if not strangers.place(events, values):
                events.create({
                    'reference': f'R-{number}', 'trace': 'x', 'kind': 'request', 'operation': 'x',
                    **values,
                })
        self.assertEqual(events.search_count([('trace', '=', 'x')]), 6)

    def test_another_customer_s_failures_stay_single_events(self):
        database = self.register()
        references = {
            self.reference_of(self.signed(database, 'GET', f'/links/{number}'))
            for number in range(8)
        }
        self.assertEqual(len(references), 8)

    def test_forged_requests_are_counted_though_they_share_an_event(self):
        database = self.register()
        with patch.object(abuse, 'LIMITS', abuse.Activity(9, 9, 6, 9)):
            for _time in range(7):
                self.signed({**database, 'secret': 'guess'}, 'GET', '/institutions')
        client = self.env['online.proxy.client'].search(
            [('identifier', '=', database['client_id'])]
        )
        self.assertEqual(client.state, 'blocked')

    def test_events_of_strangers_are_forgotten_sooner(self):
        database = self.register()
        known = self.reference_of(self.signed(database, 'GET', '/links/x'))
        stranger = self.reference_of(self.post('/links', {}))
        self.env.cr.execute(
            "UPDATE online_proxy_event SET create_date = create_date - INTERVAL '31 days'"
        )
        self.env.invalidate_all()
        self.env['online.proxy.event']._gc_old()
        left = self.env['online.proxy.event'].search([]).mapped('reference')
        self.assertIn(known, left)
        self.assertNotIn(stranger, left)

    # === BUILDERS === #

    def events(self):
        self.env.invalidate_all()
        return self.env['online.proxy.event'].search([('client_id', '=', False)])

    def count(self):
        return len(self.events())

    @staticmethod
    def reference_of(answer):
        return answer.headers['X-Reference']
