"""The sandbox's world: believable, the same for ever, and each institution as its name says."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise

import pytest
from customer import START, Customer
from helpers import ATTENDED, UNATTENDED, failure_of
from providers.errors import ErrorCode
from providers.interface import (
    AskUser,
    Cancelled,
    Connected,
    ConnectMode,
    Refreshed,
    Refreshing,
    Wait,
)
from providers.sandbox.catalogue import generate_institutions
from providers.sandbox.connect import CODE, PASSWORD
from providers.sandbox.institutions import INSTITUTIONS
from providers.sandbox.site import Visit, sign_in
from providers.sandbox.world import World


@pytest.fixture
def connected():
    def build(institution_id='sandbox', **values):
        customer = Customer(institution_id, **values)
        assert isinstance(customer.connect(), Connected)
        return customer

    return build


def code_of(call):
    return failure_of(call).code


def refresh(customer, presence=ATTENDED, job=None):
    ids = tuple(account.id for account in customer.provider.accounts())
    return customer.provider.refresh(ids, presence, job)


PROVABLE = [
    institution_id
    for institution_id, bank in INSTITUTIONS.items()
    if bank.behaviour.running_balance
    and not bank.behaviour.always_failing
    and not bank.behaviour.first_consent_expired
]


@pytest.mark.parametrize('institution_id', PROVABLE)
def test_running_balances_add_up_to_the_balance_of_the_account(connected, institution_id):
    customer = connected(institution_id)
    account = customer.provider.accounts()[0]
    rows = customer.rows()
    if INSTITUTIONS[institution_id].behaviour.newest_first:
        rows = rows[::-1]
    jumps = [
        (row.booking_date, Decimal(row.balance_after) - Decimal(before.balance_after))
        for before, row in pairwise(rows)
        if Decimal(row.balance_after) - Decimal(before.balance_after) != Decimal(row.amount)
        and row != before
    ]
    hidden = INSTITUTIONS[institution_id].behaviour.trouble == 'hidden'
    assert len(jumps) == (1 if hidden else 0)
    if rows:
        assert rows[-1].balance_after == account.balance.amount


@pytest.mark.parametrize('institution_id', ['sandbox', 'sandbox-hostile', 'sandbox-no-ids'])
def test_what_was_booked_stays_booked(connected, institution_id):
    customer = connected(institution_id)
    before = customer.rows()
    after = customer.after(days=40).rows(since=date.fromisoformat(before[0].booking_date))
    recent = [row for row in before if row.booking_date >= after[0].booking_date]
    assert after[: len(recent)] == recent
    assert len(after) > len(recent)


def test_every_institution_can_be_connected_and_lists_its_accounts(connected):
    for institution_id, bank in INSTITUTIONS.items():
        customer = connected(institution_id)
        always = [plan for plan in bank.accounts if not plan.opens_after]
        assert len(customer.provider.accounts()) == len(always)


def test_the_oracle_tells_what_complete_books_hold(connected):
    customer = connected('sandbox-wrong-rows')
    world, now = World(), customer.now
    account = world.accounts('sandbox', 'sandbox-wrong-rows', 'BE', now, now)[0]
    since = world.oldest_day(account, now)
    expected = world.booked(account, since, now)
    shown = customer.rows()
    assert 0 < len(shown) - len(expected) < 5
    later = now + timedelta(days=8)
    corrected = world.booked(account, since, later)
    assert len([row for row in corrected if row.booking_date <= '2026-03-10']) >= len(shown)


def test_a_user_can_turn_back_at_the_bank(connected):
    customer = Customer('sandbox')
    request = customer.request()
    ticket = customer.provider.start(request).url.partition('ticket=')[2]
    visit = Visit.open(ticket, {}, customer.now)
    assert 'error=access_denied' in visit.cancelled().way_back()
    assert isinstance(customer.provider.resume(request, {'error': 'access_denied'}), Cancelled)
    assert customer.tokens == {}


def test_a_grant_of_another_sign_in_is_refused(connected):
    customer = Customer('sandbox')
    url = customer.provider.start(customer.request(state='mine')).url
    answer = sign_in(url, {}, customer.now)
    other = customer.request(state='yours')
    assert code_of(lambda: customer.provider.resume(other, answer)) == ErrorCode.INVALID_REQUEST


def test_a_form_of_the_proxy_asks_for_password_and_code():
    customer = Customer('sandbox-own-form')
    request = customer.request()
    assert isinstance(customer.provider.start(request), AskUser)
    wrong = customer.provider.resume(request, {'login': 'demo', 'password': 'guess'})
    assert isinstance(wrong, AskUser)
    assert wrong.message
    assert isinstance(customer.provider.resume(request, {'password': PASSWORD}), Wait)
    assert customer.provider.resume(request, {}).fields[0].kind == 'code'
    assert isinstance(customer.provider.resume(request, {'code': '1'}), AskUser)
    assert isinstance(customer.provider.resume(request, {'code': CODE}), Connected)


def test_a_slow_bank_is_in_progress_three_times(connected):
    customer = connected('sandbox-slow')
    job, polls = None, 0
    while isinstance(step := refresh(customer, job=job), Refreshing):
        job, polls = step.job, polls + 1
    assert isinstance(step, Refreshed)
    assert polls == 3


def test_a_code_is_wanted_for_each_refresh(connected):
    customer = connected('sandbox-mfa')
    assert isinstance(refresh(customer), Refreshed)
    assert code_of(lambda: refresh(customer)) == ErrorCode.USER_ACTION_REQUIRED
    customer.connect(ConnectMode.REFRESH)
    assert isinstance(refresh(customer), Refreshed)


def test_a_second_refresh_on_one_day_is_refused_until_midnight(connected):
    customer = connected('sandbox-daily')
    refresh(customer)
    error = failure_of(refresh, customer.after(hours=2))
    assert error.code == ErrorCode.RATE_LIMITED
    assert error.until == datetime(2026, 3, 10, 23, 0, tzinfo=timezone.utc)
    customer.now = error.until
    assert isinstance(refresh(customer), Refreshed)


def test_a_bank_that_wants_its_user_refuses_the_night(connected):
    customer = connected('sandbox-attended')
    assert code_of(lambda: refresh(customer, UNATTENDED)) == ErrorCode.UNATTENDED_REFUSED
    assert isinstance(refresh(customer), Refreshed)


def test_after_an_outage_nothing_is_missing(connected):
    customer = connected('sandbox-outage')
    assert customer.rows()
    customer.after(days=1)
    assert code_of(lambda: refresh(customer)) == ErrorCode.INSTITUTION_UNAVAILABLE
    customer.after(days=2)
    assert [row for row in customer.rows() if row.booking_date == '2026-03-12']


def test_consents_end_and_are_renewed(connected):
    short = connected('sandbox-consent').after(days=10)
    assert code_of(lambda: refresh(short)) == ErrorCode.CONSENT_EXPIRED
    short.connect(ConnectMode.RECONNECT)
    assert isinstance(refresh(short), Refreshed)
    ended = connected('sandbox-expired')
    assert code_of(lambda: refresh(ended)) == ErrorCode.CONSENT_EXPIRED
    ended.connect(ConnectMode.RECONNECT)
    assert isinstance(refresh(ended), Refreshed)


def test_new_credentials_are_wanted_after_a_week(connected):
    customer = connected('sandbox-password').after(days=7)
    assert code_of(lambda: refresh(customer)) == ErrorCode.USER_ACTION_REQUIRED
    customer.connect(ConnectMode.UPDATE_CREDENTIALS)
    assert isinstance(refresh(customer), Refreshed)


def test_a_refresh_at_such_a_bank_asks_for_the_credentials_too(connected):
    customer = connected('sandbox-password').after(days=7)
    customer.connect(ConnectMode.REFRESH)
    assert isinstance(refresh(customer), Refreshed)


def test_a_closed_account_does_not_keep_its_sibling(connected):
    customer = connected('sandbox-closed').after(days=3)
    assert [account.closed for account in customer.provider.accounts()] == [False, True]
    assert customer.rows(0)
    assert code_of(lambda: customer.rows(1)) == ErrorCode.ACCOUNT_CLOSED


def test_a_new_account_is_found_when_the_user_looks_for_it(connected):
    customer = connected('sandbox-new-account').after(days=7)
    assert len(customer.provider.accounts()) == 2
    customer.connect(ConnectMode.FETCH_ACCOUNTS)
    assert len(customer.provider.accounts()) == 2 + 1


def test_there_are_ten_thousand_transactions(connected):
    assert len(connected('sandbox-ten-thousand').rows()) == 10_000


def test_a_renewed_consent_can_bring_new_ids_for_everything(connected):
    customer = connected('sandbox-new-ids')
    before, rows = customer.provider.accounts(), customer.rows()
    customer.connect(ConnectMode.RECONNECT)
    after, again = customer.provider.accounts(), customer.rows()
    assert [account.identity for account in before] == [account.identity for account in after]
    assert not {account.id for account in before} & {account.id for account in after}
    assert len(rows) == len(again)
    assert not {row.id for row in rows} & {row.id for row in again}


def test_edits_and_removals_come_with_the_cursor(connected):
    customer = connected('sandbox-edits')
    cursor, answers = customer.pages()[-1].cursor, []
    for _day in range(30):
        answers += customer.after(days=1).pages(cursor=cursor)
        cursor = answers[-1].cursor
    rows = [row for page in answers for row in page.transactions]
    assert [row for row in rows if row.description.endswith('(corrected)')]
    gone = {row_id for page in answers for row_id in page.removed if row_id.startswith('tx_')}
    assert gone
    assert not gone & {row.id for row in customer.rows()}
    assert customer.pages(cursor=cursor)[0].transactions == ()


def test_some_rows_come_late_and_are_dated_back(connected):
    customer = connected('sandbox-late-rows')
    known = {row.id for row in customer.rows()}
    late = [row for row in customer.after(days=14).rows() if row.booking_date < '2026-03-10']
    assert [row for row in late if row.id not in known]


def test_a_pending_row_is_booked_with_another_id_and_amount(connected):
    customer = connected('sandbox-pending')
    held = []
    for _day in range(40):
        held += customer.after(days=1).rows(status='pending')
    booked = customer.rows()
    assert held
    assert not {row.id for row in held} & {row.id for row in booked}
    assert {row.amount for row in held} - {row.amount for row in booked}


def test_positions_are_renumbered_by_new_rows(connected):
    customer = connected('sandbox-positional')
    changed = 0
    for _hour in range(72):
        before = {row.id: row.amount for row in customer.rows(since=START.date())}
        customer.after(hours=1)
        now = customer.rows(since=START.date())
        changed += any(before.get(row.id, row.amount) != row.amount for row in now)
    assert changed


def test_both_legs_of_an_own_transfer_are_booked_on_the_same_day(connected):
    customer = connected()
    out = [row for row in customer.rows(0) if row.references.end_to_end == 'OWN-20260305']
    into = [row for row in customer.rows(1) if row.references.end_to_end == 'OWN-20260305']
    assert Decimal(out[0].amount) == -Decimal(into[0].amount)
    assert out[0].booking_date == into[0].booking_date


def test_equal_fares_on_one_day_are_several_rows(connected):
    fares = [row for row in connected('sandbox-no-ids').rows() if row.amount == '-2.40']
    days = [row.booking_date for row in fares]
    assert len(days) > len(set(days))


@pytest.mark.parametrize(
    ('country', 'currency', 'iban'),
    [('FR', 'EUR', 27), ('DE', 'EUR', 22), ('GB', 'GBP', 22), ('CN', 'CNY', 0), ('US', 'USD', 0)],
)
def test_each_country_has_its_currency_and_its_numbers(connected, country, currency, iban):
    account = connected(country=country).provider.accounts()[0]
    assert account.currency == currency
    assert len(account.iban or '') == iban
    assert account.identity


def test_account_numbers_have_right_check_digits(connected):
    for country in ('BE', 'FR', 'LU', 'DE', 'AT', 'CH', 'NL', 'ES', 'GB'):
        iban = connected(country=country).provider.accounts()[0].iban
        digits = ''.join(str(int(character, 36)) for character in iban[4:] + iban[:4])
        assert int(digits) % 97 == 1


def test_another_seed_is_another_world(connected):
    assert connected().rows() != connected(settings={'seed': 'other'}).rows()


def test_thirty_thousand_institutions_can_be_generated():
    found = list(generate_institutions(30_000))
    assert len({institution.id for institution in found}) == 30_000
    assert list(generate_institutions(50)) == found[:50]
    bics = [bic for institution in found for bic in institution.bics]
    assert all(len(bic) == 8 and bic.isalnum() for bic in bics)


def test_a_daily_bank_says_when_it_can_be_asked_again(connected):
    customer = connected('sandbox-daily')
    refresh(customer)
    assert {until.hour for _account, _left, until in customer.learned} == {23}
    assert len(customer.learned) == 2
