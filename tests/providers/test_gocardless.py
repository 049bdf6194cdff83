"""GoCardless: a consent per bank, a call to the bank for each read."""

from datetime import date, datetime, timedelta, timezone

import pytest
import spec
from fakes.gocardless import BANK, FakeGoCardless
from helpers import UNATTENDED, all_pages, connect_request, failure_of, rows
from providers.errors import ErrorCode, ProviderError
from providers.gocardless import GoCardless
from providers.gocardless.api import ERRORS, _tokens
from providers.interface import Cancelled, Connected, ConnectMode, Redirect, Wait, Window


@pytest.fixture
def bank():
    _tokens.forget('')
    with FakeGoCardless() as server:
        yield server


@pytest.fixture
def provider(bank, make_context):
    return GoCardless(make_context(base_url=bank.url, **bank.secrets))


@pytest.fixture
def account(bank):
    return bank.open_account()


@pytest.fixture
def linked(provider, bank, account):
    """A provider whose user has agreed."""
    provider.start(connect_request(BANK))
    bank.accept()
    provider.resume(connect_request(BANK), {'ref': 'st-1'})
    return provider


def test_the_connection_test_accepts_the_right_keys(provider):
    provider.test_connection()


def test_the_connection_test_says_that_a_key_is_wrong(bank, make_context):
    provider = GoCardless(make_context(base_url=bank.url, secret_id='x', secret_key='y'))
    error = failure_of(provider.test_connection)
    assert error.code == ErrorCode.INVALID_REQUEST
    assert 'wrong keys' in error.detail


def test_one_token_serves_many_calls(provider, bank):
    list(provider.institutions())
    list(provider.institutions())
    assert bank.logins == 1


def test_a_token_that_is_refused_is_renewed_once(provider, bank):
    list(provider.institutions())
    bank.access = 'another'
    assert list(provider.institutions())
    assert bank.logins == 2


def test_banks_say_for_whom_they_are(provider):
    institution, sandbox = provider.institutions()
    assert (institution.id, institution.countries) == (BANK, ('FR',))
    assert institution.bics == ('DEMOFRPP',)
    assert (institution.audience, institution.history_days) == ('both', 540)
    assert sandbox.id == 'SANDBOXFINANCE_SFIN0000'


def test_the_sandbox_bank_is_not_offered_in_production(provider):
    provider.context.production = True
    assert [institution.id for institution in provider.institutions()] == [BANK]


def test_the_user_goes_to_the_bank_and_comes_back(provider, bank, account, saved):
    step = provider.start(connect_request(BANK, history_from=date(2026, 1, 1)))
    [(visit, requisition)] = bank.requisitions.items()
    assert step == Redirect(requisition['link'], visit=visit)
    assert provider.resume(connect_request(BANK), {'ref': 'st-1'}) == Wait()
    bank.accept()
    until = datetime(2026, 3, 15, 12, tzinfo=timezone.utc) + timedelta(days=180)
    assert provider.resume(connect_request(BANK), {}) == Connected(until, 74)
    assert 'pending' not in saved[-1][0]


def test_a_page_loaded_twice_starts_one_consent(provider, bank):
    assert provider.start(connect_request(BANK)) == provider.start(connect_request(BANK))
    assert len(bank.requisitions) == 1


def test_turning_back_at_the_bank_is_no_error(provider):
    provider.start(connect_request(BANK))
    answer = {'ref': 'st-1', 'error': 'UserCancelledSession', 'details': 'x'}
    assert isinstance(provider.resume(connect_request(BANK), answer), Cancelled)


def test_a_foreign_reference_is_refused(provider):
    provider.start(connect_request(BANK))
    error = failure_of(provider.resume, connect_request(BANK), {'ref': 'st-2'})
    assert error.code == ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize('status', ['RJ', 'EX', 'SU', 'ER'])
def test_each_end_of_a_requisition_has_its_meaning(provider, bank, status):
    provider.start(connect_request(BANK))
    bank.accept(status)
    error = failure_of(provider.resume, connect_request(BANK), {'ref': 'st-1'})
    assert error.code == ERRORS[f'requisition {status}']


@pytest.mark.parametrize('name', ['SSNVerificationFailed', 'InstitutionTechnicalError',
                                  'GoCardlessTechnicalError', 'RequisitionLinkReused',
                                  'UnknownError', 'NeverSeenBefore'])
def test_each_error_in_the_browser_has_its_meaning(provider, name):
    provider.start(connect_request(BANK))
    error = failure_of(provider.resume, connect_request(BANK), {'ref': 'st-1', 'error': name})
    assert error.code == ERRORS.get(name, ErrorCode.PROVIDER_ERROR)


def test_a_renewal_replaces_the_old_consent(linked, bank, saved):
    first = saved[-1][0]['requisition']
    request = connect_request(BANK, ConnectMode.RECONNECT, state='st-2')
    linked.start(request)
    bank.accept()
    linked.resume(request, {'ref': 'st-2'})
    assert first not in bank.requisitions
    assert saved[-1][0]['requisition'] in bank.requisitions


def test_a_renewal_that_is_given_up_keeps_the_old_consent(linked, bank, account):
    linked.start(connect_request(BANK, ConnectMode.RECONNECT, state='st-2'))
    assert linked.accounts()


def test_an_old_consent_that_cannot_be_ended_is_remembered(linked, bank, saved):
    request = connect_request(BANK, ConnectMode.RECONNECT, state='st-2')
    linked.start(request)
    bank.accept()
    bank.fail(f'/requisitions/{saved[1][0]["requisition"]}/', 500, {})
    linked.resume(request, {'ref': 'st-2'})
    assert len(saved[-1][0]['old']) == 1
    assert linked.revoke().revoked
    assert not bank.requisitions


def test_an_account_in_the_normal_form(linked, account):
    [found] = linked.accounts()
    assert (found.id, found.name, found.currency) == (account, 'Compte courant', 'EUR')
    assert found.identity == found.iban == 'FR7600000000000000000000017'
    assert (found.type, found.owner) == ('checking', 'ACME SARL')


def test_two_cards_with_one_masked_number_are_not_told_apart_by_it(provider, bank):
    for _card in (1, 2):
        bank.open_account(iban=None, maskedPan='1234****5678', cashAccountType='CARD')
    provider.start(connect_request(BANK))
    bank.accept()
    provider.resume(connect_request(BANK), {})
    assert [found.identity for found in provider.accounts()] == [None, None]


def test_an_account_without_currency_takes_that_of_its_balance(linked, bank, account):
    del bank.accounts[account]['details']['currency']
    assert linked.accounts()[0].currency == 'EUR'


def test_a_closed_account_is_listed_as_closed(linked, bank):
    bank.fail('/details/', 401, {'type': 'AccountInactiveError', 'status_code': 401})
    assert linked.accounts()[0].closed


def test_a_payment_in_the_normal_form(linked, bank, account):
    bank.add(
        account, creditorName='Energy Ltd', creditorAccount={'iban': 'FR76 1234'},
        creditorAgent='ENERFRPP', debtorName='ACME SARL', endToEndId='E2E-7', mandateId='M-1',
        remittanceInformationUnstructuredArray=['INVOICE 2026-7', 'THANKS'],
        remittanceInformationStructured='RF18539007547034', bankTransactionCode='PMNT',
        balanceAfterTransaction={'balanceAmount': {'amount': '100.00', 'currency': 'EUR'}},
        currencyExchange={'sourceCurrency': 'USD', 'exchangeRate': '1.0823'},
    )
    [row] = rows(linked, account)
    assert (row.id, row.amount, row.currency) == ('c2d0', '-42.50', 'EUR')
    assert (row.booking_date, row.value_date) == ('2026-03-11', '2026-03-12')
    assert row.description == 'INVOICE 2026-7\nTHANKS\nRF18539007547034'
    assert (row.counterparty.name, row.counterparty.account_number) == ('Energy Ltd', 'FR761234')
    assert (row.counterparty.bank_code, row.code) == ('ENERFRPP', 'PMNT')
    assert (row.references.end_to_end, row.references.mandate) == ('E2E-7', 'M-1')
    assert row.references.structured == 'RF18539007547034'
    assert (row.foreign.currency, row.foreign.rate) == ('USD', '1.0823')
    assert row.balance_after == '100.00'


def test_of_money_that_comes_in_the_debtor_is_the_other_side(linked, bank, account):
    bank.add(account, transactionAmount={'amount': '10.00', 'currency': 'EUR'},
             creditorName='ACME SARL', debtorName='Customer')
    assert rows(linked, account)[0].counterparty.name == 'Customer'


def test_pending_rows_have_no_id(linked, bank, account):
    bank.add(account, 'pending')
    assert [(row.status, row.id) for row in rows(linked, account)] == [('pending', None)]


def test_rows_that_make_no_sense_travel_on(linked, bank, account):
    bank.add(account, bookingDate=None, valueDate=None, transactionAmount={'amount': 'NaN'})
    [row] = rows(linked, account)
    assert (row.booking_date, row.amount, row.currency) == (None, 'NaN', None)


def test_a_day_in_the_future_is_never_asked_for(linked, account):
    assert rows(linked, account, '2027-01-01') == []


def test_the_answer_proves_the_days_that_the_consent_covers(linked, account):
    window = all_pages(linked, account, '2026-03-01')[-1].window
    assert window == Window(date(2026, 3, 1), date(2026, 3, 15))
    window = all_pages(linked, account, '2020-01-01')[-1].window
    assert window.date_from == date(2026, 3, 15) - timedelta(days=540)


def test_the_balance_comes_along(linked, account):
    balance = all_pages(linked, account)[-1].balance
    assert (balance.amount, balance.currency, balance.available) == ('1250.50', 'EUR', '1200.50')


@pytest.mark.parametrize('answer', [
    {}, {'balances': None}, {'balances': [{'balanceType': 'closingBooked'}]},
    {'balances': [{'balanceType': 'closingBooked', 'balanceAmount': {'amount': '1.00'}}]},
])
def test_rows_arrive_though_the_bank_states_no_balance(linked, bank, account, answer):
    bank.add(account)
    bank.fail('/balances/', 200, answer)
    page = all_pages(linked, account)[-1]
    assert (len(page.transactions), page.balance) == (1, None)


def test_a_balance_that_is_not_to_be_had_keeps_no_row_back(linked, bank, account):
    bank.add(account)
    bank.fail('/balances/', 429, {'type': 'RateLimitError', 'detail': 'x', 'status_code': 429})
    page = all_pages(linked, account)[-1]
    assert (len(page.transactions), page.balance) == (1, None)


def test_an_answer_without_booked_rows_is_not_an_empty_one(linked, bank, account):
    bank.fail('/transactions/', 200, {'transactions': {}})
    assert failure_of(rows, linked, account).code == ErrorCode.PROVIDER_ERROR


def test_what_the_bank_still_grants_is_learned(linked, account, learned, clock):
    rows(linked, account)
    assert learned == [(account, 3, None)]


def test_the_last_read_of_the_day_tells_when_the_next_is_granted(
    linked, bank, account, learned, clock
):
    bank.left = 1
    rows(linked, account)
    assert learned == [(account, 0, clock() + timedelta(seconds=3600))]


def test_the_bank_limit_ends_when_the_bank_says(linked, bank, account, clock):
    bank.left, bank.reset = 0, 5000
    error = failure_of(rows, linked, account)
    assert (error.code, error.until) == (ErrorCode.RATE_LIMITED, clock() + timedelta(seconds=5000))
    assert error.account_id == account


def test_a_read_that_costs_is_not_repeated(linked, bank, account):
    bank.fail('/transactions/', 503, {'type': 'ServiceError', 'status_code': 503})
    assert failure_of(rows, linked, account).code == ErrorCode.INSTITUTION_UNAVAILABLE
    assert len(bank.calls('/transactions/')) == 1


@pytest.mark.parametrize(
    ('status', 'body', 'marker'),
    [
        (401, {'type': 'AccessExpiredError', 'summary': 'x'}, 'AccessExpiredError'),
        (401, {'summary': 'Expired', 'detail': 'End User Agreement expired'}, 'agreement expired'),
        (403, {'summary': 'No valid End User Agreement'}, 'No valid End User Agreement'),
        (403, {'summary': 'End User Agreement (EUA) access scope error'},
         'End User Agreement (EUA) access scope error'),
        (401, {'type': 'AccountInactiveError'}, 'AccountInactiveError'),
        (403, {'type': 'AccountAccessForbidden'}, 'AccountAccessForbidden'),
        (403, {'type': 'AccountResourceUnavailable'}, 'AccountResourceUnavailable'),
        (429, {'type': 'RateLimitError'}, 'RateLimitError'),
        (503, {'type': 'ServiceError'}, 'ServiceError'),
        (503, {'type': 'ConnectionError'}, 'ConnectionError'),
        (500, {'type': 'UnknownRequestError'}, 'UnknownRequestError'),
        (409, {'id': 'a', 'status': 'PROCESSING'}, 'account PROCESSING'),
        (409, {'id': 'a', 'status': 'DISCOVERED'}, 'account DISCOVERED'),
        (409, {'id': 'a', 'status': 'ERROR'}, 'account ERROR'),
        (409, {'id': 'a', 'status': 'EXPIRED'}, 'account EXPIRED'),
        (409, {'id': 'a', 'status': 'SUSPENDED'}, 'account SUSPENDED'),
        (409, {'summary': 'Account suspended'}, 'Account suspended'),
        (403, {'summary': 'IP address access denied'}, 'IP address access denied'),
        (402, {'summary': 'Payment Required'}, 'Payment Required'),
    ],
)
def test_each_refusal_has_its_meaning(linked, bank, account, status, body, marker):
    bank.fail('/transactions/', status, {**body, 'status_code': status})
    assert failure_of(rows, linked, account).code == ERRORS[marker]


def test_a_limit_of_the_interface_itself_is_short(linked, bank, account, clock):
    bank.fail('/transactions/', 429, {'summary': 'Rate limit', 'detail': 'again in 40 seconds'})
    error = failure_of(rows, linked, account)
    assert (error.until, error.account_id) == (clock() + timedelta(seconds=40), None)


def test_the_consent_ends_with_the_link_and_twice_is_no_error(linked, bank):
    assert linked.revoke().revoked
    assert not bank.requisitions
    assert linked.revoke().revoked


def test_a_consent_that_could_not_be_ended_is_said(linked, bank):
    bank.fail(f'/requisitions/{linked.context.tokens["requisition"]}/', 500, {})
    assert not linked.revoke().revoked


def test_without_consent_there_is_nothing_to_read(provider, account):
    with pytest.raises(ProviderError, match='consent_expired'):
        provider.transactions(account, None, None, UNATTENDED)


def test_the_wire_is_as_the_official_description_says(linked, bank, account):
    bank.add(account, remittanceInformationUnstructured='x')
    list(linked.institutions())
    linked.accounts()
    rows(linked, account, '2026-03-01')
    linked.revoke()
    spec.check('gocardless', bank.exchanges)
