"""When an account may be refreshed again, decided before a provider is asked in vain (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from ..providers.interface import Quota


@dataclass(frozen=True, slots=True)
class Usage:
    """What an account has used so far. Instants are aware UTC; counts are of ``day`` only."""

    day: date | None = None
    attended: int = 0
    unattended: int = 0
    last_refresh: datetime | None = None
    limited_until: datetime | None = None
    learned_left: int | None = None  # unattended calls left, said by the provider on learned_day
    learned_day: date | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is allowed now.

    :param until: the instant before which this kind of refresh is refused; None: allowed.
    :param unattended_left: automatic refreshes left today; None: no limit is known.
    """

    until: datetime | None
    unattended_left: int | None


def allowance(grant: Quota, usage: Usage, now: datetime, *, attended: bool) -> Allowance:
    """Apply a provider's grant to what was used."""
    left = _unattended_left(grant, usage, now)
    waits = [usage.limited_until]
    if usage.last_refresh:
        waits.append(usage.last_refresh + timedelta(seconds=grant.minimum_pause))
    spent = _is_spent(grant, usage, now) if attended else left == 0
    if spent:
        waits.append(_next_day(now))
    until = max((wait for wait in waits if wait and wait > now), default=None)
    return Allowance(until, left)


def _is_spent(grant: Quota, usage: Usage, now: datetime) -> bool:
    used = usage.attended if usage.day == now.date() else 0
    return grant.attended_per_day is not None and used >= grant.attended_per_day


def _unattended_left(grant: Quota, usage: Usage, now: datetime) -> int | None:
    lefts = []
    if grant.unattended_per_day is not None:
        used = usage.unattended if usage.day == now.date() else 0
        lefts.append(max(grant.unattended_per_day - used, 0))
    if usage.learned_left is not None and usage.learned_day == now.date():
        lefts.append(max(usage.learned_left, 0))
    return min(lefts, default=None)


def _next_day(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), timezone.utc)
