"""Somebody in front of the web client."""

import time

from axe_playwright_python.base import AXE_SCRIPT

PHONE_LIMIT = 600
HEIGHT = 900
# Milliseconds. Odoo makes the web client's scripts anew after an installation, half a minute long
# on a busy machine, while the first page waits.
LOADING_LIMIT = 180_000
# Our own components. What is around them (lists, forms, chatter) is Odoo's to make accessible.
OURS = (
    '.o_institution_search', '.o_online_connect', '.o_online_bank_picker', '.o_online_sync_status',
    '.o_online_sync_button', '.o_online_review', '.o_institution_logo', '.o_online_mapping',
    '.o_online_onboarding', '.o_online_history',
)
# Odoo's own parts of our views, which it has to make accessible.
ODOO_S = (
    '.o_control_panel', '.o-mail-Chatter', '.o_list_record_selector', '.o_field_boolean',
    '.o_field_badge', '.badge', '.o_field_many2many_tags', '.o_clipboard_button',
    '.o_notebook_headers', '.o_optional_columns_dropdown', '.o_list_actions_header',
    '.o_field_statusbar', '.o_field_boolean_toggle', '.o_row_handle', '.o_form_label',
    '.form-check-input', '.text-muted', '.o_field_widget .o_list_renderer',
)


class Visitor:
    """A signed-in browser window; remembers every complaint of the page.

    :param width: of the window, in pixels; a phone below 600.
    :param popups: False where the browser or an ad blocker holds back pop-ups.
    """

    def __init__(self, chromium, site, login, width=1400, popups=True, lang=None):
        self.site = site
        self.width = width
        on_phone = width < PHONE_LIMIT
        self.context = chromium.new_context(
            viewport={'width': width, 'height': HEIGHT}, has_touch=on_phone, is_mobile=on_phone,
            locale=lang or 'en-US', timezone_id='Europe/Brussels', reduced_motion='reduce',
        )
        self.context.set_default_navigation_timeout(LOADING_LIMIT)
        self.context.grant_permissions(['clipboard-read', 'clipboard-write'])
        if not popups:
            self.context.add_init_script('window.open = () => null')
        self.complaints = []
        self._open_window()
        self._sign_in(login)

    def _open_window(self):
        self.page = self.context.new_page()
        self.page.on('pageerror', lambda error: self.complaints.append(str(error)))
        self.page.on('console', self._note_trouble)

    def _note_trouble(self, message):
        """The web client catches its own errors, shows them in a dialog and writes them down."""
        if message.type == 'error' and '\n    at ' in message.text:
            self.complaints.append(message.text)

    def _sign_in(self, login):
        """Not in Odoo's own form: that, and the page after it, load for seconds."""
        session = self.site.login_anew(login, login).session.cookies['session_id']
        self.context.add_cookies([{'name': 'session_id', 'value': session, 'url': self.site.url}])

    def rest(self, picture):
        """Close all windows but an empty one, in which somebody may go on who is signed in.

        :param picture: where to keep what the windows showed, without a suffix.
        """
        shown = self.context.pages
        self._open_window()
        for number, page in enumerate(shown, 1):
            page.screenshot(path=f'{picture}-{number}.png')
            if self.site.url in page.url:
                page.evaluate('localStorage.clear(); sessionStorage.clear()')
            page.close()
        self.context.unroute_all()
        complaints, self.complaints = self.complaints, []
        assert not complaints, complaints

    def leave(self, picture):
        """Close all windows, see :meth:`rest`."""
        try:
            self.rest(picture)
        finally:
            self.context.close()

    # === MOVE === #

    def open(self, path, ready='.o_action_manager .o_view_controller'):
        """Open a page of the web client and wait until it shows what it should."""
        self.page.goto(f'{self.site.url}{path}')
        self.page.wait_for_selector(ready, timeout=30_000)
        self.settle()

    def act(self, action, ready, **options):
        """Open an action in the web client as it stands: much faster than a page of its own.

        :param action: XML id, or a dictionary.
        :param options: of the web client's ``doAction``, e.g. ``additionalContext``.
        """
        if self.page.url == 'about:blank':  # signed in before, by another page
            self.open('/odoo', '.o_action_manager > *')
        self.page.evaluate(
            '([action, options]) => odoo.__WOWL_DEBUG__.root.env.services.action'
            '.doAction(action, { clearBreadcrumbs: true, ...options })', [action, options],
        )
        self.page.locator(ready).first.wait_for()
        self.settle()

    def dashboard(self):
        self.open('/odoo/accounting', '.o_kanban_record')

    def settle(self):
        """Wait until nothing moves or loads any more.

        Not until the network is idle: the web client always listens for messages.
        """
        self.page.wait_for_load_state()
        self.page.wait_for_timeout(800)
        self.page.wait_for_selector('.o_loading_indicator', state='detached')

    def card(self, name):
        """The dashboard card of a journal."""
        return self.page.locator('.o_kanban_record', has_text=name).first

    def search(self, name):
        """Look for a bank in the list of connections; returns it, to be chosen."""
        self.open('/odoo/online-synchronization')
        self.page.get_by_role('button', name='Connect a Bank').click()
        self.page.get_by_role('combobox', name='Name or BIC of your bank').fill(name)
        option = self.page.locator('.o_institution_option').filter(
            has=self.page.locator('.o_institution_name', has_text=name),
        ).first
        option.wait_for()
        self.page.get_by_role('status').filter(has_text='found').wait_for()
        return option

    def connection(self, name):
        """Open the page of the newest connection to a bank."""
        found = self.site.login().call(
            'account.online.link', 'search', [('name', '=', name)], order='id desc', limit=1,
        )
        self.open(f'/odoo/online-synchronization/{found[0]}', '.o_form_view')

    def come_back(self):
        """Look at the window again after another one; browsers without a screen do not notice."""
        self.page.bring_to_front()
        self.page.evaluate("window.dispatchEvent(new Event('focus'))")

    def message(self, text):
        """Wait for a message with this text."""
        message = self.page.locator('.o_notification', has_text=text).first
        message.wait_for(timeout=120_000)
        return message

    # === AT THE BANK === #

    def click_to_bank(self, locator):
        """Click what opens the bank's window; returns that window."""
        with self.page.expect_popup() as opened:
            locator.click()
        return opened.value

    def follow_to_bank(self):
        """The bank's window after a click that asked the server first.

        Where that took the server more than a few seconds, the browser holds the window back.
        """
        waiting = self.page.get_by_text('Please continue in the window of your bank')
        held_back = self.page.get_by_role('button', name="Open the bank's window", exact=True)
        waiting.or_(held_back).first.wait_for(timeout=60_000)
        return self.click_to_bank(held_back) if held_back.count() else self.context.pages[-1]

    def pass_bank(self, window, customer=None):
        """Agree and sign in, as a person does; returns the number of clicks.

        :param customer: login at the bank; each has accounts of its own.
        """
        window.get_by_role('button', name='Agree and continue').click()
        if customer:
            window.get_by_label('Login').fill(customer)
        window.get_by_role('button', name='Sign in and share all accounts').click()
        return 2

    # === JUDGE === #

    def barriers(self, part=None):
        """Serious findings of axe-core on this page, in words.

        :param part: selector of what is looked at; all our own components by default.
        """
        shown = self._shown([part] if part else OURS)
        without = {'exclude': self._shown(ODOO_S)} if part else {}
        return barriers(self.page, {'include': shown, **without}) if shown else []

    def _shown(self, selectors):
        """Those that are on the page, as axe-core wants them."""
        return [[selector] for selector in selectors if self.page.locator(selector).count()]

    def overflow(self):
        """How many pixels the page is wider than the window."""
        return overflow(self.page)

    def picture(self, path):
        self.settle()
        self.page.screenshot(path=path)


def barriers(page, context=None):
    """Serious findings of axe-core on a page, in words.

    :param context: which part of it; the whole page by default.
    """
    if not page.evaluate('Boolean(window.axe)'):
        page.evaluate(AXE_SCRIPT)
    # Not `Axe().run`: that loads half a megabyte of script at each look, even at the same page.
    found = page.evaluate(
        'async (context) => (await axe.run(context, { resultTypes: ["violations"] })).violations',
        context or {'exclude': []},
    )
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation['impact'] in ('serious', 'critical')
        for node in violation['nodes']
    ]


def overflow(page):
    """How many pixels a page is wider than its window."""
    return page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    )


def wait_until(condition, seconds=60, pause=0.5):
    """Ask again until it is true; returns the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(pause)
    return answer
