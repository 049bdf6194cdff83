"""Everything that can go wrong between this database and a bank, as one exception."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timezone

# What the proxy may answer.
PROXY_CODES = frozenset({
    'user_action_required', 'consent_expired', 'unattended_refused', 'rate_limited',
    'institution_unavailable', 'provider_error', 'account_closed', 'client_blocked',
    'client_disconnected', 'not_registered', 'invalid_request', 'internal',
})
# What the proxy may add where a code's own words would mislead.
CAUSES = frozenset({'declined'})
# What may happen before the proxy answers.
LOCAL_CODES = frozenset({'proxy_unreachable', 'proxy_missing', 'neutralized'})


class OnlineSyncError(Exception):
    """A failure with a code out of a closed set.

    :param message: English sentence for logs and support; people see the text that
        :func:`..error_messages.explain` makes of the code.
    :param reference: what support looks up at the proxy.
    :param until: naive UTC instant before which asking again is useless.
    :param connect_url: where the user solves it.
    :param account_id: the online account concerned, when it is only one.
    :param reason: what the proxy's operator wrote to the users.
    :param cause: out of ``CAUSES``, where the code's own words would mislead.
    :param host: the machine that could not be reached.
    """

    def __init__(
        self, code, message='', *, reference=None, until=None, connect_url=None, account_id=None,
        provider_reference=None, host=None, reason=None,
        cause=None,
    ):
        super().__init__(f"{code}: {message} ({reference or 'no reference'})")
        self.code = code
        self.message = message
        self.reference = reference
        self.until = until
        self.connect_url = connect_url
        self.account_id = account_id
        self.provider_reference = provider_reference
        self.host = host
        self.reason = reason
        self.cause = cause

    @classmethod
    def from_answer(cls, status: int, headers: Mapping[str, str], body) -> OnlineSyncError:
        """The failure that an answer of the proxy states; ``internal`` when it states none."""
        error = body.get('error') if isinstance(body, Mapping) else None
        error = error if isinstance(error, Mapping) else {}
        code, cause = error.get('code'), error.get('cause')
        return cls(
            code if isinstance(code, str) and code in PROXY_CODES else 'internal',
            error.get('message') or f"The proxy answered with HTTP status {status}.",
            reference=error.get('reference') or headers.get('X-Reference'),
            until=parse_instant(error.get('until')),
            connect_url=error.get('connect_url'),
            account_id=error.get('account_id'),
            provider_reference=error.get('provider_reference'),
            reason=error.get('reason'),
            cause=cause if isinstance(cause, str) and cause in CAUSES else None,
        )


def local_reference() -> str:
    """A new reference for what goes wrong here; the log of this server has more under it."""
    return f'L-{uuid.uuid4().hex[:10].upper()}'


def parse_instant(value: str | None) -> datetime | None:
    """ISO instant to the naive UTC datetime that the database stores; None when it is none."""
    if not value:
        return None
    try:
        instant = datetime.fromisoformat(value.replace('Z', '+00:00'))
    except ValueError:
        return None
    if instant.tzinfo:
        instant = instant.astimezone(timezone.utc).replace(tzinfo=None)
    return instant.replace(microsecond=0)
