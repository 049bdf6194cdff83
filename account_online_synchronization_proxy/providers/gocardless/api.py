"""HTTP of GoCardless: one bearer token for all users; unknown fields and parameters are refused."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from .. import normalize
from ..errors import ErrorCode
from ..http import Api
from ..memory import Memory, key_of
from ..refusals import Refusal

ERRORS = {
    'AccessExpiredError': ErrorCode.CONSENT_EXPIRED,
    'agreement expired': ErrorCode.CONSENT_EXPIRED,
    'No valid End User Agreement': ErrorCode.CONSENT_EXPIRED,
    'End User Agreement (EUA) access scope error': ErrorCode.USER_ACTION_REQUIRED,
    'AccountInactiveError': ErrorCode.ACCOUNT_CLOSED,
    'AccountAccessForbidden': ErrorCode.USER_ACTION_REQUIRED,
    'AccountResourceUnavailable': ErrorCode.INVALID_REQUEST,  # this account offers no such data
    'RateLimitError': ErrorCode.RATE_LIMITED,  # the bank's limit
    'ServiceError': ErrorCode.INSTITUTION_UNAVAILABLE,
    'ConnectionError': ErrorCode.INSTITUTION_UNAVAILABLE,
    'UnknownRequestError': ErrorCode.PROVIDER_ERROR,
    'account PROCESSING': ErrorCode.INSTITUTION_UNAVAILABLE,
    'account DISCOVERED': ErrorCode.INSTITUTION_UNAVAILABLE,
    'account ERROR': ErrorCode.CONSENT_EXPIRED,  # ten failures in a row: only a new consent helps
    'account EXPIRED': ErrorCode.CONSENT_EXPIRED,
    'account SUSPENDED': ErrorCode.CONSENT_EXPIRED,
    'Account suspended': ErrorCode.CONSENT_EXPIRED,
    'wrong keys': ErrorCode.INVALID_REQUEST,
    'stale token': ErrorCode.INVALID_REQUEST,
    'IP address access denied': ErrorCode.INVALID_REQUEST,
    'Payment Required': ErrorCode.INVALID_REQUEST,
    # What the browser brings back, and states of a requisition.
    'SSNVerificationFailed': ErrorCode.USER_ACTION_REQUIRED,
    'InstitutionTechnicalError': ErrorCode.INSTITUTION_UNAVAILABLE,
    'GoCardlessTechnicalError': ErrorCode.PROVIDER_ERROR,
    'RequisitionLinkReused': ErrorCode.USER_ACTION_REQUIRED,
    'UnknownError': ErrorCode.PROVIDER_ERROR,
    'requisition RJ': ErrorCode.USER_ACTION_REQUIRED,
    'requisition EX': ErrorCode.CONSENT_EXPIRED,
    'requisition SU': ErrorCode.CONSENT_EXPIRED,
    'requisition ER': ErrorCode.PROVIDER_ERROR,
}

_tokens = Memory()  # a token serves all users, and only a hundred an hour are granted


class GoCardlessApi(Api):
    """Bearer authentication; the bank's limits stand in the headers."""

    default_url = 'https://bankaccountdata.gocardless.com/api/v2'
    errors = ERRORS
    stale = frozenset({'stale token'})
    gone = frozenset({'404'})
    account_limits = frozenset({'RateLimitError'})
    pause = timedelta(hours=12)

    def authorize(self, request):
        """Add the operator's token."""
        token = _tokens.get(self._token_key(), self.context.now(), self.new_token)
        request.headers['Authorization'] = f'Bearer {token}'
        return request

    def new_token(self) -> tuple[str, timedelta]:
        """Exchange the operator's secrets for a token; also proves that they are right."""
        names = ('secret_id', 'secret_key')
        secrets = {name: self.context.settings.get(name, '') for name in names}
        answer = self.post('/token/new/', secrets, authorize=lambda request: request)
        life = timedelta(seconds=normalize.take(answer, 'access_expires', int))
        return normalize.take(answer, 'access', str), life

    def forget_token(self) -> None:
        """Ask for a new token with the next call."""
        _tokens.forget(self._token_key())

    def refusal(self, response, body) -> Refusal:
        """The ``type`` tells what the bank said; answers without it are about the operator."""
        body = body if isinstance(body, dict) else {}
        summary, detail = str(body.get('summary') or ''), str(body.get('detail') or '')
        markers = [str(body['type'])] if body.get('type') else []
        if '/token/' in response.url:
            markers += ['wrong keys']
        elif 'End User Agreement' in summary + detail and response.status_code == 401:
            markers += ['agreement expired']
        elif response.status_code == 401 and not markers:
            markers += ['stale token']
        if body.get('iban') or response.status_code == 409:
            markers += [f'account {body.get("status")}']
        markers += [summary, str(response.status_code)]
        until = self._reset(response, detail, is_bank=bool(body.get('type')))
        return Refusal(tuple(filter(None, markers)), detail or _field_errors(body), until=until)

    def observe(self, response) -> None:
        """Pass on how many reads of these transactions the bank still grants today."""
        account = re.search(r'/accounts/([^/]+)/transactions/', response.url)
        left = _limit(response, 'account-success-remaining')
        if account and left is not None:
            until = None if left else self._reset(response, '', is_bank=True)
            self.context.learn_quota(account.group(1), unattended_left=left, until=until)

    def _reset(self, response, detail: str, *, is_bank: bool) -> datetime | None:
        seconds = _limit(response, 'account-success-reset' if is_bank else 'reset')
        if seconds is None:
            told = re.search(r'(\d+) second', detail)
            seconds = int(told.group(1)) if told else None
        return None if seconds is None else self.context.now() + timedelta(seconds=seconds)

    def _token_key(self) -> str:
        settings = self.context.settings
        return key_of(self.base_url, settings.get('secret_id', ''), settings.get('secret_key', ''))


def _limit(response, name: str) -> int | None:
    """A limit header; the names arrive with hyphens or underscores, with or without HTTP_."""
    for header, value in response.headers.items():
        plain = header.lower().replace('_', '-').removeprefix('http-')
        if plain == f'x-ratelimit-{name}' and value.isdigit():
            return int(value)
    return None


def _field_errors(body: dict) -> str:
    """Which fields were refused, without their values."""
    return ' '.join(key for key in body if key not in ('status_code', 'summary', 'type', 'status'))
