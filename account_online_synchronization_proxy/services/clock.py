"""The one place that says what time it is for a provider.

A simulated provider's clock may run ahead (``clock_offset``), so that demonstrations and tests see
weeks pass; a real provider's never does.
"""

from datetime import datetime, timedelta, timezone

from odoo import fields


def now(provider=None) -> datetime:
    """Aware UTC time, at this provider when one is given (an ``online.proxy.provider``)."""
    return fields.Datetime.now().replace(tzinfo=timezone.utc) + _ahead(provider)


def ours(instant: datetime, provider) -> datetime:
    """When this instant of a provider comes for people, whose clocks do not run ahead."""
    return instant - _ahead(provider)


def _ahead(provider) -> timedelta:
    return timedelta(seconds=provider.clock_offset if provider and provider.simulated else 0)


def aware(value: datetime | None) -> datetime | None:
    """A stored (naive, UTC) time as an aware one."""
    return value.replace(tzinfo=timezone.utc) if value else None


def naive(value: datetime | None) -> datetime | bool:
    """An aware time as it is stored: naive, UTC, whole seconds."""
    return value.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0) if value else False
