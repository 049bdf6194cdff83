"""SimpleFIN: tokens that users paste, one address for all their banks."""

from datetime import date, datetime, timezone

import pytest
from fakes.simplefin import FakeSimpleFin
from helpers import UNATTENDED, all_pages, connect_request, failure_of, rows
from providers.errors import CursorExpired, ErrorCode
from providers.interface import AskUser, Connected, ConnectMode, Window
from providers.simplefin import SimpleFin
from providers.simplefin.api import ERRORS
from providers.simplefin.provider import _siblings

ACCOUNT = 'CON-1|ACT-77'


@pytest.fixture
def bank():
    with FakeSimpleFin() as server:
        yield server


@pytest.fixture
def provider(bank, make_context):
    _siblings.forget('')
    return SimpleFin(make_context({'access_url': bank.access_url}, base_url=bank.url))


@pytest.fixture
def stranger(bank, make_context):
    return SimpleFin(make_context(base_url=bank.url))


def test_the_connection_test_needs_no_keys(stranger):
    stranger.test_connection()


def test_the_connection_test_says_when_it_is_no_simplefin_server(stranger, bank):
    bank.fail('/info', 200, {})
    assert failure_of(stranger.test_connection).code == ErrorCode.PROVIDER_ERROR


def test_a_pasted_token_becomes_the_access_address(stranger, bank, saved):
    request = connect_request('simplefin')
    assert isinstance(stranger.start(request), AskUser)
    spaced = bank.setup_token.rstrip('=')[:10] + ' \n' + bank.setup_token.rstrip('=')[10:]
    assert stranger.resume(request, {'setup_token': spaced}) == Connected()
    assert saved == [({'access_url': bank.access_url}, None)]


def test_text_that_is_no_token_is_asked_again(stranger, bank):
    step = stranger.resume(connect_request('simplefin'), {'setup_token': 'my password'})
    assert isinstance(step, AskUser)
    assert not bank.exchanges


def test_a_token_used_before_is_reported_and_not_tried_twice(stranger, bank):
    bank.claims.clear()
    error = failure_of(
        stranger.resume, connect_request('simplefin'), {'setup_token': bank.setup_token}
    )
    assert error.code == ErrorCode.USER_ACTION_REQUIRED
    assert 'ONCE' not in str(error)
    assert len(bank.exchanges) == 1


def test_a_token_that_could_not_be_claimed_is_hidden_but_not_stored(stranger, bank, saved):
    bank.fail('/claim/ONCE', 500)
    failure_of(stranger.resume, connect_request('simplefin'), {'setup_token': bank.setup_token})
    assert f'{bank.url}/claim/ONCE' in stranger.context.tokens.values()
    assert not saved


@pytest.mark.parametrize(
    'url',
    [
        'https://169.254.169.254/latest',
        'https://evil.example/claim/1',
        'https://u:p@bridge.simplefin.org/claim/1',
        'http://bridge.simplefin.org/claim/1',
        'http://127.0.0.1:22/',
    ],
)
def test_a_token_that_leads_elsewhere_is_refused(stranger, url):
    import base64

    token = base64.b64encode(url.encode()).decode()
    error = failure_of(stranger.resume, connect_request('simplefin'), {'setup_token': token})
    assert error.code == ErrorCode.INVALID_REQUEST


def test_the_bridge_may_move_a_claim(stranger, bank, saved):
    import base64

    token = base64.b64encode(f'{bank.url}/moved/ONCE'.encode()).decode()
    stranger.resume(connect_request('simplefin'), {'setup_token': token})
    assert saved[0][0] == {'access_url': bank.access_url}


def test_a_reconnection_replaces_the_address(provider, bank, saved):
    request = connect_request('simplefin', ConnectMode.RECONNECT)
    assert isinstance(provider.start(request), AskUser)
    bank.password = 'another-word'
    provider.resume(request, {'setup_token': bank.setup_token})
    assert saved[-1][0] == {'access_url': bank.access_url}


def test_new_accounts_need_nothing_from_the_user_here(provider):
    step = provider.start(connect_request('simplefin', ConnectMode.FETCH_ACCOUNTS))
    assert step == Connected()


def test_a_broken_bank_is_repaired_at_the_bridge(provider):
    request = connect_request('simplefin', ConnectMode.UPDATE_CREDENTIALS)
    assert isinstance(provider.start(request), AskUser)
    assert provider.resume(request, {}) == Connected()


def test_accounts_of_two_banks_keep_apart(provider, bank):
    bank.accounts.append(bank.account('ACT-77', 'CON-2', name='Savings', balance='-1'))
    assert [account.id for account in provider.accounts()] == [ACCOUNT, 'CON-2|ACT-77']


def test_an_account_brings_its_balance(provider):
    [account] = provider.accounts()
    assert (account.name, account.currency) == ('Business Checking', 'USD')
    assert (account.balance.amount, account.balance.available) == ('1250.50', '1200.50')
    assert account.balance.at == datetime(2026, 3, 15, 10, tzinfo=timezone.utc)


def test_points_are_no_money(provider, bank):
    bank.accounts[0]['currency'] = 'https://miles.example/unit'
    assert provider.accounts() == []


def test_accounts_of_the_old_protocol_are_read(provider, bank):
    bank.protocol = 1
    assert [account.id for account in provider.accounts()] == ['mybank.example|ACT-77']


def test_a_transaction_in_the_normal_form(provider, bank):
    bank.add(memo='INV 7', transacted_at=1773144000)
    [row] = rows(provider, ACCOUNT, '2026-03-01')
    assert (row.status, row.id, row.amount, row.currency) == ('booked', 'TRN-1', '-72.10', 'USD')
    assert (row.booking_date, row.value_date) == ('2026-03-11', '2026-03-10')
    assert row.description == 'MOCK STORE 4711\nINV 7'
    assert row.counterparty.name == 'Mock Store'


def test_an_account_whose_bank_counts_the_other_way_round_is_turned(provider, bank, saved):
    bank.accounts.append(bank.account('ACT-78', 'CON-2', name='Savings', balance='-1'))
    bank.add(amount='72.10')
    bank.add(account=1, amount='-5.00')
    request = connect_request('simplefin', ConnectMode.UPDATE_CREDENTIALS)
    asked = provider.start(request).fields
    assert [field.choices[0][0] for field in asked] == ['usual'] * len(asked)
    keys = [account.id for account in provider.accounts()]
    before = provider.accounts()[0].balance
    assert provider.resume(request, {'sign0': 'opposite', 'sign1': 'usual'}) == Connected()
    assert saved[-1][0]['opposite'] == keys[:1]
    assert [row.amount for row in rows(provider, keys[0])] == ['-72.10']
    assert [row.amount for row in rows(provider, keys[1])] == ['-5.00']
    after = provider.accounts()[0].balance
    assert (after.amount, after.available) == (f'-{before.amount}', f'-{before.available}')
    assert provider.start(request).fields[0].choices[0][0] == 'opposite'


def test_who_repairs_a_bank_and_says_nothing_of_signs_changes_none(provider, saved):
    provider.context.tokens['opposite'] = [provider.accounts()[0].id]
    request = connect_request('simplefin', ConnectMode.UPDATE_CREDENTIALS)
    provider.resume(request, {})
    assert saved == []
    assert provider.context.tokens['opposite']


def test_a_row_without_posting_date_is_pending(provider, bank):
    bank.add(posted=0, transacted_at=1773144000, pending=True)
    assert [row.status for row in rows(provider, ACCOUNT, '2026-03-01')] == ['pending']


def test_a_row_that_makes_no_sense_travels_on(provider, bank):
    bank.add(amount='NaN')
    assert rows(provider, ACCOUNT, '2026-03-01')[0].amount == 'NaN'


def test_a_year_is_read_in_spans_that_the_bridge_does_not_cut(provider, bank):
    for posted in (1745000000, 1752000000, 1765000000, 1773000000):
        bank.add(posted=posted)
    assert len(rows(provider, ACCOUNT, '2025-04-01')) == 4
    spans = [dict(call.query) for call in bank.calls('/accounts')]
    assert all(int(s['end-date']) - int(s['start-date']) <= 90 * 86400 for s in spans)


def test_only_days_that_were_seen_are_proven(provider, bank):
    bank.add(posted=1773144000)
    window = all_pages(provider, ACCOUNT, '2026-01-01')[-1].window
    assert window == Window(date(2026, 3, 11), date(2026, 3, 15))


def test_an_empty_answer_proves_nothing(provider):
    assert all_pages(provider, ACCOUNT, '2026-01-01')[-1].window is None


def test_the_balance_comes_with_the_last_page(provider):
    assert all_pages(provider, ACCOUNT, '2026-03-01')[-1].balance.amount == '1250.50'


def test_one_request_serves_all_accounts_of_the_user(provider, bank):
    bank.accounts.append(bank.account('ACT-78', 'CON-1'))
    bank.add(account=1)
    provider.refresh((), UNATTENDED)
    rows(provider, ACCOUNT, '2026-03-01')
    assert len(rows(provider, 'CON-1|ACT-78', '2026-03-01')) == 1
    assert len(bank.calls('/accounts')) == 1


def test_asking_again_reads_the_bank_again(provider, bank):
    rows(provider, ACCOUNT, '2026-03-01')
    bank.add()
    assert len(rows(provider, ACCOUNT, '2026-03-01')) == 1


@pytest.mark.parametrize(
    ('code', 'expected'),
    [
        ('con.auth', ErrorCode.USER_ACTION_REQUIRED),
        ('con.', ErrorCode.INSTITUTION_UNAVAILABLE),
        ('con.newer', ErrorCode.INSTITUTION_UNAVAILABLE),
        ('act.', ErrorCode.PROVIDER_ERROR),
        ('act.failed', ErrorCode.PROVIDER_ERROR),
        ('act.missingdata', ErrorCode.PROVIDER_ERROR),
        ('gen.', ErrorCode.PROVIDER_ERROR),
        ('gen.auth', ErrorCode.CONSENT_EXPIRED),
    ],
)
def test_rows_come_first_and_the_error_after_them(provider, bank, code, expected):
    bank.add()
    bank.errlist = [{'code': code, 'msg': 'words', 'conn_id': 'CON-1'}]
    page = provider.transactions(ACCOUNT, date(2026, 3, 1), None, UNATTENDED)
    assert (len(page.transactions), page.more, page.window) == (1, True, None)
    error = failure_of(provider.transactions, ACCOUNT, date(2026, 3, 1), page.cursor, UNATTENDED)
    assert (error.code, error.account_id) == (expected, ACCOUNT)


def test_the_trouble_of_another_bank_stays_there(provider, bank):
    bank.errlist = [{'code': 'con.auth', 'message': 'words', 'conn_id': 'CON-2'}]
    assert not all_pages(provider, ACCOUNT, '2026-03-01')[-1].more


def test_the_old_protocol_tells_trouble_in_words(provider, bank):
    bank.protocol = 1
    bank.errors = ['Connection to My Bank may need attention']
    error = failure_of(rows, provider, 'mybank.example|ACT-77', '2026-03-01')
    assert error.code == ErrorCode.USER_ACTION_REQUIRED


@pytest.mark.parametrize('status', [400, 402, 403, 429])
def test_each_refusal_has_its_meaning(provider, bank, status):
    bank.fail('/accounts', status, {'errors': ['Too many requests.']})
    assert failure_of(provider.accounts).code == ERRORS[f'accounts {status}']


def test_an_account_that_is_gone_is_closed(provider, bank):
    error = failure_of(rows, provider, 'CON-1|ACT-99', '2026-03-01')
    assert (error.code, error.account_id) == (ErrorCode.ACCOUNT_CLOSED, 'CON-1|ACT-99')


def test_a_foreign_cursor_has_expired(provider):
    with pytest.raises(CursorExpired):
        provider.transactions(ACCOUNT, None, 'not ours', UNATTENDED)


def test_the_password_is_in_no_error(provider, bank):
    bank.fail('/accounts', 500, bank.access_url)
    assert bank.password not in str(failure_of(provider.accounts))


def test_a_revocation_is_the_users_own_click(provider, stranger):
    assert not provider.revoke().revoked
    assert stranger.revoke().revoked
