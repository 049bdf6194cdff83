"""The providers that exist, by code. Any addon may add its own."""

from __future__ import annotations

from .interface import Provider

_providers: dict[str, type[Provider]] = {}


def register(provider: type[Provider]) -> type[Provider]:
    """Class decorator: make a provider known under its ``code``."""
    known = _providers.get(provider.code)
    if known and known.__qualname__ != provider.__qualname__:
        raise ValueError(f'Provider code {provider.code!r} is taken by {known!r}')
    _providers[provider.code] = provider
    return provider


def get(code: str) -> type[Provider] | None:
    """The provider class with this code, or None."""
    return _providers.get(code)


def all_providers() -> dict[str, type[Provider]]:
    """All known provider classes by code, a copy."""
    return dict(_providers)
