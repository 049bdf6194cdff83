"""Rows of the feed that are in the books already, made by hand or from a file (T12).

A link is made one to one, on the best evidence there is; a line or a row that could go several
ways is asked about.

===============================================================  ==================
evidence, the amount being equal                                 linked as
===============================================================  ==================
a reference of the bank stands in the line                       reference
same day, same text                                              same_text
same day, as many lines as rows                                  same_day
the only line for this row and the only row for this line,       only_candidate
within ``link_sure_days``, or ``link_days`` with a similar text
===============================================================  ==================
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from .outcome import SHOWN, Why
from .pairing import bucket
from .policy import Tolerance
from .rows import IncomingRow, KnownRow, UnlinkedLine
from .text import fingerprint, similar, squeezed

COMPARED = 50  # lines of one amount that are compared with one row, the nearest days first


@dataclass(slots=True)
class Linked:
    """``pairs`` by the index of the row given; ``open`` indexes with the lines they may be."""

    pairs: dict[int, tuple[UnlinkedLine, Why]] = field(default_factory=dict)
    open: dict[int, list[UnlinkedLine]] = field(default_factory=dict)


def link(
    rows: Sequence[IncomingRow | KnownRow], lines: Iterable[UnlinkedLine], tolerance: Tolerance,
) -> Linked:
    """Find for each row that is about to be booked the line that stands for it already."""
    result = Linked()
    lines_by = bucket(lines, lambda line: line.amount)
    for amount, indexes in bucket(range(len(rows)), lambda index: rows[index].amount).items():
        if amount in lines_by:
            _link_amount(result, rows, indexes, lines_by[amount], tolerance)
    return result


def _link_amount(result: Linked, rows, indexes: list[int], lines, tolerance: Tolerance) -> None:
    """Link the rows of one amount."""
    free_rows = {index: rows[index] for index in indexes}
    free_lines = {line.key: line for line in sorted(lines, key=lambda line: line.key)}

    def take(pairs, why: Why) -> None:
        for index, line in list(pairs):
            result.pairs[index] = (line, why)
            del free_rows[index], free_lines[line.key]

    near = _choices(free_rows, free_lines, tolerance)
    take(_by_reference(free_rows, free_lines, near), Why.REFERENCE)
    take(_by_look(free_rows, free_lines, _day_and_text), Why.SAME_TEXT)
    take(_by_equal_count(free_rows, free_lines), Why.SAME_DAY)
    choices = _choices(free_rows, free_lines, tolerance)
    take(_only_candidates(free_rows, free_lines, choices, tolerance), Why.ONLY_CANDIDATE)
    for index in free_rows:
        left = [free_lines[key] for key in choices.get(index, ()) if key in free_lines]
        if left:
            result.open[index] = left[:SHOWN]


def _references(row: IncomingRow | KnownRow) -> list[str]:
    references = getattr(row, 'references', None)
    found = (references.structured, references.end_to_end) if references else ()
    return [key for key in map(squeezed, found) if len(key) >= 5 and key != 'notprovided']


def _by_reference(rows, lines, near):
    """Pairs of which a reference names one line and one row only."""
    named = defaultdict(list)
    searched = {key: squeezed(f'{line.reference} {line.label}') for key, line in lines.items()}
    for index, row in rows.items():
        for reference in _references(row):
            found = [key for key in near[index] if reference in searched[key]]
            if len(found) == 1:
                named[found[0]].append(index)
    taken = set()
    for key, indexes in named.items():
        if len(set(indexes)) == 1 and indexes[0] not in taken:
            taken.add(indexes[0])
            yield indexes[0], lines[key]


def _day_and_text(row) -> Hashable | None:
    text = fingerprint(row.label if isinstance(row, UnlinkedLine) else row.description)
    return (row.date, text) if text else None


def _by_look(rows, lines, look):
    """Rows and lines that look the same; not if there are more lines than rows."""
    lines_with = bucket(lines.values(), look)
    for seen, indexes in bucket(list(rows), lambda index: look(rows[index])).items():
        found = lines_with.get(seen, ()) if seen is not None else ()
        if len(found) <= len(indexes):
            yield from zip(indexes, found, strict=False)


def _by_equal_count(rows, lines):
    """As many lines as rows on one day: each is one of them, whichever."""
    lines_on = bucket(lines.values(), lambda line: line.date)
    for day, indexes in bucket(list(rows), lambda index: rows[index].date).items():
        if len(indexes) == len(lines_on.get(day, ())):
            yield from zip(indexes, lines_on[day], strict=True)


def _choices(rows, lines, tolerance: Tolerance) -> dict[int, list[int]]:
    """The lines near each row, the nearest day first."""
    lines_on = bucket(lines.values(), lambda line: line.date.toordinal())
    offsets = sorted(range(-tolerance.link_days, tolerance.link_days + 1), key=abs)
    return {
        index: list(islice((
            line.key for offset in offsets
            for line in lines_on.get(row.date.toordinal() + offset, ())
        ), COMPARED))
        for index, row in rows.items()
    }


def _only_candidates(rows, lines, choices, tolerance: Tolerance):
    wanted = defaultdict(list)
    for index, keys in choices.items():
        for key in keys:
            wanted[key].append(index)
    for index, keys in choices.items():
        if len(keys) == 1 and len(wanted[keys[0]]) == 1:
            row, line = rows[index], lines[keys[0]]
            if _days(row, line) <= tolerance.link_sure_days or _agree(row, line):
                yield index, line


def _agree(row, line: UnlinkedLine) -> bool:
    account = squeezed(row.counterparty.account_number)
    if account and account == squeezed(line.partner_account):
        return True
    return similar(f'{row.counterparty.name} {row.description}', line.label)


def _days(row, line: UnlinkedLine) -> int:
    return abs((row.date - line.date).days)
