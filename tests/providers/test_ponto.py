"""Ponto: signed calls, tokens that rotate, and data that Ponto fetches by itself."""

import base64
import hashlib
import json
import ssl
from datetime import date, datetime, timedelta, timezone

import jwt
import pytest
from fakes.ponto import BANK, CREDENTIALS, FakePonto, FakePontoCustom
from helpers import ATTENDED, UNATTENDED, all_pages, connect_request, failure_of, rows
from keys import certificate, jwk_of, rsa_pair
from providers.errors import ErrorCode
from providers.interface import (
    AskUser,
    Cancelled,
    Connected,
    ConnectMode,
    Presence,
    Redirect,
    Refreshed,
    Refreshing,
    WebhookEvent,
    WebhookRequest,
    Window,
)
from providers.ponto import Ponto, PontoCustom
from providers.ponto.api import ERRORS, _tokens
from providers.ponto.provider import EVENTS, _keys

UNTIL = datetime(2026, 6, 1, tzinfo=timezone.utc)


@pytest.fixture
def bank(clock):
    _tokens.forget('')
    _keys.forget('')
    with FakePonto(clock, rsa_pair()[1]) as server:
        yield server


@pytest.fixture
def settings(bank):
    return {
        'base_url': bank.url, 'authorization_url': f'{bank.origin}/oauth2/auth', **CREDENTIALS,
        'signature_key_id': 'signature-cert', 'signature_key': rsa_pair()[0],
        'application_id': 'application-1',
    }


@pytest.fixture
def provider(settings, make_context):
    return Ponto(make_context(**settings))


@pytest.fixture
def account(bank):
    return bank.open_account()


@pytest.fixture
def linked(provider, bank, account):
    """A provider whose user has agreed."""
    step = provider.start(connect_request(BANK))
    provider.resume(connect_request(BANK), {'code': bank.agree(step.url)})
    return provider


def test_the_connection_test_accepts_the_right_keys(provider):
    provider.test_connection()


@pytest.mark.parametrize(
    ('name', 'value', 'words'),
    [
        ('client_secret', 'wrong', 'invalid_client'),
        ('signature_key', rsa_pair('stranger')[0], 'invalidSignature'),
        ('signature_key', 'no key', 'signature key'),
        ('signature_key_id', 'other', 'invalidSignature'),
    ],
)
def test_the_connection_test_says_what_is_wrong(settings, make_context, name, value, words):
    provider = Ponto(make_context(**{**settings, name: value}))
    error = failure_of(provider.test_connection)
    assert words in error.detail
    assert 'BEGIN' not in error.detail


def test_the_client_certificate_is_shown(clock, settings, make_context, tmp_path):
    authority, key = certificate('127.0.0.1')
    pair = tmp_path / 'server.pem'
    pair.write_text(authority + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.load_verify_locations(cadata=authority)
    context.verify_mode = ssl.CERT_REQUIRED
    with FakePonto(clock, rsa_pair()[1], ssl_context=context) as server:
        settings = {**settings, 'base_url': server.url}
        stranger = Ponto(make_context(**settings))
        stranger.context.session.verify = str(pair)
        assert failure_of(stranger.test_connection).code in (
            ErrorCode.INVALID_REQUEST, ErrorCode.PROVIDER_ERROR)
        known = Ponto(make_context(certificate=authority, certificate_key=key, **settings))
        known.context.session.verify = str(pair)
        known.test_connection()


def test_a_certificate_that_does_not_fit_its_key_is_said(settings, make_context):
    pem, _key = certificate('127.0.0.1')
    other = rsa_pair('stranger')[0]
    error = failure_of(Ponto, make_context(certificate=pem, certificate_key=other, **settings))
    assert 'certificate' in error.detail


def test_banks_say_that_they_are_new_and_old_ones_are_left_out(provider):
    [found] = provider.institutions()
    assert (found.id, found.bics, found.countries) == (BANK, ('DEMOBEBB',), ('BE',))
    assert found.beta


def test_the_user_agrees_at_ponto_and_comes_back(provider, bank, account, saved):
    step = provider.start(connect_request(BANK))
    assert 'onboarding_details_id=onboarding-1' in step.url
    answer = {'code': bank.agree(step.url), 'state': 'st-1'}
    assert provider.resume(connect_request(BANK), answer) == Connected(UNTIL)
    assert saved[-1][1] == bank.organization


def test_without_the_prefill_the_user_chooses_his_bank_again(provider, bank):
    bank.prefill = False
    assert 'onboarding' not in provider.start(connect_request(BANK)).url


def test_production_users_go_to_the_production_pages(provider):
    del provider.context.settings['authorization_url']
    assert provider.start(connect_request(BANK)).url.startswith(
        'https://sandbox-authorization.myponto.com/oauth2/auth?')
    provider.context.production = True
    assert provider.start(connect_request(BANK)).url.startswith(
        'https://authorization.myponto.com/oauth2/auth?')


def test_turning_back_at_ponto_is_no_error(provider):
    answer = {'error': 'access_denied', 'state': 'st-1'}
    assert isinstance(provider.resume(connect_request(BANK), answer), Cancelled)


@pytest.mark.parametrize(
    'name', ['server_error', 'temporarily_unavailable', 'invalid_scope', 'new']
)
def test_each_error_in_the_browser_has_its_meaning(provider, name):
    error = failure_of(provider.resume, connect_request(BANK), {'error': name})
    assert error.code == ERRORS.get(name, ErrorCode.PROVIDER_ERROR)


def test_a_stolen_code_is_worth_nothing(provider, bank):
    code = bank.agree(provider.start(connect_request(BANK)).url)
    provider.start(connect_request(BANK))
    error = failure_of(provider.resume, connect_request(BANK), {'code': code})
    assert error.code == ErrorCode.CONSENT_EXPIRED


def test_an_unfinished_sign_up_is_the_users_to_finish(provider, bank):
    bank.onboarded = False
    step = provider.start(connect_request(BANK))
    error = failure_of(provider.resume, connect_request(BANK), {'code': bank.agree(step.url)})
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


def test_a_rotated_token_is_stored_before_it_is_used(linked, bank, saved):
    bank.later(hours=1)
    bank.fail('/accounts', 500, {})
    failure_of(linked.accounts)
    assert saved[-1][0]['refresh_token'] == bank.refresh_token
    assert linked.accounts()


def test_a_token_that_died_early_is_renewed_once(linked, bank):
    bank.access = {}
    assert linked.accounts()


def test_access_that_was_withdrawn_is_an_expired_consent(linked, bank):
    bank.integrated = False
    bank.later(hours=1)
    assert failure_of(linked.accounts).code == ErrorCode.CONSENT_EXPIRED


def test_a_renewal_visits_the_bank_of_each_account_that_ends_soon(linked, bank, account):
    other = bank.open_account(authorizationExpirationExpectedAt='2026-03-20T00:00:00.000Z')
    bank.accounts[account]['attributes']['authorizationExpirationExpectedAt'] = (
        '2026-03-14T00:00:00.000Z')
    request = connect_request(BANK, ConnectMode.RECONNECT)
    first = linked.start(request)
    assert f'/bank/{account}?back={request.callback_url}?state=st-1' in first.url
    second = linked.resume(request, {'state': 'st-1'})
    assert f'/bank/{other}' in second.url
    assert isinstance(linked.resume(request, {'state': 'st-1'}), Connected)


def test_a_lost_access_is_renewed_by_the_whole_flow(linked, bank):
    bank.integrated = False
    bank.later(hours=1)
    step = linked.start(connect_request(BANK, ConnectMode.RECONNECT))
    assert '/oauth2/auth?' in step.url


def test_an_account_in_the_normal_form(linked, account):
    [found] = linked.accounts()
    assert (found.id, found.name, found.currency) == (account, 'Zichtrekening', 'EUR')
    assert found.identity == found.iban == 'BE00000000000000'
    assert (found.type, found.owner, found.closed) == ('checking', 'ACME NV', False)
    assert (found.balance.amount, found.balance.available) == ('1250.5', '1200.5')


def test_all_pages_of_accounts_are_read(linked, bank):
    for _account in range(120):
        bank.open_account()
    assert len(linked.accounts()) == 121


def test_a_payment_in_the_normal_form(linked, bank, account):
    sent = bank.add(account, endToEndId='E2E-7', mandateId='M-1', creditorId='C-1',
                    bankTransactionCode='PMNT-ICDT')
    [row] = rows(linked, account)
    assert (row.id, row.status, row.amount) == (sent['id'], 'booked', '-42.5')
    assert (row.booking_date, row.value_date) == ('2026-03-11', '2026-03-12')
    assert row.description == 'Invoice 2026-7\nWire transfer'
    assert row.counterparty.account_number == 'BE00000000000000'
    assert (row.references.end_to_end, row.references.mandate) == ('E2E-7', 'M-1')
    assert (row.references.structured, row.code) == (None, 'PMNT-ICDT')


def test_a_structured_reference_is_one(linked, bank, account):
    bank.add(account, remittanceInformation='+++090/9337/55493+++',
             remittanceInformationType='structured')
    assert rows(linked, account)[0].references.structured == '+++090/9337/55493+++'


@pytest.mark.parametrize(
    ('sent', 'day'),
    [('2026-03-10T23:30:00.000Z', '2026-03-11'), ('2026-03-11T00:00:00.000Z', '2026-03-11'),
     ('2026-03-11', '2026-03-11'), ('2026-07-10T22:30:00.000Z', '2026-07-11')],
)
def test_a_day_is_a_day_at_the_bank(linked, bank, account, sent, day):
    bank.add(account, executionDate=sent)
    assert rows(linked, account)[0].booking_date == day


def test_pending_rows_have_no_id(linked, bank, account):
    bank.add(account, 'pending')
    assert [(row.status, row.id) for row in rows(linked, account)] == [('pending', None)]


def test_pages_are_read_until_the_wanted_days_are_passed(linked, bank, account):
    for number in range(250):
        day = date(2026, 3, 14) - timedelta(days=number)
        bank.add(account, executionDate=f'{day}T00:00:00.000Z')
    pages = all_pages(linked, account, '2026-02-01')
    assert len(bank.calls(f'/accounts/{account}/transactions')) == 1
    assert [len(page.transactions) for page in pages] == [42]
    assert pages[-1].window == Window(date(2026, 2, 1), date(2026, 3, 15))
    assert len({row.id for row in rows(linked, account)}) == 250


def test_a_page_that_comes_again_is_an_error(linked, bank, account):
    path = f'/accounts/{account}/transactions'
    link = f'{bank.url}{path}?after=x'
    bank.fail(path, 200, {'data': [], 'links': {'next': link}}, times=2)
    assert failure_of(rows, linked, account).code == ErrorCode.PROVIDER_ERROR


def test_a_page_that_leads_to_a_stranger_is_not_followed(linked, bank, account):
    path = f'/accounts/{account}/transactions'
    bank.fail(path, 200, {'data': [], 'links': {'next': 'https://thief.example/'}})
    assert failure_of(rows, linked, account).code == ErrorCode.PROVIDER_ERROR


def test_only_days_that_ponto_has_are_proven(linked, bank, account):
    bank.add(account)
    window = all_pages(linked, account, '2020-01-01')[-1].window
    assert window == Window(date(2026, 3, 12), date(2026, 3, 15))


def test_a_present_user_makes_ponto_ask_the_bank(linked, bank, account):
    step = linked.refresh((account,), ATTENDED)
    assert isinstance(step, Refreshing)
    polls = 0
    while isinstance(step, Refreshing):
        step, polls = linked.refresh((account,), ATTENDED, step.job), polls + 1
    assert isinstance(step, Refreshed)
    assert polls > 1
    sent = [call.body['data']['attributes'] for call in bank.calls('/synchronizations')]
    assert {item['subtype'] for item in sent} == {'accountDetails',
                                                  'accountTransactionsWithUnsettled'}
    assert {item['customerIpAddress'] for item in sent} == {ATTENDED.user_ip}


def test_the_bank_is_asked_where_only_the_older_name_is_known_too(linked, bank, account):
    bank.subtypes.discard('accountTransactionsWithUnsettled')
    assert isinstance(linked.refresh((account,), ATTENDED), Refreshing)
    assert len(bank.synchronizations) == 2


@pytest.mark.parametrize('presence', [UNATTENDED, Presence(attended=True)])
def test_nobody_is_said_to_be_present_who_is_not(linked, bank, account, presence):
    assert isinstance(linked.refresh((account,), presence), Refreshed)
    assert not bank.calls('/synchronizations')


@pytest.mark.parametrize(
    ('change', 'expected'),
    [
        ({'errors': [{'code': 'authorizationInvalid'}]}, ErrorCode.CONSENT_EXPIRED),
        ({'errors': [{'code': 'unknownError'}]}, ErrorCode.INSTITUTION_UNAVAILABLE),
        ({'authorizationExpirationExpectedAt': '2026-03-01T00:00:00.000Z'},
         ErrorCode.CONSENT_EXPIRED),
        ({'deprecated': True}, ErrorCode.ACCOUNT_CLOSED),
    ],
)
def test_rows_come_first_and_the_trouble_after_them(linked, bank, account, change, expected):
    bank.add(account)
    stored = bank.accounts[account]
    (stored if 'errors' in change else stored['attributes']).update(change)
    page = linked.transactions(account, None, None, UNATTENDED)
    assert (len(page.transactions), page.more, page.window) == (1, True, None)
    error = failure_of(linked.transactions, account, None, page.cursor, UNATTENDED)
    assert (error.code, error.account_id) == (expected, account)


def test_an_account_that_was_taken_out_is_closed(linked, bank, account):
    del bank.accounts[account]
    assert failure_of(rows, linked, account).code == ErrorCode.ACCOUNT_CLOSED


@pytest.mark.parametrize('name', sorted(set(ERRORS) - {'integration ended'}))
def test_each_refusal_has_its_meaning(linked, bank, account, name):
    bank.fail('/accounts', 400, {'errors': [{'code': name}]}, ibanity_request_id='req-1')
    error = failure_of(linked.accounts)
    assert (error.code, error.provider_reference) == (ERRORS[name], 'req-1')


def test_too_many_requests_wait(linked, bank, account, clock):
    bank.fail('/accounts', 429, {'errors': []})
    error = failure_of(linked.accounts)
    assert (error.code, error.until) == (ErrorCode.RATE_LIMITED, clock() + timedelta(hours=1))


def test_the_integration_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert not bank.integrated
    assert linked.revoke().revoked


def webhook(clock, body, *, key='webhook', age=0, algorithm='RS512', kid='webhook-key', **claims):
    content = json.dumps(body).encode()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    payload = {'iss': 'https://api.ibanity.com', 'aud': 'application-1', 'digest': digest,
               'iat': int(clock().timestamp()) - age, **claims}
    private = rsa_pair(key)[0]
    token = jwt.encode(payload, private, algorithm=algorithm, headers={'kid': kid})
    return WebhookRequest({'Signature': token}, content, {})


def event(kind, organization='org-1'):
    related = {'organization': {'data': {'type': 'organization', 'id': organization}}}
    return {'data': {'type': f'pontoConnect.{kind}', 'id': 'event-1', 'relationships': related}}


@pytest.fixture
def listening(provider, bank):
    bank.webhook_keys = [jwk_of(rsa_pair('webhook')[1], kid='webhook-key', status='ACTIVE')]
    return provider


@pytest.mark.parametrize('kind', sorted(EVENTS))
def test_each_event_has_its_meaning(listening, clock, kind):
    found = listening.webhook(webhook(clock, event(kind)))
    assert found == [WebhookEvent('org-1', EVENTS[kind], 'event-1')]


def test_an_event_without_news_is_none(listening, clock):
    request = webhook(clock, event('synchronization.succeededWithoutChange'))
    assert listening.webhook(request) == []


@pytest.mark.parametrize(
    'options',
    [{'key': 'stranger'}, {'age': 3600}, {'age': -3600}, {'aud': 'other'}, {'iss': 'other'},
     {'digest': 'other'}, {'algorithm': 'RS256'}],
)
def test_a_webhook_that_is_not_genuine_is_refused(listening, clock, options):
    request = webhook(clock, event('integration.revoked'), **options)
    assert failure_of(listening.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_a_flood_of_unknown_keys_does_not_become_one_at_ponto(listening, bank, clock):
    genuine = webhook(clock, event('integration.revoked'))
    assert listening.webhook(genuine)
    for number in range(50):
        forged = webhook(clock, event('integration.revoked'), kid=f'guess-{number}')
        assert failure_of(listening.webhook, forged).code == ErrorCode.INVALID_REQUEST
    assert len(bank.calls('/webhooks/keys')) <= 20
    assert listening.webhook(genuine), "a key that is known needs no asking"


def test_a_webhook_without_signature_is_refused(listening):
    request = WebhookRequest({}, b'{}', {})
    assert failure_of(listening.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_a_key_that_was_withdrawn_signs_nothing(listening, bank, clock):
    bank.webhook_keys[0]['status'] = 'REVOKED'
    request = webhook(clock, event('integration.revoked'))
    assert failure_of(listening.webhook, request).code == ErrorCode.INVALID_REQUEST


# The integration that a company makes for itself.


@pytest.fixture
def own_bank(clock):
    _tokens.forget('')
    with FakePontoCustom(clock) as server:
        yield server


@pytest.fixture
def own(own_bank, make_context):
    return PontoCustom(make_context(base_url=own_bank.url))


def test_an_own_integration_needs_no_keys_of_the_operator(own):
    own.test_connection()
    assert [found.id for found in own.institutions()] == ['ponto']


def test_an_own_integration_is_connected_by_its_credentials(own, own_bank, saved):
    assert isinstance(own.start(connect_request('ponto')), AskUser)
    assert own.resume(connect_request('ponto'), CREDENTIALS) == Connected()
    assert saved[-1][0] == CREDENTIALS


def test_wrong_credentials_are_asked_again(own, saved):
    wrong = {**CREDENTIALS, 'client_secret': 'wrong'}
    assert isinstance(own.resume(connect_request('ponto'), wrong), AskUser)
    assert not saved


def test_an_own_integration_reads_the_same_data(own, own_bank):
    own.resume(connect_request('ponto'), CREDENTIALS)
    account = own_bank.open_account()
    own_bank.add(account)
    assert [found.id for found in own.accounts()] == [account]
    assert len(rows(own, account)) == 1


def test_an_own_integration_is_renewed_in_the_dashboard(own, own_bank):
    own.resume(connect_request('ponto'), CREDENTIALS)
    request = connect_request('ponto', ConnectMode.RECONNECT)
    assert own.start(request).fields == ()
    assert own.resume(request, {}) == Connected()
    step = own.start(connect_request('ponto', ConnectMode.FETCH_ACCOUNTS))
    assert step == Connected()


def test_an_own_integration_is_deleted_by_its_owner(own):
    assert own.revoke().revoked
    own.resume(connect_request('ponto'), CREDENTIALS)
    assert not own.revoke().revoked


def test_the_redirect_is_one(provider):
    assert isinstance(provider.start(connect_request(BANK)), Redirect)
