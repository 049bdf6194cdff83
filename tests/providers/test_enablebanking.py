"""Enable Banking: self-signed tokens, account ids that change with each consent."""

from datetime import date, datetime, timedelta, timezone

import pytest
import spec
from fakes.enablebanking import FakeEnableBanking
from helpers import ATTENDED, UNATTENDED, all_pages, connect_request, failure_of, rows
from keys import rsa_pair
from providers.enablebanking import EnableBanking
from providers.enablebanking.api import ERRORS
from providers.errors import CursorExpired, ErrorCode
from providers.interface import AskUser, Cancelled, Connected, ConnectMode, Redirect, Window

BANK = 'FI|Mock ASPSP'
APPLICATION = '2a2c6dd8-9c09-4b0e-8c6e-0123456789ab'
ACCOUNT = 'hash-0|EUR'


@pytest.fixture
def bank(clock):
    with FakeEnableBanking(APPLICATION, rsa_pair()[1], clock) as server:
        server.open_account()
        yield server


@pytest.fixture
def provider(bank, make_context):
    settings = {'application_id': APPLICATION, 'private_key': rsa_pair()[0]}
    return EnableBanking(make_context(base_url=bank.url, **settings))


@pytest.fixture
def linked(provider, bank):
    """A provider whose user has agreed."""
    provider.start(connect_request(BANK))
    provider.resume(connect_request(BANK), {'code': bank.accept()})
    return provider


def test_the_connection_test_accepts_the_right_key(provider):
    provider.test_connection()


@pytest.mark.parametrize(
    ('application_id', 'private_key', 'words'),
    [
        ('other', rsa_pair()[0], 'UNAUTHORIZED_ACCESS'),
        (APPLICATION, rsa_pair('stranger')[0], 'UNAUTHORIZED_ACCESS'),
        (APPLICATION, 'no key', 'private key'),
    ],
)
def test_the_connection_test_says_what_is_wrong(
    bank, make_context, application_id, private_key, words
):
    settings = {'application_id': application_id, 'private_key': private_key}
    provider = EnableBanking(make_context(base_url=bank.url, **settings))
    error = failure_of(provider.test_connection)
    assert error.code == ErrorCode.INVALID_REQUEST
    assert words in error.detail


def test_the_connection_test_notices_the_wrong_environment(provider):
    provider.context.production = True
    assert 'PRODUCTION' in failure_of(provider.test_connection).detail


def test_the_connection_test_notices_an_inactive_application(provider, bank):
    bank.active = False
    assert 'not active' in failure_of(provider.test_connection).detail


def test_a_bank_is_its_country_and_name(provider, bank):
    bank.bank['beta'] = True
    [found] = provider.institutions()
    assert (found.id, found.bics, found.countries) == (BANK, ('MOCKFIHH',), ('FI',))
    assert (found.audience, found.beta) == ('business', True)


def test_the_user_goes_to_the_bank_and_comes_back(provider, bank, saved):
    assert provider.start(connect_request(BANK)) == Redirect(f'{bank.url}/consent')
    step = provider.resume(connect_request(BANK), {'state': 'st-1', 'code': bank.accept()})
    assert step == Connected(datetime(2026, 9, 11, 11, 55, tzinfo=timezone.utc))
    assert saved[-1][0]['session_id'] in bank.sessions


def test_a_clock_that_is_ahead_does_not_ask_for_too_long_a_consent(provider, bank, clock):
    bank.clock = lambda: clock() - timedelta(seconds=5)
    assert provider.start(connect_request(BANK)).url


def test_a_bank_for_companies_and_persons_asks_which(provider, bank):
    bank.bank['psu_types'] = ['personal', 'business']
    assert isinstance(provider.start(connect_request(BANK)), AskUser)
    assert isinstance(provider.resume(connect_request(BANK), {'psu_type': 'business'}), Redirect)
    assert bank.calls('/auth')[0].body['psu_type'] == 'business'


def test_turning_back_at_the_bank_is_no_error(provider):
    provider.start(connect_request(BANK))
    assert isinstance(provider.resume(connect_request(BANK), {'error': 'access_denied'}), Cancelled)


@pytest.mark.parametrize('name', ['server_error', 'temporarily_unavailable', 'ASPSP_ERROR', 'new'])
def test_each_error_in_the_browser_has_its_meaning(provider, name):
    error = failure_of(provider.resume, connect_request(BANK), {'error': name})
    assert error.code == ERRORS.get(name, ErrorCode.PROVIDER_ERROR)


@pytest.mark.parametrize('code', ['used', 'wrong'])
def test_a_code_serves_once(provider, bank, code):
    provider.start(connect_request(BANK))
    bank.codes['used'] = True
    error = failure_of(provider.resume, connect_request(BANK), {'code': code})
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


def test_a_bank_that_is_gone_is_said(provider):
    error = failure_of(provider.start, connect_request('FI|Renamed'))
    assert error.code == ErrorCode.INVALID_REQUEST


def test_a_renewal_keeps_the_account_ids_and_ends_the_old_consent(linked, bank):
    before, first = linked.accounts(), linked.context.tokens['session_id']
    linked.start(connect_request(BANK, ConnectMode.RECONNECT))
    linked.resume(connect_request(BANK, ConnectMode.RECONNECT), {'code': bank.accept()})
    assert linked.accounts() == before
    assert bank.sessions[first] == 'CLOSED'
    bank.add()
    assert len(rows(linked, ACCOUNT)) == 1


def test_a_renewal_that_is_given_up_keeps_the_old_consent(linked, bank):
    linked.start(connect_request(BANK, ConnectMode.RECONNECT))
    assert linked.accounts()


def test_an_account_in_the_normal_form(linked):
    [account] = linked.accounts()
    assert (account.id, account.name, account.currency) == (ACCOUNT, 'Käyttötili', 'EUR')
    assert account.identity == account.iban == 'FI2100000000000000'
    assert (account.type, account.owner, account.closed) == ('checking', 'ACME OY', False)


def test_currencies_of_one_account_keep_apart(provider, bank):
    bank.open_account(identification_hash='hash-0', currency='USD')
    provider.start(connect_request(BANK))
    provider.resume(connect_request(BANK), {'code': bank.accept()})
    assert [account.id for account in provider.accounts()] == [ACCOUNT, 'hash-0|USD']


def test_an_account_that_cannot_be_read_is_listed_as_closed(provider, bank):
    bank.accounts[0]['shown']['uid'] = None
    provider.start(connect_request(BANK))
    provider.resume(connect_request(BANK), {'code': bank.accept()})
    assert provider.accounts()[0].closed
    assert failure_of(rows, provider, ACCOUNT).code == ErrorCode.ACCOUNT_CLOSED


@pytest.mark.parametrize('status', ['EXPIRED', 'CLOSED', 'REVOKED', 'CANCELLED', 'INVALID'])
def test_a_session_that_has_ended_is_an_expired_consent(linked, bank, status):
    bank.sessions[linked.context.tokens['session_id']] = status
    assert failure_of(linked.accounts).code == ErrorCode.CONSENT_EXPIRED


def test_a_payment_in_the_normal_form(linked, bank):
    bank.add(
        transaction_id='handle', creditor={'name': 'Energy Ltd'}, debtor={'name': 'ACME OY'},
        creditor_account={'iban': 'FI00 1'}, creditor_agent={'bic_fi': 'ENERFIHH'},
        reference_number='RF00ABC', reference_number_schema='INTL', note='Kiitos',
        bank_transaction_code={'code': 'PMNT', 'sub_code': 'ICDT'},
        exchange_rate={'exchange_rate': '1.0823', 'unit_currency': 'EUR',
                       'instructed_amount': {'currency': 'USD', 'amount': '46.00'}},
        balance_after_transaction={'currency': 'EUR', 'amount': '100.00'},
    )
    [row] = rows(linked, ACCOUNT)
    assert (row.id, row.status) == ('202602030000', 'booked')
    assert (row.amount, row.currency) == ('-42.50', 'EUR')
    assert (row.booking_date, row.value_date) == ('2026-03-11', '2026-03-12')
    assert row.description == 'Invoice 2026-7\nKiitos'
    assert (row.counterparty.name, row.counterparty.account_number) == ('Energy Ltd', 'FI001')
    assert (row.counterparty.bank_code, row.code) == ('ENERFIHH', 'PMNT-ICDT')
    assert row.references.structured == 'RF00ABC'
    assert (row.foreign.amount, row.foreign.currency) == ('46.00', 'USD')
    assert row.foreign.rate == '1.0823'
    assert row.balance_after == '100.00'


@pytest.mark.parametrize(
    ('amount', 'indicator', 'expected'),
    [('42.50', 'DBIT', '-42.50'), ('-42.50', 'DBIT', '-42.50'), ('42.50', 'CRDT', '42.50'),
     ('-42.50', 'CRDT', '42.50'), ('0', 'DBIT', '0'), ('42.50', None, None)],
)
def test_the_direction_is_told_by_the_indicator(linked, bank, amount, indicator, expected):
    bank.add(transaction_amount={'currency': 'EUR', 'amount': amount},
             credit_debit_indicator=indicator)
    assert rows(linked, ACCOUNT)[0].amount == expected


def test_of_money_that_comes_in_the_debtor_is_the_other_side(linked, bank):
    bank.add(credit_debit_indicator='CRDT', creditor={'name': 'ACME OY'}, debtor={'name': 'Client'})
    assert rows(linked, ACCOUNT)[0].counterparty.name == 'Client'


@pytest.mark.parametrize(
    ('status', 'expected'),
    [('BOOK', ['booked']), ('PDNG', ['pending']), ('HOLD', ['pending']), ('OTHR', ['pending']),
     ('SCHD', []), ('CNCL', []), ('RJCT', [])],
)
def test_only_booked_rows_are_booked(linked, bank, status, expected):
    bank.add(status=status)
    assert [row.status for row in rows(linked, ACCOUNT)] == expected


def test_pages_are_read_to_the_end_also_past_empty_ones(linked, bank):
    bank.page, bank.empty_pages, bank.unattended_left = 2, 2, 9
    for _row in range(5):
        bank.add()
    assert len({row.id for row in rows(linked, ACCOUNT, '2026-03-01')}) == 5


def test_a_page_that_comes_again_is_an_error(linked, bank):
    answer = {'transactions': [], 'continuation_key': 'k'}
    bank.fail('/transactions', 200, answer, times=2)
    assert failure_of(rows, linked, ACCOUNT).code == ErrorCode.PROVIDER_ERROR


def test_a_key_of_an_older_consent_starts_again(linked, bank):
    bank.page = 1
    bank.add()
    bank.add()
    page = linked.transactions(ACCOUNT, None, None, UNATTENDED)
    linked.start(connect_request(BANK, ConnectMode.RECONNECT))
    linked.resume(connect_request(BANK, ConnectMode.RECONNECT), {'code': bank.accept()})
    with pytest.raises(CursorExpired):
        linked.transactions(ACCOUNT, None, page.cursor, UNATTENDED)


def test_a_bank_that_does_not_go_back_so_far_gives_what_it_has(linked, bank):
    bank.add()
    pages = all_pages(linked, ACCOUNT, '2020-01-01')
    assert len(pages[0].transactions) == 1
    assert pages[-1].window == Window(date(2025, 12, 15), date(2026, 3, 15))


def test_a_day_in_the_future_is_never_asked_for(linked):
    assert rows(linked, ACCOUNT, '2027-01-01') == []


def test_the_answer_proves_the_days_that_were_asked_for(linked):
    window = all_pages(linked, ACCOUNT, '2026-03-01')[-1].window
    assert window == Window(date(2026, 3, 1), date(2026, 3, 15))


def test_the_balance_comes_along(linked):
    balance = all_pages(linked, ACCOUNT)[-1].balance
    assert (balance.amount, balance.currency, balance.available) == ('1250.50', 'EUR', '1250.50')
    assert balance.at.date() == date(2026, 3, 14)


def test_a_present_user_lifts_the_limit(linked, bank, clock):
    bank.unattended_left = 0
    error = failure_of(rows, linked, ACCOUNT)
    assert (error.code, error.until) == (ErrorCode.RATE_LIMITED, clock() + timedelta(hours=6))
    assert rows(linked, ACCOUNT, presence=ATTENDED) == []


def test_an_incomplete_picture_of_the_user_is_not_sent(linked, bank):
    linked.context.tokens['psu_headers'] = ['Psu-Geo-Location']
    rows(linked, ACCOUNT, presence=ATTENDED)
    assert 'Psu-Ip-Address' not in bank.calls('/transactions')[0].headers


def test_a_read_that_costs_is_not_repeated(linked, bank):
    bank.fail('/transactions', 503, {'error': 'ASPSP_ERROR'})
    failure_of(rows, linked, ACCOUNT)
    assert len(bank.calls('/transactions')) == 1


@pytest.mark.parametrize('name', sorted(set(ERRORS) - {'WRONG_TRANSACTIONS_PERIOD'}))
def test_each_refusal_has_its_meaning(linked, bank, name):
    bank.fail('/transactions', 400, {'message': 'x', 'code': 400, 'error': name})
    assert failure_of(rows, linked, ACCOUNT).code == ERRORS[name]


@pytest.mark.parametrize(
    ('status', 'code'),
    [(422, ErrorCode.INVALID_REQUEST), (408, ErrorCode.PROVIDER_ERROR),
     (500, ErrorCode.PROVIDER_ERROR), (429, ErrorCode.RATE_LIMITED)],
)
def test_a_new_word_is_judged_by_the_status(linked, bank, status, code):
    bank.fail('/transactions', status, {'message': 'x', 'error': 'BRAND_NEW'})
    assert failure_of(rows, linked, ACCOUNT).code == code


def test_the_consent_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert set(bank.sessions.values()) == {'CLOSED'}
    assert linked.revoke().revoked


def test_a_consent_that_could_not_be_ended_is_said(linked, bank):
    bank.fail(linked.context.tokens['session_id'], 500, {})
    assert not linked.revoke().revoked


def test_the_private_key_is_in_no_error(linked, bank):
    bank.fail('/transactions', 400, {'message': linked.context.settings['private_key']})
    assert 'BEGIN' not in str(failure_of(rows, linked, ACCOUNT))


def test_the_wire_is_as_the_official_description_says(linked, bank):
    bank.page = 1
    bank.add()
    bank.add(entry_reference='2')
    linked.test_connection()
    list(linked.institutions())
    linked.accounts()
    rows(linked, ACCOUNT, '2026-03-01', presence=ATTENDED)
    linked.revoke()
    spec.check('enablebanking', bank.exchanges)
