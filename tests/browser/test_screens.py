"""Every screen on a desktop and on a phone: no barrier, nothing cut off; the README's pictures."""

import os
from pathlib import Path

import pytest

from tests.browser.attempts import anew
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.visitor import Visitor, wait_until

# One row in each state that people meet, beside what the sandbox's bank sent by itself.
ODD_ROWS = """
from odoo import Command, fields
account = env['account.online.account'].search([('journal_ids', '!=', False)], limit=1)
known = env['account.online.transaction'].search(
    [('online_account_id', '=', account.id), ('state', '=', 'imported')], limit=3,
)
known[0].write({
    'state': 'to_review', 'review_kind': 'changed', 'review_booking_date': known[0].booking_date,
    'review_amount': known[0].amount - 10, 'review_description': known[0].description,
    'review_counterparty_name': known[0].counterparty_name,
})
known[1].write({'state': 'to_review', 'review_kind': 'removed'})
env['account.online.transaction'].create([{
    'online_account_id': account.id, 'status': 'booked', 'currency_code': 'EUR', **values,
} for values in (
    {'state': 'waiting', 'amount': -800, 'booking_date': '2026-01-31', 'description': "Rent",
     'reason': "Dated in a period that is locked.", 'lock_name': "Hard lock date"},
    {'state': 'quarantined', 'amount': 0, 'description': "???", 'reason': "The bank sent no date."},
    {'state': 'to_review', 'amount': -2.4, 'booking_date': '2026-02-03', 'description': "Tram",
     'review_kind': 'possible_pair', 'review_candidate_ids': [Command.set(known[2].ids)]},
)])
# A line that somebody deleted, and one that somebody else has entered once more.
lines = env['account.bank.statement.line'].search(
    [('online_account_id', '=', account.id)], limit=2, offset=5,
)
env['account.bank.statement.line'].create({
    'journal_id': lines[0].journal_id.id, 'date': lines[0].date, 'amount': lines[0].amount,
    'payment_ref': "Entered once more", 'account_number': lines[0].account_number,
})
lines[1].unlink()
account.account_online_link_id.expiring_synchronization_date = fields.Date.add(
    fields.Date.today(), days=6,
)
env['account.online.link'].create({
    'name': "Harbour Bank", 'client_id': 'harbour', 'state': 'error', 'needs_user': True,
    'connect_mode': 'update_credentials', 'last_error_reference': 'R-7QK2MD',
    'last_error_message': "Harbour Bank did not accept the password. Sign in again.",
})
env.cr.commit()
"""

SCREENS = {
    'dashboard': ('/odoo/accounting', '.o_online_sync_status'),
    'transactions': ('/odoo/bank-transactions', '.o_view_controller'),
    'feed': ('/odoo/bank-feed', '.o_view_controller'),
    'review': ('/odoo/bank-review', '.o_online_review'),
    'connections': ('/odoo/online-synchronization', '.o_view_controller'),
}


ADDON = 'account_online_synchronization'
PROXY = 'account_online_synchronization_proxy'
CONSOLE = (
    'client', 'link', 'event', 'consent', 'health', 'provider', 'institution', 'subscription',
)
CONSOLE_FORMS = (
    'online.proxy.client', 'online.proxy.link', 'online.proxy.event', 'online.proxy.provider',
    'online.proxy.institution',
)


@pytest.fixture(scope='module')
def busy_site(site, chromium):
    """The server after one bank was connected, with odd rows in its feed."""
    visitor = Visitor(chromium, site, 'advisor')
    visitor.dashboard()
    window = visitor.click_to_bank(visitor.page.locator('.o_online_bank_favourites button').first)
    visitor.pass_bank(window, customer=anew('screens'))
    visitor.page.get_by_role('button', name='Import Transactions').click()
    assert wait_until(lambda: site.query(
        "SELECT id FROM account_online_link WHERE last_success IS NOT NULL"
    ), seconds=120)
    visitor.context.close()
    site.shell(ODD_ROWS)
    return site


def connection(site, name):
    found = site.login().call('account.online.link', 'search', [('name', '=', name)])
    return f'/odoo/online-synchronization/{found[0]}'


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
@pytest.mark.parametrize('screen', SCREENS)
def test_a_screen_has_no_barrier_and_fits(busy_site, visit, screen, width):
    path, ready = SCREENS[screen]
    visitor = visit(width=width)
    visitor.open(path, ready)
    assert visitor.barriers() == []
    assert visitor.overflow() <= 0


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
@pytest.mark.parametrize('name', ['Harbour Bank', 'Sandbox Bank'])
def test_a_connection_s_page_has_no_barrier_and_fits(busy_site, visit, name, width):
    visitor = visit(width=width)
    visitor.open(connection(busy_site, name), '.o_form_view')
    assert visitor.barriers() == []
    visitor.page.get_by_role('tab', name='Last Synchronizations').click()
    visitor.page.get_by_role('img', name='Transactions per day').wait_for()
    visitor.page.get_by_role('img', name='Duration and errors').wait_for()
    assert visitor.barriers() == []
    assert visitor.overflow() <= 0


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_the_search_has_no_barrier_and_fits(busy_site, visit, width):
    visitor = visit(width=width)
    visitor.open('/odoo/online-synchronization')
    visitor.page.get_by_role('button', name='Connect a Bank').click()
    visitor.page.locator('.o_institution_option').first.wait_for()
    visitor.settle()
    assert visitor.barriers() == []
    visitor.page.locator('.o_institution_search input').fill('nobody has this name')
    visitor.page.get_by_text('No bank found').wait_for()
    assert visitor.barriers() == []
    assert visitor.overflow() <= 0


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_the_operator_s_console_has_no_barrier_and_fits(busy_site, visit, width):
    visitor = visit('admin', width=width)
    found = []
    for name in CONSOLE:
        visitor.act(f'{PROXY}.online_proxy_{name}_action', '.o_view_controller')
        found += visitor.barriers('.o_action_manager')
        assert visitor.overflow() <= 0, name
    for model in CONSOLE_FORMS:
        [record] = busy_site.login().call(model, 'search', [], order='id desc', limit=1)
        visitor.act(
            {'type': 'ir.actions.act_window', 'res_model': model, 'res_id': record,
             'views': [[False, 'form']]}, '.o_form_view',
        )
        found += visitor.barriers('.o_action_manager')
        assert visitor.overflow() <= 0, model
    assert found == []


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
def test_the_finders_have_no_barrier_and_fit(busy_site, visit, width):
    visitor = visit('admin', width=width)
    [account] = busy_site.login().call(
        'account.online.account', 'search', [('journal_ids', '!=', False)], limit=1,
    )
    [journal] = busy_site.login().call(
        'account.journal', 'search', [('account_online_account_id', '=', account)],
    )
    visitor.act(
        f'{ADDON}.account_online_missing_action', '.modal .o_form_view',
        additionalContext={'default_online_account_id': account},
    )
    visitor.page.locator('.modal button[name=action_search]').click()
    visitor.page.locator('.modal button[name=action_search]').wait_for(state='hidden')
    judge_dialog(visitor)
    visitor.act(
        f'{ADDON}.account_online_duplicates_action', '.modal .o_form_view',
        additionalContext={'default_journal_id': journal},
    )
    judge_dialog(visitor)


def test_what_is_missing_comes_and_what_is_double_goes(busy_site, visit):
    visitor = visit('admin')
    [account] = busy_site.login().call(
        'account.online.account', 'search', [('journal_ids', '!=', False)], limit=1,
    )
    [journal] = busy_site.login().call(
        'account.journal', 'search', [('account_online_account_id', '=', account)],
    )
    lines = number_of_lines(busy_site)
    visitor.act(
        f'{ADDON}.account_online_missing_action', '.modal .o_form_view',
        additionalContext={'default_online_account_id': account},
    )
    visitor.page.locator('.modal button[name=action_search]').click()
    row = visitor.page.locator('.modal .o_data_row', has_text='Deleted from the books').first
    row.locator('[name=selected] input').check(force=True)
    visitor.page.locator('.modal button[name=action_import]').click()
    visitor.page.get_by_text('Imported Transactions').first.wait_for()
    assert number_of_lines(busy_site) == lines + 1
    visitor.act(
        f'{ADDON}.account_online_duplicates_action', '.modal .o_form_view',
        additionalContext={'default_journal_id': journal},
    )
    row = visitor.page.locator('.modal .o_data_row', has_text='Entered once more')
    row.locator('[name=selected] input').check(force=True)
    visitor.page.locator('.modal button[name=action_delete]').click()
    visitor.page.get_by_role('dialog').last.get_by_role('button', name='Delete').click()
    visitor.page.locator('.modal').first.wait_for(state='detached')
    assert wait_until(lambda: number_of_lines(busy_site) == lines, seconds=20)


def number_of_lines(site):
    return int(site.query('SELECT count(*) FROM account_bank_statement_line')[0])


def judge_dialog(visitor):
    visitor.settle()
    assert visitor.barriers('.modal .o_form_view') == []
    assert visitor.overflow() <= 0


@pytest.mark.parametrize('lang', ['zh_CN', 'ar_001'])
def test_the_dashboard_works_in_other_scripts_and_directions(busy_site, visit, lang):
    odoo = busy_site.login()
    odoo.call('res.users', 'write', odoo.call('res.users', 'search', [('login', '=', 'keeper')]), {
        'lang': lang,
    })
    visitor = visit('keeper')
    visitor.open('/odoo/accounting', '.o_online_sync_status')
    assert visitor.overflow() <= 0


@pytest.mark.screenshots
def test_pictures_of_the_readme(busy_site, visit, tmp_path):
    folder = Path(os.environ.get('SCREENSHOTS') or tmp_path)
    visitor = visit()
    visitor.open('/odoo/accounting', '.o_online_sync_status')
    visitor.picture(folder / 'dashboard.png')
    visitor.open('/odoo/bank-review', '.o_online_review')
    visitor.picture(folder / 'review.png')
    visitor.open(connection(busy_site, 'Sandbox Bank'), '.o_form_view')
    visitor.picture(folder / 'connection.png')
    visitor.open('/odoo/online-synchronization')
    visitor.page.get_by_role('button', name='Connect a Bank').click()
    visitor.page.locator('.o_institution_option').first.wait_for()
    visitor.picture(folder / 'search.png')
    phone = visit(width=PHONE)
    phone.open('/odoo/accounting', '.o_online_sync_status')
    phone.page.locator('.o_online_sync_status').first.scroll_into_view_if_needed()
    phone.picture(folder / 'phone.png')
    assert len(list(folder.glob('*.png'))) >= 5
