"""From an empty card to transactions in the books, in every way a person may take."""

import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from tests.browser.attempts import anew
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.visitor import wait_until

MOST_CLICKS = 6
CHINESE = re.compile(r'[\u4e00-\u9fff]')


def lines(site):
    return int(site.query('SELECT count(*) FROM account_bank_statement_line')[0])


def booked_rows(site):
    return int(site.query(
        "SELECT count(*) FROM account_online_transaction WHERE state = 'imported'"
    )[0])


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_a_few_clicks_lead_from_an_empty_card_to_transactions(visit, site, width):
    journal = anew(f'House bank {width}')
    site.login().call('account.journal', 'create', {'name': journal, 'type': 'bank'})
    visitor = visit(width=width)
    before = lines(site)
    visitor.dashboard()
    favourite = visitor.card(journal).locator('.o_online_bank_favourites button').first
    clicks = 1
    window = visitor.click_to_bank(favourite)
    visitor.page.get_by_text('Please continue in the window of your bank').wait_for()
    clicks += visitor.pass_bank(window, customer=anew(f'customer-{width}'))
    visitor.page.get_by_role('button', name='Import Transactions').click()
    clicks += 1
    message = visitor.page.locator('.o_notification', has_text='new transactions from Sandbox Bank')
    # The message of the import before may still be there.
    assert wait_until(lambda: lines(site) > before)
    message.first.wait_for(timeout=120_000)
    message.first.get_by_role('button', name='Show them').wait_for()
    assert clicks <= MOST_CLICKS
    assert lines(site) == booked_rows(site)
    visitor.card(journal).get_by_text('Balance agrees').wait_for()
    assert visitor.overflow() <= 0


def test_synchronizing_again_adds_nothing(visit, site):
    visitor = visit()
    visitor.dashboard()
    before = lines(site)
    visitor.page.locator('.o_online_sync_button:enabled').first.click()
    visitor.page.locator('.o_notification', has_text='o new transactions').first.wait_for(
        timeout=60_000
    )
    assert lines(site) == before


def test_where_popups_are_held_back_the_same_flow_goes_on_in_the_tab(visit):
    visitor = visit(popups=False)
    visitor.search('Sandbox Bank').click()
    visitor.page.get_by_text('The window of your bank could not open').wait_for()
    visitor.page.get_by_role('button', name='Continue in this tab').click()
    visitor.pass_bank(visitor.page, customer=anew('same-tab'))
    visitor.page.get_by_role('button', name='Import Transactions').wait_for(timeout=30_000)
    visitor.page.locator('.o_kanban_record').first.wait_for()


def test_turning_back_at_the_bank_connects_nothing(visit, site):
    visitor = visit()
    window = visitor.click_to_bank(visitor.search('Sandbox Bank'))
    window.get_by_role('button', name='Cancel').first.click()
    visitor.page.get_by_text('You turned back at your bank').wait_for(timeout=20_000)
    again = visitor.click_to_bank(visitor.page.get_by_role('button', name='Try again'))
    again.get_by_role('button', name='Agree and continue').wait_for()
    visitor.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()
    assert wait_until(again.is_closed)
    assert wait_until(
        lambda: not site.query("SELECT id FROM account_online_link WHERE state <> 'connected'"),
    )


def test_a_window_that_was_closed_can_be_opened_again(visit):
    visitor = visit()
    window = visitor.click_to_bank(visitor.search('Sandbox Bank'))
    window.get_by_role('button', name='Agree and continue').wait_for()
    window.close()
    again = visitor.page.get_by_role('button', name='Open the bank')
    again.wait_for(timeout=20_000)
    visitor.pass_bank(visitor.click_to_bank(again), customer=anew('second-try'))
    visitor.page.get_by_role('button', name='Import Transactions').wait_for(timeout=30_000)


SEVERAL = 'Zandbank'  # a bank of the sandbox that another provider reaches as well
SECOND_ROUTE = """
    INSERT INTO online_proxy_institution_route
           (institution_id, provider_id, external_id, name, audience, active, unattended, sequence)
    SELECT route.institution_id, provider.id, 'second', route.name, 'both', true, true, 1
      FROM online_proxy_institution_route route, online_proxy_provider provider
     WHERE route.name LIKE 'Zandbank%' AND route.external_id <> 'second'
           AND provider.code = 'gocardless'
    ON CONFLICT (provider_id, external_id) DO UPDATE SET active = true RETURNING id
"""
ENABLE = "UPDATE online_proxy_provider SET enabled = %s WHERE code = 'gocardless' RETURNING id"


@pytest.fixture
def several_providers(site):
    """A bank that two providers reach; the operator prefers one that he has not set up."""
    site.login().call('account.online.link', 'get_institution_overview')  # the banks are there
    site.query(ENABLE % 'true')
    site.query(SECOND_ROUTE)
    yield
    site.query(ENABLE % 'false')


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_a_bank_with_several_providers_is_reached_through_the_one_that_is_chosen(
    visit, site, several_providers, width,
):
    visitor = visit(width=width)
    dialog = visitor.page.get_by_role('dialog')
    visitor.search(SEVERAL).click()
    preferred = dialog.get_by_role('radio', name='GoCardless')
    preferred.wait_for()
    assert preferred.is_checked()
    assert preferred.evaluate('radio => radio === document.activeElement')
    dialog.get_by_text('Recommended').wait_for()
    dialog.get_by_text('European banks; consent for up to 180 days').wait_for()
    dialog.get_by_text('Pretend banks with pretend money').wait_for()
    assert visitor.barriers() == []
    assert visitor.overflow() <= 0

    window = visitor.click_to_bank(dialog.get_by_role('button', name='Continue to the bank'))
    window.get_by_role('button', name='Agree and continue').click()
    dialog.get_by_text('The connection was not made').wait_for(timeout=30_000)
    dialog.get_by_text('if the bank offers several ways to connect').wait_for()
    dialog.get_by_text('Reference for support').wait_for()
    dialog.get_by_role('button', name='Choose another bank').click()
    visitor.page.get_by_role('combobox', name='Name or BIC of your bank').fill(SEVERAL)
    visitor.page.locator('.o_institution_option', has_text=SEVERAL).first.click()
    dialog.get_by_role('radio', name='Sandbox').check()
    window = visitor.click_to_bank(dialog.get_by_role('button', name='Continue to the bank'))
    visitor.pass_bank(window, customer=anew(f'several-{width}'))
    visitor.page.get_by_role('button', name='Import Transactions').click()
    visitor.message(f'new transactions from {SEVERAL}')
    assert site.query("SELECT provider_type FROM account_online_link ORDER BY id DESC LIMIT 1") == [
        'sandbox',
    ]


def test_a_long_import_counts_along_and_ends_with_a_message_wherever_the_user_is(visit, site):
    visitor = visit()
    window = visitor.click_to_bank(visitor.search('ten thousand'))
    visitor.pass_bank(window, customer=anew('demo'))
    start = visitor.page.locator('.o_online_mapping .o_data_row [name=import_from]')
    start.click()
    start_day = datetime.now(timezone.utc) - timedelta(days=300)  # 27 a day: several batches
    start.locator('input').fill(start_day.strftime('%m/%d/%Y'))
    visitor.page.get_by_role('button', name='Import Transactions').click()
    visitor.page.get_by_text(re.compile(r'Importing… [\d,]+ transactions so far')).first.wait_for(
        timeout=60_000,
    )
    visitor.act('account_online_synchronization.account_online_transaction_action', '.o_list_view')
    message = visitor.message('new transactions from Sandbox Bank')
    count = int(re.search(r'\d,\d{3}', message.inner_text())[0].replace(',', ''))
    assert 8000 < count < 9000
    message.get_by_role('button', name='Show them').click()
    visitor.page.locator('.o_breadcrumb', has_text='Transactions').wait_for()
    visitor.page.locator('.o_data_row').first.wait_for()
    [journal] = site.query(
        "SELECT journal_id FROM account_bank_statement_line ORDER BY id DESC LIMIT 1"
    )
    [card] = site.login('advisor', 'advisor').call(
        'account.journal', 'read', [int(journal)], ['kanban_dashboard'],
    )
    assert json.loads(card['kanban_dashboard'])['online_sync']['new'] == 0, 'he has seen them'


def test_the_keyboard_alone_finds_a_bank(visit):
    visitor = visit()
    visitor.open('/odoo/online-synchronization')
    visitor.page.get_by_role('button', name='Connect a Bank').click()
    visitor.page.locator('.o_institution_option').first.wait_for()
    visitor.page.keyboard.type('sandbox')
    visitor.page.wait_for_timeout(600)
    visitor.page.keyboard.press('ArrowDown')
    search = visitor.page.get_by_role('combobox', name='Name or BIC')
    active = search.get_attribute('aria-activedescendant')
    assert visitor.page.locator(f'#{active}').get_attribute('aria-selected') == 'true'
    visitor.page.keyboard.press('Escape')
    assert wait_until(lambda: not search.input_value())
    visitor.page.keyboard.press('Escape')
    visitor.page.get_by_role('dialog').wait_for(state='detached')


def test_a_bank_that_wants_a_code_asks_for_it_at_each_synchronization(visit, site):
    visitor = visit()
    option = visitor.search('code at each refresh')
    option.click()
    window = visitor.click_to_bank(visitor.page.get_by_role('button', name='Continue to the bank'))
    visitor.pass_bank(window, customer=anew('demo'))
    window.get_by_role('button', name='Confirm').click()
    visitor.page.get_by_role('button', name='Import Transactions').click()
    visitor.page.locator('.o_notification', has_text='new transactions').wait_for(timeout=120_000)
    card = visitor.card('code at each refresh Business')
    card.get_by_role('button', name='Synchronize Now').click()
    window = visitor.follow_to_bank()
    window.get_by_role('button', name='Agree and continue').click()
    window.get_by_role('button', name='Confirm').click()
    visitor.page.locator('.o_notification', has_text='all are known').wait_for(timeout=60_000)


def test_a_billing_user_has_no_way_to_connections(visit):
    visitor = visit('billing')
    visitor.page.goto(f'{visitor.site.url}/odoo/online-synchronization')
    visitor.settle()
    assert not visitor.page.get_by_text('Connect a Bank').count()


def test_the_whole_way_is_in_the_user_s_language(visit, site):
    journal, width = anew('中国银行'), PHONE
    site.login().call('account.journal', 'create', {'name': journal, 'type': 'bank'})
    visitor = visit('wei', width=width, lang='zh-CN')
    visitor.dashboard()
    picker = visitor.card(journal).locator('.o_online_bank_picker')
    assert CHINESE.search(picker.locator('.o_online_bank_search').inner_text())
    window = visitor.click_to_bank(picker.locator('.o_online_bank_favourites button').first)
    said = [window.locator('h1').inner_text(), window.locator('button.primary').inner_text()]
    said.append(visitor.page.locator('.o_online_connect p').first.inner_text())
    window.locator('button.primary').click()
    window.locator('[name=login]').fill(anew(f'customer-zh-{width}'))
    said.append(window.locator('h1').inner_text())
    window.locator('form [type=submit]').first.click()
    start = visitor.page.locator('button[name=action_import]')
    start.wait_for(timeout=60_000)
    said.append(start.inner_text())
    visitor.settle()
    assert visitor.barriers() == []
    start.click()
    message = visitor.message('Sandbox Bank')
    said.append(message.inner_text())
    assert all(map(CHINESE.search, said)), said
    assert visitor.overflow() <= 0


def test_a_double_click_opens_the_bank_once(visit, site):
    journal = anew('Double click')
    site.login().call('account.journal', 'create', {'name': journal, 'type': 'bank'})
    visitor = visit()
    visitor.dashboard()
    favourite = visitor.card(journal).locator('.o_online_bank_favourites button').first
    with visitor.page.expect_popup() as opened:
        favourite.dblclick()
    opened.value.get_by_role('button', name='Agree and continue').wait_for()
    assert len(visitor.context.pages) == 2
    assert visitor.page.get_by_role('dialog').count() == 1
    visitor.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()


def test_a_blocker_that_holds_back_the_scripts_of_the_pages_stops_nobody(visit):
    visitor = visit()
    visitor.context.route('**/static/src/pages/pages.js', lambda route: route.abort())
    window = visitor.click_to_bank(visitor.search('Sandbox Bank'))
    window.get_by_role('button', name='Agree and continue').click()
    window.get_by_role('link', name='Continue').click()
    window.get_by_label('Login').fill(anew('blocker'))
    window.get_by_role('button', name='Sign in and share all accounts').click()
    visitor.page.get_by_role('button', name='Import Transactions').wait_for(timeout=30_000)


def test_a_keeper_of_the_books_synchronizes_but_connects_nothing(visit):
    visitor = visit('keeper')
    visitor.dashboard()
    assert not visitor.page.locator('.o_online_bank_picker').count()
    visitor.page.locator('.o_online_sync_button:enabled').first.click()
    visitor.message('o new transactions')
    visitor.open('/odoo/online-synchronization')
    assert not visitor.page.get_by_role('button', name='Connect a Bank').count()
    visitor.page.locator('.o_data_row').first.click()
    visitor.page.locator('.o_form_view').wait_for()
    assert not visitor.page.get_by_role('button', name='Disconnect').count()
