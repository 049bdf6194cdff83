"""The closed set of things that can go wrong between a database, the proxy and a bank.

Every failure of a provider is raised as a :class:`ProviderError` with one of these codes. The code
decides who must act and what happens next; the words for the user are chosen (and translated) by
the side that shows them, never by the connector.
"""

from __future__ import annotations

from datetime import datetime

from .text_enum import TextEnum


class ErrorCode(TextEnum):
    """What went wrong, named after what has to happen next."""

    USER_ACTION_REQUIRED = 'user_action_required'  # the bank wants the user: code, terms, password
    CONSENT_EXPIRED = 'consent_expired'  # the consent ended or was withdrawn: reconnect
    UNATTENDED_REFUSED = 'unattended_refused'  # the bank serves only a user who is present
    RATE_LIMITED = 'rate_limited'  # nothing more before `until`
    INSTITUTION_UNAVAILABLE = 'institution_unavailable'  # the bank is down or in maintenance
    PROVIDER_ERROR = 'provider_error'  # the provider failed or answered nonsense
    ACCOUNT_CLOSED = 'account_closed'  # this account is gone, its siblings may live
    CLIENT_BLOCKED = 'client_blocked'  # suspicious activity: reactivate with the phone code
    CLIENT_DISCONNECTED = 'client_disconnected'  # the operator, or a copied database: reconnect
    NOT_REGISTERED = 'not_registered'  # no valid subscription at this proxy
    INVALID_REQUEST = 'invalid_request'  # a defect or an attack; repeating will not help
    INTERNAL = 'internal'  # a defect of ours; the reference finds it


class ProviderError(Exception):
    """A failure at a provider or a bank.

    :param code: one of :class:`ErrorCode`.
    :param detail: one English sentence for the operator's event log. No secrets, no personal data.
    :param provider_reference: the provider's own request id, for its support.
    :param until: for ``rate_limited``: aware UTC datetime before which nothing may be retried.
    :param account_id: the account concerned, when the failure is of one account only.
    """

    def __init__(
        self,
        code: ErrorCode,
        detail: str,
        *,
        provider_reference: str | None = None,
        until: datetime | None = None,
        account_id: str | None = None,
    ):
        super().__init__(f'{code}: {detail}')
        self.code = ErrorCode(code)
        self.detail = detail
        self.provider_reference = provider_reference
        self.until = until
        self.account_id = account_id


class CursorExpired(Exception):
    """The provider no longer accepts this cursor: the proxy starts the window again without it."""
