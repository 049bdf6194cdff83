"""To a proxy elsewhere, over HTTPS."""

from __future__ import annotations

import logging
import os
import time
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from .errors import OnlineSyncError
from .signing import BASE_PATH, Credentials, RequestSigner

_logger = logging.getLogger(__name__)

TIMEOUT = (10.0, 60.0)  # seconds to connect, to read
PAUSES = (0.5, 2.0)  # seconds before the second and the third attempt
CONNECTIONS = 64  # kept open to one proxy; more are made when needed
LOCAL_HOSTS = ('localhost', '127.0.0.1', '::1')


@cache
def _session(_process: int) -> requests.Session:
    """Connections that all threads of this process share; they stay open between requests.

    It honours the proxies of the environment, and takes no cookies from anybody.
    """
    session = requests.Session()
    session.mount('https://', HTTPAdapter(pool_maxsize=CONNECTIONS))
    session.mount('http://', HTTPAdapter(pool_maxsize=CONNECTIONS))
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


class HttpsTransport:
    """Sends signed JSON requests; only reading is ever tried twice.

    :param base_url: the proxy's address, without ``/account_online/1``.
    :param credentials: None while the database is not registered.
    """

    def __init__(
        self, base_url: str, credentials: Credentials | None = None, session=None, pause=time.sleep
    ):
        self._base_url = base_url.rstrip('/')
        self._signer = RequestSigner(credentials) if credentials else None
        self._session = session or _session(os.getpid())
        self._pause = pause
        self.host = urlsplit(base_url).hostname or base_url
        if urlsplit(base_url).scheme != 'https' and self.host not in LOCAL_HOSTS:
            raise OnlineSyncError(
                'proxy_unreachable', "The proxy's address does not begin with https://.",
                host=self.host,
            )

    def send(self, method, path, query=None, body=None, headers=None):
        """One call.

        :return: the parsed JSON of a successful answer.
        :raise OnlineSyncError: in every other case.
        """
        pauses = PAUSES if method == 'GET' else ()
        for pause in (*pauses, None):
            try:
                answer = self._attempt(method, path, query, body, headers)
            except requests.RequestException as error:
                if pause is None:
                    raise self._unreachable(error) from error
            else:
                if pause is None or not self._is_hiccup(answer):
                    return self._read(answer)
            self._pause(pause)
        raise AssertionError("The last attempt returns or raises.")

    def _attempt(self, method, path, query, body, headers):
        return self._session.request(
            method, f'{self._base_url}{BASE_PATH}{path}', params=query or None, json=body,
            headers=headers, auth=self._signer, timeout=TIMEOUT, allow_redirects=False,
        )

    @staticmethod
    def _is_hiccup(answer):
        """A gateway in between speaks, not the proxy: its answers carry no reference."""
        return answer.status_code in (502, 503, 504) and 'X-Reference' not in answer.headers

    def _read(self, answer):
        try:
            content = answer.json() if answer.content else {}
        except ValueError:
            content = None
        if 300 <= answer.status_code < 400 or content is None:
            raise OnlineSyncError(
                'proxy_unreachable',
                f"{self.host} answered with status {answer.status_code}, but not as a proxy does.",
                host=self.host,
            )
        if not answer.ok:
            raise OnlineSyncError.from_answer(answer.status_code, answer.headers, content)
        return content

    def _unreachable(self, error):
        _logger.info("The proxy at %s cannot be reached: %s", self.host, type(error).__name__)
        return OnlineSyncError(
            'proxy_unreachable', f"{self.host} cannot be reached ({type(error).__name__}).",
            host=self.host,
        )
