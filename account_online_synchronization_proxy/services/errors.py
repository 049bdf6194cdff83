"""What a client of the proxy may be told when something fails."""

from __future__ import annotations

from datetime import datetime

from ..providers.errors import ErrorCode, ProviderError

STATUS = {
    ErrorCode.USER_ACTION_REQUIRED: 409,
    ErrorCode.CONSENT_EXPIRED: 409,
    ErrorCode.UNATTENDED_REFUSED: 409,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INSTITUTION_UNAVAILABLE: 503,
    ErrorCode.PROVIDER_ERROR: 502,
    ErrorCode.ACCOUNT_CLOSED: 410,
    ErrorCode.CLIENT_BLOCKED: 403,
    ErrorCode.CLIENT_DISCONNECTED: 401,
    ErrorCode.NOT_REGISTERED: 401,
    ErrorCode.INVALID_REQUEST: 400,
    ErrorCode.INTERNAL: 500,
}

# One sentence each: what happened, who has to act. The database that shows it translates by code.
MESSAGES = {
    ErrorCode.USER_ACTION_REQUIRED: "The bank asks for you: confirm the access at your bank.",
    ErrorCode.CONSENT_EXPIRED: "Your consent at the bank has ended: reconnect the bank.",
    ErrorCode.UNATTENDED_REFUSED:
        "The bank answers only while you are present: synchronize by hand, and switch the"
        " automatic synchronization off.",
    ErrorCode.RATE_LIMITED: "The bank's limit is reached: wait until the time given.",
    ErrorCode.INSTITUTION_UNAVAILABLE: "The bank does not answer at the moment: wait, it is"
        " tried again by itself.",
    ErrorCode.PROVIDER_ERROR: "The service that reaches the bank failed: wait, it is tried again"
        " by itself. If it lasts, give the reference to the proxy's operator.",
    ErrorCode.ACCOUNT_CLOSED: "The bank says that this account is closed: unlink its journal.",
    ErrorCode.CLIENT_BLOCKED: "The proxy has blocked this database: reactivate it with the code"
        " sent to your phone, or contact the proxy's operator.",
    ErrorCode.CLIENT_DISCONNECTED:
        "This database is not connected to the proxy any more: reconnect.",
    ErrorCode.NOT_REGISTERED: "This database is not registered at the proxy: enter a valid"
        " subscription code.",
    ErrorCode.INVALID_REQUEST: "The request makes no sense to the proxy.",
    ErrorCode.INTERNAL: "The proxy failed: give the reference to its operator.",
}

# Why the proxy itself disconnects a database or its links.
COPIED = "This database is a copy of the one that is registered: reconnect its banks here."
DECLINED = "Whoever came back from the bank had not begun it: start again, in one browser."
ANOTHER_SUBSCRIPTION = "This database was registered with another subscription: reconnect the bank."

# What lies behind a code where its own words would mislead, by the sentence that says so.
CAUSES = {DECLINED: 'declined'}


class ProxyError(Exception):
    """A failure that the client is told.

    :param message: English sentence for the client; the code's own when None.
    :param detail: for the operator's event log only.
    :param status: HTTP status, when another than the code's.
    :param reason: what the operator wrote to the users.
    :param allow: with status 405, the methods that are.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str | None = None,
        *,
        detail: str = '',
        status: int | None = None,
        until: datetime | None = None,
        connect_url: str | None = None,
        account_id: str | None = None,
        provider_reference: str | None = None,
        reason: str | None = None,
        allow: str | None = None,
    ):
        self.code = ErrorCode(code)
        self.message = message or MESSAGES[self.code]
        super().__init__(f'{self.code}: {detail or self.message}')
        self.detail = detail
        self.status = status or STATUS[self.code]
        self.until = until
        self.connect_url = connect_url
        self.account_id = account_id
        self.provider_reference = provider_reference
        self.reason = reason or None
        self.allow = allow

    @classmethod
    def from_provider(cls, error: ProviderError) -> ProxyError:
        """What the client is told of a provider's failure: never the provider's own words."""
        return cls(
            error.code,
            detail=error.detail,
            until=error.until,
            account_id=error.account_id,
            provider_reference=error.provider_reference,
        )

    def as_json(self, reference: str) -> dict:
        """The body of the answer."""
        return {
            'error': {
                'code': str(self.code),
                'message': self.message,
                'reference': reference,
                'until': self.until.isoformat() if self.until else None,
                'connect_url': self.connect_url,
                'account_id': self.account_id,
                'provider_reference': self.provider_reference,
                'reason': self.reason,
                'cause': CAUSES.get(self.message),
            },
        }


def disconnected(record) -> ProxyError:
    """The answer for a link or a client that has been disconnected.

    What the operator wrote goes to the users as it is; what the proxy itself says is in the code.
    """
    said = record.reason or None
    by_operator = said not in (COPIED, DECLINED, ANOTHER_SUBSCRIPTION)
    return ProxyError(ErrorCode.CLIENT_DISCONNECTED, said, reason=said if by_operator else None)


def invalid(message: str) -> ProxyError:
    """The client's request is wrong in a way that repeating will not mend."""
    return ProxyError(ErrorCode.INVALID_REQUEST, message)


def unknown(what: str) -> ProxyError:
    """What was asked for does not exist, or belongs to somebody else: the same answer for both."""
    return ProxyError(ErrorCode.INVALID_REQUEST, f"There is no such {what}.", status=404)
