"""What a request of a client is, once HTTP or the in-process transport is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .events import EventLog
from .vault import Vault, get_vault

BASE_PATH = '/account_online/1'


@dataclass(slots=True)
class Call:
    """One request, with all that the services may need to answer it.

    :param env: superuser environment on the proxy's own cursor; services may commit it.
    :param values: the parsed body, or the query of a GET.
    :param base_url: where browsers reach this proxy, without a slash at its end.
    """

    env: Any
    events: EventLog
    base_url: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    lang: str = 'en'
    idempotency_key: str | None = None
    remote_address: str | None = None
    remote_country: str | None = None  # where the address is, if the server has a GeoIP database
    client: Any = None
    vault: Vault = field(default_factory=get_vault)

    def url(self, path: str) -> str:
        """Absolute address of one of the proxy's pages."""
        return f'{self.base_url}{BASE_PATH}{path}'
