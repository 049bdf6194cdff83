"""From an empty card to transactions in the books, in every way a person may take."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.visitor import wait_until

MOST_CLICKS = 6


def lines(site):
    return int(site.query('SELECT count(*) FROM account_bank_statement_line')[0])


def booked_rows(site):
    return int(site.query(
        "SELECT count(*) FROM account_online_transaction WHERE state = 'imported'"
    )[0])


def choose(visitor, name):
    """Look for a bank and choose it; returns the bank's window."""
    visitor.open('/odoo/online-synchronization')
    visitor.page.get_by_role('button', name='Connect a Bank').click()
    visitor.page.get_by_role('combobox', name='Name or BIC of your bank').fill(name)
    option = visitor.page.locator('.o_institution_option').filter(
        has=visitor.page.locator('.o_institution_name', has_text=name),
    ).first
    option.wait_for()
    visitor.page.get_by_role('status').filter(has_text='found').wait_for()
    return option


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_a_few_clicks_lead_from_an_empty_card_to_transactions(visit, site, width):
    journal = f'House bank {width}'
    site.login().call('account.journal', 'create', {'name': journal, 'type': 'bank'})
    visitor = visit(width=width)
    before = lines(site)
    visitor.dashboard()
    favourite = visitor.card(journal).locator('.o_online_bank_favourites button').first
    clicks = 1
    window = visitor.click_to_bank(favourite)
    visitor.page.get_by_text('Please continue in the window of your bank').wait_for()
    clicks += visitor.pass_bank(window, customer=f'customer-{width}')
    visitor.page.get_by_role('button', name='Import Transactions').click()
    clicks += 1
    message = visitor.page.locator('.o_notification', has_text='new transactions from Sandbox Bank')
    message.wait_for(timeout=120_000)
    message.get_by_role('button', name='Show them').wait_for()
    assert clicks <= MOST_CLICKS
    assert lines(site) > before
    assert lines(site) == booked_rows(site)
    visitor.card(journal).get_by_text('Balance agrees').wait_for()
    assert visitor.overflow() <= 0


def test_synchronizing_again_adds_nothing(visit, site):
    visitor = visit()
    visitor.dashboard()
    before = lines(site)
    visitor.page.get_by_role('button', name='Synchronize Now').first.click()
    visitor.page.locator('.o_notification', has_text='o new transactions').first.wait_for(
        timeout=60_000
    )
    assert lines(site) == before


def test_where_popups_are_held_back_the_same_flow_goes_on_in_the_tab(visit):
    visitor = visit(popups=False)
    choose(visitor, 'Sandbox Bank').click()
    visitor.page.get_by_text('The window of your bank could not open').wait_for()
    visitor.page.get_by_role('button', name='Continue in this tab').click()
    visitor.pass_bank(visitor.page, customer='same-tab')
    visitor.page.get_by_role('button', name='Import Transactions').wait_for(timeout=30_000)
    visitor.page.locator('.o_kanban_record').first.wait_for()


def test_turning_back_at_the_bank_connects_nothing(visit, site):
    visitor = visit()
    window = visitor.click_to_bank(choose(visitor, 'Sandbox Bank'))
    window.get_by_role('button', name='Cancel').first.click()
    visitor.page.get_by_text('Nothing was connected').wait_for(timeout=20_000)
    visitor.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()
    assert wait_until(
        lambda: not site.query("SELECT id FROM account_online_link WHERE state <> 'connected'"),
    )


def test_a_window_that_was_closed_can_be_opened_again(visit):
    visitor = visit()
    window = visitor.click_to_bank(choose(visitor, 'Sandbox Bank'))
    window.get_by_role('button', name='Agree and continue').wait_for()
    window.close()
    again = visitor.page.get_by_role('button', name='Open the bank')
    again.wait_for(timeout=20_000)
    visitor.pass_bank(visitor.click_to_bank(again), customer='second-try')
    visitor.page.get_by_role('button', name='Import Transactions').wait_for(timeout=30_000)


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
    assert search.input_value() == ''
    visitor.page.keyboard.press('Escape')
    visitor.page.get_by_role('dialog').wait_for(state='detached')


def test_a_bank_that_wants_a_code_asks_for_it_at_each_synchronization(visit, site):
    visitor = visit()
    option = choose(visitor, 'code at each refresh')
    option.click()
    window = visitor.click_to_bank(visitor.page.get_by_role('button', name='Continue to the bank'))
    visitor.pass_bank(window)
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
