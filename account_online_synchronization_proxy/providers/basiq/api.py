"""HTTP of Basiq: an API key buys tokens; errors come as lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .. import normalize
from ..errors import ErrorCode, ProviderError
from ..http import Api
from ..memory import Memory, key_of
from ..refusals import Refusal

_USER, _CONSENT = ErrorCode.USER_ACTION_REQUIRED, ErrorCode.CONSENT_EXPIRED
_DOWN, _PROVIDER = ErrorCode.INSTITUTION_UNAVAILABLE, ErrorCode.PROVIDER_ERROR
_INVALID = ErrorCode.INVALID_REQUEST

ERRORS = {
    # Steps of a job; two sets of names are in use.
    'invalid-credentials': _USER,
    'account-not-accessible-requires-user-action': _USER,
    'user-action-required': _USER,
    'authorization-failed': _USER,
    'mfa-challenge': _USER,
    'invalid-connection': _USER,
    'system-unavailable': _DOWN,
    'maintenance': _DOWN,
    'connector-error': _DOWN,
    'institution-not-available': _DOWN,
    'job-timed-out': _DOWN,
    'unknown-error': _PROVIDER,
    'institution-not-found': _INVALID,
    'institution-disabled': _INVALID,
    # Connections, consents and accounts.
    'connection invalid': _USER,
    'connection expired': _CONSENT,
    'connection deleted': _CONSENT,
    'no consent': _CONSENT,
    'account unavailable': ErrorCode.ACCOUNT_CLOSED,
    # Calls.
    'too-many-requests': ErrorCode.RATE_LIMITED,
    'too many tokens': ErrorCode.RATE_LIMITED,
    'service-unavailable': _DOWN,
    'maintenance-error': _DOWN,
    'internal-server-error': _PROVIDER,
    'stale token': _INVALID,
    'wrong key': _INVALID,
    'parameter-not-supplied': _INVALID,
    'parameter-not-valid': _INVALID,
    'invalid-content': _INVALID,
    'institution-not-supported': _INVALID,
    'unsupported-accept': _INVALID,
    'forbidden-access': _INVALID,
    'no-production-access': _INVALID,
    'access-denied': _INVALID,
    'resource-not-found': _INVALID,
    'resource-no-longer-available': _INVALID,
    'too-many-sandbox-connections': _INVALID,
}
STALE = ('unauthorized-access', 'invalid-authorization-token')

_tokens = Memory()  # a token serves all users for an hour


class BasiqApi(Api):
    """Data calls carry a server token; a client token is bound to one user, for his browser."""

    default_url = 'https://au-api.basiq.io'
    errors = ERRORS
    stale = frozenset({'stale token'})
    gone = frozenset({'resource-not-found'})
    pause = timedelta(minutes=5)

    def authorize(self, request):
        """Add the server token."""
        token = _tokens.get(self._token_key(), self.context.now(), self.new_token)
        request.headers['Authorization'] = f'Bearer {token}'
        return request

    def new_token(self) -> tuple[str, timedelta]:
        """A server token; also proves that the API key is right."""
        answer = self._token({'scope': 'SERVER_ACCESS'})
        life = timedelta(seconds=normalize.take(answer, 'expires_in', int))
        return normalize.take(answer, 'access_token', str), life

    def client_token(self, user_id: str) -> str:
        """A token that may be shown to this user's browser."""
        answer = self._token({'scope': 'CLIENT_ACCESS', 'userId': user_id})
        return normalize.take(answer, 'access_token', str)

    def forget_token(self) -> None:
        """Ask for a new token with the next call."""
        _tokens.forget(self._token_key())

    def refusal(self, response, body) -> Refusal:
        """The first error of the list; an expired token may come as 403."""
        body = body if isinstance(body, dict) else {}
        first = normalize.first(body.get('data'))
        words = f'{first.get("title") or ""} {first.get("detail") or ""}'.strip()
        marker = str(first.get('code') or '')
        if response.url.endswith('/token'):
            is_limit = response.status_code == 403 and 'Invalid request' in words
            marker = 'too many tokens' if is_limit else 'wrong key'
        elif marker in STALE or response.status_code == 401 or 'Token has expired' in words:
            marker = 'stale token'
        return Refusal(tuple(filter(None, [marker])), words)

    def request_id(self, response, body) -> str | None:
        """It stands in refusals only."""
        return body.get('correlationId') if isinstance(body, dict) else None

    def listed(self, path: str, *conditions: str, **options) -> list[Mapping]:
        """All objects of a list, page by page; the conditions must all hold."""
        rows, link = self.page(path, *conditions, **options)
        while link:
            more, following = self.page(link, **options)
            if following == link:
                raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
            rows, link = [*rows, *more], following
        return rows

    def page(self, path: str, *conditions: str, **options) -> tuple[list, str | None]:
        """One page of a list and the link to the next one."""
        params: dict[str, Any] = dict(options.pop('params', {}))
        if conditions:
            params['filter'] = ','.join(conditions)
        answer = self.get(path, params or None, **options)
        return normalize.take(answer, 'data', list), normalize.part(answer, 'links').get('next')

    def _token(self, form: Mapping[str, str]) -> Mapping:
        # The key is shown in the form that the header wants: it is not encoded again.
        headers = {
            'Authorization': f'Basic {self.context.settings.get("api_key", "").strip()}',
            'basiq-version': '3.0',
        }
        return self.call(
            'POST', '/token', form=form, headers=headers, authorize=lambda request: request
        )

    def _token_key(self) -> str:
        return key_of(self.base_url, self.context.settings.get('api_key', ''))
