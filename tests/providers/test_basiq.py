"""Basiq: a user of ours, a consent page, and jobs."""

import base64
import hashlib
import hmac
import json
from datetime import date, datetime, timedelta, timezone

import pytest
import spec
from fakes.basiq import API_KEY, BANK, FakeBasiq
from helpers import ATTENDED, UNATTENDED, all_pages, connect_request, failure_of, rows
from providers.basiq import Basiq
from providers.basiq.api import ERRORS, STALE, _tokens
from providers.basiq.provider import EVENTS
from providers.errors import ErrorCode
from providers.interface import (
    AskUser,
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

WHO = {'email': 'jo@acme.example', 'businessName': 'ACME', 'businessIdNo': '51 824 753 556'}
STEPS = (
    'invalid-credentials', 'account-not-accessible-requires-user-action', 'user-action-required',
    'authorization-failed', 'invalid-connection', 'system-unavailable', 'service-unavailable',
    'maintenance', 'connector-error', 'institution-not-available', 'job-timed-out',
    'unknown-error', 'institution-not-found', 'institution-disabled',
)
SECRET = base64.b64encode(b'webhook-secret').decode()


@pytest.fixture
def bank():
    _tokens.forget('')
    with FakeBasiq() as server:
        yield server


@pytest.fixture
def provider(bank, make_context):
    return Basiq(make_context(
        base_url=bank.url, consent_url=f'{bank.url}/home', api_key=API_KEY,
        webhook_secret=f'whsec_{SECRET}',
    ))


@pytest.fixture
def account(bank):
    return bank.open_account()


def agree(provider, bank):
    """The user consents, and the first job ends."""
    job = bank.agree(provider.context.tokens['user'])
    bank.work(job)
    return provider.resume(connect_request(BANK), {'state': 'st-1', 'jobIds': job, 'jobId': job})


@pytest.fixture
def linked(provider, bank, account):
    """A provider whose user has agreed."""
    provider.resume(connect_request(BANK), WHO)
    agree(provider, bank)
    return provider


def connection(bank):
    return next(iter(bank.users.values()))['connections']['con-0']


def test_the_connection_test_accepts_the_right_key(provider):
    provider.test_connection()


def test_the_connection_test_says_that_the_key_is_wrong(bank, make_context):
    provider = Basiq(make_context(base_url=bank.url, api_key='other'))
    error = failure_of(provider.test_connection)
    assert (error.code, error.provider_reference) == (ErrorCode.INVALID_REQUEST, 'c-1')
    assert 'wrong key' in error.detail


def test_a_limit_of_tokens_is_a_limit(provider, bank, clock):
    bank.fail('/token', 403, bank.error(403, 'access-denied', 'Invalid request').body)
    error = failure_of(provider.test_connection)
    assert (error.code, error.until) == (ErrorCode.RATE_LIMITED, clock() + timedelta(minutes=5))


def test_an_expired_token_is_renewed_once(linked, bank):
    bank.tokens = dict.fromkeys(bank.tokens, 'expired')
    assert linked.accounts()


def test_a_bank_appears_once_for_all_its_connectors(provider, bank):
    [found] = provider.institutions()
    assert (found.id, found.name, found.countries) == (BANK, 'Hooli', ('AU',))
    assert (found.beta, found.unattended, found.logo_url) == (False, True, 'https://s')
    bank.stage, bank.login = 'beta', 'user-mfa'
    [found] = provider.institutions()
    assert (found.beta, found.unattended) == (True, False)


def test_test_banks_are_not_offered_in_production(provider, bank):
    provider.context.production = True
    assert list(provider.institutions()) == []
    bank.bank_type = 'Bank'
    assert len(list(provider.institutions())) == 1


def test_the_user_says_who_he_is_goes_to_basiq_and_comes_back(provider, bank, account, saved):
    assert isinstance(provider.start(connect_request(BANK)), AskUser)
    step = provider.resume(connect_request(BANK), WHO)
    assert isinstance(step, Redirect)
    assert f'state=st-1&institutionId={BANK}' in step.url
    assert next(iter(bank.users.values()))['person']['businessIdNoType'] == 'ABN'
    assert bank.tokens[step.url.split('token=')[1].split('&')[0]] == 'CLIENT_ACCESS'
    job = bank.agree(provider.context.tokens['user'])
    assert provider.resume(connect_request(BANK), {'jobId': job}) == Wait()
    bank.work(job)
    until = datetime(2026, 9, 15, 12, tzinfo=timezone.utc)
    assert provider.resume(connect_request(BANK), {}) == Connected(until, 365)
    assert (saved[-1][0]['connection'], saved[-1][1]) == ('con-0', next(iter(bank.users)))


def test_who_says_nothing_is_asked_again(provider):
    assert isinstance(provider.resume(connect_request(BANK), {'email': ''}), AskUser)


def test_a_login_that_failed_may_be_tried_again_while_the_browser_is_away(provider, bank, account):
    step = provider.resume(connect_request(BANK), WHO)
    user = provider.context.tokens['user']
    assert (step.visit, provider.visited(connect_request(BANK))) == (user, Wait())
    bank.work(bank.agree(user), 'failed', 'invalid-credentials')
    assert provider.visited(connect_request(BANK)) == Wait()
    job = bank.agree(user)
    assert provider.visited(connect_request(BANK)) == Wait()
    bank.work(job)
    assert isinstance(provider.visited(connect_request(BANK)), Connected)
    assert provider.context.tokens['connection'] == 'con-1'
    spec.check('basiq', [call for call in bank.exchanges if call.path.endswith('/jobs')])


def test_jobs_from_before_the_visit_say_nothing_about_it(linked):
    request = connect_request(BANK, ConnectMode.UPDATE_CREDENTIALS)
    linked.start(request)
    assert linked.visited(request) == Wait()


def test_turning_back_at_basiq_is_no_error(provider):
    provider.resume(connect_request(BANK), WHO)
    assert isinstance(provider.resume(connect_request(BANK), {'state': 'st-1'}), Cancelled)


def test_a_job_of_somebody_else_is_refused(provider, bank, account):
    provider.resume(connect_request(BANK), WHO)
    stranger = bank.agree(next(iter(bank.users)))
    bank.jobs[stranger]['links']['source'] = f'{bank.url}/users/other/connections/con-0'
    error = failure_of(provider.resume, connect_request(BANK), {'jobId': stranger})
    assert error.code == ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize('code', STEPS)
def test_each_failure_of_a_job_has_its_meaning(provider, bank, code):
    provider.resume(connect_request(BANK), WHO)
    job = bank.agree(next(iter(bank.users)))
    bank.work(job, 'failed', code)
    error = failure_of(provider.resume, connect_request(BANK), {'jobId': job})
    assert error.code == ERRORS[code]


@pytest.mark.parametrize(
    'result', [[{'code': 'maintenance'}], {'error': {'code': 'maintenance'}}]
)
def test_a_failure_is_found_in_each_of_its_shapes(provider, bank, result):
    provider.resume(connect_request(BANK), WHO)
    job = bank.agree(next(iter(bank.users)))
    bank.jobs[job]['steps'][0].update(status='failed', result=result)
    error = failure_of(provider.resume, connect_request(BANK), {'jobId': job})
    assert error.code == ErrorCode.INSTITUTION_UNAVAILABLE


@pytest.mark.parametrize(
    ('mode', 'ends', 'expected'),
    [
        (ConnectMode.RECONNECT, '2027-03-15T12:00:00Z', 'connectionId=con-0'),
        (ConnectMode.RECONNECT, '2026-03-20T12:00:00Z', 'action=extend'),
        (ConnectMode.UPDATE_CREDENTIALS, '2027-03-15T12:00:00Z', 'connectionId=con-0'),
        (ConnectMode.FETCH_ACCOUNTS, '2027-03-15T12:00:00Z', 'connectionId=con-0'),
    ],
)
def test_each_renewal_asks_for_the_right_thing(linked, bank, mode, ends, expected):
    next(iter(bank.users.values()))['consents'][0]['expiryDate'] = ends
    assert expected in linked.start(connect_request(BANK, mode)).url


def test_a_consent_that_has_ended_is_given_anew(linked, bank):
    next(iter(bank.users.values()))['consents'][0]['status'] = 'expired'
    step = linked.start(connect_request(BANK, ConnectMode.RECONNECT))
    assert f'institutionId={BANK}' in step.url


@pytest.mark.parametrize(('code', 'is_right'), [('1234', True), ('9999', False)])
def test_a_code_is_asked_for_and_passed_on(linked, bank, code, is_right):
    bank.mfa = True
    request = connect_request(BANK, ConnectMode.REFRESH)
    step = linked.start(request)
    assert [field.label for field in step.fields] == ['Code']
    bank.work(list(bank.jobs)[-1])
    if is_right:
        assert isinstance(linked.resume(request, {'mfa0': code}), Connected)
    else:
        error = failure_of(linked.resume, request, {'mfa0': code})
        assert error.code == ErrorCode.USER_ACTION_REQUIRED


def test_an_account_in_the_normal_form(linked, account):
    [found] = linked.accounts()
    assert (found.id, found.name, found.currency) == (account, 'Business Everyday', 'AUD')
    assert (found.identity, found.number) == (f'{BANK}:000000123456789', '000000123456789')
    assert (found.type, found.owner, found.closed) == ('checking', 'ACME PTY LTD', False)
    assert (found.balance.amount, found.balance.available) == ('356.50', '420.28')


def test_a_masked_number_identifies_nothing(linked, bank, account):
    bank.accounts[account]['accountNo'] = 'xxxx-1234'
    assert linked.accounts()[0].identity is None


def test_accounts_of_another_connection_are_not_of_this_link(linked, bank):
    bank.open_account(connection='con-1')
    assert len(linked.accounts()) == 1


def test_without_consent_there_are_no_accounts(linked, bank):
    next(iter(bank.users.values()))['consents'][0]['status'] = 'revoked'
    assert failure_of(linked.accounts).code == ErrorCode.CONSENT_EXPIRED


def test_a_payment_in_the_normal_form(linked, bank, account):
    bank.add(account, reference='REF 7', subClass={'code': '400', 'title': 'x'}, paymentDetails={
        'bpay': {'billerCode': '1', 'billerName': 'Energy Ltd', 'crn': '4711'}})
    [row] = rows(linked, account)
    assert (row.id, row.status, row.amount, row.currency) == ('t-0', 'booked', '-42.50', 'AUD')
    assert (row.booking_date, row.description) == ('2026-03-11', 'ENERGY LTD INV 7\nREF 7')
    assert (row.counterparty.name, row.references.structured) == ('Energy Ltd', '4711')
    assert (row.balance_after, row.code) == ('314.00', '400')


def test_an_enriched_row_names_the_merchant(linked, bank, account):
    bank.add(account, enrich={'merchant': {'businessName': 'Energy Pty'}}, balance='0.00')
    [row] = rows(linked, account)
    assert (row.counterparty.name, row.balance_after) == ('Energy Pty', None)


def test_pending_rows_have_no_id(linked, bank, account):
    bank.add(account, status='pending', postDate=None)
    found = rows(linked, account, '2026-03-01')
    assert [(row.status, row.id) for row in found] == [('pending', None)]


def test_pages_are_read_to_the_end(linked, bank, account):
    bank.page = 2
    for _row in range(5):
        bank.add(account)
    assert len({row.id for row in rows(linked, account, '2026-03-01')}) == 5


def test_only_the_wanted_days_are_read(linked, bank, account):
    bank.add(account, postDate='2026-01-01T00:00:00Z')
    bank.add(account)
    assert len(rows(linked, account, '2026-02-01')) == 1


def test_the_answer_proves_the_days_that_basiq_has(linked, account):
    window = all_pages(linked, account, '2020-01-01')[-1].window
    assert window == Window(date(2025, 3, 15), date(2026, 3, 15))
    assert all_pages(linked, account, '2026-03-01')[-1].window.date_from == date(2026, 3, 1)


def test_a_page_that_comes_again_is_an_error(linked, bank, account):
    path = f'/users/{next(iter(bank.users))}/transactions'
    answer = {'data': [], 'links': {'next': f'{bank.url}{path}?next=same'}}
    bank.fail(path, 200, answer, times=2)
    assert failure_of(rows, linked, account).code == ErrorCode.PROVIDER_ERROR


def test_an_account_that_the_bank_hides_is_told_after_its_rows(linked, bank, account):
    bank.add(account)
    bank.accounts[account]['status'] = 'unavailable'
    page = linked.transactions(account, None, None, UNATTENDED)
    assert (len(page.transactions), page.more) == (1, True)
    error = failure_of(linked.transactions, account, None, page.cursor, UNATTENDED)
    assert (error.code, error.account_id) == (ErrorCode.ACCOUNT_CLOSED, account)


@pytest.mark.parametrize(
    ('status', 'expected'),
    [('active', ErrorCode.ACCOUNT_CLOSED), ('expired', ErrorCode.CONSENT_EXPIRED)],
)
def test_what_is_gone_with_the_consent_is_not_a_closed_account(
    linked, bank, account, status, expected
):
    bank.accounts.clear()
    next(iter(bank.users.values()))['consents'][0]['status'] = status
    assert failure_of(rows, linked, account).code == expected


def test_a_refresh_is_a_job(linked, bank, account):
    step = linked.refresh((account,), ATTENDED)
    assert isinstance(step, Refreshing)
    bank.work(step.job)
    assert isinstance(linked.refresh((account,), ATTENDED, step.job), Refreshed)


def test_without_the_user_the_bank_is_asked_once_a_day(linked, bank, account):
    assert isinstance(linked.refresh((account,), UNATTENDED), Refreshed)
    connection(bank)['lastUsed'] = '2026-03-14T12:00:00Z'
    assert isinstance(linked.refresh((account,), UNATTENDED), Refreshing)


def test_a_refresh_that_needs_the_user_says_so(linked, bank, account):
    bank.mfa = True
    error = failure_of(linked.refresh, (account,), ATTENDED)
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


@pytest.mark.parametrize(
    ('change', 'expected'),
    [({'status': 'invalid'}, ErrorCode.USER_ACTION_REQUIRED),
     ({'expiryDate': '2026-03-01T00:00:00Z'}, ErrorCode.CONSENT_EXPIRED)],
)
def test_a_connection_that_no_longer_works_says_why(linked, bank, account, change, expected):
    connection(bank).update(change)
    assert failure_of(linked.refresh, (account,), ATTENDED).code == expected


def test_a_connection_that_the_user_removed_at_basiq_has_to_be_made_anew(linked, bank, account):
    missing = {'type': 'list', 'correlationId': 'c-1', 'data': [
        {'type': 'error', 'code': 'resource-not-found', 'title': 'Not found', 'detail': ''},
    ]}
    bank.fail(linked.context.tokens['connection'], 404, missing)
    assert failure_of(linked.refresh, (account,), ATTENDED).code == ErrorCode.CONSENT_EXPIRED


@pytest.mark.parametrize('name', sorted(set(ERRORS) - {'stale token', 'wrong key'}))
def test_each_refusal_has_its_meaning(linked, bank, name):
    bank.fail('/accounts', 400, bank.error(400, name).body)
    error = failure_of(linked.accounts)
    assert (error.code, error.provider_reference) == (ERRORS[name], 'c-1')


@pytest.mark.parametrize('name', STALE)
def test_a_token_that_stays_refused_is_the_operators(linked, bank, name):
    bank.fail('/accounts', 401, bank.error(401, name).body, times=2)
    assert failure_of(linked.accounts).code == ErrorCode.INVALID_REQUEST


def test_everything_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert not bank.users
    assert linked.revoke().revoked


def webhook(clock, body, *, secret=b'webhook-secret', age=0, version='v1'):
    content, stamp = json.dumps(body).encode(), str(int(clock().timestamp()) - age)
    signed = hmac.new(secret, f'msg-1.{stamp}.'.encode() + content, hashlib.sha256).digest()
    headers = {'webhook-id': 'msg-1', 'webhook-timestamp': stamp,
               'webhook-signature': f'v1,old {version},{base64.b64encode(signed).decode()}'}
    return WebhookRequest(headers, content, {})


def event(kind):
    links = {'event': 'x', 'eventEntity': 'https://au-api.basiq.io/users/u-1/transactions'}
    return {'eventTypeId': kind, 'eventId': 'event-1', 'links': links}


@pytest.mark.parametrize('kind', sorted(EVENTS))
def test_each_event_has_its_meaning(provider, clock, kind):
    found = provider.webhook(webhook(clock, event(kind)))
    assert found == [WebhookEvent('u-1', EVENTS[kind], 'event-1', visit='u-1')]


def test_an_event_without_news_is_none(provider, clock):
    assert provider.webhook(webhook(clock, event('user.created'))) == []


@pytest.mark.parametrize(
    'options', [{'secret': b'stranger'}, {'age': 400}, {'age': -400}, {'version': 'v2'}]
)
def test_a_webhook_that_is_not_genuine_is_refused(provider, clock, options):
    request = webhook(clock, event('consent.revoked'), **options)
    assert failure_of(provider.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_without_a_secret_no_webhook_is_genuine(provider, clock):
    provider.context.settings['webhook_secret'] = ''
    request = webhook(clock, event('consent.revoked'), secret=b'')
    assert failure_of(provider.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_the_wire_is_as_the_official_description_says(linked, bank, account):
    bank.add(account)
    list(linked.institutions())
    linked.accounts()
    rows(linked, account, '2026-03-01')
    linked.refresh((account,), ATTENDED)
    bank.mfa = True
    linked.start(connect_request(BANK, ConnectMode.REFRESH))
    linked.resume(connect_request(BANK, ConnectMode.REFRESH), {'mfa0': '1234'})
    linked.revoke()
    spec.check('basiq', bank.exchanges)
