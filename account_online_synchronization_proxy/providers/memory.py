"""What a process may remember between two calls: operator tokens, answers that cost a quota.

It is a convenience, never the truth: each server process has its own, and a restart empties it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

MARGIN = timedelta(seconds=30)  # a token must outlive the call it is used for


class Memory:
    """Values with an end, by key. One thread at a time fetches a missing value."""

    def __init__(self, size: int = 512):
        self._size = size
        self._values: dict[str, tuple[Any, datetime]] = {}
        self._lock = threading.RLock()

    def get(
        self, key: str, now: datetime, fetch: Callable[[], tuple[Any, timedelta]]
    ) -> Any:
        """The value of ``key``; ``fetch`` returns a new one and how long it lives."""
        with self._lock:
            value, end = self._values.get(key, (None, now))
            if end - MARGIN > now:
                return value
            value, life = fetch()
            self.put(key, value, now, life)
            return value

    def put(self, key: str, value: Any, now: datetime, life: timedelta) -> None:
        """Remember ``value`` for ``life``."""
        with self._lock:
            self._values = {k: v for k, v in self._values.items() if v[1] > now}
            if len(self._values) >= self._size:
                self._values.pop(next(iter(self._values)))
            self._values[key] = (value, now + life)

    def pop(self, key: str, now: datetime) -> Any:
        """Take the value out, None when there is none."""
        with self._lock:
            value, end = self._values.pop(key, (None, now))
            return value if end > now else None

    def forget(self, prefix: str) -> None:
        """Drop every value whose key begins with ``prefix``."""
        with self._lock:
            kept = {k: v for k, v in self._values.items() if not k.startswith(prefix)}
            self._values = kept


class Brake:
    """Lets something happen only so often: strangers must not make us ask others without end.

    :param most: times within ``period``.
    """

    def __init__(self, most: int, period: timedelta):
        self._most, self._period = most, period
        self._times: deque[datetime] = deque()
        self._lock = threading.Lock()

    def lets_through(self, now: datetime) -> bool:
        """Whether it may happen now; then it counts."""
        with self._lock:
            while self._times and self._times[0] <= now - self._period:
                self._times.popleft()
            if len(self._times) >= self._most:
                return False
            self._times.append(now)
            return True

    def release(self) -> None:
        """Forget what happened."""
        self._times.clear()


def key_of(*parts: str) -> str:
    """A key that does not show the secrets it is made of."""
    return hashlib.sha256('\0'.join(parts).encode()).hexdigest()
