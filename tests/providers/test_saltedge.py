"""Salt Edge: a customer, a widget, a connection that must be looked at before it is believed."""

import base64
import json
from datetime import date, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from fakes.saltedge import BANK, KEYS, FakeSaltEdge
from helpers import ATTENDED, UNATTENDED, all_pages, connect_request, failure_of, rows
from keys import rsa_pair
from providers.errors import CursorExpired, ErrorCode
from providers.interface import (
    Cancelled,
    Connected,
    ConnectMode,
    Redirect,
    Refreshed,
    Refreshing,
    Wait,
    WebhookEvent,
    WebhookRequest,
    Window,
)
from providers.saltedge import SaltEdge
from providers.saltedge.api import ERRORS

WEBHOOK = 'https://proxy.example/account_online/1/webhook/saltedge'
RENEWALS = [ConnectMode.RECONNECT, ConnectMode.UPDATE_CREDENTIALS, ConnectMode.FETCH_ACCOUNTS]


@pytest.fixture
def bank(clock):
    with FakeSaltEdge(clock, rsa_pair()[1]) as server:
        yield server


@pytest.fixture
def settings(bank):
    return {'base_url': bank.url, 'private_key': rsa_pair()[0],
            'callback_key': rsa_pair('callback')[1], **KEYS}


@pytest.fixture
def provider(settings, make_context):
    provider = SaltEdge(make_context(**settings))
    provider.context.webhook_url = WEBHOOK
    return provider


@pytest.fixture
def account(bank):
    return bank.open_account()


@pytest.fixture
def linked(provider, bank, account):
    """A provider whose user has agreed."""
    provider.start(connect_request(BANK))
    key = bank.agree()
    bank.succeed(key)
    provider.resume(connect_request(BANK), {'connection_id': key})
    return provider


def connection(bank):
    return list(bank.connections)[-1]


def test_the_connection_test_accepts_the_right_keys(provider):
    provider.test_connection()


@pytest.mark.parametrize(
    ('name', 'value', 'words'),
    [
        ('secret', 'wrong', 'operator InvalidCredentials'),
        ('private_key', rsa_pair('stranger')[0], 'SignatureNotMatch'),
        ('private_key', '', 'MissingSignature'),
        ('private_key', 'no key', 'private key'),
    ],
)
def test_the_connection_test_says_what_is_wrong(settings, make_context, name, value, words):
    provider = SaltEdge(make_context(**{**settings, name: value}))
    error = failure_of(provider.test_connection)
    assert error.code == ErrorCode.INVALID_REQUEST
    assert words in error.detail


def test_banks_say_what_they_can(provider):
    [found] = provider.institutions()
    assert (found.id, found.bics, found.countries) == (BANK, ('DEMOXFXX',), ('XF',))
    assert (found.audience, found.history_days, found.unattended) == ('both', 365, True)
    assert found.account_types == ('checking', 'credit_card')
    assert found.quota.unattended_per_day == 4


def test_sandbox_banks_are_not_offered_in_production(provider, bank):
    provider.context.production = True
    list(provider.institutions())
    assert 'include_sandboxes' not in dict(bank.calls('/providers')[0].query)


def test_the_user_goes_to_the_widget_and_comes_back(provider, bank, account, saved):
    step = provider.start(connect_request(BANK, history_from=date(2026, 1, 1)))
    assert step == Redirect(f'{bank.origin}/connect?token=t', visit='st-1')
    asked = bank.calls('/connections/connect')[0].body['data']
    assert asked['attempt']['return_to'].endswith('?state=st-1')
    assert asked['consent']['from_date'] == '2026-01-01'
    key = bank.agree()
    assert provider.resume(connect_request(BANK), {'connection_id': key}) == Wait()
    bank.succeed(key)
    until = datetime(2026, 9, 11, 12, tzinfo=timezone.utc)
    assert provider.resume(connect_request(BANK), {}) == Connected(until)
    assert (saved[-1][0]['connection'], saved[-1][1]) == (key, key)


def test_an_interface_that_tells_no_consents_is_enough(provider, bank):
    bank.consents = False
    provider.start(connect_request(BANK))
    key = bank.agree()
    bank.succeed(key)
    assert provider.resume(connect_request(BANK), {'connection_id': key}) == Connected()


def test_a_browser_that_names_no_connection_is_no_hindrance(provider, bank):
    provider.start(connect_request(BANK))
    bank.succeed(bank.agree())
    assert isinstance(provider.resume(connect_request(BANK), {'state': 'st-1'}), Connected)


def test_turning_back_at_the_widget_is_no_error(provider):
    provider.start(connect_request(BANK))
    assert isinstance(provider.resume(connect_request(BANK), {'state': 'st-1'}), Cancelled)


def test_a_customer_made_before_is_found_again(provider, bank):
    bank.customers['110'] = 'link-42'
    provider.start(connect_request(BANK))
    assert provider.context.tokens['customer'] == '110'


def test_a_connection_of_somebody_else_is_refused(provider, bank):
    provider.start(connect_request(BANK))
    key = bank.agree()
    bank.connections[key]['customer_id'] = '999'
    error = failure_of(provider.resume, connect_request(BANK), {'connection_id': key})
    assert error.code == ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize('name', ['InvalidCredentials', 'ProviderUnavailable', 'BrandNew'])
def test_each_error_in_the_browser_has_its_meaning(provider, name):
    error = failure_of(provider.resume, connect_request(BANK), {'error_class': name})
    assert error.code == ERRORS.get(name, ErrorCode.PROVIDER_ERROR)


def test_a_first_fetch_that_fails_says_why(provider, bank):
    provider.start(connect_request(BANK))
    key = bank.agree()
    bank.attempt(key, fail_at='2026-03-15T11:00:00Z', fail_error_class='InvalidCredentials')
    error = failure_of(provider.resume, connect_request(BANK), {'connection_id': key})
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


@pytest.mark.parametrize('mode', RENEWALS)
def test_a_connection_is_renewed_not_replaced(linked, bank, mode):
    key, request = connection(bank), connect_request(BANK, mode)
    bank.connections[key]['status'] = 'inactive'
    linked.start(request)
    assert bank.calls(f'/connections/{key}/reconnect')
    assert linked.resume(request, {'connection_id': key}) == Wait()
    bank.attempt(key)
    bank.succeed(key)
    assert isinstance(linked.resume(request, {}), Connected)
    assert linked.accounts()


def test_a_fetch_that_failed_may_be_tried_again_while_the_browser_is_away(provider, bank, account):
    provider.start(connect_request(BANK))
    assert provider.visited(connect_request(BANK)) == Wait()
    key = bank.agree()
    assert provider.visited(connect_request(BANK)) == Wait()
    failed = {'fail_at': '2026-03-15T11:00:00Z', 'fail_error_class': 'InvalidCredentials'}
    bank.attempt(key, finished=True, **failed)
    assert provider.visited(connect_request(BANK)) == Wait()
    bank.attempt(key)
    bank.succeed(key)
    assert isinstance(provider.visited(connect_request(BANK)), Connected)


def test_a_connection_that_is_gone_is_made_anew_though_no_browser_comes_back(linked, bank):
    request = connect_request(BANK, ConnectMode.RECONNECT)
    bank.connections.clear()
    linked.start(request)
    assert linked.visited(request) == Wait()
    bank.succeed(bank.agree())
    assert isinstance(linked.visited(request), Connected)


def test_a_renewal_that_is_given_up_changes_nothing(linked):
    request = connect_request(BANK, ConnectMode.RECONNECT)
    linked.start(request)
    assert isinstance(linked.resume(request, {'state': 'st-1'}), Cancelled)
    assert linked.accounts()


def test_a_connection_that_is_gone_is_made_anew(linked, bank):
    bank.connections.clear()
    linked.start(connect_request(BANK, ConnectMode.RECONNECT))
    assert len(bank.calls('/connections/connect')) == 2


def test_a_code_is_given_in_the_widget(linked, bank):
    bank.interactive = True
    request = connect_request(BANK, ConnectMode.REFRESH)
    assert isinstance(linked.start(request), Redirect)
    bank.interactive = False
    assert linked.start(request) == Wait()


def test_an_account_in_the_normal_form(linked, account):
    [found] = linked.accounts()
    assert (found.id, found.name, found.currency) == (account, 'Current account', 'EUR')
    assert found.identity == found.iban == 'FR7600000000000000000000000'
    assert (found.type, found.owner, found.closed) == ('checking', 'ACME SARL', False)
    assert (found.balance.amount, found.balance.available) == ('1250.5', '1200.5')


def test_all_pages_of_accounts_are_read(linked, bank):
    for _account in range(4):
        bank.open_account()
    assert len(linked.accounts()) == 5


@pytest.mark.parametrize(
    ('nature', 'expected'),
    [('card', 'credit_card'), ('savings', 'savings'), ('mortgage', 'loan'), ('bonus', 'other')],
)
def test_each_nature_of_account_has_its_type(linked, bank, account, nature, expected):
    bank.accounts[account]['nature'] = nature
    assert linked.accounts()[0].type == expected


def test_a_payment_in_the_normal_form(linked, bank, account):
    bank.add(account, extra={
        'payee': 'Energy Ltd', 'account_number': 'FR76 1', 'information': 'INV 7',
        'end_to_end_id': 'E2E-7', 'variable_code': '4711', 'posting_date': '2026-03-12',
        'original_amount': -46.0, 'original_currency_code': 'USD', 'exchange_rate': 1.0823,
        'account_balance_snapshot': 100.25, 'type': 'DD',
    })
    [row] = rows(linked, account)
    assert (row.id, row.status, row.amount, row.currency) == ('9000', 'booked', '-42.5', 'EUR')
    assert (row.booking_date, row.description) == ('2026-03-12', 'SEPA DD ENERGY\nINV 7')
    assert (row.counterparty.name, row.counterparty.account_number) == ('Energy Ltd', 'FR76 1')
    assert (row.references.end_to_end, row.references.structured) == ('E2E-7', '4711')
    assert (row.foreign.amount, row.foreign.currency) == ('-46.0', 'USD')
    assert (row.foreign.rate, row.balance_after, row.code) == ('1.0823', '100.25', 'DD')


def test_of_money_that_comes_in_the_payer_is_the_other_side(linked, bank, account):
    bank.add(account, amount=10, extra={'payer': 'Customer', 'payee': 'ACME'})
    assert rows(linked, account)[0].counterparty.name == 'Customer'


def test_an_iban_in_the_place_of_a_name_is_an_account(linked, bank, account):
    bank.add(account, extra={'payee': 'FR76 3000 6000 0112 3456 7890 189'})
    party = rows(linked, account)[0].counterparty
    assert (party.name, party.account_number) == (None, 'FR7630006000011234567890189')


def test_pending_rows_have_no_id(linked, bank, account):
    bank.add(account, status='pending')
    assert [(row.status, row.id) for row in rows(linked, account)] == [('pending', None)]


def test_what_is_taken_for_a_duplicate_is_passed_on_with_the_suspicion(linked, bank, account):
    bank.add(account)
    bank.add(account, duplicated=True)
    bank.add(account, extra={'possible_duplicate': True})
    assert {row.id: row.duplicate for row in rows(linked, account)} == {
        '9000': False, '9001': True, '9002': True,
    }


@pytest.mark.parametrize('page_size', [1, 2, 100])
def test_a_suspected_duplicate_arrives_once_at_every_reading(linked, bank, account, page_size):
    bank.page = page_size
    for duplicated in (False, True, False, True, False):
        bank.add(account, duplicated=duplicated)
    for _again in range(2):
        found = rows(linked, account)
        assert sorted(row.id for row in found) == ['9000', '9001', '9002', '9003', '9004']
        assert [row.id for row in found if row.duplicate] == ['9001', '9003']


@pytest.mark.parametrize('is_exclusive', [False, True])
def test_pages_are_read_to_the_end(linked, bank, account, is_exclusive):
    bank.page, bank.is_exclusive = 2, is_exclusive
    for _row in range(5):
        bank.add(account)
    assert len({row.id for row in rows(linked, account)}) == 5


@pytest.mark.parametrize('is_exclusive', [False, True])
def test_the_next_reading_takes_new_rows_whatever_their_date_and_the_recent_ones(
    linked, bank, account, is_exclusive
):
    bank.is_exclusive = is_exclusive
    bank.add(account, made_on='2025-12-01')
    bank.add(account, made_on='2026-03-01')
    first = all_pages(linked, account)[-1]
    bank.add(account, made_on='2025-11-01')
    [page] = all_pages(linked, account, cursor=first.cursor)
    assert [row.booking_date for row in page.transactions] == ['2026-03-01', '2025-11-01']
    assert page.window == Window(date(2026, 2, 13), date(2026, 3, 15))


def test_the_first_reading_keeps_to_the_wanted_days(linked, bank, account):
    bank.add(account, made_on='2026-01-01')
    bank.add(account, made_on='2026-03-01')
    [page] = all_pages(linked, account, '2026-02-01')
    assert [row.booking_date for row in page.transactions] == ['2026-03-01']
    assert page.window == Window(date(2026, 2, 1), date(2026, 3, 15))


@pytest.mark.parametrize('is_exclusive', [False, True])
@pytest.mark.parametrize('size', [1, 2, 100])
def test_later_readings_miss_nothing_and_bring_nothing_old(
    linked, bank, account, is_exclusive, size
):
    bank.is_exclusive, bank.page = is_exclusive, size
    for day in ('2026-01-01', '2026-03-01', '2026-03-02'):
        bank.add(account, made_on=day)
    cursor = all_pages(linked, account, '2026-02-01')[-1].cursor
    for _time in range(3):
        pages = all_pages(linked, account, cursor=cursor)
        days = [row.booking_date for page in pages for row in page.transactions]
        assert days == ['2026-03-01', '2026-03-02']
        cursor = pages[-1].cursor


@pytest.mark.parametrize('is_exclusive', [False, True])
def test_a_young_account_is_read_anew_within_the_wanted_days(linked, bank, account, is_exclusive):
    bank.is_exclusive = is_exclusive
    for day in ('2026-03-01', '2026-03-10'):
        bank.add(account, made_on=day)
    first = all_pages(linked, account, '2026-03-05')[-1]
    [page] = all_pages(linked, account, '2026-03-05', cursor=first.cursor)
    assert [row.booking_date for row in page.transactions] == ['2026-03-10']
    assert page.window == Window(date(2026, 3, 5), date(2026, 3, 15))


def test_a_partial_fetch_proves_nothing(linked, bank, account):
    bank.add(account)
    bank.succeed(connection(bank), partial=True)
    assert all_pages(linked, account)[-1].window is None


def test_a_page_that_comes_again_is_an_error(linked, bank, account):
    answer = {'data': [], 'meta': {'next_id': '5'}}
    bank.fail('/transactions', 200, answer, times=2)
    assert failure_of(rows, linked, account).code == ErrorCode.PROVIDER_ERROR


def test_a_foreign_cursor_has_expired(linked, account):
    with pytest.raises(CursorExpired):
        linked.transactions(account, None, 'not ours', UNATTENDED)


def test_the_balance_comes_along(linked, account):
    assert all_pages(linked, account)[-1].balance.amount == '1250.5'


@pytest.mark.parametrize(
    ('status', 'expected'),
    [('inactive', ErrorCode.CONSENT_EXPIRED), ('disabled', ErrorCode.USER_ACTION_REQUIRED)],
)
def test_old_data_are_not_taken_for_fresh_ones(linked, bank, account, status, expected):
    bank.connections[connection(bank)]['status'] = status
    assert failure_of(rows, linked, account).code == expected
    assert failure_of(linked.accounts).code == expected


def test_a_refresh_takes_its_time(linked, bank, account):
    step = linked.refresh((account,), ATTENDED)
    assert isinstance(step, Refreshing)
    step = linked.refresh((account,), ATTENDED, step.job)
    assert isinstance(step, Refreshing)
    bank.succeed(connection(bank))
    step = linked.refresh((account,), ATTENDED, step.job)
    assert step == Refreshed(datetime(2026, 3, 15, 11, tzinfo=timezone.utc))


def test_a_refresh_that_is_not_granted_yet_reads_what_there_is(linked, bank, account, learned):
    bank.connections[connection(bank)]['next_refresh_possible_at'] = '2026-03-15T18:00:00Z'
    assert isinstance(linked.refresh((account,), UNATTENDED), Refreshed)
    assert learned == [(None, None, datetime(2026, 3, 15, 18, tzinfo=timezone.utc))]


def test_a_refresh_that_needs_the_user_says_so(linked, bank, account):
    bank.interactive = True
    error = failure_of(linked.refresh, (account,), UNATTENDED)
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


@pytest.mark.parametrize(
    ('values', 'expected'),
    [
        ({'fail_at': 'x', 'fail_error_class': 'ProviderUnavailable'},
         ErrorCode.INSTITUTION_UNAVAILABLE),
        ({'fail_at': 'x', 'fail_error_class': 'InvalidCredentials'},
         ErrorCode.USER_ACTION_REQUIRED),
        ({'last_stage': {'name': 'interactive'}}, ErrorCode.USER_ACTION_REQUIRED),
    ],
)
def test_a_refresh_that_fails_says_why(linked, bank, account, values, expected):
    step = linked.refresh((account,), ATTENDED)
    bank.connections[connection(bank)]['last_attempt'].update(values)
    assert failure_of(linked.refresh, (account,), ATTENDED, step.job).code == expected


@pytest.mark.parametrize('name', sorted(set(ERRORS) - {'InvalidCredentials', 'interactive'}))
def test_each_refusal_has_its_meaning(linked, bank, name):
    bank.fail('/accounts', 400, {'error': {'class': name, 'message': 'x'}}, X_Request_Id='r-1')
    error = failure_of(linked.accounts)
    assert (error.code, error.provider_reference) == (ERRORS[name], 'r-1')


def test_an_error_without_envelope_is_understood(linked, bank):
    bank.fail('/accounts', 400, {'error_class': 'ConsentExpired', 'error_message': 'x'})
    assert failure_of(linked.accounts).code == ErrorCode.CONSENT_EXPIRED


def test_a_limit_names_the_moment_it_ends(linked, bank, clock):
    until = (clock() + timedelta(hours=2)).isoformat()
    error = {'class': 'ConnectionCannotBeRefreshed', 'next_refresh_possible_at': until}
    bank.fail('/accounts', 406, {'error': error})
    assert failure_of(linked.accounts).until == clock() + timedelta(hours=2)


def test_everything_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert not bank.connections
    assert not bank.customers
    assert linked.revoke().revoked


def webhook(body, *, key='callback', url=WEBHOOK):
    content = json.dumps(body).encode()
    private = serialization.load_pem_private_key(rsa_pair(key)[0].encode(), password=None)
    signed = private.sign(f'{url}|'.encode() + content, padding.PKCS1v15(), hashes.SHA256())
    return WebhookRequest({'signature': base64.b64encode(signed).decode()}, content, {})


@pytest.mark.parametrize(
    ('data', 'kind'),
    [
        ({'stage': 'finish'}, 'transactions'),
        ({'stage': 'disconnect'}, 'consent'),
        ({'error_class': 'InvalidCredentials'}, 'error'),
    ],
)
def test_each_event_has_its_meaning(provider, data, kind):
    found = provider.webhook(webhook({'data': {'connection_id': '222', **data}, 'meta': {}}))
    assert found == [WebhookEvent('222', kind)]


def test_the_end_of_a_fetch_names_the_visit(provider):
    data = {'connection_id': '222', 'stage': 'finish', 'custom_fields': {'state': 'st-1'}}
    found = provider.webhook(webhook({'data': data, 'meta': {}}))
    assert found == [WebhookEvent('222', 'transactions', visit='st-1')]


def test_an_event_without_news_is_none(provider):
    body = {'data': {'connection_id': '222', 'stage': 'fetch_recent'}, 'meta': {}}
    assert provider.webhook(webhook(body)) == []


@pytest.mark.parametrize('options', [{'key': 'stranger'}, {'url': 'https://other.example/'}])
def test_a_webhook_that_is_not_genuine_is_refused(provider, options):
    request = webhook({'data': {'connection_id': '222', 'stage': 'finish'}}, **options)
    assert failure_of(provider.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_a_webhook_without_signature_is_refused(provider):
    request = WebhookRequest({}, b'{}', {})
    assert failure_of(provider.webhook, request).code == ErrorCode.INVALID_REQUEST
