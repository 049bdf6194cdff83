"""Addresses: compare origins, refuse what does not belong (pure)."""

from __future__ import annotations

import ipaddress
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_DEFAULT_PORTS = {'http': 80, 'https': 443}


def origin(url: str | None) -> str | None:
    """Scheme, host and port as browsers write an origin; None when ``url`` is no web address."""
    if not url or any(letter in url for letter in '\\\t\r\n'):
        return None  # browsers read these otherwise than urlsplit does
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or '@' in parts.netloc:
        return None
    host = f'[{parts.hostname}]' if ':' in parts.hostname else parts.hostname
    shown_port = f':{port}' if port and port != _DEFAULT_PORTS[parts.scheme] else ''
    return f'{parts.scheme}://{host}{shown_port}'


def is_local(url: str | None) -> bool:
    """Whether the address is on this very machine, as its writer says."""
    host = urlsplit(url or '').hostname or ''
    if host == 'localhost':
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def with_parameters(url: str, **parameters: str) -> str:
    """The address with these query parameters set."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **parameters}
    return urlunsplit(parts._replace(query=urlencode(query)))
