"""The proxy's cursors: the provider's own, with the account it belongs to and a proof.

A provider's cursor (or job) may be an address to go on with; the proof keeps anybody from making
the proxy ask an address of his own choice.
"""

from __future__ import annotations

import base64
import binascii
import json

from .vault import Vault


def wrap(vault: Vault, kind: str, key: str, value: str) -> str:
    """Opaque text for the database.

    :param kind: cursor | job.
    :param key: what the value belongs to; with another key it does not open.
    """
    payload = base64.urlsafe_b64encode(json.dumps([key, value]).encode()).decode().rstrip('=')
    return f'{payload}.{vault.sign(f"{kind}:{payload}")}'


def unwrap(vault: Vault, kind: str, key: str, text: str) -> str | None:
    """The provider's value; None when it is not ours, or belongs to something else by now."""
    payload, _dot, proof = text.partition('.')
    if not vault.is_signed(f'{kind}:{payload}', proof):
        return None
    try:
        found_key, value = json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        return None
    return value if found_key == key else None
