"""Which rows of the window are known already.

1. The id and the content agree: the same row, unless the ids are mere positions.
2. A strong id whose row has no line yet, or whose day moved a little: the same row, changed.
3. Equal content is *counted* per day and amount: as many rows at the bank as are known are the
   same rows, the surplus is new. Two rows whose strong ids both stand are never the same.
4. After a change of provider equal amounts are counted with a day's tolerance (``switch``).

What a match changes about an existing line is asked later (``changes``); here nothing is.
"""

from .bench import Bench, by_id, with_id_of
from .keys import main_id_key
from .outcome import Why
from .pairing import alike, bucket, day_and_amount, pair_up
from .rows import Grade, IncomingRow, KnownRow


def recognise_by_id(bench: Bench) -> None:
    """Step 1: the id was seen before, and on the same day and amount.

    Ids of another provider mean nothing, even if they happen to be equal.
    """
    if bench.grade not in (Grade.STRONG, Grade.WEAK):
        return
    index = by_id(each for each in bench.known.values() if not bench.foreign_id(each))
    groups = {}
    for row in bench.rows.values():
        for known in with_id_of(row, index):
            if _is_believable(bench, row, known):
                rows, candidates = groups.setdefault(
                    (main_id_key(row.transaction_id), row.amount, row.day), ({}, {}),
                )
                rows[row.position] = row
                candidates[known.key] = known
    for rows, candidates in groups.values():
        free = [known for key, known in candidates.items() if key in bench.known]
        for row, known in _pairs(list(rows.values()), _in_order(free)):
            bench.match(row, known, Why.SAME_ID)


def _is_believable(bench: Bench, row: IncomingRow, known: KnownRow) -> bool:
    """Whether an equal id is confirmed. By a cursor a weak id may bring a second row."""
    same_day = row.amount == known.amount and row.day in (known.day, known.date)
    if not same_day and not _same_value_date(row, known):
        return False
    return bench.grade is Grade.STRONG or not bench.window.incremental or alike(row, known)


def recognise_moved(bench: Bench) -> None:
    """Step 2: a strong id decides alone, as long as the amount or the day is believable."""
    if bench.grade is not Grade.STRONG:
        return
    index = {}
    for known in _in_order(bench.known.values()):
        if known.transaction_id and bench.comparable(known):
            index.setdefault(main_id_key(known.transaction_id), known)
    for row in list(bench.rows.values()):
        known = index.pop(main_id_key(row.transaction_id), None)
        if known and abs((row.day - known.day).days) <= bench.policy.tolerance.moved_days:
            bench.match(row, known, Why.SAME_ID)


def recognise_by_content(bench: Bench) -> None:
    """Step 3: count equal content per day and amount.

    The day is the one under which the bank listed the known row last, else the one under which
    it is booked, or the value date where a booking date came or went.
    """
    candidates = [
        known for known in _in_order(bench.known.values()) if not bench.other_provider(known)
    ]
    _count_by(bench, day_and_amount, bench.rows.values(), candidates)
    moved = [known for known in candidates if known.day != known.date]
    _count_by(bench, lambda row: (row.date, row.amount), bench.rows.values(), moved)
    valued = [known for known in candidates if known.value_date]
    undated = [known for known in valued if not known.booking_date]
    rows = [row for row in bench.rows.values() if row.value_date]
    _count_by(bench, _value_date_and_amount, rows, undated)
    rows = [row for row in rows if not row.booking_date]
    _count_by(bench, _value_date_and_amount, rows, valued)


def _count_by(bench: Bench, look, rows, candidates) -> None:
    """Recognise what looks the same among what is not recognised or in doubt yet."""
    known_by = bucket((known for known in candidates if known.key in bench.known), look)
    if not known_by:
        return
    left = [
        row for row in rows if row.position in bench.rows and row.position not in bench.unproven
    ]
    for content, group in bucket(left, look).items():
        if content in known_by:
            for row, known in _count(bench, group, known_by[content]):
                _recognise(bench, row, known)


def _value_date_and_amount(row: IncomingRow | KnownRow):
    return (row.value_date, row.amount)


def _count(bench: Bench, rows: list[IncomingRow], candidates) -> list:
    """Pairs of equal content, leaving out those whose ids say that they are different rows.

    Rows whose id is new may only stand for known rows that have none, or whose id is gone; what
    these leave over may stand for rows without an id.
    """
    standing = {known.key for known in candidates if bench.id_stands(known)}
    named = [row for row in rows if _id_counts(bench, row)]
    nameless = [row for row in rows if not _id_counts(bench, row)]
    pairs = _pairs(named, [known for known in candidates if known.key not in standing])
    taken = {known.key for _row, known in pairs}
    return pairs + _pairs(nameless, [known for known in candidates if known.key not in taken])


def _pairs(rows: list[IncomingRow], known: list[KnownRow]) -> list:
    """Rows that the bank had taken back come last: they only return if no other is left."""
    pairs = pair_up(rows, [each for each in known if not each.is_gone])
    paired = {row.position for row, _each in pairs}
    rest = [row for row in rows if row.position not in paired]
    return pairs + pair_up(rest, [each for each in known if each.is_gone])


def _id_counts(bench: Bench, row: IncomingRow) -> bool:
    return bench.grade is Grade.STRONG and bool(row.transaction_id)


def _recognise(bench: Bench, row: IncomingRow, known: KnownRow) -> None:
    """Take equal content for the same row, if this window allows that conclusion.

    A complete window does. In a part of one the texts must agree: a second payment of the same
    amount is then found by the next complete window. A cursor brings news, so that equal content
    may well be a second payment: the user is asked (``doubts``). A row that was taken back before
    it got a line stands in nobody's way: it returns.
    """
    if known.is_gone:
        bench.match(row, known, Why.SAME_CONTENT)
        return
    same_text = alike(row, known)
    gone = bench.vanished(known) or bench.window.covers(known.day)
    if not bench.comparable(known) and (same_text or gone):
        bench.match(row, known, Why.NEW_CONSENT)
    elif _is_renamed(bench, row, known):
        bench.match(row, known, Why.RENAMED)
    elif gone or (same_text and not bench.window.incremental):
        bench.match(row, known, Why.SAME_CONTENT)
    elif same_text or not bench.window.incremental or _same_id(row, known):
        bench.unproven[row.position] = known


def _same_id(row: IncomingRow, known: KnownRow) -> bool:
    return bool(row.transaction_id) and (
        main_id_key(row.transaction_id) == main_id_key(known.transaction_id))


def _is_renamed(bench: Bench, row: IncomingRow, known: KnownRow) -> bool:
    """Whether a meaningful id was replaced by another one."""
    meaningful = bench.grade in (Grade.STRONG, Grade.WEAK)
    both = row.transaction_id and known.transaction_id
    return bool(meaningful and both and bench.vanished(known))


def _same_value_date(row: IncomingRow, known: KnownRow) -> bool:
    """One side has no booking date, the value dates agree."""
    open_date = not row.booking_date or not known.booking_date
    equal = row.value_date is not None and row.value_date == known.value_date
    return open_date and equal and row.amount == known.amount


def _in_order(known):
    """Rows that have a line first, then by age."""
    return sorted(known, key=lambda each: (not each.has_line, each.key))
