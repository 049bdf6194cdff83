"""The proxy's pages for people: their looks, their ways back, and what goes wrong on them."""

import re

import pytest

from tests.browser.conftest import BLOCK, DESKTOP, PHONE
from tests.browser.visitor import barriers, overflow, wait_until
from tools.places import LOGS

CHINESE = re.compile(r'[\u4e00-\u9fff]')
TOO_OLD = """
    UPDATE online_proxy_connect SET expires_at = expires_at - interval '1 hour'
     WHERE id = (SELECT max(id) FROM online_proxy_connect) RETURNING id
"""
LAST_PHASE = "SELECT phase FROM online_proxy_connect ORDER BY id DESC LIMIT 1"


@pytest.fixture
def begin(chromium, site):
    """Opens the page of a new connection, as in the window of the bank; ``open(width, lang)``."""
    contexts, links = [], []

    def new_window(width, lang):
        on_phone = width == PHONE
        context = chromium.new_context(
            viewport={'width': width, 'height': 844}, locale=lang.replace('_', '-'),
            has_touch=on_phone, is_mobile=on_phone, reduced_motion='reduce',
        )
        contexts.append(context)
        return context.new_page()

    def open_page(width=DESKTOP, lang='en_US', login='advisor'):
        answer = site.login(login, login).call(
            'account.online.link', 'start_connection', site.sandbox_bank,
        )
        links.append(answer['link_id'])
        page = new_window(width, lang)
        page.goto(answer['connect_url'])
        return page

    found = site.login().call('account.online.link', 'search_institutions', query='SBXABE10')
    site.sandbox_bank = found['institutions'][0]['id']
    open_page.another_browser = new_window
    yield open_page
    for context in contexts:
        context.close()
    site.login().call('account.online.link', 'discard_connection', links)


@pytest.fixture
def unblocked_afterwards(site):
    """The proxy lets this database in again when the test is over."""
    yield
    odoo = site.login()
    client = odoo.call('online.proxy.client', 'search', [('is_local', '=', True)])
    odoo.call('online.proxy.client', 'action_activate', client)


def judge(page):
    assert barriers(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize(('width', 'login', 'lang'), [
    (DESKTOP, 'advisor', 'en_US'), (PHONE, 'wei', 'zh_CN'),
])
def test_every_page_on_the_way_has_no_barrier_and_fits(
    begin, asks_for_phone, site, width, login, lang,
):
    page = begin(width, lang, login)
    headings = []

    def look():
        page.locator('h1').wait_for()
        headings.append(page.locator('h1').inner_text())
        judge(page)

    look()
    prefix = page.locator('#phone')
    assert prefix.input_value().startswith('+32')
    prefix.fill('12')
    page.locator('button.primary').click()
    page.get_by_role('alert').wait_for()
    look()
    prefix.fill('+32 470 12 34 56')
    page.locator('button.primary').click()
    page.locator('#code').fill('000000')
    look()
    page.locator('button.primary').click()
    page.get_by_role('alert').wait_for()
    page.locator('#code').fill(shown_to_operator(site))
    page.locator('button.primary').click()
    page.locator('form[action$="/start"]').wait_for()
    look()
    page.locator('button.primary').click()
    page.locator('[name=login]').fill(f'pages-{width}-{login}')
    look()
    page.locator('[name=choose]').click()
    page.locator('[name=account]').first.wait_for()
    look()
    page.locator('form [type=submit]').first.click()
    wait_until(lambda: 'bank-connect' in page.url or 'login' in page.url, seconds=30)
    assert all(CHINESE.search(heading) for heading in headings) == (lang == 'zh_CN'), headings


def shown_to_operator(site):
    """The code that the sandbox shows in the operator's console instead of sending it."""
    [code] = site.login().call(
        'online.proxy.code', 'search_read', [], ['code'], order='id desc', limit=1,
    )
    return code['code']


@pytest.mark.parametrize(('width', 'login', 'lang'), [
    (DESKTOP, 'advisor', 'en_US'), (PHONE, 'wei', 'zh_CN'),
])
def test_who_was_sent_to_the_bank_by_a_stranger_gives_nothing_away(begin, width, login, lang):
    stranger = begin(width, lang, login)
    flow = stranger.url
    stranger.locator('button.primary').click()
    stranger.locator('[name=login]').wait_for()
    victim = begin.another_browser(width, lang)
    victim.goto(stranger.url)
    sign_in(victim, f'victim-{width}')
    victim.locator('[value=no]').wait_for()
    judge(victim)
    keep(victim, f'was-it-you-{width}')
    question = victim.locator('h1').inner_text()
    victim.locator('[value=no]').click()
    victim.locator('h1').filter(has_not_text=question).wait_for()
    judge(victim)
    keep(victim, f'declined-{width}')
    stranger.goto(flow)
    keep(stranger, f'declined-for-the-one-who-began-{width}')
    assert stranger.locator('[data-result]').get_attribute('data-result') == 'error'


def test_a_user_whose_bank_opens_another_browser_goes_on_there(begin):
    page = begin()
    page.get_by_role('button', name='Agree and continue').click()
    page.get_by_label('Login').wait_for()
    other = begin.another_browser(DESKTOP, 'en_US')
    other.goto(page.url)
    sign_in(other, 'another-browser')
    other.get_by_role('button', name='It was me: go on').click()
    wait_until(lambda: 'bank-connect' in other.url or 'login' in other.url, seconds=30)


def test_our_page_sent_to_another_says_who_asks_before_it_leads_to_the_bank(begin):
    page = begin()
    flow = page.url
    page.get_by_role('button', name='Agree and continue').click()
    page.get_by_label('Login').wait_for()
    other = begin.another_browser(PHONE, 'en_US')
    other.goto(flow)
    other.get_by_text('Meadow & Sons').wait_for()
    judge(other)
    other.get_by_role('button', name='It was me: go on').click()
    other.get_by_label('Login').wait_for()


def test_a_form_of_another_site_presses_no_button_of_ours(begin):
    page = begin()
    flow = page.url
    page.goto('about:blank')
    page.set_content(f'<form method="post" action="{flow}/start"><button>A prize</button></form>')
    page.get_by_role('button', name='A prize').click()
    page.get_by_role('heading', name='Your browser kept a cookie back').wait_for()
    judge(page)
    page.goto(flow)
    page.get_by_role('button', name='Agree and continue').wait_for()


def sign_in(page, name):
    """Do at the bank what it wants, in whatever language it speaks."""
    page.locator('[name=login]').fill(name)
    page.locator('[name=choose]').click()
    page.locator('[name=account]').first.wait_for()
    page.locator('form [type=submit]').first.click()


def keep(page, name):
    """A picture of the page, beside the server's log."""
    page.screenshot(path=LOGS / f'{name}.png', full_page=True)


def test_the_back_button_finds_the_flow_where_it_is(begin):
    page = begin()
    page.get_by_role('button', name='Agree and continue').click()
    page.get_by_label('Login').wait_for()
    page.go_back()
    page.goto(page.url)
    page.get_by_label('Login').wait_for()  # the bank again, not a second consent


def test_two_windows_of_one_flow_end_alike(begin):
    page = begin()
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role('button', name='Cancel').click()
    page.get_by_role('heading', name='Cancelled').wait_for()
    other.get_by_role('button', name='Agree and continue').click()
    other.get_by_role('heading', name='Cancelled').wait_for()


def test_a_double_click_agrees_once(begin, site):
    page = begin()
    page.get_by_role('button', name='Agree and continue').dblclick()
    page.get_by_label('Login').wait_for()
    assert site.query(LAST_PHASE) == ['provider']


def test_a_page_that_became_too_old_says_so_and_odoo_offers_a_new_one(visit, site):
    visitor = visit(width=PHONE)
    window = visitor.click_to_bank(visitor.search('Sandbox Bank'))
    agree = window.get_by_role('button', name='Agree and continue')
    agree.wait_for()
    site.query(TOO_OLD)
    visitor.page.get_by_text('works for half an hour only').wait_for(timeout=20_000)
    judge_dialog(visitor)
    again = visitor.click_to_bank(visitor.page.get_by_role('button', name='Try again'))
    again.get_by_role('button', name='Agree and continue').wait_for()
    visitor.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()


def test_an_old_page_of_the_bank_explains_itself(begin, site):
    page = begin()
    site.query(TOO_OLD)
    page.reload()
    page.get_by_role('heading', name='This page is too old').wait_for()
    judge(page)


def test_a_wrong_address_explains_itself(begin):
    page = begin()
    page.goto(page.url + 'x')
    page.get_by_role('heading', name='This page does not exist').wait_for()
    judge(page)


def test_a_blocked_database_is_told_why_and_how_to_go_on(begin, visit, site, unblocked_afterwards):
    page = begin()
    site.query(BLOCK)
    page.reload()
    page.get_by_text('blocked after suspicious activity').wait_for()
    judge(page)
    visitor = visit()
    visitor.open('/odoo/online-synchronization')
    visitor.page.get_by_role('button', name='Connect a Bank').click()
    visitor.page.get_by_text('noticed unusual activity').wait_for()
    judge_dialog(visitor)


def judge_dialog(visitor):
    visitor.settle()
    assert visitor.barriers() == []
    assert visitor.overflow() <= 0
