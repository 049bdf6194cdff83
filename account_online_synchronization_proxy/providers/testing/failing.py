"""Cases: errors, limits, secrets, the end of a consent."""

from __future__ import annotations

import logging

from ..errors import CursorExpired, ErrorCode, ProviderError
from ..interface import Presence, WebhookRequest
from .driver import Feature
from .harness import ATTENDED, Harness

BANK_ERRORS = (
    ErrorCode.USER_ACTION_REQUIRED,
    ErrorCode.CONSENT_EXPIRED,
    ErrorCode.UNATTENDED_REFUSED,
    ErrorCode.RATE_LIMITED,
    ErrorCode.INSTITUTION_UNAVAILABLE,
    ErrorCode.PROVIDER_ERROR,
    ErrorCode.ACCOUNT_CLOSED,
)


class FailingCases(Harness):

    def failing_codes(self):
        """The codes that this provider can end with, each with the bank failing that way."""
        for code in BANK_ERRORS:
            self.driver.recover()
            if self.driver.fail(code):
                yield code
        self.driver.recover()

    def ask(self, account_id: str, attended: bool = False):
        """What a synchronization does: a refresh, then the first page."""
        presence = ATTENDED if attended else Presence()
        self.provider().refresh((account_id,), presence)
        return self.provider().transactions(account_id, None, None, presence)

    def test_every_failure_of_the_bank_is_told_in_the_closed_set(self):
        self.connect()
        account_id = self.account().id
        for code in self.failing_codes():
            with self.subTest(code=str(code)):
                self.assertEqual(self.refused(self.ask, account_id).code, code)

    def test_after_a_failure_everything_arrives(self):
        self.connect()
        expected = self.book(5)
        account_id = self.account().id
        for _code in self.failing_codes():
            self.refused(self.ask, account_id)
        self.assert_arrived(self.rows(), expected)

    def test_a_limit_says_until_when_where_the_provider_does(self):
        self.connect()
        account_id = self.account().id
        if not self.driver.fail(ErrorCode.RATE_LIMITED):
            self.skipTest('This provider has no limits')
        until = self.refused(self.ask, account_id).until
        if until is not None:
            self.assertIsNotNone(until.utcoffset())
            self.assertGreater(until, self.driver.now())

    def test_a_failure_between_two_pages_is_no_end(self):
        self.need(Feature.PAGES)
        self.connect()
        self.driver.set_page_size(2)
        expected = self.book(6)
        account_id, first = self.account().id, self.page()
        self.assertTrue(self.driver.fail(ErrorCode.INSTITUTION_UNAVAILABLE))
        self.refused(self.provider().transactions, account_id, None, first.cursor, ATTENDED)
        self.driver.recover()
        self.assert_arrived(self.rows([first, *self.pages(cursor=first.cursor)]), expected)

    def test_an_unknown_account_is_refused(self):
        self.connect()
        self.refused(self.provider().transactions, 'no-such-account', None, None, ATTENDED)

    def test_a_cursor_of_nobody_is_refused(self):
        if not self.driver.features & {Feature.PAGES, Feature.CURSOR}:
            self.skipTest('This provider gives no cursors')
        self.connect()
        with self.assertRaises((CursorExpired, ProviderError)):
            self.page(cursor='bm90IGEgY3Vyc29y')

    def test_without_a_consent_nothing_is_read(self):
        for call in (self.provider().accounts, lambda: self.ask('account')):
            self.refused(call)

    def test_a_refresh_comes_to_its_end(self):
        self.connect()
        at = self.refresh().at
        self.assertTrue(at is None or at.utcoffset() is not None)

    def test_a_revoked_consent_reads_nothing_any_more(self):
        self.need(Feature.REVOCATION)
        self.connect()
        account_id = self.account().id
        self.assertTrue(self.provider().revoke().revoked)
        self.refused(self.ask, account_id, True)

    def test_revoking_twice_is_no_error(self):
        self.connect()
        self.provider().revoke()
        self.assertIsInstance(self.provider().revoke().revoked, bool)

    def test_revoking_before_the_first_consent_is_no_error(self):
        self.assertIsInstance(self.provider().revoke().revoked, bool)

    def test_secrets_are_in_no_message(self):
        with _Listening() as heard:
            self.connect()
            account_id = self.account().id
            heard.texts.append(repr(self.provider()))
            for _code in self.failing_codes():
                error = self.refused(self.ask, account_id)
                heard.texts += [str(error), repr(error), error.provider_reference or '']
        secrets = self.driver.secrets(self.tokens)
        for text in heard.texts:
            self.assertEqual([secret for secret in secrets if secret in text], [])

    def test_a_genuine_webhook_names_the_link(self):
        self.need(Feature.WEBHOOKS)
        self.connect()
        events = self.provider().webhook(self.driver.webhook(self.link_key))
        self.assertEqual([event.link_key for event in events], [self.link_key])

    def test_a_changed_webhook_is_refused(self):
        self.need(Feature.WEBHOOKS)
        self.connect()
        genuine = self.driver.webhook(self.link_key)
        changed = WebhookRequest(genuine.headers, genuine.body + b' ', genuine.query)
        unsigned = WebhookRequest({}, genuine.body, genuine.query)
        for request in (changed, unsigned):
            error = self.refused(self.provider().webhook, request)
            self.assertEqual(error.code, ErrorCode.INVALID_REQUEST)


class _Listening(logging.Handler):
    """Hears what is logged where operators read it: from level INFO on."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.texts: list[str] = []

    def emit(self, record):
        self.texts.append(self.format(record))

    def __enter__(self):
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_failure):
        logging.getLogger().removeHandler(self)
