"""HTTP of SimpleFIN: one address per user, which is his secret, on allow-listed hosts."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import requests

from ..addresses import checked_url
from ..errors import ErrorCode, ProviderError
from ..http import Api
from ..refusals import Refusal

DEFAULT_URL = 'https://bridge.simplefin.org/simplefin'
HOSTS = frozenset({'bridge.simplefin.org', 'beta-bridge.simplefin.org'})

ERRORS = {
    'claim 403': ErrorCode.USER_ACTION_REQUIRED,  # unknown, or claimed already, perhaps by a thief
    'accounts 402': ErrorCode.USER_ACTION_REQUIRED,  # the user has not paid the bridge
    'accounts 403': ErrorCode.CONSENT_EXPIRED,
    'accounts 429': ErrorCode.RATE_LIMITED,
    'accounts 400': ErrorCode.INVALID_REQUEST,
    'gen.': ErrorCode.PROVIDER_ERROR,
    'gen.api': ErrorCode.INVALID_REQUEST,
    'gen.auth': ErrorCode.CONSENT_EXPIRED,
    'con.': ErrorCode.INSTITUTION_UNAVAILABLE,
    'con.auth': ErrorCode.USER_ACTION_REQUIRED,
    'act.': ErrorCode.PROVIDER_ERROR,
    'act.failed': ErrorCode.PROVIDER_ERROR,
    'act.missingdata': ErrorCode.PROVIDER_ERROR,
}


class SimpleFinApi(Api):
    """A SimpleFIN server. Any host may be one, so each address is checked before it is called."""

    default_url = DEFAULT_URL
    errors = ERRORS
    pause = timedelta(hours=6)  # the quota refills through the day

    def __init__(self, context):
        super().__init__(context)
        approved = (context.settings.get('allowed_hosts') or '').replace(',', ' ').split()
        own = urlsplit(self.base_url)
        self._hosts = HOSTS | set(approved) | {own.hostname}
        self._local_port = own.port if own.scheme == 'http' else None

    def refusal(self, response, body) -> Refusal:
        """SimpleFIN tells by status; its messages are free text for the user."""
        call = 'claim' if response.request.method == 'POST' else 'accounts'
        return Refusal((f'{call} {response.status_code}',))

    def versions(self) -> Any:
        """Which versions of the protocol the server speaks."""
        return self.get('/info')

    def claim(self, setup_token: str) -> str:
        """Exchange the Setup Token, once and for ever, for the access address."""
        url = self.checked(decoded(setup_token))
        # Known among the secrets, but not stored: while it is unspent no log may show it.
        self.context.tokens = {**self.context.tokens, 'claim': url}
        access_url = self.call('POST', url, text=True, label='claim').strip()
        return self.checked(access_url, with_password=True)

    def read(self, params: Mapping[str, Any]) -> Any:
        """``GET /accounts`` of the user. Never repeated: each request spends the user's quota."""
        parts = urlsplit(self.checked(self.context.tokens['access_url'], with_password=True))
        # Out of the address and into the header, else the password shows in exceptions.
        login = (unquote(parts.username).encode(), unquote(parts.password).encode())
        url = parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()
        params = {'version': '2', **params}
        return self.get(f'{url}/accounts', params, authorize=login, retry=False)

    def checked(self, url: str, *, with_password: bool = False) -> str:
        """The address when it may be called, else an error; the token decides where we connect."""
        parts = urlsplit(checked_url(url))
        is_local_fake = parts.scheme == 'http' and parts.port == self._local_port
        is_allowed = parts.hostname in self._hosts and not _is_address(parts.hostname)
        if not (is_allowed or is_local_fake) or bool(parts.password) != with_password:
            detail = "The token leads to a server that is not allowed here"
            raise ProviderError(ErrorCode.INVALID_REQUEST, detail)
        return url.rstrip('/')

    def _address(self, path: str) -> str:
        return super()._address(path) if path.startswith('/') else self.checked(path)

    def _send(self, request, *options) -> requests.Response:
        response = super()._send(request, *options)
        target = urljoin(request.url, response.headers.get('Location', ''))
        same_host = urlsplit(target).hostname == urlsplit(request.url).hostname
        # The bridge moves between its hosts; the user's password only ever goes to its own.
        if response.is_redirect and (same_host or request.method == 'POST'):
            request.url = self.checked(target)
            response = super()._send(request, *options)
        return response


def decoded(setup_token: str) -> str:
    """The claim address inside a Setup Token; ValueError when it is none."""
    compact = ''.join(setup_token.split())
    padded = compact + '=' * (-len(compact) % 4)
    try:
        url = base64.b64decode(padded, validate=True).decode('ascii')
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a Setup Token") from error
    if '://' not in url:
        raise ValueError("not a Setup Token")
    return url


def _is_address(host: str | None) -> bool:
    try:
        return bool(ipaddress.ip_address(host or ''))
    except ValueError:
        return False
