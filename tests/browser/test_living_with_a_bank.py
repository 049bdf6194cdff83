"""What people do with a bank that is connected: renew, sign in anew, stop, remove."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.browser.attempts import anew
from tests.browser.conftest import BLOCK, LET_IN, PHONE
from tests.browser.visitor import Visitor, wait_until

# A limit that was met, and ends while the page is open.
LIMIT_ENDS = """
    UPDATE account_online_link
       SET by_hand_from = NULL, limited_until = now() AT TIME ZONE 'UTC' + interval '8 seconds',
           last_error_code = 'rate_limited', last_error_message = 'Used up for today.'
     WHERE name LIKE '%one refresh a day' RETURNING id
"""

# What a synchronization after the block would write, too.
NEVER_BLOCKED = """
    UPDATE account_online_link
       SET state = 'connected', last_error_code = NULL, last_error_message = NULL,
           last_error_reference = NULL, connect_mode = NULL
     WHERE last_error_code = 'client_blocked' RETURNING id
"""


@pytest.fixture(scope='module')
def connected(site, chromium):
    """Id of a connection whose transactions have come."""
    visitor = Visitor(chromium, site, 'advisor')
    window = visitor.click_to_bank(visitor.search('Sandbox Bank'))
    visitor.pass_bank(window, customer=anew('living'))
    visitor.page.get_by_role('button', name='Import Transactions').click()
    visitor.message('new transactions from Sandbox Bank')
    visitor.context.close()
    return int(site.query("SELECT max(id) FROM account_online_link")[0])


@pytest.fixture
def page_of_bank(connected, visit):
    """Somebody in front of the connection's page."""
    visitor = visit()
    visitor.open(f'/odoo/online-synchronization/{connected}', '.o_form_view')
    return visitor


def press(visitor, button, confirmation):
    """Press a button of the form and agree to what it says it will do."""
    visitor.page.get_by_role('button', name=button, exact=True).click()
    dialog = visitor.page.get_by_role('dialog').last  # the question, above what asks it
    dialog.get_by_role('button', name=confirmation, exact=True).click()


def read(site, name, link):
    """A field of the connection."""
    return site.login().call('account.online.link', 'read', [link], [name])[0][name]


def test_what_is_new_is_counted_from_the_last_visit(visit, connected):
    visitor = visit()
    visitor.dashboard()
    new = visitor.page.locator('.o_kanban_record').get_by_role('link', name='New', exact=True)
    number = new.count()
    assert number
    new.first.click()
    visitor.page.locator('.o_data_row').first.wait_for()
    visitor.dashboard()
    assert wait_until(lambda: new.count() == number - 1, seconds=10)
    # The import has just been announced, in a window that is closed now.
    assert not visitor.page.locator('.o_notification').count()


def test_new_credentials_are_entered_at_the_bank(page_of_bank):
    press(page_of_bank, 'Update Credentials', "Open the Bank's Page")
    window = page_of_bank.follow_to_bank()
    window.get_by_role('heading', name='Enter your new password').wait_for()
    window.get_by_role('button', name='Sign in').click()
    page_of_bank.message('o new transactions')


def test_a_consent_is_renewed_and_nothing_comes_twice(page_of_bank, connected, site):
    before = read(site, 'consent_number', connected)
    lines = site.query("SELECT count(*) FROM account_bank_statement_line")
    press(page_of_bank, 'Reconnect', "Open the Bank's Page")
    window = page_of_bank.follow_to_bank()
    page_of_bank.pass_bank(window)
    page_of_bank.message('o new transactions')
    assert read(site, 'consent_number', connected) == before + 1
    assert site.query("SELECT count(*) FROM account_bank_statement_line") == lines


def test_the_card_offers_to_renew_before_the_consent_ends(visit, connected, site):
    end = (datetime.now(timezone.utc).date() + timedelta(days=6)).isoformat()
    site.login().call(
        'account.online.link', 'write', [connected], {'expiring_synchronization_date': end},
    )
    visitor = visit()
    visitor.dashboard()
    visitor.page.get_by_text('Your consent ends in 6 days').first.wait_for()
    visitor.page.get_by_role('button', name='Renew').first.click()
    visitor.pass_bank(visitor.follow_to_bank())
    visitor.message('o new transactions')
    assert wait_until(
        lambda: not visitor.page.get_by_text('Your consent ends in 6 days').count(), seconds=20,
    )


def test_fetch_accounts_asks_the_bank_for_new_ones(page_of_bank):
    press(page_of_bank, 'Fetch Accounts', 'Fetch Accounts')
    window = page_of_bank.follow_to_bank()
    window.get_by_role('button', name='Allow access').click()
    page_of_bank.message('o new transactions')


def test_how_often_the_bank_may_be_asked_is_said_before_the_click(visit, site):
    visitor = visit()
    window = visitor.click_to_bank(visitor.search('one refresh a day'))
    visitor.pass_bank(window, customer=anew('demo'))
    visitor.page.get_by_role('button', name='Import Transactions').click()
    visitor.message('new transactions')
    card = visitor.card('one refresh a day Business')
    card.get_by_text('possible again').wait_for()
    synchronize = card.get_by_role('button', name='Synchronize Now')
    assert synchronize.is_disabled()

    site.query(LIMIT_ENDS)
    visitor.dashboard()
    card.get_by_text('possible again').wait_for()
    assert synchronize.is_disabled()
    assert wait_until(synchronize.is_enabled, seconds=20)
    assert not card.get_by_text('possible again').count()
    assert not card.locator('.o_online_sync_trouble').count()


def test_a_blocked_database_is_let_in_again_by_a_code(
    page_of_bank, connected, site, asks_for_phone,
):
    press(page_of_bank, 'Reconnect', "Open the Bank's Page")
    window = page_of_bank.follow_to_bank()
    window.locator('#phone').fill('+32 470 12 34 56')
    window.locator('button.primary').click()
    enter_code(window, site)
    page_of_bank.pass_bank(window)
    page_of_bank.message('o new transactions')

    site.query(BLOCK)
    fetch = page_of_bank.page.get_by_role('button', name='Fetch Transactions')
    page = page_of_bank.click_to_bank(fetch)
    page.get_by_role('button', name='Send a code').click()
    enter_code(page, site)
    page.get_by_role('heading', name='Reactivated').wait_for()
    page_of_bank.come_back()
    page_of_bank.message('o new transactions')
    error = page_of_bank.page.locator('.o_form_view .alert-danger')
    assert wait_until(lambda: not error.count(), seconds=20)
    assert read(site, 'state', connected) == 'connected'


def test_what_a_click_brought_is_told_although_one_has_gone_elsewhere(visit, connected, site):
    visitor = visit()
    visitor.dashboard()
    held = []

    def hold(route):
        held.append(route)

    visitor.page.route('**/action_online_synchronize', hold)
    visitor.page.locator('.o_online_sync_button:enabled').first.click()
    assert wait_until(lambda: visitor.page.wait_for_timeout(100) or held)
    visitor.page.locator('.o-kanban-button-new').click()
    visitor.page.get_by_role('menuitem', name='Other Journal').click()
    name = visitor.page.locator('.o_form_view [name=name] :is(input, textarea)').first
    name.fill('A name being typed')
    held.pop().continue_()
    visitor.message('o new transactions')
    assert name.input_value() == 'A name being typed'
    assert not site.login().call('account.journal', 'search', [('name', '=', 'A name being typed')])
    visitor.page.get_by_role('button', name='Discard').click()


def test_a_blocked_card_goes_on_by_itself_when_the_database_is_let_in(visit, connected, site):
    visitor = visit()
    visitor.dashboard()
    card = visitor.page.locator('.o_kanban_record', has=visitor.page.get_by_role(
        'button', name='Synchronize Now', disabled=False,
    )).first
    site.query(BLOCK)
    visitor.click_to_bank(card.get_by_role('button', name='Synchronize Now'))
    reactivate = visitor.page.get_by_role('button', name='Reactivate')
    reactivate.first.wait_for()
    visitor.come_back()  # not let in yet
    visitor.settle()
    assert reactivate.count()
    site.query(LET_IN)
    visitor.come_back()
    visitor.message('o new transactions')
    assert wait_until(lambda: not reactivate.count(), seconds=20)


def test_a_blocked_database_without_a_phone_is_told_whom_to_contact(visit, connected, site):
    site.query("UPDATE online_proxy_client SET phone_encrypted = NULL WHERE is_local RETURNING id")
    visitor = visit()
    visitor.dashboard()
    site.query(BLOCK)

    def let_in(route):
        # Not earlier: a card that looks after the block by itself would leave nothing to press.
        site.query(LET_IN)
        route.continue_()

    try:
        visitor.page.locator('.o_online_sync_button:enabled').first.click()
        card = visitor.page.locator('.o_kanban_record', has=visitor.page.locator(
            '.o_online_sync_trouble', has_text='contact the support of your bank proxy',
        )).first
        card.get_by_text('Reference: R-').wait_for()
        assert not visitor.page.get_by_role('button', name='Reactivate').count()
        visitor.settle()  # the cards are loaded anew
        visitor.page.route('**/action_online_synchronize', let_in)
        card.get_by_role('button', name='Try Again').click()
        visitor.message('o new transactions')
    finally:
        site.query(LET_IN)


def test_a_phone_shows_the_whole_text_of_a_block(visit, connected, site):
    site.query("UPDATE online_proxy_client SET phone_encrypted = NULL WHERE is_local RETURNING id")
    visitor = visit(width=PHONE)
    visitor.dashboard()
    site.query(BLOCK)
    try:
        visitor.page.locator('.o_online_sync_button:enabled').first.click()
        text = visitor.page.locator('.o_online_sync_trouble', has_text='contact the support').first
        text.wait_for()
        assert text.evaluate('shown => shown.scrollHeight <= shown.clientHeight'), 'none is cut off'
        assert visitor.overflow() <= 0
    finally:
        site.query(LET_IN)
        site.query(NEVER_BLOCKED)


def enter_code(window, site):
    """Type the code that the sandbox shows in the operator's console."""
    window.locator('#code').wait_for()
    [code] = site.login().call(
        'online.proxy.code', 'search_read', [], ['code'], order='id desc', limit=1,
    )
    window.locator('#code').fill(code['code'])
    window.locator('button.primary').first.click()


def test_turning_back_from_a_renewal_offers_another_way_in(page_of_bank, connected, site):
    press(page_of_bank, 'Reconnect', "Open the Bank's Page")
    page_of_bank.follow_to_bank().get_by_role('button', name='Cancel').click()
    again = page_of_bank.page.get_by_role('button', name='Try again')
    again.wait_for(timeout=20_000)
    window = page_of_bank.click_to_bank(again)
    window.get_by_role('button', name='Agree and continue').wait_for()
    page_of_bank.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()
    assert read(site, 'state', connected) == 'connected'


def test_the_accounts_have_a_column_of_trouble_while_there_is_some(page_of_bank, connected, site):
    column = page_of_bank.page.get_by_role('columnheader', name='Trouble')
    page_of_bank.page.get_by_role('columnheader', name='Journal').wait_for()
    assert not column.count()
    account, *_others = read(site, 'account_ids', connected)
    write = ('account.online.account', 'write', [account])
    site.login().call(*write, {'trouble_code': 'account_closed'})
    page_of_bank.open(f'/odoo/online-synchronization/{connected}', '.o_form_view')
    column.wait_for()
    page_of_bank.page.get_by_role('cell', name='was closed').wait_for()
    site.login().call(*write, {'trouble_code': False})


def test_stopping_one_account_keeps_its_sibling(page_of_bank, connected, site):
    before = read(site, 'journal_count', connected)
    page_of_bank.page.locator('.o_data_row').first.click()
    press(page_of_bank, 'Stop Importing', 'Stop Importing')
    assert wait_until(
        lambda: read(site, 'journal_count', connected) == before - 1, seconds=20,
    )
    assert read(site, 'state', connected) == 'connected'


def test_leaving_a_bank_says_what_is_kept_and_whether_the_consent_ended(
    page_of_bank, connected, site,
):
    lines = site.query("SELECT count(*) FROM account_bank_statement_line")
    page_of_bank.page.get_by_role('button', name='Disconnect', exact=True).click()
    page_of_bank.page.get_by_text('The journals, their transactions and this page stay').wait_for()
    page_of_bank.page.get_by_role('dialog').get_by_role('button', name='Disconnect').click()
    page_of_bank.message('The bank confirmed that the consent has ended')
    press(page_of_bank, 'Remove', 'Remove')
    page_of_bank.message('was removed')
    assert not site.login().call('account.online.link', 'search', [('id', '=', connected)])
    assert site.query("SELECT count(*) FROM account_bank_statement_line") == lines
