"""The ways to one's bank that somebody meets who has just installed the addon."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE

NEW_COMPANY = """
from odoo import Command
company = env['res.company'].create({'name': "New & Co"})
env['res.users'].with_context(no_reset_password=True).create({
    'login': 'newcomer', 'password': 'newcomer', 'name': "Ned Newcomer", 'company_id': company.id,
    'company_ids': [Command.set(company.ids)], 'tz': 'Europe/Brussels',
    'group_ids': [Command.set(env.ref('account.group_account_manager').ids)],
}).odoobot_state = 'disabled'
env.cr.commit()
"""
SETTINGS = 'account.action_account_config'


def close_search(visitor):
    """See that a search is open, and close it."""
    visitor.page.locator('.o_institution_option').first.wait_for()
    visitor.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()
    visitor.page.get_by_role('dialog').wait_for(state='detached')


def test_every_entry_leads_to_the_search(visit, site):
    journal = 'Card of an empty bank'
    site.login().call('account.journal', 'create', {'name': journal, 'type': 'bank'})
    count = site.login().call('account.online.link', 'get_institution_overview', 'BE')['count']
    visitor = visit()
    visitor.dashboard()
    for kind in ('Bank', 'Credit Card'):
        visitor.page.locator('.o-kanban-button-new').click()
        visitor.page.get_by_role('menuitem', name=kind, exact=True).click()
        close_search(visitor)
    visitor.card(journal).get_by_role('button', name=f'Search {count:,} banks').click()
    close_search(visitor)
    visitor.card(journal).hover()
    visitor.card(journal).locator('.o_dropdown_kanban button').click()
    visitor.page.get_by_role('menuitem', name='Connect bank').click()
    close_search(visitor)
    visitor.page.get_by_role('button', name='Configuration').click()
    visitor.page.get_by_role('menuitem', name='Add a Bank Account').click()
    visitor.page.locator('.o_institution_option').first.wait_for()
    visitor.page.get_by_role('dialog').get_by_role('button', name='Add it by hand').click()
    visitor.page.locator('.modal [name=acc_number] input').wait_for()
    visitor.page.locator('.modal').get_by_role('button', name='Cancel').click()


def test_the_first_steps_of_a_new_company_lead_to_its_bank(visit, site):
    site.shell(NEW_COMPANY)
    visitor = visit('newcomer')
    visitor.open('/odoo/accounting', '.o_online_onboarding')
    assert visitor.barriers() == []
    visitor.page.get_by_role('link', name='Connect Your Bank').click()
    close_search(visitor)
    visitor.page.get_by_role('button', name='Do not show the first steps any more').click()
    visitor.page.locator('.o_online_onboarding').wait_for(state='detached')


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_an_administrator_finds_where_the_banks_are_reached(visit, width):
    visitor = visit('admin', width=width)
    visitor.act(SETTINGS, '#online_synchronization')
    visitor.page.locator('#online_synchronization').scroll_into_view_if_needed()
    visitor.page.locator('[name=online_proxy_url] input').fill('https://banks.example.com')
    visitor.page.keyboard.press('Tab')
    visitor.page.get_by_role('button', name='Register this database').wait_for()
    assert visitor.barriers('#online_synchronization') == []
    assert visitor.overflow() <= 0
