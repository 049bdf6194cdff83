"""Logos of institutions: only pictures, wherever they come from."""

from __future__ import annotations

import base64
import binascii
import re

import requests
from urllib3.exceptions import HTTPError

from .outgoing import RecordingSession

PICTURES = ('image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml', 'image/x-icon')
TIMEOUT = (5.0, 10.0)  # seconds to connect, to read
LONGEST_FETCH = 30.0  # seconds, however slowly it comes
LARGEST = 256 * 1024  # bytes
_DATA_URL = re.compile(r'data:(image/[a-z+-]+);base64,([A-Za-z0-9+/=]+)')


def is_embedded(address: str | bool | None) -> bool:
    """Whether the address carries the picture itself."""
    return bool(address) and address.startswith('data:image/')


def embedded(address: str | bool | None) -> tuple[str, bytes] | None:
    """Media type and content of a picture in a data URL; None when it is none."""
    found = _DATA_URL.fullmatch(address or '')
    if not found or found[1] not in PICTURES:
        return None
    try:
        content = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return None
    return (found[1], content) if len(content) <= LARGEST else None


def fetch(address: str) -> tuple[str, bytes] | None:
    """Media type and content of a picture on the web; None when there is none to be had."""
    try:
        with RecordingSession(lifetime=LONGEST_FETCH) as session:
            session.stream = True
            with session.get(address, timeout=TIMEOUT) as answer:
                mimetype = answer.headers.get('Content-Type', '').partition(';')[0].strip().lower()
                if not answer.ok or mimetype not in PICTURES:
                    return None
                content = answer.raw.read(LARGEST + 1, decode_content=True)
    except (requests.RequestException, HTTPError):
        return None  # a bank without a logo is shown with its initials
    return (mimetype, content) if content and len(content) <= LARGEST else None
