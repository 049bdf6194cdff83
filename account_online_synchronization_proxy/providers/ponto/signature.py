"""HTTP signatures as Ibanity wants them (draft-cavage, ``hs2019``)."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

SIGNED_HEADERS = ('authorization', 'ibanity-idempotency-key')


def sign(
    request: requests.PreparedRequest, key_id: str, key: PrivateKeyTypes, created: int
) -> None:
    """Add ``Digest`` and ``Signature``."""
    body = request.body or b''
    content = body.encode() if isinstance(body, str) else body
    digest = f'SHA-512={base64.b64encode(hashlib.sha512(content).digest()).decode()}'
    request.headers['Digest'] = digest
    parts = urlsplit(request.url)
    target = parts.path + (f'?{parts.query}' if parts.query else '')
    lines = {
        '(request-target)': f'{request.method.lower()} {target}',
        'host': parts.netloc,
        'digest': digest,
        '(created)': str(created),
    }
    lines |= {name: request.headers[name] for name in SIGNED_HEADERS if name in request.headers}
    text = '\n'.join(f'{name}: {value}' for name, value in lines.items())
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    signature = key.sign(text.encode(), pss, hashes.SHA256())
    request.headers['Signature'] = (
        f'keyId="{key_id}",created="{created}",algorithm="hs2019",'
        f'headers="{" ".join(lines)}",signature="{base64.b64encode(signature).decode()}"'
    )
