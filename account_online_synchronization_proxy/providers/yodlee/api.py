"""HTTP of Yodlee: tokens are made for one user at a time; there is no secret of the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from .. import normalize
from ..errors import ErrorCode
from ..http import Api
from ..memory import Memory, key_of
from ..refusals import Refusal

_USER, _CONSENT = ErrorCode.USER_ACTION_REQUIRED, ErrorCode.CONSENT_EXPIRED
_DOWN, _PROVIDER = ErrorCode.INSTITUTION_UNAVAILABLE, ErrorCode.PROVIDER_ERROR
_INVALID, _CLOSED = ErrorCode.INVALID_REQUEST, ErrorCode.ACCOUNT_CLOSED

NOT_FOUND = 'Y807'
ERRORS = {
    # Calls.
    **dict.fromkeys(['Y007', 'Y008', 'Y009', 'Y010', 'Y020', 'Y023'], _INVALID),  # the token
    **dict.fromkeys(['Y015', 'Y016', 'Y027', 'Y301', 'Y303', 'Y821', 'Y830', 'Y901'], _INVALID),
    **dict.fromkeys(['Y004', 'Y005', 'Y006', 'Y305'], _CONSENT),  # the user is gone
    **dict.fromkeys(['Y400', 'Y800', 'Y801', 'Y802', 'Y803', 'Y804', 'Y805', 'Y806'], _INVALID),
    **dict.fromkeys(['Y809', 'Y812', 'Y816', 'Y820', 'Y823', 'Y824', 'Y848'], _INVALID),
    NOT_FOUND: _INVALID,
    'Y825': ErrorCode.RATE_LIMITED,  # refreshed a moment ago
    'Y868': _DOWN,  # the bank moves to open banking
    # What the last reading of the bank came to; these stand in good answers.
    'INCORRECT_CREDENTIALS': _USER,
    'CREDENTIALS_UPDATE_NEEDED': _USER,
    'ADDL_AUTHENTICATION_REQUIRED': _USER,
    'INVALID_ADDL_INFO_PROVIDED': _USER,
    'NEW_AUTHENTICATION_REQUIRED': _USER,
    'INCORRECT_OAUTH_TOKEN': _USER,
    'ACCOUNT_LOCKED': _USER,
    'USER_ACTION_NEEDED_AT_SITE': _USER,
    'ENROLLMENT_REQUIRED_FOR_DATASET': _USER,
    'USER_INPUT_REQUIRED': _USER,
    'ALLOW_UPDATE_WITH_CREDENTIALS': _USER,
    'CONSENT_REQUIRED': _CONSENT,
    'CONSENT_EXPIRED': _CONSENT,
    'CONSENT_REVOKED': _CONSENT,
    'REQUEST_TIME_OUT': _DOWN,
    'SITE_BLOCKING_ERROR': _DOWN,
    'UNEXPECTED_SITE_ERROR': _DOWN,
    'SITE_UNAVAILABLE': _DOWN,
    'SITE_SESSION_INVALIDATED': _DOWN,
    'MIGRATION_IN_PROGRESS': _DOWN,
    'TECH_ERROR': _PROVIDER,
    'DATA_RETRIEVAL_FAILED': _PROVIDER,
    'BETA_SITE_DEV_IN_PROGRESS': _PROVIDER,
    'REQUIRED_DATA_NOT_AVAILABLE': _PROVIDER,
    'SITE_NOT_SUPPORTED': _INVALID,
    'DATASET_NOT_SUPPORTED': _INVALID,
    'DATA_NOT_AVAILABLE': _INVALID,
    'PROPERTY_VALUE_NOT_AVAILABLE': _INVALID,
    'TO_BE_CLOSED': _CLOSED,
    'CLOSED': _CLOSED,
    'DELETED': _CLOSED,
}
READER = 'catalogue-reader'  # a user of our own, who has no bank

_tokens = Memory()  # they live half an hour


class YodleeApi(Api):
    """Calls are made in the name of the user that ``context.tokens`` knows."""

    errors = ERRORS
    stale = frozenset({'Y007', 'Y008', 'Y009', 'Y010', 'Y020', 'Y023'})
    gone = frozenset({NOT_FOUND, 'Y004', 'Y006'})
    pause = timedelta(minutes=15)

    @property
    def default_url(self) -> str:
        """Each environment has a server, and keys, of its own."""
        kind = 'production' if self.context.production else 'sandbox'
        return f'https://{kind}.api.yodlee.com/ysl'

    @property
    def login(self) -> str:
        """The user whose banks are read; a sandbox knows only users that it gave."""
        given = None if self.context.production else self.context.settings.get('sandbox_login')
        return self.context.tokens.get('login') or given or READER

    def authorize(self, request):
        """Add the user's token."""
        request.headers['Api-Version'] = '1.1'
        request.headers['Authorization'] = f'Bearer {self.user_token()}'
        return request

    def user_token(self) -> str:
        """A token of the user, shared by the calls of this process."""
        return _tokens.get(self._token_key(), self.context.now(), self.new_token)

    def new_token(self) -> tuple[str, timedelta]:
        """A new token; outside the sandbox this makes the user when he is not there."""
        settings = self.context.settings
        answer = self.call(
            'POST',
            '/auth/token',
            form={
                'clientId': settings.get('client_id', ''),
                'secret': settings.get('secret', ''),
            },
            headers={'Api-Version': '1.1', 'loginName': self.login},
            authorize=lambda request: request,
        )
        token = normalize.take(answer, 'token', dict)
        life = timedelta(seconds=normalize.take(token, 'expiresIn', int))
        return normalize.take(token, 'accessToken', str), life

    def forget_token(self) -> None:
        """Ask for a new token with the next call."""
        _tokens.forget(self._token_key())

    def refusal(self, response, body) -> Refusal:
        """A code, and words."""
        body = body if isinstance(body, dict) else {}
        markers = (str(body['errorCode']),) if body.get('errorCode') else ()
        return Refusal(markers, str(body.get('errorMessage') or ''))

    def request_id(self, response, body) -> str | None:
        """It stands in refusals only."""
        return body.get('referenceCode') if isinstance(body, dict) else None

    def listed(self, path: str, key: str, params: Mapping[str, str], **options) -> list:
        """The objects of a list; an empty one comes as an empty object."""
        answer = self.get(path, params, **options)
        return normalize.take(answer, key, list) if answer else []

    def _token_key(self) -> str:
        settings = self.context.settings
        keys = (settings.get('client_id', ''), settings.get('secret', ''))
        return key_of(self.base_url, *keys, self.login)
