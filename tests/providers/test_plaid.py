"""Plaid: a page of theirs, a stream of changes, the opposite sign."""

import hashlib
import json
from datetime import date, datetime, timezone

import jwt
import pytest
import spec
from fakes.plaid import KEYS, FakePlaid
from helpers import ATTENDED, CALLBACK, UNATTENDED, all_pages, connect_request, failure_of, rows
from keys import ec_pair, jwk_of, rsa_pair
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
)
from providers.plaid import Plaid
from providers.plaid.api import ERRORS
from providers.plaid.provider import EVENTS, _keys

BANK = 'ins_0'
US = {'country': 'US'}


@pytest.fixture
def bank():
    _keys.forget('')
    with FakePlaid() as server:
        yield server


@pytest.fixture
def provider(bank, make_context):
    return Plaid(make_context(base_url=bank.url, countries='US', **KEYS))


@pytest.fixture
def linked(provider, bank):
    """A provider whose user has agreed."""
    provider.start(connect_request(BANK, **US))
    bank.agree()
    provider.resume(connect_request(BANK, **US), {})
    return provider


def test_the_connection_test_accepts_the_right_keys(provider):
    provider.test_connection()


def test_the_connection_test_says_that_a_key_is_wrong(bank, make_context):
    provider = Plaid(make_context(base_url=bank.url, client_id='x', secret='y'))
    error = failure_of(provider.test_connection)
    assert (error.code, error.provider_reference) == (ErrorCode.INVALID_REQUEST, 'req-1')
    assert 'INVALID_API_KEYS' in error.detail


def test_each_environment_has_its_server(make_context):
    context = make_context(**KEYS)
    assert Plaid(context).api.base_url == 'https://sandbox.plaid.com'
    context.production = True
    assert Plaid(context).api.base_url == 'https://production.plaid.com'


def test_banks_are_read_to_the_end_also_past_thin_pages(provider, bank, monkeypatch):
    monkeypatch.setattr('providers.plaid.provider.PAGE', 2)
    found = list(provider.institutions())
    assert [item.id for item in found] == ['ins_0', 'ins_1', 'ins_2']
    assert found[0].logo_url == 'data:image/png;base64,aWNvbg=='
    assert (found[0].website, found[0].history_days) == ('https://bank.example', 730)


def test_the_user_goes_to_plaid_and_comes_back(provider, bank, saved):
    step = provider.start(connect_request(BANK, history_from=date(2026, 1, 1), **US))
    assert isinstance(step, Redirect)
    asked = bank.calls('/link/token/create')[0].body
    assert asked['transactions'] == {'days_requested': 74}
    # Without a query: it is not said whether Plaid keeps one.
    assert asked['hosted_link']['completion_redirect_uri'] == CALLBACK
    assert provider.resume(connect_request(BANK), {'state': 'st-1'}) == Wait()
    bank.agree()
    step = provider.resume(connect_request(BANK), {})
    assert step == Connected(datetime(2026, 9, 11, 12, tzinfo=timezone.utc))
    assert saved[-1][1] == 'item-0'


def test_events_are_wanted_where_the_proxy_can_be_reached(provider, bank):
    provider.context.webhook_url = 'https://proxy.example/webhook/plaid'
    provider.start(connect_request(BANK, **US))
    assert bank.calls('/link/token/create')[0].body['webhook'].endswith('/webhook/plaid')


def test_turning_back_at_plaid_is_no_error(provider, bank):
    provider.start(connect_request(BANK, **US))
    bank.leave()
    assert isinstance(provider.resume(connect_request(BANK), {}), Cancelled)


def test_a_visit_that_ends_with_an_error_says_which(provider, bank):
    provider.start(connect_request(BANK, **US))
    bank.leave(bank.problem('INSTITUTION_DOWN', 'INSTITUTION_ERROR'))
    error = failure_of(provider.resume, connect_request(BANK), {})
    assert error.code == ErrorCode.INSTITUTION_UNAVAILABLE


@pytest.mark.parametrize(
    'mode', [ConnectMode.UPDATE_CREDENTIALS, ConnectMode.RECONNECT, ConnectMode.REFRESH]
)
def test_a_login_is_repaired_not_replaced(linked, bank, mode):
    before = linked.context.tokens['access_token']
    bank.items[before]['error'] = bank.problem('ITEM_LOGIN_REQUIRED')
    linked.start(connect_request(BANK, mode, **US))
    asked = bank.calls('/link/token/create')[-1].body
    assert (asked['access_token'], 'products' in asked) == (before, False)
    assert linked.resume(connect_request(BANK, mode), {}) == Wait()
    bank.agree()
    assert isinstance(linked.resume(connect_request(BANK, mode), {}), Connected)
    assert linked.context.tokens['access_token'] == before


def test_a_repair_that_is_given_up_is_no_error(linked, bank):
    linked.start(connect_request(BANK, ConnectMode.RECONNECT, **US))
    bank.leave()
    step = linked.resume(connect_request(BANK, ConnectMode.RECONNECT), {})
    assert isinstance(step, Cancelled)
    assert linked.accounts()


def test_new_accounts_are_chosen_on_plaids_page(linked, bank):
    linked.start(connect_request(BANK, ConnectMode.FETCH_ACCOUNTS, **US))
    asked = bank.calls('/link/token/create')[-1].body
    assert asked['update'] == {'account_selection_enabled': True}


def test_in_europe_new_accounts_need_a_new_login_that_replaces_the_old(linked, bank):
    old = linked.context.tokens['access_token']
    request = connect_request(BANK, ConnectMode.FETCH_ACCOUNTS, country='FR')
    linked.start(request)
    assert 'products' in bank.calls('/link/token/create')[-1].body
    bank.agree()
    linked.resume(request, {})
    assert list(bank.items) == [linked.context.tokens['access_token']] != [old]


def test_a_login_that_is_gone_is_made_anew(linked, bank):
    bank.items.clear()
    linked.start(connect_request(BANK, ConnectMode.RECONNECT, **US))
    assert 'products' in bank.calls('/link/token/create')[-1].body


def test_an_account_in_the_normal_form(linked, bank):
    bank.numbers['ach'] = [{'account_id': 'A1', 'account': '1111', 'routing': '2222',
                            'wire_routing': None}]
    [account] = linked.accounts()
    assert (account.id, account.name, account.currency) == ('A1', 'Checking', 'USD')
    assert (account.identity, account.type) == ('2222-1111', 'checking')
    assert (account.balance.amount, account.balance.available) == ('1250.5', '1200.5')


def test_an_iban_is_the_identity_where_there_is_one(linked, bank):
    bank.numbers['international'] = [{'account_id': 'A1', 'iban': 'GB00 1', 'bic': 'X'}]
    assert linked.accounts()[0].identity == linked.accounts()[0].iban == 'GB001'


def test_a_stand_in_for_a_number_identifies_nothing(linked, bank):
    bank.accounts[0]['persistent_account_id'] = 'lasting'
    bank.numbers['ach'] = [{'account_id': 'A1', 'account': '1', 'routing': '2',
                            'wire_routing': None, 'is_tokenized_account_number': True}]
    assert linked.accounts()[0].identity == 'lasting'


@pytest.mark.parametrize('code', ['NO_AUTH_ACCOUNTS', 'PRODUCTS_NOT_SUPPORTED'])
def test_a_bank_that_tells_no_numbers_still_has_accounts(linked, bank, code):
    bank.fail('/auth/get', 400, bank.problem(code))
    [account] = linked.accounts()
    assert (account.identity, account.number) == (None, '…0000')


def test_what_is_owed_is_negative(linked, bank):
    bank.accounts = [bank.account('A1', type='credit', subtype='credit card')]
    [account] = linked.accounts()
    assert (account.type, account.balance.amount) == ('credit_card', '-1250.5')


@pytest.mark.parametrize(
    ('kind', 'subtype', 'expected'),
    [('depository', 'savings', 'savings'), ('depository', 'prepaid', 'checking'),
     ('loan', 'student', 'loan'), ('brokerage', None, 'investment'), ('other', None, 'other')],
)
def test_each_type_of_account_has_its_name(linked, bank, kind, subtype, expected):
    bank.accounts = [bank.account('A1', type=kind, subtype=subtype)]
    assert linked.accounts()[0].type == expected


def test_a_payment_in_the_normal_form(linked, bank):
    bank.add(transaction_code='purchase', pending_transaction_id='P1')
    [row] = rows(linked, 'A1')
    assert (row.id, row.status, row.amount, row.currency) == ('T0', 'booked', '-72.1', 'USD')
    assert (row.booking_date, row.value_date) == ('2026-03-11', None)
    assert row.description == 'POS 4711 MOCK STORE'
    assert (row.counterparty.name, row.code) == ('Mock Store', 'purchase')
    assert row.pending_id == 'P1'


def test_a_transfer_names_its_parties_by_direction(linked, bank):
    numbers = {'international': {'iban': 'GB00 1', 'bic': 'BIC'}}
    party = {'name': 'Other', 'type': 'financial_institution', 'account_numbers': numbers}
    bank.add(amount=-10, merchant_name=None, counterparties=[party],
             payment_meta={'payer': 'Customer', 'payee': 'ACME', 'reason': 'INV 7'})
    [row] = rows(linked, 'A1')
    assert (row.amount, row.counterparty.name) == ('10', 'Customer')
    assert (row.counterparty.account_number, row.counterparty.bank_code) == ('GB001', 'BIC')
    assert row.description == 'POS 4711 MOCK STORE\nINV 7'


def test_pending_rows_keep_their_id_for_the_day_they_are_booked(linked, bank):
    bank.add(pending=True)
    assert [(row.status, row.id) for row in rows(linked, 'A1')] == [('pending', 'T0')]


def test_changes_and_removals_arrive(linked, bank):
    bank.add()
    first = all_pages(linked, 'A1')[-1]
    bank.add(change='modified', transaction_id='T0', amount=80)
    bank.add(change='removed', transaction_id='T0')
    [page] = all_pages(linked, 'A1', cursor=first.cursor)
    assert [row.amount for row in page.transactions] == ['-80']
    assert (page.removed, page.window) == (('T0',), None)


def test_pages_are_read_to_the_end_and_go_on_from_there(linked, bank):
    bank.page = 2
    for _row in range(5):
        bank.add()
    pages = all_pages(linked, 'A1')
    assert [len(page.transactions) for page in pages] == [2, 2, 1]
    bank.add()
    assert len(rows(linked, 'A1', cursor=pages[-1].cursor)) == 1


def test_the_first_reading_keeps_to_the_wanted_days(linked, bank):
    bank.page = 1
    bank.add(date='2026-01-01')
    bank.add(date='2026-03-01')
    pages = all_pages(linked, 'A1', '2026-02-01')
    assert [row.booking_date for p in pages for row in p.transactions] == ['2026-03-01']
    bank.add(change='modified', transaction_id='T0', date='2026-01-01')
    assert len(rows(linked, 'A1', '2026-02-01', cursor=pages[-1].cursor)) == 1


def test_older_days_that_come_in_a_second_part_stay_away_too(linked, bank):
    bank.status = 'INITIAL_UPDATE_COMPLETE'
    bank.add(date='2026-03-01')
    first = all_pages(linked, 'A1', '2026-02-01')[-1]
    bank.status = 'HISTORICAL_UPDATE_COMPLETE'
    bank.add(date='2026-01-01')
    bank.add(date='2026-02-15')
    second = all_pages(linked, 'A1', '2026-02-01', cursor=first.cursor)[-1]
    assert [row.booking_date for row in second.transactions] == ['2026-02-15']
    bank.add(date='2026-01-20')
    assert len(rows(linked, 'A1', '2026-02-01', cursor=second.cursor)) == 1


def test_a_page_that_comes_again_is_an_error(linked, bank):
    answer = {'added': [], 'modified': [], 'removed': [], 'next_cursor': 'same', 'has_more': True}
    bank.fail('/transactions/sync', 200, answer, times=2)
    assert failure_of(rows, linked, 'A1').code == ErrorCode.PROVIDER_ERROR


def test_changes_while_reading_start_the_reading_again(linked, bank):
    code = 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION'
    bank.fail('/transactions/sync', 400, bank.problem(code, 'TRANSACTIONS_ERROR'))
    with pytest.raises(CursorExpired):
        rows(linked, 'A1')


def test_nothing_yet_is_not_nothing(linked, bank):
    bank.status = 'NOT_READY'
    error = failure_of(rows, linked, 'A1')
    assert (error.code, 'PRODUCT_NOT_READY' in error.detail) == (ErrorCode.PROVIDER_ERROR, True)


def test_the_balance_comes_with_the_last_page(linked, bank):
    assert all_pages(linked, 'A1')[-1].balance.amount == '1250.5'


def test_an_account_that_is_gone_is_closed(linked):
    error = failure_of(rows, linked, 'A9')
    assert (error.code, error.account_id) == (ErrorCode.ACCOUNT_CLOSED, 'A9')


def test_a_present_user_makes_plaid_ask_the_bank(linked, bank):
    step = linked.refresh(('A1',), ATTENDED)
    assert isinstance(step, Refreshing)
    step = linked.refresh(('A1',), ATTENDED, step.job)
    assert isinstance(step, Refreshing)
    bank.last_update = '2026-03-15T12:00:05Z'
    step = linked.refresh(('A1',), ATTENDED, step.job)
    assert step == Refreshed(datetime(2026, 3, 15, 12, 0, 5, tzinfo=timezone.utc))
    assert len(bank.calls('/transactions/refresh')) == 1


def test_a_refresh_that_finds_nothing_ends_too(linked):
    step, polls = linked.refresh(('A1',), ATTENDED), 0
    while isinstance(step, Refreshing):
        step, polls = linked.refresh(('A1',), ATTENDED, step.job), polls + 1
    assert 1 < polls < 50


@pytest.mark.parametrize('presence', [ATTENDED, UNATTENDED])
def test_a_refresh_that_was_not_ordered_reads_what_there_is(linked, bank, presence):
    bank.refreshes = False
    assert isinstance(linked.refresh(('A1',), presence), Refreshed)


def test_the_first_transactions_are_waited_for(linked, bank):
    bank.last_update = None
    step = linked.refresh(('A1',), UNATTENDED)
    assert isinstance(step, Refreshing)
    bank.last_update = '2026-03-15T12:00:05Z'
    assert isinstance(linked.refresh(('A1',), UNATTENDED, step.job), Refreshed)


def test_a_bank_that_wants_the_user_says_so(linked, bank):
    next(iter(bank.items.values()))['update_type'] = 'user_present_required'
    error = failure_of(linked.refresh, ('A1',), UNATTENDED)
    assert error.code == ErrorCode.UNATTENDED_REFUSED


def test_a_broken_login_is_told_by_the_refresh(linked, bank):
    next(iter(bank.items.values()))['error'] = bank.problem('ITEM_LOGIN_REQUIRED')
    error = failure_of(linked.refresh, ('A1',), UNATTENDED)
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


def test_the_reason_goes_before_the_code(linked, bank):
    problem = bank.problem('ITEM_LOGIN_REQUIRED', error_code_reason='OAUTH_CONSENT_EXPIRED')
    bank.fail('/accounts/get', 400, problem)
    assert failure_of(linked.accounts).code == ErrorCode.CONSENT_EXPIRED


@pytest.mark.parametrize('name', sorted(ERRORS))
def test_each_refusal_has_its_meaning(linked, bank, name):
    bank.fail('/accounts/get', 400, bank.problem(name, 'NEW_KIND'))
    assert failure_of(linked.accounts).code == ERRORS[name]


@pytest.mark.parametrize('kind', ['RATE_LIMIT_EXCEEDED', 'INSTITUTION_ERROR', 'API_ERROR'])
def test_a_new_code_is_judged_by_its_kind(linked, bank, kind):
    bank.fail('/accounts/get', 400, bank.problem('BRAND_NEW', kind))
    assert failure_of(linked.accounts).code == ERRORS[kind]


def test_the_login_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert not bank.items
    assert linked.revoke().revoked


def webhook(clock, body, *, key='webhook', age=0, algorithm='ES256', kid='webhook-key', **claims):
    content = json.dumps(body).encode()
    payload = {'iat': int(clock().timestamp()) - age,
               'request_body_sha256': hashlib.sha256(content).hexdigest(), **claims}
    private = (ec_pair if algorithm == 'ES256' else rsa_pair)(key)[0]
    token = jwt.encode(payload, private, algorithm=algorithm, headers={'kid': kid})
    return WebhookRequest({'Plaid-Verification': token}, content, {})


@pytest.fixture
def listening(provider, bank):
    more = {'kid': 'webhook-key', 'alg': 'ES256', 'created_at': 1, 'expired_at': None}
    bank.webhook_key = jwk_of(ec_pair('webhook')[1], **more)
    return provider


@pytest.mark.parametrize('name', sorted(EVENTS))
def test_each_event_has_its_meaning(listening, clock, name):
    request = webhook(clock, {'webhook_code': name, 'item_id': 'item-0'})
    assert listening.webhook(request) == [WebhookEvent('item-0', EVENTS[name])]


@pytest.mark.parametrize('name', ['WEBHOOK_UPDATE_ACKNOWLEDGED', 'SESSION_FINISHED'])
def test_an_event_without_news_is_none(listening, clock, name):
    assert listening.webhook(webhook(clock, {'webhook_code': name})) == []


@pytest.mark.parametrize('name', ['SESSION_FINISHED', 'ITEM_ADD_RESULT'])
def test_the_end_of_a_visit_is_heard_though_the_browser_stays_away(bank, listening, clock, name):
    step = listening.start(connect_request('ins_0'))
    event = {'webhook_type': 'LINK', 'webhook_code': name, 'link_token': list(bank.links)[-1]}
    assert listening.webhook(webhook(clock, event)) == [
        WebhookEvent('', 'visit', visit=step.visit)
    ]


def test_what_else_happens_at_a_visit_is_no_news(listening, clock):
    event = {'webhook_type': 'LINK', 'webhook_code': 'EVENTS', 'link_token': 'link-1'}
    assert listening.webhook(webhook(clock, event)) == []


@pytest.mark.parametrize(
    'options',
    [{'key': 'stranger'}, {'age': 400}, {'age': -400}, {'request_body_sha256': 'other'},
     {'algorithm': 'RS256'}, {'iat': None}],
)
def test_a_webhook_that_is_not_genuine_is_refused(listening, clock, options):
    request = webhook(clock, {'webhook_code': 'ERROR', 'item_id': 'item-0'}, **options)
    assert failure_of(listening.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_a_flood_of_unknown_keys_does_not_become_one_at_plaid(listening, bank, clock):
    for number in range(50):
        forged = webhook(clock, {'webhook_code': 'ERROR'}, key='stranger', kid=f'guess-{number}')
        assert failure_of(listening.webhook, forged).code == ErrorCode.INVALID_REQUEST
    assert len(bank.calls('/webhook_verification_key/get')) <= 20


def test_a_key_that_was_withdrawn_signs_nothing(listening, bank, clock):
    bank.webhook_key['expired_at'] = 1
    request = webhook(clock, {'webhook_code': 'ERROR', 'item_id': 'item-0'})
    assert failure_of(listening.webhook, request).code == ErrorCode.INVALID_REQUEST


def test_the_wire_is_as_the_official_description_says(listening, bank, clock):
    listening.context.webhook_url = 'https://proxy.example/webhook/plaid'
    listening.start(connect_request(BANK, **US))
    listening.resume(connect_request(BANK), {})
    bank.agree()
    listening.resume(connect_request(BANK), {})
    listening.start(connect_request(BANK, ConnectMode.FETCH_ACCOUNTS, **US))
    list(listening.institutions())
    bank.add()
    listening.accounts()
    rows(listening, 'A1', '2026-03-01')
    listening.refresh(('A1',), ATTENDED)
    listening.webhook(webhook(clock, {'webhook_code': 'ERROR', 'item_id': 'item-0'}))
    listening.revoke()
    spec.check('plaid', bank.exchanges)
