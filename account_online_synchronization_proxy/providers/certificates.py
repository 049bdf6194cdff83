"""Keys and certificates that operators enter: for signatures, and for mutual TLS."""

from __future__ import annotations

import ssl
import tempfile
from functools import lru_cache
from pathlib import Path

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from requests.adapters import HTTPAdapter

from .errors import ErrorCode, ProviderError


@lru_cache(maxsize=8)
def private_key(pem: str, what: str) -> PrivateKeyTypes:
    """The private key in the setting called ``what``; reading it takes longer than using it."""
    try:
        return serialization.load_pem_private_key(pem.strip().encode(), password=None)
    except (ValueError, TypeError):
        detail = f"The {what} is not a readable private key in PEM form, without password"
        raise ProviderError(ErrorCode.INVALID_REQUEST, detail) from None


class _CertificateAdapter(HTTPAdapter):
    """Shows one certificate on every connection."""

    def __init__(self, context: ssl.SSLContext):
        self._context = context
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, ssl_context=self._context, **options)


def show_certificate(
    session: requests.Session, url: str, certificate: str, key: str, passphrase: str = ''
) -> None:
    """Show the certificate (PEM, with its key) to the server at ``url`` and to no other."""
    context = ssl.create_default_context()
    # OpenSSL reads the pair from files only: they exist for this moment, for our user alone.
    with tempfile.TemporaryDirectory() as folder:
        pair = Path(folder) / 'pair.pem'
        pair.touch(mode=0o600)
        pair.write_text(f'{certificate.strip()}\n{key.strip()}\n', encoding='ascii')
        try:
            # An empty password, because without one OpenSSL would ask at the console.
            context.load_cert_chain(pair, password=passphrase)
        except (ssl.SSLError, OSError):
            detail = "The client certificate and its private key do not fit, or are not readable"
            raise ProviderError(ErrorCode.INVALID_REQUEST, detail) from None
    session.mount(url, _CertificateAdapter(context))
