"""HTTP of Enable Banking: each call carries a token that we sign ourselves."""

from __future__ import annotations

from datetime import timedelta

import jwt

from ..errors import ErrorCode, ProviderError
from ..http import Api
from ..memory import Memory, key_of
from ..refusals import Refusal

ERRORS = {
    'ASPSP_PSU_ACTION_REQUIRED': ErrorCode.USER_ACTION_REQUIRED,
    'WRONG_CREDENTIALS_PROVIDED': ErrorCode.USER_ACTION_REQUIRED,
    'ACCESS_DENIED': ErrorCode.USER_ACTION_REQUIRED,
    'NO_ACCOUNTS_ADDED': ErrorCode.USER_ACTION_REQUIRED,
    'EXPIRED_SESSION': ErrorCode.CONSENT_EXPIRED,
    'REVOKED_SESSION': ErrorCode.CONSENT_EXPIRED,
    'CLOSED_SESSION': ErrorCode.CONSENT_EXPIRED,
    'SESSION_DOES_NOT_EXIST': ErrorCode.CONSENT_EXPIRED,
    'WRONG_SESSION_STATUS': ErrorCode.CONSENT_EXPIRED,
    'ASPSP_RATE_LIMIT_EXCEEDED': ErrorCode.RATE_LIMITED,
    'ASPSP_ERROR': ErrorCode.INSTITUTION_UNAVAILABLE,
    'ASPSP_TIMEOUT': ErrorCode.INSTITUTION_UNAVAILABLE,
    'ACCOUNT_DOES_NOT_EXIST': ErrorCode.ACCOUNT_CLOSED,
    'ASPSP_ACCOUNT_NOT_ACCESSIBLE': ErrorCode.ACCOUNT_CLOSED,
    'INVALID_ACCOUNT_ID': ErrorCode.ACCOUNT_CLOSED,
    'ALREADY_AUTHORIZED': ErrorCode.USER_ACTION_REQUIRED,  # the connect flow begins again
    'EXPIRED_AUTHORIZATION_CODE': ErrorCode.USER_ACTION_REQUIRED,
    'WRONG_AUTHORIZATION_CODE': ErrorCode.USER_ACTION_REQUIRED,
    'AUTHORIZATION_NOT_PROVIDED': ErrorCode.USER_ACTION_REQUIRED,
    'PSU_HEADER_NOT_PROVIDED': ErrorCode.UNATTENDED_REFUSED,  # the bank wants the user present
    'PSU_HEADER_INVALID': ErrorCode.INVALID_REQUEST,
    'WRONG_REQUEST_PARAMETERS': ErrorCode.INVALID_REQUEST,
    'WRONG_ASPSP_PROVIDED': ErrorCode.INVALID_REQUEST,
    'WRONG_DATE_INTERVAL': ErrorCode.INVALID_REQUEST,
    'WRONG_TRANSACTIONS_PERIOD': ErrorCode.INVALID_REQUEST,
    'WRONG_CONTINUATION_KEY': ErrorCode.INVALID_REQUEST,
    'DATE_FROM_IN_FUTURE': ErrorCode.INVALID_REQUEST,
    'DATE_TO_WITHOUT_DATE_FROM': ErrorCode.INVALID_REQUEST,
    'REDIRECT_URI_NOT_ALLOWED': ErrorCode.INVALID_REQUEST,
    'TRANSACTION_DOES_NOT_EXIST': ErrorCode.INVALID_REQUEST,
    'UNAUTHORIZED_ACCESS': ErrorCode.INVALID_REQUEST,
    'UNAUTHORIZED_IP': ErrorCode.INVALID_REQUEST,
    'INVALID_HOST': ErrorCode.INVALID_REQUEST,
    # What the browser brings back, in the words of OAuth.
    'server_error': ErrorCode.PROVIDER_ERROR,
    'temporarily_unavailable': ErrorCode.INSTITUTION_UNAVAILABLE,
}

LIFE = timedelta(hours=1)
_tokens = Memory()  # signing takes longer than a call


class EnableBankingApi(Api):
    """A JWT of the application's private key is the only authentication."""

    default_url = 'https://api.enablebanking.com'
    errors = ERRORS
    gone = frozenset({
        'CLOSED_SESSION', 'EXPIRED_SESSION', 'REVOKED_SESSION', 'SESSION_DOES_NOT_EXIST',
    })
    account_limits = frozenset({'ASPSP_RATE_LIMIT_EXCEEDED'})
    pause = timedelta(hours=6)  # what the vendor advises after a bank's limit

    def authorize(self, request):
        """Add the application's token."""
        settings = self.context.settings
        own = (settings.get('application_id', ''), settings.get('private_key', ''))
        key = key_of(self.base_url, *own)
        token = _tokens.get(key, self.context.now(), self.new_token)
        request.headers['Authorization'] = f'Bearer {token}'
        return request

    def new_token(self) -> tuple[str, timedelta]:
        """Sign a token; the clock of the other side may be a little behind."""
        settings, now = self.context.settings, self.context.now()
        claims = {
            'iss': 'enablebanking.com',
            'aud': 'api.enablebanking.com',
            'iat': int((now - timedelta(seconds=10)).timestamp()),
            'exp': int((now + LIFE).timestamp()),
        }
        header = {'kid': settings.get('application_id', '')}
        try:
            key = settings.get('private_key', '').strip()
            return jwt.encode(claims, key, algorithm='RS256', headers=header), LIFE
        except (ValueError, TypeError, jwt.PyJWTError):
            detail = "The private key is not a readable RSA key in PEM form"
            raise ProviderError(ErrorCode.INVALID_REQUEST, detail) from None

    def refusal(self, response, body) -> Refusal:
        """``error`` decides: the status 401 stands for a bad key and for an ended session."""
        body = body if isinstance(body, dict) else {}
        markers = (str(body['error']),) if body.get('error') else ()
        return Refusal(markers, str(body.get('message') or ''))
