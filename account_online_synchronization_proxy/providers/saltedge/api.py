"""HTTP of Salt Edge: two keys and, for a live client, a signature over the whole request."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from .. import normalize
from ..certificates import private_key
from ..errors import ErrorCode, ProviderError
from ..http import Api
from ..refusals import Refusal

_USER, _CONSENT = ErrorCode.USER_ACTION_REQUIRED, ErrorCode.CONSENT_EXPIRED
_LIMIT, _DOWN = ErrorCode.RATE_LIMITED, ErrorCode.INSTITUTION_UNAVAILABLE
_PROVIDER, _INVALID = ErrorCode.PROVIDER_ERROR, ErrorCode.INVALID_REQUEST

ERRORS = {
    'InvalidCredentials': _USER,
    'InvalidInteractiveCredentials': _USER,
    'InteractiveTimeout': _USER,
    'CredentialsNotMatch': _USER,
    'ProviderAccessNotGranted': _USER,
    'ConnectionDisabled': _USER,
    'interactive': _USER,  # the bank asks something in the middle of a fetch
    'ConsentExpired': _CONSENT,
    'ConsentRevoked': _CONSENT,
    'AispConsentExpired': _CONSENT,
    'AispConsentRevoked': _CONSENT,
    'AispConsentAlreadyRevoked': _CONSENT,
    'AispConsentNotFound': _CONSENT,
    'DateOutOfAispConsentRange': _CONSENT,
    'connection inactive': _CONSENT,  # it still serves its last data, as if they were fresh
    'connection disabled': _USER,
    'BackgroundFetchLimitExceeded': _LIMIT,
    'ConnectionCannotBeRefreshed': _LIMIT,
    'RateLimitExceeded': _LIMIT,
    'TooManyRequests': _LIMIT,
    'ConnectionAlreadyProcessing': _LIMIT,
    'ProviderError': _DOWN,
    'ProviderUnavailable': _DOWN,
    'ProviderInactive': _DOWN,
    'ConnectionFailed': _DOWN,
    'ConnectionLost': _DOWN,
    'ConnectionFetchingStopped': _DOWN,
    'FetchingTimeout': _DOWN,
    'ExecutionTimeout': _DOWN,
    'InteractiveAdapterTimeout': _DOWN,
    'InternalServerError': _PROVIDER,
    'operator InvalidCredentials': _INVALID,  # seen when App-id and secret do not fit
    'ApiKeyNotFound': _INVALID,
    'AppIdNotProvided': _INVALID,
    'SecretNotProvided': _INVALID,
    'SignatureNotMatch': _INVALID,
    'MissingSignature': _INVALID,
    'MissingExpiresAt': _INVALID,
    'ExpiresAtInvalid': _INVALID,
    'RequestExpired': _INVALID,
    'PublicKeyNotProvided': _INVALID,
    'ClientPending': _INVALID,
    'ClientRestricted': _INVALID,
    'ClientDisabled': _INVALID,
    'WrongRequestFormat': _INVALID,
    'JsonParseError': _INVALID,
    'ReturnURLInvalid': _INVALID,
    'ReturnURLTooLong': _INVALID,
    'RouteNotFound': _INVALID,
    'ActionNotAllowed': _INVALID,
    'ConnectionLimitReached': _INVALID,
    'DuplicatedCustomer': _INVALID,
    'ProviderDisabled': _INVALID,
    'ProviderNotFound': _INVALID,
    'ConnectionDuplicated': _INVALID,
    'AllAccountsExcluded': _USER,
    'ConnectionNotFound': _CONSENT,
    'CustomerNotFound': _CONSENT,
    'CustomerLocked': _CONSENT,
    'AccountNotFound': ErrorCode.ACCOUNT_CLOSED,
}
LIFE = timedelta(minutes=1)  # of a signature


class SaltEdgeApi(Api):
    """Everything is wrapped in ``data``; lists tell the id that the next page begins with."""

    default_url = 'https://www.saltedge.com/api/v6'
    errors = ERRORS
    gone = frozenset({'ConnectionNotFound', 'CustomerNotFound'})
    pause = timedelta(hours=6)

    def authorize(self, request):
        """Add the operator's keys, and the signature where there is a key for it."""
        settings = self.context.settings
        request.headers['App-id'] = settings.get('app_id', '')
        request.headers['Secret'] = settings.get('secret', '')
        if settings.get('private_key'):
            expires = int((self.context.now() + LIFE).timestamp())
            body = (request.body or b'').decode()
            text = f'{expires}|{request.method}|{request.url}|{body}'
            key = private_key(settings['private_key'], "private key")
            signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
            request.headers['Expires-at'] = str(expires)
            request.headers['Signature'] = base64.b64encode(signature).decode()
        return request

    def refusal(self, response, body) -> Refusal:
        """The class of the error decides, wherever it stands."""
        body = body if isinstance(body, dict) else {}
        error = normalize.part(body, 'error')
        kind = error.get('class') or body.get('error_class')
        if kind == 'InvalidCredentials':
            kind = f'operator {kind}'  # those of a user come with an attempt, never with a call
        message = error.get('message') or body.get('error_message') or ''
        until = error.get('next_refresh_possible_at') or body.get('next_refresh_possible_at')
        return Refusal(
            tuple(filter(None, [kind])),
            str(message),
            normalize.instant(until),
        )

    def send(self, path: str, data: Mapping[str, Any]) -> Mapping:
        """``POST`` an object; the object of the answer."""
        return normalize.take(self.post(path, {'data': data}), 'data', dict)

    def one(self, path: str) -> Mapping:
        """``GET`` one object."""
        return normalize.take(self.get(path), 'data', dict)

    def listed(self, path: str, params: Mapping[str, str]) -> Iterator[Mapping]:
        """All objects of a list, page by page."""
        start: str | None = None
        while True:
            rows, following = self.page(path, params, start)
            yield from rows
            if not following:
                return
            start = following

    def page(
        self, path: str, params: Mapping[str, str], start: str | None, **options
    ) -> tuple[list, str | None]:
        """One page of a list and the id that the next one begins with."""
        begin = {'from_id': start} if start else {}
        answer = self.get(path, {**params, **begin}, **options)
        following = normalize.part(answer, 'meta').get('next_id')
        if following and str(following) == start:
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
        return normalize.take(answer, 'data', list), str(following) if following else None
