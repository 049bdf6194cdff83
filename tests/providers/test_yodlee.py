"""Yodlee: no secret of the link, no sign of an amount, no signature of a webhook."""

import json
from datetime import date, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlencode

import pytest
import spec
from fakes.yodlee import BANK, KEYS, FakeYodlee
from helpers import ATTENDED, CALLBACK, UNATTENDED, all_pages, connect_request, failure_of, rows
from providers.errors import ErrorCode
from providers.interface import (
    Cancelled,
    Connected,
    ConnectMode,
    Refreshed,
    Refreshing,
    Wait,
    WebhookEvent,
    WebhookRequest,
    Window,
)
from providers.yodlee import Yodlee
from providers.yodlee.api import ERRORS, YodleeApi, _tokens

BANK_ID = str(BANK)
LOGIN = 'link-link-42'
INSIDE = sorted(name for name in ERRORS if not name.startswith('Y0') and len(name) > 4)


@pytest.fixture
def bank():
    _tokens.forget('')
    with FakeYodlee() as server:
        yield server


@pytest.fixture
def settings(bank):
    return {'base_url': bank.url, 'fastlink_url': f'{bank.url}/fastlink', 'config_name': 'Books',
            'webhook_token': 'a-long-random-word', **KEYS}


@pytest.fixture
def provider(settings, make_context):
    return Yodlee(make_context(**settings))


@pytest.fixture
def linked(provider, bank):
    """A provider whose user has agreed."""
    key = bank.agree(provider.start(connect_request(BANK_ID)))
    bank.read_bank(key)
    provider.resume(connect_request(BANK_ID), {})
    return provider


@pytest.fixture
def account(bank):
    return bank.open_account()


def link(bank):
    return next(row for links in bank.users.values() for row in links.values())


def fields_of(step):
    return {name: values[0] for name, values in parse_qs(step.fields['extraParams']).items()}


def test_the_connection_test_accepts_the_right_keys(provider):
    provider.test_connection()


def test_the_connection_test_says_that_a_key_is_wrong(settings, make_context):
    provider = Yodlee(make_context(**{**settings, 'secret': 'wrong'}))
    error = failure_of(provider.test_connection)
    assert (error.code, error.provider_reference) == (ErrorCode.INVALID_REQUEST, 'ref-1')
    assert 'Y301' in error.detail


def test_each_environment_has_its_server(make_context):
    context = make_context(**KEYS)
    assert Yodlee(context).api.base_url == 'https://sandbox.api.yodlee.com/ysl'
    context.production = True
    assert Yodlee(context).api.base_url == 'https://production.api.yodlee.com/ysl'


def test_a_token_that_is_refused_is_renewed_once(linked, bank, account):
    bank.tokens.clear()
    assert linked.accounts()


def test_banks_are_read_to_the_end(provider, bank, monkeypatch):
    monkeypatch.setattr('providers.yodlee.provider.PAGE', 2)
    bank.providers.append(bank.provider(1, 'Beta Bank', status='Beta', isAutoRefreshEnabled=False))
    bank.providers.append(bank.provider(2, 'Old Bank', status='Unsupported'))
    bank.providers.append(bank.provider(3, 'Last Bank'))
    found = list(provider.institutions())
    assert [item.name for item in found] == ['Dag Site', 'Beta Bank', 'Last Bank']
    assert (found[0].id, found[0].countries, found[0].history_days) == (BANK_ID, ('US',), 365)
    assert found[0].account_types == ('checking', 'savings', 'credit_card')
    assert (found[1].beta, found[1].unattended) == (True, False)


def test_the_user_goes_to_fastlink_and_comes_back(provider, bank, saved):
    step = provider.start(connect_request(BANK_ID))
    assert step.url == f'{bank.url}/fastlink'
    asked = fields_of(step)
    assert (asked['flow'], asked['providerId']) == ('add', BANK_ID)
    assert asked['callback'] == CALLBACK  # without a query: FastLink may bring one of its own
    key = bank.agree(step)
    assert isinstance(provider.resume(connect_request(BANK_ID), {'state': 'st-1'}), Wait)
    bank.read_bank(key)
    assert provider.resume(connect_request(BANK_ID), {}) == Connected()
    assert (saved[-1][0]['link'], saved[-1][1]) == (key, LOGIN)


def test_a_sandbox_knows_only_its_own_users(provider, bank):
    provider.context.settings['sandbox_login'] = 'sbMem1'
    provider.start(connect_request(BANK_ID))
    assert list(bank.users) == ['sbMem1']


def test_links_that_the_user_had_before_are_not_this_one(provider, bank):
    bank.users[LOGIN] = {1: bank.link(1, BANK)}
    step = provider.start(connect_request(BANK_ID))
    assert isinstance(provider.resume(connect_request(BANK_ID), {}), Cancelled)
    key = bank.agree(step)
    bank.read_bank(key)
    provider.resume(connect_request(BANK_ID), {})
    assert provider.context.tokens['link'] == key


def test_without_its_address_production_has_no_fastlink(provider):
    provider.context.production = True
    provider.context.settings['fastlink_url'] = ''
    error = failure_of(provider.start, connect_request(BANK_ID))
    assert (error.code, 'FastLink' in error.detail) == (ErrorCode.INVALID_REQUEST, True)


def test_a_user_who_still_chooses_his_accounts_is_left_alone(provider, bank, clock):
    request = connect_request(BANK_ID)
    step = provider.start(request)
    assert (step.visit, provider.visited(request)) == ('st-1', Wait())
    key = bank.agree(step)
    bank.read_bank(key, 'FAILED', additionalStatus='INCORRECT_CREDENTIALS')
    assert provider.visited(request) == Wait()
    bank.read_bank(key, lastUpdated=clock().isoformat())
    assert provider.visited(request) == Wait()
    clock.time += timedelta(minutes=11)
    assert provider.visited(request) == Connected()
    assert provider.context.tokens['link'] == key


def test_what_was_read_before_the_visit_says_nothing_about_it(linked, clock):
    request = connect_request(BANK_ID, ConnectMode.RECONNECT)
    linked.start(request)
    clock.time += timedelta(minutes=11)
    assert linked.visited(request) == Wait()


def test_an_open_banking_consent_has_an_end(provider, bank):
    key = bank.agree(provider.start(connect_request(BANK_ID)))
    link(bank)['consentId'] = 7
    bank.consents = [{'expirationDateTime': '2026-09-11T12:00:00Z'}]
    bank.read_bank(key)
    until = datetime(2026, 9, 11, 12, tzinfo=timezone.utc)
    assert provider.resume(connect_request(BANK_ID), {}) == Connected(until)


@pytest.mark.parametrize(
    ('mode', 'flow'),
    [(ConnectMode.RECONNECT, 'edit'), (ConnectMode.UPDATE_CREDENTIALS, 'edit'),
     (ConnectMode.FETCH_ACCOUNTS, 'edit'), (ConnectMode.REFRESH, 'refresh')],
)
def test_a_link_is_mended_not_replaced(linked, bank, mode, flow):
    bank.read_bank(link(bank)['id'], 'FAILED', additionalStatus='INCORRECT_CREDENTIALS')
    step = linked.start(connect_request(BANK_ID, mode))
    assert (fields_of(step)['flow'], fields_of(step)['providerAccountId']) == (flow, '10000001')
    bank.agree(step)
    assert isinstance(linked.resume(connect_request(BANK_ID, mode), {}), Connected)


def test_a_link_that_is_gone_is_made_anew(linked, bank):
    bank.users[LOGIN].clear()
    step = linked.start(connect_request(BANK_ID, ConnectMode.RECONNECT))
    assert fields_of(step)['flow'] == 'add'


@pytest.mark.parametrize('name', INSIDE)
def test_each_end_of_a_reading_has_its_meaning(provider, bank, name):
    key = bank.agree(provider.start(connect_request(BANK_ID)))
    bank.read_bank(key, 'FAILED', additionalStatus=name)
    error = failure_of(provider.resume, connect_request(BANK_ID), {})
    assert error.code == ERRORS[name]


def test_an_account_in_the_normal_form(linked, account):
    [found] = linked.accounts()
    assert (found.id, found.name, found.currency) == (account, 'Business Checking', 'USD')
    assert (found.identity, found.number) == (None, 'xxxx3xxx')
    assert (found.type, found.owner, found.closed) == ('checking', 'ACME INC', False)
    assert (found.balance.amount, found.balance.available) == ('1250.5', '1200.5')


def test_a_whole_number_is_an_identity_where_it_is_permitted(linked, bank, account):
    linked.context.settings['full_numbers'] = 'yes'
    numbers = {'unmaskedAccountNumber': '123456789'}
    bank.accounts[int(account)]['fullAccountNumberList'] = numbers
    assert linked.accounts()[0].identity == f'{BANK}:123456789'
    assert 'fullAccountNumberList' in dict(bank.calls('/accounts')[-1].query)['include']


def test_what_is_owed_is_negative(linked, bank):
    bank.open_account(CONTAINER='creditCard', runningBalance={'amount': 10.5, 'currency': 'USD'})
    [found] = linked.accounts()
    assert (found.type, found.balance.amount) == ('credit_card', '-10.5')


@pytest.mark.parametrize(
    'values', [{'CONTAINER': 'reward'}, {'isManual': True}, {'providerAccountId': 7}]
)
def test_what_is_no_account_of_this_link_is_left_out(linked, bank, values):
    bank.open_account(**values)
    assert linked.accounts() == []


def test_an_account_that_the_bank_no_longer_shows_is_closed(linked, bank):
    bank.open_account(accountStatus='TO_BE_CLOSED')
    assert linked.accounts()[0].closed


def test_a_payment_in_the_normal_form(linked, bank, account):
    bank.add(account, checkNumber='998', typeAtSource='CHK')
    [row] = rows(linked, account)
    assert (row.id, row.status, row.amount) == ('bank:30000001', 'booked', '-480.66')
    assert (row.currency, row.booking_date) == ('USD', '2026-03-11')
    assert row.description == 'MOCK SUPPLIER 998\nCheck 998'
    assert (row.counterparty.name, row.balance_after) == ('Mock Supplier', '1250.5')
    assert row.code == 'CHK'


@pytest.mark.parametrize(
    ('direction', 'expected'), [('CREDIT', '480.66'), ('DEBIT', '-480.66'), (None, None)]
)
def test_the_direction_is_told_apart_from_the_amount(linked, bank, account, direction, expected):
    bank.add(account, baseType=direction)
    assert rows(linked, account)[0].amount == expected


@pytest.mark.parametrize(
    ('values', 'expected'),
    [({'status': 'CLEARED'}, ['booked']), ({'status': 'PENDING'}, ['pending']),
     ({'status': 'SCHEDULED'}, []), ({'status': 'FAILED'}, []), ({'isManual': True}, [])],
)
def test_only_booked_rows_are_booked(linked, bank, account, values, expected):
    bank.add(account, **values)
    assert [row.status for row in rows(linked, account)] == expected


def test_pages_are_read_to_the_end(linked, bank, account, monkeypatch):
    monkeypatch.setattr('providers.yodlee.provider.PAGE', 2)
    for _row in range(5):
        bank.add(account)
    assert len({row.id for row in rows(linked, account)}) == 5


def test_a_page_that_comes_again_is_an_error(linked, bank, account, monkeypatch):
    monkeypatch.setattr('providers.yodlee.provider.PAGE', 1)
    bank.fail('/transactions', 200, {'transaction': [{'id': 1}]}, times=2)
    assert failure_of(rows, linked, account).code == ErrorCode.PROVIDER_ERROR


def test_a_first_row_without_an_id_is_no_page_that_comes_again(linked, bank, account):
    bank.add(account, id=None)
    [found] = rows(linked, account)
    assert (found.id, found.amount) == (None, '-480.66')


def test_two_years_are_asked_for_where_more_is_wanted(linked, bank, account):
    rows(linked, account, '2010-01-01')
    rows(linked, account)
    starts = {dict(call.query)['fromDate'] for call in bank.calls('/transactions')}
    assert starts == {'2024-03-16'}


def test_only_days_that_were_seen_are_proven(linked, bank, account):
    bank.add(account)
    window = all_pages(linked, account, '2026-01-01')[-1].window
    assert window == Window(date(2026, 3, 12), date(2026, 3, 15))


def test_a_partial_reading_proves_nothing(linked, bank, account):
    bank.add(account)
    bank.accounts[int(account)]['dataset'] = [
        bank.dataset(additionalStatus='PARTIAL_DATA_RETRIEVED')]
    assert all_pages(linked, account)[-1].window is None


@pytest.mark.parametrize('name', INSIDE)
def test_rows_come_first_and_the_trouble_after_them(linked, bank, account, name):
    bank.add(account)
    bank.accounts[int(account)]['dataset'] = [bank.dataset(additionalStatus=name)]
    page = linked.transactions(account, None, None, UNATTENDED)
    assert (len(page.transactions), page.more, page.window) == (1, True, None)
    error = failure_of(linked.transactions, account, None, page.cursor, UNATTENDED)
    assert (error.code, error.account_id) == (ERRORS[name], account)


@pytest.mark.parametrize('change', [{'providerAccountId': 7}, {'accountStatus': 'DELETED'}])
def test_an_account_that_is_gone_is_closed(linked, bank, account, change):
    bank.accounts[int(account)].update(change)
    error = failure_of(rows, linked, account)
    assert (error.code, error.account_id) == (ErrorCode.ACCOUNT_CLOSED, account)


def test_a_present_user_makes_yodlee_read_the_bank(linked, bank, account):
    step = linked.refresh((account,), ATTENDED)
    assert isinstance(step, Refreshing)
    assert isinstance(linked.refresh((account,), ATTENDED, step.job), Refreshing)
    bank.read_bank(link(bank)['id'], lastUpdated='2026-03-15T12:01:00Z')
    step = linked.refresh((account,), ATTENDED, step.job)
    assert step == Refreshed(datetime(2026, 3, 15, 12, 1, tzinfo=timezone.utc))


def test_without_the_user_the_nightly_reading_is_enough(linked, bank, account):
    assert isinstance(linked.refresh((account,), UNATTENDED), Refreshed)
    bank.read_bank(link(bank)['id'], lastUpdateAttempt='2026-03-13T06:00:00Z')
    assert isinstance(linked.refresh((account,), UNATTENDED), Refreshing)


@pytest.mark.parametrize(
    'values',
    [{'lastUpdateAttempt': '2026-03-15T11:50:00Z'}, {'updateEligibility': 'DISALLOW_UPDATE'}],
)
def test_where_no_refresh_is_granted_what_there_is_is_read(linked, bank, account, values):
    bank.read_bank(link(bank)['id'], **values)
    assert isinstance(linked.refresh((account,), ATTENDED), Refreshed)


@pytest.mark.parametrize(
    ('status', 'expected'),
    [('INCORRECT_CREDENTIALS', ErrorCode.USER_ACTION_REQUIRED),
     ('CONSENT_EXPIRED', ErrorCode.CONSENT_EXPIRED), ('', ErrorCode.USER_ACTION_REQUIRED)],
)
def test_a_bank_that_wants_the_user_says_so(linked, bank, account, status, expected):
    values = {'updateEligibility': 'ALLOW_UPDATE_WITH_CREDENTIALS', 'additionalStatus': status}
    bank.read_bank(link(bank)['id'], 'FAILED', **values)
    assert failure_of(linked.refresh, (account,), UNATTENDED).code == expected


@pytest.mark.parametrize(
    ('presence', 'expected'),
    [(UNATTENDED, ErrorCode.UNATTENDED_REFUSED), (ATTENDED, ErrorCode.USER_ACTION_REQUIRED)],
)
def test_a_code_with_every_refresh_needs_the_user(linked, bank, account, presence, expected):
    link(bank)['isRealTimeMFA'] = True
    assert failure_of(linked.refresh, (account,), presence).code == expected


def test_a_refresh_that_fails_says_why(linked, bank, account):
    step = linked.refresh((account,), ATTENDED)
    bank.read_bank(link(bank)['id'], 'FAILED', additionalStatus='SITE_UNAVAILABLE')
    error = failure_of(linked.refresh, (account,), ATTENDED, step.job)
    assert error.code == ErrorCode.INSTITUTION_UNAVAILABLE


@pytest.mark.parametrize('name', sorted(set(ERRORS) - YodleeApi.stale))
def test_each_refusal_has_its_meaning(linked, bank, name):
    bank.fail('/accounts', 400, bank.error(400, name).body)
    error = failure_of(linked.accounts)
    assert (error.code, error.provider_reference) == (ERRORS[name], 'ref-1')


@pytest.mark.parametrize('name', sorted(YodleeApi.stale))
def test_a_token_that_stays_refused_is_the_operators(linked, bank, name):
    bank.fail('/accounts', 401, bank.error(401, name).body, times=2)
    assert failure_of(linked.accounts).code == ErrorCode.INVALID_REQUEST


def test_too_early_names_the_moment_it_ends(linked, bank, clock):
    bank.fail('/accounts', 400, bank.error(400, 'Y825').body)
    assert failure_of(linked.accounts).until == clock() + timedelta(minutes=15)


def test_everything_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert LOGIN not in bank.users
    assert linked.revoke().revoked


def test_a_user_of_the_sandbox_is_not_deleted(provider, bank):
    provider.context.settings['sandbox_login'] = 'sbMem1'
    key = bank.agree(provider.start(connect_request(BANK_ID)))
    bank.read_bank(key)
    provider.resume(connect_request(BANK_ID), {})
    assert provider.revoke().revoked
    assert bank.users == {'sbMem1': {}}


def webhook(event, token='a-long-random-word', form=False):
    body = urlencode({'event': json.dumps(event)}) if form else json.dumps({'event': event})
    kind = 'application/x-www-form-urlencoded' if form else 'application/json'
    return WebhookRequest({'Content-Type': kind}, body.encode(), {'token': token})


@pytest.mark.parametrize(
    ('event', 'kind'),
    [
        ({'info': 'REFRESH.PROCESS_COMPLETED', 'loginName': LOGIN, 'data': {}}, 'transactions'),
        ({'info': 'DATA_UPDATES.USER_DATA',
          'data': {'userData': [{'user': {'loginName': LOGIN}}]}}, 'transactions'),
        ({'info': 'AUTO_REFRESH_UPDATES', 'data': [{'loginName': LOGIN}]}, 'error'),
        ({'info': 'LATEST_BALANCE_UPDATES', 'loginName': LOGIN, 'data': {}}, 'accounts'),
    ],
)
@pytest.mark.parametrize('form', [False, True])
def test_each_event_has_its_meaning(provider, event, kind, form):
    assert provider.webhook(webhook(event, form=form)) == [WebhookEvent(LOGIN, kind)]


@pytest.mark.parametrize('token', ['', 'wrong'])
def test_a_webhook_that_is_not_genuine_is_refused(provider, token):
    request = webhook({'info': 'REFRESH.X', 'loginName': LOGIN}, token)
    assert failure_of(provider.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_without_a_token_no_webhook_is_genuine(provider):
    provider.context.settings['webhook_token'] = ''
    request = webhook({'info': 'REFRESH.X', 'loginName': LOGIN}, '')
    assert failure_of(provider.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_the_wire_is_as_the_official_description_says(linked, bank, account):
    bank.add(account)
    list(linked.institutions())
    linked.accounts()
    rows(linked, account, '2026-03-01')
    linked.refresh((account,), ATTENDED)
    exchanges = [each for each in bank.exchanges if each.status < 300]
    spec.check('yodlee', exchanges, prefix=bank.prefix)


def test_a_link_that_is_gone_must_be_made_again(linked, bank):
    bank.users[LOGIN].clear()
    assert failure_of(linked.refresh, ('20000001',), UNATTENDED).code == ErrorCode.CONSENT_EXPIRED
