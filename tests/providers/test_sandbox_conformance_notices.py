"""A suite that cannot fail proves nothing: each of these providers does one thing wrong."""

import json
import unittest
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest import TestCase

import pytest
from drivers.sandbox import SandboxDriver
from providers.errors import ErrorCode, ProviderError
from providers.interface import Page, WebhookEvent, Window
from providers.sandbox import SandboxProvider
from providers.sandbox.paging import Position
from providers.testing import ProviderConformance


class CutShort(SandboxProvider):
    """Takes the first page for the whole answer."""

    def transactions(self, *arguments):
        return replace(super().transactions(*arguments), more=False)


class GoesInCircles(SandboxProvider):
    """Gives the same cursor again and again."""

    def transactions(self, account_id, since, cursor, presence):
        page = super().transactions(account_id, since, cursor, presence)
        return replace(page, cursor=cursor or page.cursor, more=page.more)


class SignsTurned(SandboxProvider):
    """Money that leaves is positive."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        rows = tuple(
            replace(row, amount=row.amount.lstrip('-') if '-' in row.amount else f'-{row.amount}')
            for row in page.transactions
        )
        return replace(page, transactions=rows)


class EqualRowsCollapsed(SandboxProvider):
    """Takes equal payments for repetitions."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        rows = {(row.booking_date, row.amount): row for row in page.transactions}
        return replace(page, transactions=tuple(rows.values()))


class DaysInUtc(SandboxProvider):
    """Takes days for midnights and moves them between time zones."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        rows = tuple(replace(row, booking_date=_moved(row)) for row in page.transactions)
        return replace(page, transactions=rows)


class PromisesTooMuch(SandboxProvider):
    """States a window that begins before the first day it has asked for."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        if not page.window:
            return page
        early = page.window.date_from - timedelta(days=30)
        return replace(page, window=replace(page.window, date_from=early))


class WindowOnEveryPage(SandboxProvider):
    """Promises completeness before the answer is complete."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        today = self.context.now().date()
        return replace(page, window=page.window or Window(today, today))


class PendingAsBooked(SandboxProvider):
    """Shows holds as if they were booked."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        rows = tuple(replace(row, status='booked') for row in page.transactions)
        return replace(page, transactions=rows)


class TextsCut(SandboxProvider):
    """Cuts what the bank wrote."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        rows = tuple(replace(row, description=row.description[:140]) for row in page.transactions)
        return replace(page, transactions=rows)


class OneErrorForAll(SandboxProvider):
    """Does not tell the errors apart: everything is a provider error."""

    def refresh(self, *arguments):
        try:
            return super().refresh(*arguments)
        except ProviderError as error:
            raise ProviderError(ErrorCode.PROVIDER_ERROR, error.detail) from error


class EmptyInsteadOfFailing(SandboxProvider):
    """Answers "nothing new" when the bank is down."""

    def transactions(self, *arguments):
        try:
            return super().transactions(*arguments)
        except ProviderError:
            return Page(())


class TellsSecrets(SandboxProvider):
    """Puts the token into the error."""

    def refresh(self, *arguments):
        try:
            return super().refresh(*arguments)
        except ProviderError as error:
            raise ProviderError(error.code, f'{self.context.tokens}') from error


class AllAccountsMixed(SandboxProvider):
    """Answers with the rows of the whole consent."""

    def transactions(self, account_id, since, cursor, presence):
        pages = [
            super(AllAccountsMixed, self).transactions(account.id, since, None, presence)
            for account in self.accounts()
        ]
        return replace(pages[-1], transactions=sum((page.transactions for page in pages), ()))


class NewIdentities(SandboxProvider):
    """Takes the consent for the account."""

    def accounts(self):
        access = self.context.tokens.get('access', '')
        return [
            replace(account, identity=f'{access}{account.id}') for account in super().accounts()
        ]


class TrustsEverybody(SandboxProvider):
    """Believes every webhook."""

    def webhook(self, request):
        event = json.loads(request.body)
        return [WebhookEvent(event['link'], event['kind'], event['id'])]


class NoSecondRevocation(SandboxProvider):
    """Fails when the consent is already gone."""

    def revoke(self):
        answer = super().revoke()
        if 'already' in answer.detail:
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, answer.detail)
        return answer


class FloatAmounts(SandboxProvider):
    """Computes with floating point numbers."""

    def transactions(self, *arguments):
        page = super().transactions(*arguments)
        rows = tuple(replace(row, amount=str(float(row.amount))) for row in page.transactions)
        return replace(page, transactions=rows)


class OffByOne(SandboxProvider):
    """Leaves out the day that is asked for."""

    def transactions(self, account_id, since, cursor, presence):
        later = since + timedelta(days=1) if since else None
        return super().transactions(account_id, later, cursor, presence)


class ForgetsTheCursor(SandboxProvider):
    """Begins the next answer too late: what was booked meanwhile is lost."""

    def transactions(self, account_id, since, cursor, presence):
        page = super().transactions(account_id, since, cursor, presence)
        if page.more or not page.cursor:
            return page
        position = Position.unpack(page.cursor, account_id)
        return replace(page, cursor=replace(position, as_of=position.as_of + DAY).pack())


DAY = timedelta(days=1)
NOTICED_BY = {
    CutShort: 'test_pages_of_every_size_bring_the_same_rows',
    GoesInCircles: 'test_pages_of_every_size_bring_the_same_rows',
    SignsTurned: 'test_money_that_leaves_is_negative',
    EqualRowsCollapsed: 'test_equal_rows_all_arrive',
    DaysInUtc: 'test_booking_days_stay_what_the_bank_said',
    PromisesTooMuch: 'test_a_window_holds_every_row_of_its_days',
    WindowOnEveryPage: 'test_only_the_last_page_states_a_window',
    PendingAsBooked: 'test_pending_rows_are_told_from_booked_ones',
    TextsCut: 'test_hostile_texts_arrive_unchanged',
    OneErrorForAll: 'test_every_failure_of_the_bank_is_told_in_the_closed_set',
    EmptyInsteadOfFailing: 'test_a_failure_between_two_pages_is_no_end',
    TellsSecrets: 'test_secrets_are_in_no_message',
    AllAccountsMixed: 'test_rows_of_one_account_stay_in_it',
    NewIdentities: 'test_a_renewed_consent_recognises_its_accounts',
    TrustsEverybody: 'test_a_changed_webhook_is_refused',
    NoSecondRevocation: 'test_revoking_twice_is_no_error',
    FloatAmounts: 'test_no_cent_is_lost',
    OffByOne: 'test_the_day_that_is_asked_for_belongs_to_the_answer',
    ForgetsTheCursor: 'test_a_new_row_comes_once',
}


def _moved(row):
    if not row.booking_date:
        return row.booking_date
    midnight = datetime.fromisoformat(row.booking_date).replace(tzinfo=timezone.utc)
    return str(midnight.astimezone().date())


@pytest.mark.parametrize('broken', NOTICED_BY, ids=lambda broken: broken.__name__)
def test_the_suite_notices_a_provider_that_does_wrong(broken):
    problems = []
    for institution_id in ('sandbox', 'sandbox-accounts'):

        class Suite(ProviderConformance, TestCase):
            def make_driver(self, institution_id=institution_id):
                return SandboxDriver(institution_id, broken)

        result = unittest.TestResult()
        Suite(NOTICED_BY[broken]).run(result)
        problems += result.failures + result.errors
    assert problems
