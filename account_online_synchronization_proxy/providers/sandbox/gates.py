"""When a bank of the sandbox says no, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from ..errors import ErrorCode, ProviderError
from ..interface import Presence
from .flavours import FLAVOURS
from .ledger import today
from .model import BankAccount, Behaviour, Consent, day_start


def check_consent(consent: Consent, now: datetime) -> None:
    """Raise ``consent_expired`` when the consent has ended or was withdrawn."""
    if consent.revoked:
        raise ProviderError(ErrorCode.CONSENT_EXPIRED, 'The consent was withdrawn')
    if consent.expires_at and consent.expires_at <= now:
        raise ProviderError(ErrorCode.CONSENT_EXPIRED, 'The consent has ended')


def check_bank(behaviour: Behaviour, consent: Consent, presence: Presence, now: datetime) -> None:
    """Raise what keeps this bank from answering now."""
    if behaviour.always_failing:
        raise ProviderError(
            ErrorCode.PROVIDER_ERROR,
            'The sandbox bank answered nonsense',
            provider_reference='SBX-500',
        )
    first, last = behaviour.outage or (1, 0)
    if first <= (now - consent.first_at).days <= last:
        raise ProviderError(
            ErrorCode.INSTITUTION_UNAVAILABLE,
            'The sandbox bank is down',
            provider_reference='SBX-503',
        )
    if behaviour.password_days is not None and now >= consent.password_at + timedelta(
        days=behaviour.password_days
    ):
        raise ProviderError(
            ErrorCode.USER_ACTION_REQUIRED, 'The sandbox bank wants new credentials'
        )
    if not behaviour.unattended and not presence.attended:
        raise ProviderError(
            ErrorCode.UNATTENDED_REFUSED, 'The sandbox bank wants its user to be present'
        )


def check_account(account: BankAccount, account_id: str, now: datetime) -> None:
    """Raise ``account_closed`` for an account that is gone."""
    if account.closed_on and account.closed_on <= today(account, now):
        raise ProviderError(
            ErrorCode.ACCOUNT_CLOSED, 'The account was closed', account_id=account_id
        )


def check_code(behaviour: Behaviour, consent: Consent) -> None:
    """Raise ``user_action_required`` at banks that want a code before each refresh."""
    if behaviour.mfa and not consent.verified:
        raise ProviderError(ErrorCode.USER_ACTION_REQUIRED, 'The sandbox bank wants a code')


def next_day(account: BankAccount, now: datetime) -> datetime:
    """The instant at which the next day begins on the bank's clock."""
    tomorrow = today(account, now) + timedelta(days=1)
    return day_start(tomorrow, FLAVOURS[account.country].zone).astimezone(timezone.utc)


def check_quota(
    behaviour: Behaviour, consent: Consent, account: BankAccount, account_id: str, now: datetime
) -> None:
    """Raise ``rate_limited`` until the next day begins on the bank's clock."""
    if behaviour.daily_refreshes is None:
        return
    day = today(account, now)
    if consent.refreshes.count(f'{account.key}/{day}') >= behaviour.daily_refreshes:
        raise ProviderError(
            ErrorCode.RATE_LIMITED,
            'The sandbox bank has given its refresh of the day',
            until=next_day(account, now),
            account_id=account_id,
        )


def refreshed(
    behaviour: Behaviour, consent: Consent, accounts: Iterable[BankAccount], now: datetime
) -> Consent:
    """The consent after a refresh: the code is used up, the refreshes of the day are counted."""
    counted = [f'{account.key}/{today(account, now)}' for account in accounts]
    days = {entry.rpartition('/')[2] for entry in counted}
    same_day = [entry for entry in consent.refreshes if entry.rpartition('/')[2] in days]
    return replace(
        consent,
        refreshed_at=now,
        verified=not behaviour.mfa,
        refreshes=(*same_day, *counted),
    )
