"""Recognising rows across a change of provider (T8).

Two providers write the same row with other ids, other texts, and dates that differ by a day.
What stays is the amount, and that both list every row: equal amounts on neighbouring days are
counted against each other. What the count leaves over in the overlap is asked about, because a
row that one provider dates differently can't be told from one it does not have; but for the rest
of the day on which the other provider ended.
"""

from datetime import date, timedelta

from .bench import Bench
from .outcome import SHOWN, Why
from .pairing import bucket
from .rows import IncomingRow, KnownRow
from .text import similarity

COMPARED = 400  # so many pairs of one run are compared text by text


def recognise_switched(bench: Bench) -> None:
    """Match the window with what another provider reported, and mark what stays unclear."""
    known = [
        each for each in bench.known.values()
        if bench.other_provider(each) and not each.is_gone
    ]
    overlap = _overlap(bench)
    if not overlap:
        return
    told_from = _told_from(bench)
    known_by = bucket(known, lambda row: row.amount)
    for amount, rows in bucket(list(bench.rows.values()), lambda row: row.amount).items():
        for some_rows, some_known in _neighbours(bench, rows, known_by.get(amount, ())):
            _match(bench, some_rows, some_known, overlap, told_from)
    _accept_rest_of_day(bench, overlap[1])


def _accept_rest_of_day(bench: Bench, last: date) -> None:
    """Ask nothing about the rest of the day on which the other provider's reports ended.

    It mostly ended in the middle of that day: so it is, if all that it reported around that day is
    recognised, and nothing of the amount in question is missing anywhere.
    """
    left = [each for each in bench.known.values() if bench.other_provider(each)]
    days, amounts = bench.policy.tolerance.switch_days, {each.amount for each in left}
    if not bench.window.complete or any(
        not each.day or abs((each.day - last).days) <= days for each in left
    ):
        return
    for position, candidates in list(bench.unmatched.items()):
        row = bench.rows[position]
        if row.day == last and not candidates and row.amount not in amounts:
            del bench.unmatched[position]


def _told_from(bench: Bench) -> date | None:
    """The first day that this provider has told of before, if these are its news.

    From then on a row that only the other provider has is hardly the one that comes now.
    """
    if not bench.window.incremental:
        return None
    everything = [match.known for match in bench.matches] + list(bench.known.values())
    return min((
        known.day for known in everything
        if known.day and known.source and known.source.provider == bench.policy.source.provider
    ), default=None)


def _overlap(bench: Bench) -> tuple[date, date] | None:
    """First and last day that the other provider reported within reach of this window."""
    everything = [match.known for match in bench.matches] + list(bench.known.values())
    days = [known.day for known in everything if known.day and bench.other_provider(known)]
    return (min(days), max(days)) if days else None


def _neighbours(bench: Bench, rows, known):
    """Rows of one amount in runs of days that no gap separates."""
    points = sorted(
        [(row.day, 0, row.position, row) for row in rows]
        + [(each.day, 1, each.key, each) for each in known]
    )
    run, last = ([], []), None
    for day, side, _number, each in points:
        if last and (day - last).days > bench.policy.tolerance.switch_days:
            yield run
            run = ([], [])
        run[side].append(each)
        last = day
    yield run


def _match(bench: Bench, rows, known, overlap, told_from) -> None:
    certain = [
        row for row in rows[:len(rows) - _unsure(bench, rows, known, overlap)]
        if told_from is None or row.day < told_from
    ]
    way = -1 if _from_the_end(bench, known) else 1
    for row, each in _best_pairs(bench, certain[::way], known[::way], way):
        bench.match(row, each, Why.OTHER_PROVIDER)
    for row in rows:
        inside = overlap[0] <= row.day <= overlap[1]
        if row.position in bench.rows and (known or inside):
            bench.unmatched[row.position] = known[:SHOWN]


def _unsure(bench: Bench, rows, known, overlap) -> int:
    """How many of the latest rows may be new although the count would take them for known.

    A known row on the first day of the window may be dated the day before it by this provider,
    and so be missing. In a run of equal amounts without a gap, from there to the end of the
    overlap, each row then stands for the next one, and a new row for the last.
    """
    days, start = timedelta(days=bench.policy.tolerance.switch_days), bench.window.date_from
    if not (bench.window.complete and start and rows and known):
        return 0
    at_edge = sum(1 for each in known if each.day < start + days)
    to_the_end = rows[-1].day > overlap[1] - days
    longer = known[-1].day - known[0].day > days
    return max(0, len(rows) - len(known) + at_edge) if at_edge and to_the_end and longer else 0


def _from_the_end(bench: Bench, known) -> bool:
    """Whether the earliest rather than the latest of some equal rows may be missing.

    At its first day the window may lack a row that this provider dates the day before, at its
    last day one that it dates the day after. Pairing begins at the other end.
    """
    days, window = timedelta(days=bench.policy.tolerance.switch_days), bench.window
    at_start = window.date_from and known and known[0].day < window.date_from + days
    at_end = window.date_to and known and known[-1].day > window.date_to - days
    return bool(at_start and not at_end)


def _best_pairs(bench: Bench, rows: list[IncomingRow], known: list[KnownRow], way: int):
    """As many pairs as possible; by text where that costs none, and leaves over no known row
    that the window must list instead of one at its edge that it need not.

    Both are sorted by day, rising (``way`` 1) or falling (-1); the first ones come first.
    """
    days = bench.policy.tolerance.switch_days
    most = _first_come(rows, known, days, way)
    if len(rows) * len(known) > COMPARED:
        return most
    by_text, rest_rows, rest_known = [], list(rows), list(known)
    for row in rows:
        near = [each for each in rest_known if abs((each.day - row.day).days) <= days]
        best = max(near, key=lambda each, row=row: (
            similarity(each.description, row.description), -abs((each.day - row.day).days),
        ), default=None)
        if best and similarity(best.description, row.description) > 0:
            by_text.append((row, best))
            rest_rows.remove(row)
            rest_known.remove(best)
    by_text += _first_come(rest_rows, rest_known, days, way)
    return by_text if _worth(bench, by_text) >= _worth(bench, most) else most


def _worth(bench: Bench, pairs) -> tuple[int, int]:
    """How many pairs there are, and how many of them are of rows that the window must list."""
    days = bench.policy.tolerance.switch_days
    return len(pairs), sum(bench.window.covers(known.day, days) for _row, known in pairs)


def _first_come(rows, known, days: int, way: int):
    """Pair two sorted lists, the first with the first: no more pairs can be had."""
    pairs, left, right = [], 0, 0
    while left < len(rows) and right < len(known):
        distance = way * (rows[left].day - known[right].day).days
        if abs(distance) <= days:
            pairs.append((rows[left], known[right]))
        left += distance <= days
        right += distance >= -days
    return pairs
