"""Addresses that operators enter, and which of them may be called."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from .errors import ErrorCode, ProviderError
from .interface import Setting
from .words import _lt

BASE_URL = Setting(
    'base_url',
    _lt("Other address"),
    _lt(
        "Leave empty. Used instead of the provider's own address, with the path that all calls"
        " begin with: https, or http on this machine."
    ),
    secret=False,
    required=False,
)


def checked_url(url: str) -> str:
    """The address without its last slash; only https, or http on the loopback, is accepted."""
    parts = urlsplit(url.strip())
    if parts.hostname and (parts.scheme == 'https' or _is_local_http(parts)):
        return url.strip().rstrip('/')
    raise ProviderError(ErrorCode.INVALID_REQUEST, "An address must be https, or http on loopback")


def _is_local_http(parts: SplitResult) -> bool:
    if parts.scheme != 'http':
        return False
    try:
        return parts.hostname == 'localhost' or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
