"""HTTP of Plaid: every call is a POST; the error code counts, hardly ever the status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..errors import ErrorCode
from ..http import Api
from ..refusals import Refusal

ERRORS = {
    'OAUTH_CONSENT_EXPIRED': ErrorCode.CONSENT_EXPIRED,
    'OAUTH_INVALID_TOKEN': ErrorCode.CONSENT_EXPIRED,
    'OAUTH_USER_REVOKED': ErrorCode.CONSENT_EXPIRED,
    'ITEM_LOGIN_REQUIRED': ErrorCode.USER_ACTION_REQUIRED,
    'ACCESS_NOT_GRANTED': ErrorCode.USER_ACTION_REQUIRED,
    'INVALID_CREDENTIALS': ErrorCode.USER_ACTION_REQUIRED,
    'INVALID_MFA': ErrorCode.USER_ACTION_REQUIRED,
    'INSUFFICIENT_CREDENTIALS': ErrorCode.USER_ACTION_REQUIRED,
    'ITEM_LOCKED': ErrorCode.USER_ACTION_REQUIRED,
    'PASSWORD_RESET_REQUIRED': ErrorCode.USER_ACTION_REQUIRED,
    'USER_SETUP_REQUIRED': ErrorCode.USER_ACTION_REQUIRED,
    'ITEM_NOT_FOUND': ErrorCode.CONSENT_EXPIRED,
    'ITEM_CONCURRENTLY_DELETED': ErrorCode.CONSENT_EXPIRED,
    'INVALID_ACCESS_TOKEN': ErrorCode.CONSENT_EXPIRED,
    'INVALID_UPDATED_USERNAME': ErrorCode.CONSENT_EXPIRED,
    'INSTITUTION_DOWN': ErrorCode.INSTITUTION_UNAVAILABLE,
    'INSTITUTION_NOT_RESPONDING': ErrorCode.INSTITUTION_UNAVAILABLE,
    'INSTITUTION_NOT_AVAILABLE': ErrorCode.INSTITUTION_UNAVAILABLE,
    'INTERNAL_SERVER_ERROR': ErrorCode.PROVIDER_ERROR,
    'PLANNED_MAINTENANCE': ErrorCode.PROVIDER_ERROR,
    'PRODUCT_NOT_READY': ErrorCode.PROVIDER_ERROR,
    'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION': ErrorCode.PROVIDER_ERROR,
    'INSTITUTION_NO_LONGER_SUPPORTED': ErrorCode.INVALID_REQUEST,
    'UNSUPPORTED_RESPONSE': ErrorCode.INVALID_REQUEST,
    'ITEM_NOT_SUPPORTED': ErrorCode.INVALID_REQUEST,
    'MFA_NOT_SUPPORTED': ErrorCode.INVALID_REQUEST,
    'PRODUCTS_NOT_SUPPORTED': ErrorCode.INVALID_REQUEST,
    'PRODUCT_NOT_ENABLED': ErrorCode.INVALID_REQUEST,
    'NO_AUTH_ACCOUNTS': ErrorCode.INVALID_REQUEST,
    'INVALID_API_KEYS': ErrorCode.INVALID_REQUEST,
    'INVALID_PRODUCT': ErrorCode.INVALID_REQUEST,
    'INVALID_FIELD': ErrorCode.INVALID_REQUEST,
    'UNAUTHORIZED_INSTITUTION': ErrorCode.INVALID_REQUEST,
    'INSTITUTION_REGISTRATION_REQUIRED': ErrorCode.INVALID_REQUEST,
    'INVALID_INSTITUTION': ErrorCode.INVALID_REQUEST,
    'INVALID_LINK_TOKEN': ErrorCode.INVALID_REQUEST,
    'NO_ACCOUNTS': ErrorCode.ACCOUNT_CLOSED,
    'INVALID_ACCOUNT_ID': ErrorCode.ACCOUNT_CLOSED,
    # Kinds of errors, for codes that are not in the table.
    'RATE_LIMIT_EXCEEDED': ErrorCode.RATE_LIMITED,
    'INSTITUTION_ERROR': ErrorCode.INSTITUTION_UNAVAILABLE,
    'ITEM_ERROR': ErrorCode.USER_ACTION_REQUIRED,
    'API_ERROR': ErrorCode.PROVIDER_ERROR,
}


class PlaidApi(Api):
    """The operator's two keys in headers; the user's secret in the body."""

    errors = ERRORS
    gone = frozenset({'ITEM_NOT_FOUND', 'ITEM_CONCURRENTLY_DELETED', 'INVALID_ACCESS_TOKEN'})
    pause = timedelta(minutes=2)  # limits are per minute, and name no time

    @property
    def default_url(self) -> str:
        """Each environment has a server, and keys, of its own."""
        return f'https://{"production" if self.context.production else "sandbox"}.plaid.com'

    def authorize(self, request):
        """Add the operator's keys."""
        settings = self.context.settings
        request.headers['PLAID-CLIENT-ID'] = settings.get('client_id', '')
        request.headers['PLAID-SECRET'] = settings.get('secret', '')
        request.headers['Plaid-Version'] = '2020-09-14'
        return request

    def refusal(self, response, body) -> Refusal:
        """Reason, code and kind of the error, in this order."""
        return told(body if isinstance(body, dict) else {})

    def request_id(self, response, body) -> str | None:
        """It stands in every answer."""
        return body.get('request_id') if isinstance(body, dict) else None

    def read(self, path: str, body: Mapping[str, Any], **options) -> Any:
        """A call that changes nothing, though it is a POST."""
        return self.post(path, body, **{'retry': True, **options})

    def of_item(self, error: Mapping) -> Exception:
        """The error that a broken login carries inside a good answer."""
        markers, reference = told(error).markers, error.get('request_id')
        return self.error(*markers, detail="The login at the bank:", reference=reference)


def told(error: Mapping) -> Refusal:
    """What an error object of Plaid says."""
    markers = (error.get('error_code_reason'), error.get('error_code'), error.get('error_type'))
    message = str(error.get('error_message') or '')
    return Refusal(tuple(filter(None, markers)), message)
