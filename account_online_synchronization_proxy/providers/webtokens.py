"""Checks of signed web tokens that webhooks bring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from .errors import ErrorCode, ProviderError
from .memory import Brake


def not_genuine(detail: str) -> ProviderError:
    """The error for a webhook that does not come from the provider."""
    return ProviderError(ErrorCode.INVALID_REQUEST, f'Webhook: {detail}')


_unknown_keys = Brake(most=20, period=timedelta(minutes=1))  # key ids are whatever strangers write


def may_ask_for_key(now: datetime) -> None:
    """Refuse a webhook whose key would have to be asked for, when that happens too often.

    A genuine webhook is sent again later, and polling is the net below it.
    """
    if not _unknown_keys.lets_through(now):
        raise not_genuine("too many unknown keys of late")


def key_id(token: str, algorithm: str) -> str:
    """The ``kid`` of a token that claims to be signed with ``algorithm``."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise not_genuine("no signed token") from None
    if header.get('alg') != algorithm or not header.get('kid'):
        raise not_genuine("another kind of signature")
    return str(header['kid'])


def claims(token: str, key: Mapping[str, Any], algorithm: str, **expected: Any) -> dict:
    """The verified claims; ``key`` is a JWK. Times are the caller's to check, by his clock."""
    options = {'verify_exp': False, 'verify_iat': False, 'verify_nbf': False}
    try:
        public = jwt.PyJWK(dict(key), algorithm=algorithm).key
        return jwt.decode(token, public, algorithms=[algorithm], options=options, **expected)
    except jwt.PyJWTError:
        raise not_genuine("the signature does not fit") from None


def check_age(found: Mapping, now: datetime, oldest: timedelta, leeway: timedelta) -> None:
    """Refuse tokens from the future, and from too long ago: they may be replayed."""
    issued = found.get('iat')
    age = now.timestamp() - issued if isinstance(issued, (int, float)) else None
    if age is None or not -leeway.total_seconds() <= age <= oldest.total_seconds():
        raise not_genuine("too old, or from the future")
