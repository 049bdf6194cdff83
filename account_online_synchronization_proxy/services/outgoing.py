"""The HTTP sessions of the proxy: they reach no address inside the server's own network, and keep
a record, without secrets, of what was asked and answered."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

MOST_REDIRECTS = 5
USER_AGENT = 'account_online_synchronization_proxy/1'
LONGEST_KEPT_ANSWER = 2000  # characters of a failed answer kept for the event log


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large."""
    return ipaddress.ip_address(address.partition('%')[0]).is_global


def _refuse_private(connection, sock: socket.socket) -> socket.socket:
    """Look at the address that was reached, not at the name: names can change in between."""
    if is_public(sock.getpeername()[0]):
        return sock
    sock.close()
    raise NewConnectionError(connection, "The address is not a public one")


class _PublicHTTPConnection(HTTPConnection):
    def _new_conn(self):
        return _refuse_private(self, super()._new_conn())


class _PublicHTTPSConnection(HTTPSConnection):
    def _new_conn(self):
        return _refuse_private(self, super()._new_conn())


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTPConnection


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPSConnection


class PublicAdapter(HTTPAdapter):
    """Connects to public addresses only. A configured HTTP proxy decides for itself."""

    def init_poolmanager(self, *args, **kwargs):
        """See ``requests``."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            'http': _PublicHTTPPool, 'https': _PublicHTTPSPool,
        }


class RecordingSession(requests.Session):
    """A session that keeps a short record of each exchange for the event log.

    :param public_only: False when the operator himself entered an address on this machine.
    """

    def __init__(self, *, public_only: bool = True):
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.headers['User-Agent'] = USER_AGENT
        self.exchanges: list[dict] = []
        self.hooks['response'].append(self._record)
        if public_only:
            self.mount('https://', PublicAdapter())
            self.mount('http://', PublicAdapter())

    def _record(self, response: requests.Response, **_kwargs) -> None:
        parts = urlsplit(response.url)
        exchange = {
            'method': response.request.method,
            'address': f'{parts.scheme}://{parts.netloc.rpartition("@")[2]}{parts.path}',
            'status': response.status_code,
            'milliseconds': round(response.elapsed.total_seconds() * 1000),
        }
        if response.status_code >= 400:
            exchange['answer'] = response.text[:LONGEST_KEPT_ANSWER]
        self.exchanges.append(exchange)
