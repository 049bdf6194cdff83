"""The event log: every request and every call to a provider leaves a row with a reference."""

from __future__ import annotations

import secrets
import time
from typing import Any

from ..providers.errors import ErrorCode
from . import strangers
from .masking import mask_text, masked_json
from .serialize import clean

# Without letters and digits that people mix up when they read a reference aloud.
ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
REFERENCE_LENGTH = 10


def new_reference() -> str:
    """A reference that nobody can guess: R- and ten characters (about 49 bits)."""
    return 'R-' + ''.join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


class EventLog:
    """The events of one request. The request's own event ends it; calls to providers stand below.

    :param env: superuser environment on the proxy's own cursor.
    """

    def __init__(self, env, kind: str, operation: str, remote_address: str | None = None):
        self.env = env
        self.kind = kind
        self.operation = operation
        self.remote_address = remote_address
        self.reference = new_reference()
        self.client = env['online.proxy.client']
        self.link = env['online.proxy.link']
        self._started = time.monotonic()
        self._calls = 0
        self._stranger = {}
        self._counted_on = env['online.proxy.event']

    def concern(self, *, client=None, link=None) -> None:
        """Say whom the events are about, as soon as it is known."""
        self.client = client or self.client
        self.link = link or self.link

    def fail(self, error_code: ErrorCode) -> None:
        """Say that the request fails, before its reference is told: it may become another one."""
        if not strangers.is_stranger(self.kind, self.client, error_code):
            return
        self._stranger = strangers.kind_of(
            self.kind, self.client, error_code, self.remote_address,
        )
        self._counted_on = strangers.place(self._counted_on, self._stranger)
        self.reference = self._counted_on.reference or self.reference

    def close(self, *, success: bool, request: Any = None, answer: Any = None, **values) -> None:
        """Write the event of the request itself."""
        if self._counted_on:
            strangers.count_on(self._counted_on)
            return
        self._write({
            'reference': self.reference,
            'kind': self.kind,
            'operation': self.operation,
            'remote_address': self.remote_address,
            'success': success,
            'duration': round((time.monotonic() - self._started) * 1000),
            'request': masked_json(request) if request else False,
            'answer': masked_json(answer) if answer else False,
            **self._stranger,
            **values,
        })

    def provider_call(self, operation: str, *, provider, success: bool, secret_values=(), **values):
        """Write the event of one call to a provider."""
        self._calls += 1
        for name in ('request', 'answer'):
            if values.get(name):
                values[name] = masked_json(values[name], secret_values)
        if values.get('message'):
            values['message'] = mask_text(values['message'], secret_values)
        self._write({
            'reference': f'{self.reference}-{self._calls}',
            'kind': 'provider',
            'operation': operation,
            'provider_id': provider.id,
            'success': success,
            **values,
        })

    def _write(self, values: dict) -> None:
        link = self.link.exists()
        self.env['online.proxy.event']._note({
            'trace': self.reference,
            'client_id': self.client.id,
            'link_id': link.id,
            'institution_id': link.institution_id.id,
            'provider_id': link.provider_id.id,
            **clean(values),  # what strangers send goes in here
        })
