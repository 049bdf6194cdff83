"""Cases: institutions, consents, accounts."""

from __future__ import annotations

import itertools
import json
import re
from decimal import Decimal

from ..interface import (
    AskUser,
    Cancelled,
    Connected,
    ConnectMode,
    Institution,
    Redirect,
    Wait,
)
from .driver import Feature
from .harness import MOST_STEPS, Harness

MOST_INSTITUTIONS = 2000  # of a large provider, so many are looked at
ACCOUNT_TYPES = {'checking', 'savings', 'credit_card', 'loan', 'investment', 'cash', 'other'}
HALF_AN_HOUR = 1 / 48  # days
AUDIENCES = {'personal', 'business', 'both'}


class ConnectingCases(Harness):

    def test_the_operators_settings_can_be_tried(self):
        self.assertIsNone(self.provider().test_connection())

    def test_institutions_have_the_normal_form(self):
        found = list(itertools.islice(self.provider().institutions(), MOST_INSTITUTIONS))
        self.assertTrue(found)
        self.assertEqual(len({institution.id for institution in found}), len(found))
        for institution in found:
            with self.subTest(institution=institution.id):
                self.assert_normal_institution(institution)

    def assert_normal_institution(self, institution: Institution):
        self.assertTrue(institution.name.strip())
        for country in institution.countries:
            self.assertRegex(country, r'^[A-Z]{2}$')
        for bic in institution.bics:
            self.assertRegex(bic, r'^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$')
        self.assertIn(institution.audience, AUDIENCES)
        self.assertTrue(institution.account_types)
        self.assertLessEqual(set(institution.account_types), ACCOUNT_TYPES)
        self.assertTrue(institution.history_days is None or institution.history_days > 0)
        self.assertRegex(institution.logo_url or 'https://', r'^(https://|data:image/)')

    def test_a_user_who_agrees_is_connected(self):
        connected = self.connect()
        self.assertTrue(self.provider().accounts())
        self.assertTrue(connected.history_days is None or connected.history_days > 0)
        if connected.consent_expires_at:
            self.assertIsNotNone(connected.consent_expires_at.utcoffset())
            self.assertGreater(connected.consent_expires_at, self.driver.now())

    def test_the_first_step_is_for_the_user(self):
        step = self.provider().start(self.request())
        self.assertIsInstance(step, (Redirect, AskUser))
        if isinstance(step, Redirect):
            self.assertRegex(step.url, r'^https?://')

    def test_what_must_survive_is_saved_through_the_context(self):
        self.connect()
        self.assertTrue(self.saves)
        self.assertEqual(json.loads(json.dumps(self.tokens)), self.tokens)

    def test_a_visit_that_can_be_asked_about_needs_no_browser(self):
        self.leave_for_the_bank(ConnectMode.CONNECT)
        self.assertTrue(self.provider().accounts())

    def test_a_visit_for_every_reason_can_be_asked_about(self):
        self.connect()
        for mode in set(self.driver.modes) - {ConnectMode.CONNECT}:
            with self.subTest(mode=str(mode)):
                self.leave_for_the_bank(mode)
                self.assertTrue(self.provider().accounts())

    def leave_for_the_bank(self, mode):
        """A user who does at the bank what he came for, and closes the window there."""
        request = self.request(mode)
        step = self.provider().start(request)
        while isinstance(step, AskUser):
            step = self.provider().resume(request, self.driver.answer(step, request))
        if not (isinstance(step, Redirect) and step.visit):
            self.skipTest("The browser has to bring the result back")
        self.assertIsInstance(self.provider().visited(request), Wait)
        self.driver.move_on(HALF_AN_HOUR)
        self.driver.answer(step, request)
        for _time in range(MOST_STEPS):
            step = self.provider().visited(request)
            if isinstance(step, Connected):
                return
            self.assertIsInstance(step, Wait)
            self.driver.move_on(HALF_AN_HOUR)
        self.fail('the visit is never over')

    def turn_back(self, mode):
        """A user who comes for this reason, and cancels at the bank."""
        request = self.request(mode)
        answer = self.driver.turn_back(self.provider().start(request), request)
        self.assertIsInstance(self.provider().resume(request, answer), Cancelled)

    def test_a_user_who_turns_back_is_not_connected(self):
        self.need(Feature.TURN_BACK)
        self.turn_back(ConnectMode.CONNECT)
        self.refused(self.provider().accounts)

    def test_a_user_who_turns_back_at_the_renewal_keeps_his_consent(self):
        self.need(Feature.TURN_BACK)
        self.connect()
        expected = self.book(3)
        self.turn_back(ConnectMode.RECONNECT)
        self.assert_arrived(self.rows(), expected)

    def test_a_user_can_come_back_for_every_reason(self):
        self.connect()
        for mode in self.driver.modes:
            with self.subTest(mode=str(mode)):
                self.connect(mode)
                self.assertTrue(self.provider().accounts())

    def test_accounts_have_the_normal_form(self):
        self.connect()
        accounts = self.provider().accounts()
        self.assertEqual(len({account.id for account in accounts}), len(accounts))
        for account in accounts:
            self.assertTrue(account.id)
            self.assertRegex(account.currency, r'^[A-Z]{3}$')
            self.assertIn(account.type, ACCOUNT_TYPES)
            self.assertTrue(account.identity is None or account.identity.strip())
            self.assertRegex(account.iban or 'FR00ABCDEFGHIJK', r'^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$')
            if account.balance:
                self.assert_decimal_text(account.balance.amount)
                self.assertRegex(account.balance.currency, r'^[A-Z]{3}$')
                self.assertTrue(
                    account.balance.at is None or account.balance.at.utcoffset() is not None)

    def assert_decimal_text(self, text):
        self.assertIsInstance(text, str)
        self.assertRegex(text, r'^-?\d+(\.\d+)?$')

    def test_accounts_are_the_same_at_each_call(self):
        self.connect()
        first, second = self.provider().accounts(), self.provider().accounts()
        self.assertEqual([account.id for account in first], [account.id for account in second])

    def test_identities_are_unique_where_there_are_any(self):
        self.connect()
        found = [
            (account.identity, account.currency)
            for account in self.provider().accounts()
            if account.identity
        ]
        self.assertEqual(len(found), len(set(found)))

    def test_a_renewed_consent_recognises_its_accounts(self):
        self.connect()
        before = {(account.identity, account.currency) for account in self.provider().accounts()}
        self.connect(ConnectMode.RECONNECT)
        after = {(account.identity, account.currency) for account in self.provider().accounts()}
        self.assertEqual(before, after)

    def test_a_renewed_consent_brings_the_same_rows(self):
        self.connect()
        expected = self.book(5)
        self.connect(ConnectMode.RECONNECT)
        self.assert_arrived(self.rows(), expected)

    def test_the_balance_is_the_one_of_the_bank(self):
        self.need(Feature.BALANCE)
        self.connect()
        self.book(3)
        last = self.pages()[-1]
        stated = self.account().balance or last.balance
        self.assertEqual(Decimal(stated.amount), Decimal(self.driver.balance()))
        self.assertTrue(re.fullmatch(r'[A-Z]{3}', stated.currency))
