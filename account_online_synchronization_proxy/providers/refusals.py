"""What a provider says when it refuses, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from .errors import ErrorCode, ProviderError

SHORTEST_SECRET = 6  # shorter settings are words like "yes", which stand in messages anyway


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the provider says about a refusal; ``markers`` from the most to the least specific."""

    markers: tuple[str, ...] = ()
    message: str = ''
    until: datetime | None = None


class RefusedError(ProviderError):
    """A failure told by the provider itself, with its own words for it."""

    markers: tuple[str, ...] = ()


def is_good(response: requests.Response) -> bool:
    """Whether the answer is what was asked for; a redirect is not."""
    return response.ok and not response.is_redirect


def code_of_status(response: requests.Response | None) -> ErrorCode:
    """What a failure means when the provider's words are not in the table."""
    if response is None or response.is_redirect or response.status_code in (200, 408):
        return ErrorCode.PROVIDER_ERROR
    if response.status_code == 429:
        return ErrorCode.RATE_LIMITED
    is_refused = 400 <= response.status_code < 500
    return ErrorCode.INVALID_REQUEST if is_refused else ErrorCode.PROVIDER_ERROR


def unreachable(error: requests.RequestException, label: str) -> ProviderError:
    """The error when there is no answer at all; the text of ``error`` may hold secrets."""
    if isinstance(error, requests.exceptions.SSLError):
        detail = f'{label}: no trusted connection; check the certificate in the settings'
        return ProviderError(ErrorCode.INVALID_REQUEST, detail)
    return ProviderError(ErrorCode.PROVIDER_ERROR, f'{label}: {type(error).__name__}')


def worth_repeating(error: requests.RequestException) -> bool:
    """Whether the next attempt may reach the server."""
    if isinstance(error, requests.exceptions.SSLError):
        return False
    return isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))


def masked(text: str, secrets: Any) -> str:
    """The text without the values that stand anywhere in ``secrets``."""
    for secret in _leaves(secrets):
        if len(secret.strip()) >= SHORTEST_SECRET:
            text = text.replace(secret.strip(), '***')
    return text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list, tuple)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
