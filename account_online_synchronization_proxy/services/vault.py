"""Encryption of what must not be read in the database: tokens, secrets, phone numbers.

The keys come from the server, never from the database: the environment variable
``ACCOUNT_ONLINE_PROXY_KEYS``, else ``keys`` in the section ``[account_online_proxy]`` of Odoo's
configuration file; several are separated by commas, the first encrypts, all decrypt. When none is
set, a key file is made in Odoo's data directory, readable by the server alone.

What is sealed is bound to a scope (which record and field), so that a ciphertext moved to another
row does not open.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import hmac
import json
import logging
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config

_logger = logging.getLogger(__name__)

ENVIRONMENT_VARIABLE = 'ACCOUNT_ONLINE_PROXY_KEYS'
CONFIGURATION_SECTION = 'account_online_proxy'
KEY_FILE = 'account_online_proxy.key'


class SealBroken(Exception):
    """The ciphertext does not open: another key, another scope, or damage."""


class Vault:
    """Seals and opens JSON values.

    :param keys: Fernet keys, the one in use first.
    """

    def __init__(self, keys: list[str]):
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._signing_keys = [
            hashlib.sha256(b'cursor' + base64.urlsafe_b64decode(key)).digest() for key in keys
        ]

    def seal(self, scope: str, value) -> str:
        """Encrypt a JSON value for one scope."""
        return self._fernet.encrypt(json.dumps([scope, value]).encode()).decode()

    def open(self, scope: str, sealed: str):
        """The value sealed for this scope."""
        try:
            sealed_scope, value = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise SealBroken(scope) from error
        if sealed_scope != scope:
            raise SealBroken(scope)
        return value

    def reseal(self, sealed: str) -> str:
        """The same content under the key in use."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken('rotation') from error

    @property
    def fingerprint(self) -> str:
        """Tells the key in use from others, and nothing of it."""
        return self._mac(self._signing_keys[0], 'fingerprint')

    def sign(self, text: str) -> str:
        """A short proof that ``text`` comes from this proxy; the same for the same text."""
        return self._mac(self._signing_keys[0], text)

    def is_signed(self, text: str, proof: str) -> bool:
        """Whether ``proof`` was made by :meth:`sign` with any of the keys."""
        return any(
            hmac.compare_digest(self._mac(key, text).encode(), proof.encode())
            for key in self._signing_keys
        )

    @staticmethod
    def _mac(key: bytes, text: str) -> str:
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def get_vault() -> Vault:
    """The vault with the server's keys."""
    return _vault(tuple(_configured_keys() or [_key_of_this_server()]))


@lru_cache(maxsize=4)
def _vault(keys: tuple[str, ...]) -> Vault:
    return Vault(list(keys))


def _configured_keys() -> list[str]:
    text = os.environ.get(ENVIRONMENT_VARIABLE) or _keys_of_configuration_file(config['config'])
    return [key.strip() for key in text.split(',') if key.strip()]


@lru_cache(maxsize=4)
def _keys_of_configuration_file(path: str) -> str:
    parser = configparser.RawConfigParser(strict=False)
    parser.read(path or ())
    return parser.get(CONFIGURATION_SECTION, 'keys', fallback='')


def _key_of_this_server() -> str:
    path = Path(config['data_dir']) / KEY_FILE
    if not path.exists():
        _make_key_file(path)
    return path.read_text('ascii').strip()


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f'{path.name}.{secrets.token_hex(8)}')
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w') as file:
        file.write(Fernet.generate_key().decode())
    try:
        os.link(draft, path)  # fails when another worker was first: then its key is the key
        _logger.info(
            "No encryption key is configured: made %s. Keep a copy of it; without it every bank"
            " has to be connected again. Set %s on a server with several hosts.",
            path, ENVIRONMENT_VARIABLE,
        )
    except FileExistsError:
        _logger.info("Another worker has made %s", path)
    finally:
        draft.unlink()
