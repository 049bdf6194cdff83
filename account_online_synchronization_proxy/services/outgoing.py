"""The HTTP session that providers get: it never follows addresses into the server's own network,
and it remembers, without secrets, what was asked and answered."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

MOST_REDIRECTS = 5
USER_AGENT = 'account_online_synchronization_proxy/1'
LONGEST_KEPT_ANSWER = 2000  # characters of a failed answer kept for the event log


class RecordingSession(requests.Session):
    """A session that keeps a short record of each exchange for the event log."""

    def __init__(self):
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.headers['User-Agent'] = USER_AGENT
        self.exchanges: list[dict] = []
        self.hooks['response'].append(self._record)

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
