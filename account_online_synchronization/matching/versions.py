"""Several versions of one row in the answer of a feed by cursor: the log of what happened.

The last version counts, and is the one to recognise. An earlier one that says what is known is
nothing new; any other is asked about, because a strong id may be given to a second row all the
same. Days apart it is a second row.
"""

from collections.abc import Iterable
from typing import NamedTuple

from .bench import Bench
from .doubts import hold_back
from .keys import main_id_key
from .outcome import Doubt, Skipped, Why
from .pairing import bucket
from .repeats import Sifted
from .rows import Grade, IncomingRow, KnownRow


class Version(NamedTuple):
    """``row`` came on an earlier page than ``last``, with the same id and another content."""

    row: IncomingRow
    last: IncomingRow


def set_versions_aside(bench: Bench, sifted: Sifted) -> list[Version]:
    """Take earlier versions off the bench."""
    is_log = bench.window.incremental or bench.window.log
    if not is_log or bench.grade is not Grade.STRONG:
        return []
    days = bench.policy.tolerance.moved_days
    versions = []
    for key, rows in bucket(sifted.rows, lambda row: main_id_key(row.transaction_id)).items():
        last = rows[-1]
        if key:
            versions += [
                Version(row, last) for row in rows
                if row.page < last.page and row.position not in sifted.twins
                and abs((row.day - last.day).days) <= days
            ]
    for version in versions:
        del bench.rows[version.row.position]
    return versions


def settle_versions(bench: Bench, versions: Iterable[Version]) -> list[Skipped]:
    """Once the last versions are recognised: leave out the earlier ones, or ask about them."""
    known_of = {match.row.position: match.known for match in bench.matches}
    start, skipped = bench.policy.import_from, []
    for row, last in versions:
        known = known_of.get(last.position)
        if known and _says_what_is_known(row, known):
            skipped.append(Skipped(row=row, why=Why.REPEATED, of=last))
        elif start and row.date < start:
            skipped.append(Skipped(row=row, why=Why.BEFORE_START))
        else:
            bench.rows[row.position] = row
            hold_back(bench, row, Doubt.ID_CONFLICT, [known] if known else [], [last])
    return skipped


def _says_what_is_known(row: IncomingRow, known: KnownRow) -> bool:
    return row.amount == known.amount and row.day in (known.day, known.date)
