"""Which vanished row a new one may replace: a hold that is booked for good (T1), an edit (T10)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from .keys import main_id_key
from .outcome import SHOWN
from .policy import Tolerance
from .rows import IncomingRow, KnownRow
from .text import similar

LOOKED_AT = 20  # vanished rows of one day that are looked at, the nearest amounts first


def believable(row: IncomingRow, known: KnownRow, tolerance: Tolerance) -> bool:
    """Whether one may be a later version of the other."""
    if abs((row.day - known.day).days) > tolerance.pair_days:
        return False
    if row.amount == known.amount:
        return True
    largest = max(abs(row.amount), abs(known.amount))
    close = abs(row.amount - known.amount) <= tolerance.pair_ratio * largest
    same_id = main_id_key(row.transaction_id) == main_id_key(known.transaction_id)
    named_alike = similar(
        f'{row.counterparty.name} {row.description}',
        f'{known.counterparty.name} {known.description}',
    )
    return (same_id and row.transaction_id is not None) or (close and named_alike)


class Replacements:
    """Vanished rows, to be looked up by day and amount in constant time."""

    def __init__(self, vanished: Iterable[KnownRow], tolerance: Tolerance):
        self.tolerance = tolerance
        self.by_day = defaultdict(list)
        self.by_id = defaultdict(list)
        for known in sorted(vanished, key=lambda each: (each.amount, each.key)):
            self.by_day[known.day].append(known)
            self.by_id[main_id_key(known.transaction_id)].append(known)

    def candidates(self, row: IncomingRow) -> list[KnownRow]:
        """Vanished rows that this one may replace, the likeliest first."""
        if not self.by_day:
            return []
        near = {known.key: known for known in self._near(row)}
        if row.transaction_id:
            for known in self.by_id.get(main_id_key(row.transaction_id), ())[:LOOKED_AT]:
                near[known.key] = known
        found = [known for known in near.values() if believable(row, known, self.tolerance)]
        found.sort(key=lambda known: (
            abs(known.amount - row.amount), abs((known.day - row.day).days), known.key,
        ))
        return found[:SHOWN]

    def _near(self, row: IncomingRow) -> Iterable[KnownRow]:
        days = self.tolerance.pair_days
        for offset in range(-days, days + 1):
            of_day = self.by_day.get(row.day + timedelta(days=offset), ())
            place = bisect_left(of_day, row.amount, key=lambda known: known.amount)
            yield from of_day[max(0, place - LOOKED_AT // 2):place + LOOKED_AT // 2]
