"""Proof that a request comes from this database and was not changed or repeated on its way."""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from requests.auth import AuthBase

BASE_PATH = '/account_online/1'


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the proxy gave this database when it registered."""

    client_id: str
    secret: str
    database_uuid: str

    def __repr__(self):
        return f"Credentials(client_id={self.client_id!r}, secret=<hidden>)"


def signature(
    secret: str, method: str, target: str, client_id: str, database_uuid: str, timestamp: str,
    nonce: str, body: bytes,
) -> str:
    """Hex HMAC-SHA256 over everything that must not change.

    :param target: path and query as they travel, from ``/account_online/1`` on, so that a prefix
        put in front by a reverse proxy does not matter; the query's pairs are sorted as text.
    """
    path, _sep, query = target.partition('?')
    if query:
        path = f"{path}?{'&'.join(sorted(query.split('&')))}"
    message = "\n".join([
        method.upper(), path, client_id, database_uuid, timestamp, nonce,
        hashlib.sha256(body).hexdigest(),
    ])
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


class RequestSigner(AuthBase):
    """Signs the raw bytes of a prepared request, anew at each attempt."""

    def __init__(self, credentials: Credentials, clock=time.time):
        self._credentials = credentials
        self._clock = clock

    def __call__(self, request):
        credentials = self._credentials
        body = request.body or b''
        timestamp, nonce = str(int(self._clock())), uuid.uuid4().hex
        request.headers.update({
            'X-Client-Id': credentials.client_id,
            'X-Database-Uuid': credentials.database_uuid,
            'X-Timestamp': timestamp,
            'X-Nonce': nonce,
            'X-Signature': signature(
                credentials.secret, request.method, _target(request.url), credentials.client_id,
                credentials.database_uuid, timestamp, nonce,
                body.encode() if isinstance(body, str) else body,
            ),
        })
        return request


def _target(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path[max(parts.path.find(BASE_PATH), 0):]
    return f"{path}?{parts.query}" if parts.query else path
