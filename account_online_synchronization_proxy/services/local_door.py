"""Requests of the very database that the proxy is installed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import api, inputs
from .authentication import check_usable, local_client
from .call import BASE_PATH, Call


@dataclass(frozen=True, slots=True)
class LocalDoor:
    """Answers requests, each on a cursor of its own: nothing of the caller's is used meanwhile.

    :param base_url: where browsers reach this proxy.
    :param lang: Odoo's code of the caller's language, when a request names none.
    """

    registry: Any
    base_url: str
    lang: str | None = None
    remote_address: str | None = None

    def handle(self, method, path, query=None, body=None, headers=None):
        """Answer one request of this database, in any thread.

        :param method: GET | POST | DELETE.
        :param path: below the interface's base path, e.g. ``/links``.
        :param query: the query parameters by name; None values are left out.
        :param body: a JSON object.
        :param headers: ``X-User-Lang`` and ``X-Idempotency-Key`` are heeded.
        :return: HTTP status, headers, JSON object.
        """
        query = {name: str(value) for name, value in (query or {}).items() if value is not None}
        headers = headers or {}
        return api.handle(
            self.registry,
            method,
            f'{BASE_PATH}{path}',
            authenticate=_authenticate,
            parse=lambda: (query, body or {}),
            base_url=self.base_url,
            lang=inputs.language(headers.get('X-User-Lang') or self.lang) or 'en_US',
            idempotency_key=headers.get('X-Idempotency-Key') or None,
            remote_address=self.remote_address,
        )


def _authenticate(call: Call):
    client = local_client(call.env)
    check_usable(client, call)
    return client
