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

    ``start``: id to read from; ``known``: an id that is read again only to begin there. ``low``,
    ``high``: lowest id seen within the overlap, highest id seen at all; ``before``: the id next to
    ``low``. ``first_day``: rows before it are left out; ``proven``: the days from which on
    everything is read.
    """

    start: str | None = None
    known: int | None = None
    before: int | None = None
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
        seen = sorted(zip(ids, rows, strict=True), key=lambda pair: pair[0])
        before, low, oldest = self.before, self.low, self.oldest
        for number, row in seen:
            oldest = normalize.earliest([oldest, row.booking_date])
            is_recent = (row.booking_date or '9') >= horizon.isoformat()
            if is_recent and (low is None or number < low):
                low, before = number, before if before and before < number else None
            elif low is None or number < low:
                before = max(number, before or number)
        high = max(filter(None, [self.high, *(number for number, _row in seen)]), default=None)
        return replace(self, before=before, low=low, high=high, oldest=oldest)

    def going_on(self, start: str) -> str:
        """The cursor of the next page."""
        return normalize.pack(**asdict(replace(self, start=start)))

    def finished(self, horizon: date) -> str | None:
        """The cursor that the next synchronization begins with.

        New rows have higher ids, whatever their dates; rows of the overlap are read again, because
        they may have changed or gone.
        """
        last, proven = self.high or self.known, horizon.isoformat()
        if last is None:
            return None
        begin = (self.before or self.known) if self.low else last
        if begin is None:  # all that there is belongs to the overlap
            proven = max(proven, self.first_day or '')
            return normalize.pack(**asdict(Reading(first_day=self.first_day, proven=proven)))
        # It is not said whether the row to read from is in the answer: so begin with a known one.
        return normalize.pack(**asdict(Reading(start=str(begin), known=begin, proven=proven)))

    def window(self, until: date) -> Window | None:
        """The days of which everything has been read."""
        if self.proven:
            return Window(min(date.fromisoformat(self.proven), until), until)
        since = date.fromisoformat(self.first_day) if self.first_day else None
        return normalize.covered(since, self.oldest, until)
