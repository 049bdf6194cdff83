"""Consents as the link's tokens keep them, and texts that only the sandbox can have written."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from .. import normalize
from ..errors import ErrorCode, ProviderError
from .model import Consent

DEFAULT_SEED = 'sandbox'
_INSTANTS = ('first_at', 'given_at', 'expires_at', 'password_at', 'refreshed_at')
_TUPLES = ('account_keys', 'refreshes')


def to_tokens(consent: Consent) -> dict[str, str]:
    """The consent as a real bank's token would be: two opaque texts."""
    values = asdict(consent)
    for name in _INSTANTS:
        values[name] = values[name].isoformat() if values[name] else None
    access = values.pop('access')
    return {'access': access, 'consent': normalize.pack(**values)}


def has_consent(tokens: Mapping[str, Any]) -> bool:
    """Whether the link was ever connected."""
    return 'consent' in tokens


def from_tokens(tokens: Mapping[str, Any]) -> Consent:
    """The consent of a link; ``consent_expired`` when there is none."""
    if not has_consent(tokens):
        raise ProviderError(ErrorCode.CONSENT_EXPIRED, 'The link has no consent')
    values = normalize.unpack(tokens['consent'])
    for name in _INSTANTS:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in _TUPLES:
        values[name] = tuple(values[name])
    return Consent(access=tokens['access'], **values)


def signing_key(settings: Mapping[str, str]) -> bytes:
    """The key of all that the sandbox signs: the operator's, else the seed's own."""
    key = settings.get('signing_key') or f'seed:{settings.get("seed") or DEFAULT_SEED}'
    return hashlib.sha256(key.encode()).digest()


def sign(key: bytes, body: bytes) -> str:
    """Hex HMAC-SHA256 of ``body``."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def same_signature(given: str, expected: str) -> bool:
    """Compare signatures in constant time, whatever text was given."""
    return hmac.compare_digest(given.encode('utf-8', 'replace'), expected.encode())


def seal(key: bytes, purpose: str, values: Mapping[str, Any]) -> str:
    """``values`` as signed text for a URL, good for one purpose only."""
    body = (
        base64.urlsafe_b64encode(json.dumps(values, sort_keys=True).encode()).decode().rstrip('=')
    )
    return f'{body}.{sign(key, f"{purpose}.{body}".encode())}'


def unseal(key: bytes, purpose: str, text: str) -> dict[str, Any]:
    """What :func:`seal` sealed; ``invalid_request`` for everything else."""
    body, _dot, signature = text.rpartition('.')
    expected = sign(key, f'{purpose}.{body}'.encode())
    if not same_signature(signature, expected):
        raise ProviderError(ErrorCode.INVALID_REQUEST, f'The {purpose} is not one of the sandbox')
    return json.loads(base64.urlsafe_b64decode(body + '=' * (-len(body) % 4)))
