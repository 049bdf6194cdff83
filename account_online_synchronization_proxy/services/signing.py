"""Signatures of requests between a database and the proxy (pure: no ORM, no network).

The signed text is, joined by line feeds: method, path with the sorted query, client id, database
uuid, timestamp (unix seconds), nonce, hexadecimal SHA-256 of the body. The signature is the
hexadecimal HMAC-SHA256 of that text with the client's secret. Both sides test against the same
vectors.
"""

import hashlib
import hmac
from dataclasses import dataclass

MAX_SKEW = 300  # seconds a timestamp may differ
LONGEST_TIMESTAMP = 12  # digits; far more than the seconds of this age have
NONCE_LIFETIME = 2 * MAX_SKEW  # seconds a nonce is remembered: as long as its timestamp is accepted


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature covers. ``query`` is the raw query string as sent, without question mark."""

    method: str
    path: str
    query: str
    client_id: str
    database_uuid: str
    timestamp: str
    nonce: str
    body: bytes


def canonical_target(path: str, query: str) -> str:
    """The path with its query parameters in sorted order, so that proxies may reorder them."""
    return f'{path}?{"&".join(sorted(query.split("&")))}' if query else path


def string_to_sign(signed: Signed) -> str:
    """The text under the signature."""
    return '\n'.join((
        signed.method.upper(),
        canonical_target(signed.path, signed.query),
        signed.client_id,
        signed.database_uuid,
        signed.timestamp,
        signed.nonce,
        hashlib.sha256(signed.body).hexdigest(),
    ))


def signature(secret: str, signed: Signed) -> str:
    """The hexadecimal signature of a request."""
    return hmac.new(secret.encode(), string_to_sign(signed).encode(), hashlib.sha256).hexdigest()


def is_genuine(secret: str, signed: Signed, claimed: str) -> bool:
    """Whether ``claimed`` is the signature of the request, compared in constant time."""
    return hmac.compare_digest(signature(secret, signed).encode(), claimed.encode())


def is_timely(timestamp: str, now: float) -> bool:
    """Whether the timestamp is a whole number of seconds near enough to ``now``."""
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP
    return is_number and abs(int(timestamp) - now) <= MAX_SKEW
