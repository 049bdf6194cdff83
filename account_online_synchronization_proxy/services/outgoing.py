"""The HTTP sessions of the proxy: they reach no address inside the server's own network, and keep
a record, without secrets, of what was asked and answered."""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import suppress
from typing import ClassVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

MOST_REDIRECTS = 5
USER_AGENT = 'account_online_synchronization_proxy/1'
UNICAST = ipaddress.ip_network('2000::/3')  # of all the others, none is anybody's on the internet
NAT64 = ipaddress.ip_network('64:ff9b::/96')
LARGEST_ANSWER = 100 * 1024 * 1024  # bytes, unpacked: ten times what the largest lists take
CHUNK = 64 * 1024
LONGEST_KEPT_ANSWER = 2000  # characters of a failed answer kept for the event log


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large."""
    ip = ipaddress.ip_address(address.partition('%')[0])
    if ip.version == 4:
        return ip.is_global and not ip.is_multicast
    inner = _embedded(ip)
    if inner is not None:
        return inner.is_global and not inner.is_multicast
    return ip in UNICAST and ip.is_global


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The older address that this one leads to."""
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


class _Public:
    """A connection that is made to public addresses only.

    First the name's addresses are looked at, so that no others are even knocked at; then the one
    that was reached, since names can change in between.
    """

    lifetime: ClassVar[float | None] = None  # seconds
    _end = None

    def _new_conn(self):
        for address in self._addresses():
            self._check(address)
        sock = super()._new_conn()
        try:
            self._check(sock.getpeername()[0])
        except NewConnectionError:
            sock.close()
            raise
        if self.lifetime:
            self._end = _End(sock, self.lifetime)
        return sock

    def _addresses(self):
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []  # whoever connects finds the same, and says it
        return [address[0] for *_kind, address in found]

    def _check(self, address):
        if not is_public(address):
            raise NewConnectionError(self, "The address is not a public one")

    def close(self):
        """See ``http.client``."""
        super().close()
        if self._end:
            self._end.cancel()
            self._end = None


class _End:
    """Cuts a connection off in the end: one that sends a byte now and then never times out."""

    def __init__(self, sock: socket.socket, seconds: float):
        self._twin = sock.dup()  # TLS takes the socket itself away
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self):
        with suppress(OSError):  # it has ended by itself
            self._twin.shutdown(socket.SHUT_RDWR)

    def cancel(self):
        self._timer.cancel()
        self._twin.close()


class AnswerTooLargeError(requests.RequestException):
    """The answer would not end, or was packed to burst."""


class BoundedAdapter(HTTPAdapter):
    """Takes no answer that would fill the server's memory."""

    def send(self, request, stream=False, **options):
        """See ``requests``; who streams reads, and counts, for himself."""
        response = super().send(request, stream=stream, **options)
        if not stream:
            content = bytearray()
            for chunk in response.iter_content(CHUNK):
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    response.close()
                    raise AnswerTooLargeError(request=request)
            response._content = bytes(content)
        return response


class PublicAdapter(BoundedAdapter):
    """Connects to public addresses only. A configured HTTP proxy decides for itself.

    :param lifetime: seconds after which a connection is cut off; None: never.
    """

    def __init__(self, lifetime: float | None = None):
        self.lifetime = lifetime
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        """See ``requests``."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            'http': self._pool_class(HTTPConnectionPool, HTTPConnection),
            'https': self._pool_class(HTTPSConnectionPool, HTTPSConnection),
        }

    def _pool_class(self, pool, connection):
        public = type('PublicConnection', (_Public, connection), {'lifetime': self.lifetime})
        return type('PublicPool', (pool,), {'ConnectionCls': public})


class RecordingSession(requests.Session):
    """A session that keeps a short record of each exchange for the event log.

    :param public_only: False when the operator himself entered an address on this machine.
    :param lifetime: seconds that a connection may last, where a stranger is asked.
    """

    def __init__(self, *, public_only: bool = True, lifetime: float | None = None):
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.headers['User-Agent'] = USER_AGENT
        self.exchanges: list[dict] = []
        self.hooks['response'].append(self._record)
        for scheme in ('https://', 'http://'):
            self.mount(scheme, PublicAdapter(lifetime) if public_only else BoundedAdapter())

    def _record(self, response: requests.Response, **_kwargs) -> None:
        parts = urlsplit(response.url)
        exchange = {
            'method': response.request.method,
            'address': f'{parts.scheme}://{parts.netloc.rpartition("@")[2]}{parts.path}',
            'status': response.status_code,
            'milliseconds': round(response.elapsed.total_seconds() * 1000),
        }
        if response.status_code >= 400 and not self.stream:
            exchange['answer'] = response.text[:LONGEST_KEPT_ANSWER]
        self.exchanges.append(exchange)
