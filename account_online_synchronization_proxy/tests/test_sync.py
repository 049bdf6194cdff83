from datetime import datetime, timedelta, timezone

from odoo.tests import tagged

from ..providers.errors import CursorExpired, ErrorCode, ProviderError
from ..providers.interface import (
    Account,
    Page,
    Presence,
    Quota,
    Refreshed,
    Refreshing,
    Revocation,
    Transaction,
)
from .common import InProcessCase
from .fake_bank import FakeProvider


@tagged('post_install', '-at_install')
class TestSync(InProcessCase):

    def setUp(self):
        super().setUp()
        self.link = self.connect()
        self.account = self.accounts()[0]['id']

    # === REFRESH === #

    def test_a_refresh_that_is_done_says_when(self):
        status, answer = self.refresh()
        self.assertEqual((status, answer['status']), (200, 'done'))
        self.assertTrue(datetime.fromisoformat(answer['at']).tzinfo)

    def test_a_refresh_under_way_is_asked_again_with_its_job(self):
        jobs = []

        def refresh(provider, account_ids, presence, job=None):
            jobs.append(job)
            return Refreshed() if job else Refreshing('job-7', 4)

        self.patch(FakeProvider, 'refresh', refresh)
        _status, answer = self.refresh()
        self.assertEqual((answer['status'], answer['retry_after']), ('in_progress', 4))
        _status, answer = self.refresh(job=answer['job'])
        self.assertEqual(answer['status'], 'done')
        self.assertEqual(jobs, [None, 'job-7'])

    def test_a_job_that_is_not_ours_is_refused(self):
        status, answer = self.refresh(job='aHR0cDovLzE2OS4yNTQuMTY5LjI1NC8.0000')
        self.assertEqual((status, answer['error']['code']), (404, 'invalid_request'))

    def test_a_way_back_that_is_no_address_is_refused_though_nobody_has_to_go(self):
        for changes in ({'return_url': 'somewhere'}, {'return_url': {}}, {'lang': ['fr']}):
            self.assertEqual(self.refresh(**changes)[0], 400)

    def test_a_bank_that_wants_its_user_refuses_the_automatic_refresh_unasked(self):
        self.patch(FakeProvider, 'refresh', self.must_not_be_called)
        link = self.connect('fake-2')
        status, answer = self.call('POST', f'/links/{link}/refresh', body={'attended': False})
        self.assertEqual((status, answer['error']['code']), (409, 'unattended_refused'))

    def test_a_spent_grant_says_until_when_and_the_bank_is_not_asked(self):
        self.patch(FakeProvider, 'quota', Quota(unattended_per_day=1))
        self.assertEqual(self.refresh()[0], 200)
        self.patch(FakeProvider, 'refresh', self.must_not_be_called)
        status, answer = self.refresh()
        self.assertEqual((status, answer['error']['code']), (429, 'rate_limited'))
        until = datetime.fromisoformat(answer['error']['until'])
        self.assertEqual(until.time().isoformat(), '00:00:00')
        self.assertGreater(until, datetime.now(timezone.utc))

    def test_a_spent_automatic_grant_leaves_the_click(self):
        self.patch(FakeProvider, 'quota', Quota(unattended_per_day=1))
        self.refresh()
        self.assertEqual(self.refresh(attended=True)[0], 200)

    def test_when_the_next_click_is_granted_is_said_before_it(self):
        self.assertIsNone(self.refresh()[1]['by_hand_from'])
        self.patch(FakeProvider, 'quota', Quota(attended_per_day=1))
        granted = datetime.fromisoformat(self.refresh(attended=True)[1]['by_hand_from'])
        _status, answer = self.refresh(attended=True)
        self.assertEqual(granted, datetime.fromisoformat(answer['error']['until']))

    def test_a_bank_whose_clock_runs_ahead_keeps_people_waiting_no_longer(self):
        self.patch(FakeProvider, 'quota', Quota(minimum_pause=3600))
        link = self.env['online.proxy.link'].search([('identifier', '=', self.link)])
        link.provider_id.write({'simulated': True, 'clock_offset': 40 * 24 * 3600})
        granted = datetime.fromisoformat(self.refresh(attended=True)[1]['by_hand_from'])
        self.assertLess(granted, datetime.now(timezone.utc) + timedelta(hours=1, minutes=1))

    def test_what_the_provider_says_of_its_limit_is_kept(self):
        until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=3)

        def refuse(provider, account_ids, presence, job=None):
            raise ProviderError(ErrorCode.RATE_LIMITED, "Too often", until=until)

        self.patch(FakeProvider, 'refresh', refuse)
        self.refresh()
        self.patch(FakeProvider, 'refresh', self.must_not_be_called)
        _status, answer = self.refresh(attended=True)
        self.assertEqual(datetime.fromisoformat(answer['error']['until']), until)
        quota = self.call('GET', f'/quota/{self.link}')[1]['accounts'][self.account]
        self.assertEqual(datetime.fromisoformat(quota['until']), until)

    def test_limits_in_headers_are_learned_before_they_are_reached(self):
        def refresh(provider, account_ids, presence, job=None):
            provider.context.learn_quota('acc-1', unattended_left=0)
            return Refreshed()

        self.patch(FakeProvider, 'refresh', refresh)
        self.refresh()
        status, answer = self.refresh(account_ids=[self.account])
        self.assertEqual((status, answer['error']['account_id']), (429, self.account))

    def test_one_limited_account_does_not_stop_the_others(self):
        asked = []

        def refresh(provider, account_ids, presence, job=None):
            asked.append(account_ids)
            provider.context.learn_quota('acc-1', unattended_left=0)
            return Refreshed()

        self.patch(FakeProvider, 'refresh', refresh)
        self.refresh()
        status, answer = self.refresh()
        self.assertEqual((status, asked), (200, [('acc-1', 'acc-2'), ('acc-2',)]))
        self.assertEqual(list(answer['limited']), [self.account])

    def test_a_limit_that_names_no_account_is_of_all_of_the_link(self):
        until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=3)
        for named, others in (('acc-1', 200), (None, 429)):
            def refuse(provider, account_id, since, cursor, presence, named=named):
                raise ProviderError(
                    ErrorCode.RATE_LIMITED, "Too often", until=until, account_id=named)

            self.patch(FakeProvider, 'transactions', refuse)
            self.transactions()
            status, _answer = self.refresh(account_ids=[self.accounts()[1]['id']])
            self.assertEqual(status, others)

    # === TRANSACTIONS === #

    def test_a_page_goes_on_where_its_cursor_says(self):
        cursors = []

        def transactions(provider, account_id, since, cursor, presence):
            cursors.append(cursor)
            return Page((), cursor='c-2', more=not cursor)

        self.patch(FakeProvider, 'transactions', transactions)
        _status, page = self.transactions()
        self.assertTrue(page['more'])
        self.assertFalse(self.transactions(cursor=page['cursor'])[1]['restarted'])
        self.assertEqual(cursors, [None, 'c-2'])

    def test_the_same_position_has_the_same_cursor(self):
        self.assertEqual(self.transactions()[1]['cursor'], self.transactions()[1]['cursor'])

    def test_an_expired_cursor_starts_the_window_again(self):
        def transactions(provider, account_id, since, cursor, presence):
            if cursor:
                raise CursorExpired
            return Page((Transaction('booked', '1', 'EUR'),), cursor='fresh')

        self.patch(FakeProvider, 'transactions', transactions)
        first = self.transactions()[1]
        status, page = self.transactions(cursor=first['cursor'], since='2026-03-01')
        self.assertEqual((status, len(page['transactions'])), (200, 1))
        self.assertEqual((first['restarted'], page['restarted']), (False, True))

    def test_a_cursor_from_elsewhere_never_reaches_the_provider(self):
        cursors = []

        def transactions(provider, account_id, since, cursor, presence):
            cursors.append(cursor)
            return Page(())

        self.patch(FakeProvider, 'transactions', transactions)
        other = self.accounts()[1]['id']
        foreign = self.call(
            'GET', f'/links/{self.link}/accounts/{other}/transactions',
        )[1]['cursor'] or 'x'
        for cursor in ('http://169.254.169.254/', 'abc.def', '.', foreign):
            self.assertTrue(self.transactions(cursor=cursor)[1]['restarted'])
        self.assertEqual(set(cursors), {None})

    def test_a_page_that_leads_to_itself_is_an_error(self):
        self.patch(FakeProvider, 'transactions',
                   lambda *args: Page((), cursor='same', more=True))
        cursor = self.transactions()[1]['cursor']
        status, answer = self.transactions(cursor=cursor)
        self.assertEqual((status, answer['error']['code']), (502, 'provider_error'))

    def test_a_row_that_makes_no_sense_travels_on(self):
        row = Transaction(
            'booked', 'NaN', None, description='a\x00b\ud800', raw={'x': float('nan')},
        )
        self.patch(FakeProvider, 'transactions', lambda *args: Page((row,)))
        status, page = self.transactions()
        self.assertEqual(status, 200)
        self.assertEqual(page['transactions'][0]['amount'], 'NaN')
        self.assertEqual(page['transactions'][0]['description'], 'a\ufffdb?')
        self.assertEqual(page['transactions'][0]['raw'], {'x': 'nan'})

    # === FAILURES === #

    def test_a_lost_consent_is_remembered_until_it_works_again(self):
        self.fail_with(ErrorCode.CONSENT_EXPIRED)
        status, answer = self.refresh()
        self.assertEqual((status, answer['error']['code']), (409, 'consent_expired'))
        link = self.call('GET', f'/links/{self.link}')[1]
        self.assertEqual((link['state'], link['error']['reference']),
                         ('error', answer['error']['reference']))

    def test_a_user_who_waits_gets_the_way_to_the_bank_at_once(self):
        self.fail_with(ErrorCode.USER_ACTION_REQUIRED)
        self.assertIsNone(self.refresh()[1]['error']['connect_url'])
        url = self.refresh(attended=True)[1]['error']['connect_url']
        self.assertEqual(self.walk(url), 'connected')
        self.assertEqual(self.call('GET', f'/links/{self.link}')[1]['state'], 'connected')

    def test_a_defect_of_a_connector_shows_a_reference_and_nothing_else(self):
        def explode(provider, *args):
            raise KeyError(provider.context.tokens['access'])

        self.patch(FakeProvider, 'accounts', explode)
        with self.assertLogs('odoo.addons.account_online_synchronization_proxy', 'ERROR') as logs:
            status, answer = self.call('GET', f'/links/{self.link}/accounts', {'refresh': 1})
        self.assertEqual((status, answer['error']['code']), (500, 'internal'))
        self.assertNotIn('fake-access', str(answer))
        self.assertNotIn('fake-access', '\n'.join(logs.output))
        self.assertNotIn('fake-access', self.dump('online_proxy_event'))

    def test_a_token_replaced_before_a_failure_survives_it(self):
        def rotate_and_fail(provider, *args):
            provider.context.save_tokens({'access': 'second-access-token'})
            raise ProviderError(ErrorCode.INSTITUTION_UNAVAILABLE, "Down")

        seen = []
        self.patch(FakeProvider, 'refresh', rotate_and_fail)
        self.refresh()
        self.patch(FakeProvider, 'refresh', lambda provider, *args: seen.append(
            provider.context.tokens['access']) or Refreshed())
        self.refresh()
        self.assertEqual(seen, ['second-access-token'])

    # === THE PERSON WHO WAITS === #

    def test_the_bank_is_told_who_waits_with_every_call(self):
        seen = self.presences()
        person = {'user_ip': '203.0.113.7', 'user_agent': 'Mozilla/5.0'}
        self.refresh(attended=True, **person)
        self.transactions(attended='1', **person)
        self.assertEqual(seen, [Presence(True, '203.0.113.7', 'Mozilla/5.0')] * 2)

    def test_nobody_is_said_to_wait_who_does_not(self):
        seen = self.presences()
        self.refresh(attended=False, user_ip='203.0.113.7')
        self.transactions(attended='0', user_ip='203.0.113.7', user_agent='Mozilla/5.0')
        self.assertEqual(seen, [Presence()] * 2)

    def test_an_address_that_is_none_reaches_no_bank(self):
        seen = self.presences()
        for address in ('localhost', '203.0.113.7\r\nX: y', '999.1.1.1', 'fe80'):
            self.assertEqual(self.refresh(attended=True, user_ip=address)[0], 400)
            self.assertEqual(self.transactions(attended='1', user_ip=address)[0], 400)
        self.assertEqual(seen, [])

    # === ACCOUNTS, RECONNECTING, DELETING === #

    def test_an_account_with_a_new_id_of_the_provider_keeps_its_own(self):
        iban = self.accounts()[0]['iban']
        self.patch(FakeProvider, 'accounts', lambda provider: [
            Account('new-id', "Current account", 'EUR', identity=iban, iban=iban),
        ])
        accounts = self.call('GET', f'/links/{self.link}/accounts', {'refresh': 1})[1]['accounts']
        self.assertEqual([account['id'] for account in accounts], [self.account])

    def test_the_same_iban_in_two_currencies_is_two_accounts(self):
        iban = self.accounts()[0]['iban']
        self.patch(FakeProvider, 'accounts', lambda provider: [
            Account('e', "Euro", 'EUR', identity=iban),
            Account('d', "Dollar", 'USD', identity=iban),
        ])
        accounts = self.call('GET', f'/links/{self.link}/accounts', {'refresh': 1})[1]['accounts']
        self.assertEqual([account['currency'] for account in accounts], ['EUR', 'USD'])

    def test_fetching_accounts_without_the_user_needs_no_page(self):
        self.patch(FakeProvider, 'start', FakeProvider.resume_at_once)
        status, answer = self.call('POST', f'/links/{self.link}/connect',
                                   body={'mode': 'fetch_accounts'})
        self.assertEqual((status, answer['connect_url']), (200, None))

    def test_deleting_a_link_revokes_the_consent_and_forgets_the_tokens(self):
        status, answer = self.call('DELETE', f'/links/{self.link}')
        self.assertEqual((status, answer['revoked']), (200, True))
        consent = self.env['online.proxy.consent'].search([], limit=1)
        self.assertEqual((consent.end_reason, consent.revocation_reference),
                         ('revoked', 'fake-ref-9'))
        self.assertFalse(consent.link_id.tokens_encrypted)
        self.assertEqual(self.call('GET', f'/links/{self.link}')[0], 404)

    def test_a_provider_without_ids_of_its_own_is_proved_by_our_record(self):
        self.patch(FakeProvider, 'revoke', lambda provider: Revocation(True))
        self.call('DELETE', f'/links/{self.link}')
        consent = self.env['online.proxy.consent'].search([], limit=1)
        reference = consent.revocation_detail.rpartition(' ')[2].rstrip('.')
        calls = self.env['online.proxy.event'].search([
            ('trace', '=', reference), ('kind', '=', 'provider'),
        ])
        self.assertEqual(calls.mapped('operation'), ['revoke'])

    def test_deleting_twice_is_no_error(self):
        self.call('DELETE', f'/links/{self.link}')
        self.assertEqual(self.call('DELETE', f'/links/{self.link}')[0], 200)

    def test_a_revocation_that_fails_is_said(self):
        def fail(provider):
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "500")

        self.patch(FakeProvider, 'revoke', fail)
        status, answer = self.call('DELETE', f'/links/{self.link}')
        self.assertEqual((status, answer['revoked']), (200, False))

    # === BUILDERS === #

    def refresh(self, **body):
        return self.call('POST', f'/links/{self.link}/refresh', body=body)

    def transactions(self, **query):
        return self.call(
            'GET', f'/links/{self.link}/accounts/{self.account}/transactions', query,
        )

    def accounts(self):
        return self.call('GET', f'/links/{self.link}/accounts')[1]['accounts']

    def presences(self):
        """What the provider is told of the person who waits, call by call."""
        seen = []

        def refresh(provider, account_ids, presence, job=None):
            seen.append(presence)
            return Refreshed()

        def transactions(provider, account_id, since, cursor, presence):
            seen.append(presence)
            return Page(())

        self.patch(FakeProvider, 'refresh', refresh)
        self.patch(FakeProvider, 'transactions', transactions)
        return seen

    def fail_with(self, code):
        def fail(provider, *args):
            raise ProviderError(code, "Said the bank")

        self.patch(FakeProvider, 'refresh', fail)

    @staticmethod
    def must_not_be_called(provider, *args):
        raise AssertionError("The provider was asked in vain")
