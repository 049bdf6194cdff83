from cryptography.fernet import Fernet

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user
from odoo.tools.misc import file_open

from ..models.online_proxy_provider import DAY
from ..providers.errors import ErrorCode, ProviderError
from ..services import clock, jobs, vault
from .common import InProcessCase
from .fake_bank import FAKE_SECRET, FakeProvider


@tagged('post_install', '-at_install')
class TestOperator(InProcessCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env, 'operator',
            groups='account_online_synchronization_proxy.group_online_proxy_operator',
        )
        cls.clerk = new_test_user(cls.env, 'clerk', groups='base.group_user')

    # === THOSE WHO MAY NOT === #

    def test_other_users_see_nothing_of_the_proxy(self):
        for name in ('provider', 'provider.setting', 'institution', 'client', 'subscription',
                     'link', 'account', 'connect', 'consent', 'event', 'nonce', 'quota', 'code'):
            model = self.env[f'online.proxy.{name}'].with_user(self.clerk)
            self.assertFalse(model.has_access('read'), name)

    def test_other_users_cannot_press_the_buttons(self):
        self.connect()
        link = self.env['online.proxy.link'].search([])
        for record, names in (
            (self.fake, ('action_test_connection', 'action_refresh_institutions',
                         'action_clock_day', 'action_clock_week', 'action_clock_now')),
            (link, ('action_disconnect',)),
            (link.client_id, ('action_disconnect', 'action_activate', 'action_erase')),
            (self.env['online.proxy.subscription'].create({'name': "S"}), ('action_issue_code',)),
        ):
            for name in names:
                with self.subTest(name), self.assertRaises(AccessError):
                    getattr(record.with_user(self.clerk), name)()

    def test_not_even_the_operator_reads_secrets(self):
        self.connect()
        link = self.env['online.proxy.link'].search([]).with_user(self.operator)
        with self.assertRaises(AccessError):
            link.read(['tokens_encrypted'])
        with self.assertRaises(AccessError):
            link.search([('tokens_encrypted', 'like', 'a')])
        with self.assertRaises(AccessError):
            link.sudo(False).with_user(self.env.ref('base.user_admin')).export_data(
                ['identifier', 'tokens_encrypted']
            )
        self.assertNotIn(FAKE_SECRET, str(link.event_ids.read()))

    # === PROVIDERS === #

    def test_a_secret_setting_can_be_replaced_but_not_read(self):
        setting = self.fake.setting_ids.filtered(lambda item: item.name == 'api_key')
        setting.with_user(self.operator).value = 'live-key-123456'
        setting.invalidate_recordset()
        self.assertFalse(setting.with_user(self.operator).value)
        self.assertTrue(setting.is_set)
        self.assertNotIn('live-key', self.dump('online_proxy_provider_setting'))
        self.assertEqual(self.fake._settings(vault.get_vault()), {'api_key': 'live-key-123456'})

    def test_leaving_a_secret_empty_keeps_it(self):
        setting = self.fake.setting_ids.filtered(lambda item: item.name == 'api_key')
        setting.value = 'live-key-123456'
        setting.value = False
        self.assertTrue(self.fake._settings(vault.get_vault()))
        setting.action_clear()
        self.assertFalse(self.fake._settings(vault.get_vault()))

    def test_an_open_setting_is_shown(self):
        setting = self.fake.setting_ids.filtered(lambda item: item.name == 'region')
        setting.value = 'eu'
        setting.invalidate_recordset()
        self.assertEqual(setting.value, 'eu')

    def test_an_operator_reads_what_a_setting_means_in_his_own_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        plaid = self.env['online.proxy.provider'].search([('code', '=', 'plaid')])
        countries = plaid.setting_ids.filtered(lambda item: item.name == 'countries')
        german = countries.with_context(lang='de_DE')
        self.assertEqual((countries.label, german.label), ("Countries", "Länder"))
        self.assertEqual(german.display_name, "Länder")
        self.assertIn("Plaid", german.help)
        self.assertNotEqual(countries.help, german.help)

    def test_a_setting_of_an_addon_that_is_gone_keeps_its_name(self):
        gone = self.env['online.proxy.provider'].create({
            'name': "Gone", 'code': 'gone', 'setting_ids': [Command.create({'name': 'api_key'})],
        })
        self.assertEqual((gone.setting_ids.label, gone.setting_ids.help), ('api_key', False))

    def test_a_provider_is_tried_out_before_it_is_offered(self):
        self.fake.enabled = False
        with self.proxy_cursor():
            action = self.fake.with_user(self.operator).action_test_connection()
        self.assertEqual(action['params']['type'], 'success')

    def test_a_test_that_fails_says_why_and_where_to_look(self):
        def fail(provider):
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "The API key is not known")

        self.patch(FakeProvider, 'test_connection', fail)
        with self.proxy_cursor():
            action = self.fake.action_test_connection()
        self.assertIn("The API key is not known", action['params']['message'])
        reference = action['params']['message'].rpartition('(')[2].strip(')')
        self.assertTrue(self.env['online.proxy.event'].search([('reference', '=', reference)]))

    def test_only_play_money_moves_the_clock(self):
        self.fake.action_clock_day()
        self.assertEqual(self.fake.clock_offset, 0)
        self.fake.simulated = True
        before = clock.now(self.fake)
        self.fake.action_clock_day()
        self.assertAlmostEqual((clock.now(self.fake) - before).total_seconds(), DAY, delta=5)
        self.fake.action_clock_now()
        self.assertEqual(self.fake.clock_offset, 0)

    # === SUPPORT === #

    def test_a_reason_for_a_disconnection_reaches_the_user(self):
        link_id = self.connect()
        link = self.env['online.proxy.link'].search([('identifier', '=', link_id)])
        self.disconnect(link_ids=link.ids, reason="The bank reported misuse.")
        answer = self.call('GET', f'/links/{link_id}')[1]
        self.assertEqual((answer['state'], answer['reason']),
                         ('disconnected', "The bank reported misuse."))
        status, answer = self.call('POST', f'/links/{link_id}/refresh', body={})
        self.assertEqual((status, answer['error']['reason']), (401, "The bank reported misuse."))
        self.assertEqual(link.consent_ids.end_reason, 'operator')
        self.assertEqual(link.write_uid, self.operator)
        self.assertTrue(link.consent_ids.revoked_at_provider)

    def test_a_disconnected_link_can_be_reconnected(self):
        link_id = self.connect()
        link = self.env['online.proxy.link'].search([('identifier', '=', link_id)])
        self.disconnect(link_ids=link.ids, reason="Once")
        url = self.call('POST', f'/links/{link_id}/connect', body={'mode': 'reconnect'})[1]
        self.walk(url['connect_url'])
        answer = self.call('GET', f'/links/{link_id}')[1]
        self.assertEqual((answer['state'], answer['reason']), ('connected', None))

    def test_a_disconnected_client_loses_all_its_links(self):
        self.connect()
        client = self.env['online.proxy.client'].search([('is_local', '=', True)])
        self.disconnect(client_ids=client.ids, reason="Unpaid")
        self.assertEqual(client.link_ids.mapped('state'), ['disconnected'])
        status, answer = self.call('GET', '/institutions')
        self.assertEqual((status, answer['error']['message']), (401, "Unpaid"))

    def test_erasing_a_client_leaves_the_ledger_without_names(self):
        self.connect(user_name="Ada Lovelace")
        client = self.env['online.proxy.client'].search([('is_local', '=', True)])
        with self.proxy_cursor():
            client.action_erase()
        self.assertFalse(client.exists())
        self.assertFalse(self.env['online.proxy.link'].with_context(active_test=False).search([]))
        consent = self.env['online.proxy.consent'].search([], limit=1)
        self.assertEqual((consent.client_name, consent.user_name, consent.end_reason),
                         (jobs.ERASED, False, 'revoked'))
        self.assertNotIn("Lovelace", self.dump('online_proxy_event', 'online_proxy_consent'))

    # === CLOCKS, KEYS, COPIES === #

    def test_an_expired_consent_is_said_before_a_synchronization_finds_out(self):
        link_id = self.connect()
        link = self.env['online.proxy.link'].search([('identifier', '=', link_id)])
        link.consent_expires_at = '2020-01-01'
        self.env['online.proxy.link']._cron_expire_consents()
        self.assertEqual((link.state, link.error_code), ('error', 'consent_expired'))
        self.assertEqual(link.consent_ids.end_reason, 'expired')

    def test_a_new_key_reads_what_the_old_one_wrote_and_takes_over(self):
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        first = vault.Vault([old])
        sealed = first.seal('link:1', {'access': 'x'})
        both = vault.Vault([new, old])
        self.assertEqual(both.open('link:1', sealed), {'access': 'x'})
        resealed = both.reseal(sealed)
        self.assertEqual(vault.Vault([new]).open('link:1', resealed), {'access': 'x'})
        with self.assertRaises(vault.SealBroken):
            vault.Vault([new]).open('link:1', sealed)

    def test_what_is_sealed_for_one_record_does_not_open_for_another(self):
        box = vault.Vault([Fernet.generate_key().decode()])
        with self.assertRaises(vault.SealBroken):
            box.open('link:2', box.seal('link:1', 'x'))

    def test_after_a_change_of_keys_everything_is_sealed_anew(self):
        link_id = self.connect()
        link = self.env['online.proxy.link'].search([('identifier', '=', link_id)])
        before = link.tokens_encrypted
        self.env['ir.config_parameter'].set_param(jobs.FINGERPRINT_PARAMETER, 'another')
        with self.proxy_cursor(), self.registry.cursor() as cr:
            call = self.make_call(cr)
            self.assertGreater(jobs.reseal(call), 0)
            self.assertEqual(jobs.reseal(call), 0)
        self.assertNotEqual(link.tokens_encrypted, before)
        self.assertEqual(self.call('GET', f'/links/{link_id}/accounts', {'refresh': 1})[0], 200)

    def test_a_copied_database_asks_to_reconnect(self):
        link_id = self.connect()
        self.env['ir.config_parameter'].set_param(
            'database.uuid', '11111111-2222-3333-4444-555555555555',
        )
        answer = self.call('GET', f'/links/{link_id}')[1]
        self.assertEqual(answer['state'], 'disconnected')
        self.assertIn("copy", answer['reason'])
        link = self.env['online.proxy.link'].search([('identifier', '=', link_id)])
        self.assertFalse(link.tokens_encrypted)

    def test_what_the_proxy_learned_survives_a_failed_request(self):
        self.env['online.proxy.client'].search([]).unlink()
        self.assertEqual(self.call('GET', '/links/unknown')[0], 404)
        self.assertTrue(self.env['online.proxy.client'].search([('is_local', '=', True)]))

    def test_a_neutralized_copy_calls_nobody_and_opens_nothing(self):
        self.connect()
        with file_open('account_online_synchronization_proxy/data/neutralize.sql') as script:
            self.env.flush_all()
            self.env.cr.execute(script.read())
            self.env.invalidate_all()
        self.assertFalse(self.fake.enabled)
        self.assertFalse(self.env['online.proxy.link'].search([]).filtered('tokens_encrypted'))
        self.assertFalse(self.institution().offered, "its logo would be fetched")

    # === HEALTH === #

    def test_the_operator_sees_how_a_provider_and_a_bank_fare(self):
        link = self.connect()
        self.call('GET', f'/links/{link}/accounts', {'refresh': 1})

        def fail(provider, *args):
            raise ProviderError(ErrorCode.INSTITUTION_UNAVAILABLE, "Down")

        self.patch(FakeProvider, 'refresh', fail)
        reference = self.call('POST', f'/links/{link}/refresh', body={})[1]['error']['reference']
        for watched in (self.fake, self.institution()):
            record = watched.with_user(self.operator)
            self.assertGreater(record.health_calls, 1)
            self.assertTrue(0 < record.health_success < 100)
            self.assertEqual(record.last_error_code, 'institution_unavailable')
            self.assertEqual(record.last_error_id.trace, reference)
            events = self.env['online.proxy.event'].search(record.action_open_health()['domain'])
            self.assertEqual(len(events), record.health_calls)
        quiet = self.institution('fake-2')
        self.assertEqual((quiet.health_calls, quiet.last_error_id.id), (0, False))

    def disconnect(self, **values):
        with self.proxy_cursor():
            self.env['online.proxy.disconnect'].with_user(self.operator).create(
                values
            ).action_confirm()
