"""How far a reading of transactions has come: Salt Edge pages by id and knows no dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from .. import normalize
from ..interface import Transaction, Window

OVERLAP = timedelta(days=30)  # days that every synchronization reads again


@dataclass(frozen=True, slots=True)
class Reading:
    """The state between two pages, and between two synchronizations.

    ``start``: id to read from. ``low``, ``high``: lowest id seen within the overlap, highest id
    seen at all. ``first_day``: rows before it are left out; ``proven``: the days from which on
    everything is read.
    """

    start: str | None = None
    low: int | None = None
    high: int | None = None
    first_day: str | None = None
    proven: str | None = None
    oldest: str | None = None

    @classmethod
    def of(cls, cursor: str | None, since: date | None) -> Reading:
        """Go on from the cursor, or begin."""
        if cursor:
            return cls(**normalize.unpack(cursor))
        day = since.isoformat() if since else None
        return cls(first_day=day)

    def after(self, rows: Iterable[Transaction], ids: Iterable[int], horizon: date) -> Reading:
        """The reading once these rows are seen."""
        low, high, oldest = self.low, self.high, self.oldest
        for row, number in zip(rows, ids, strict=True):
            high = max(number, high or number)
            oldest = normalize.earliest([oldest, row.booking_date])
            if (row.booking_date or '9') >= horizon.isoformat():
                low = min(number, low or number)
        return replace(self, low=low, high=high, oldest=oldest)

    def going_on(self, start: str) -> str:
        """The cursor of the next page."""
        return normalize.pack(**asdict(replace(self, start=start)))

    def finished(self, horizon: date) -> str | None:
        """The cursor that the next synchronization begins with.

        New rows have higher ids, whatever their dates; rows of the overlap are read again, because
        they may have changed or gone.
        """
        start = self.low or self.high
        if start is None:
            return None
        return normalize.pack(**asdict(Reading(start=str(start), proven=horizon.isoformat())))

    def window(self, until: date) -> Window | None:
        """The days of which everything has been read."""
        if self.proven:
            return Window(min(date.fromisoformat(self.proven), until), until)
        since = date.fromisoformat(self.first_day) if self.first_day else None
        return normalize.covered(since, self.oldest, until)
