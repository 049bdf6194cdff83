"""How far the ids of this window can be trusted, judged by the window itself.

=============  =============================================================  ==============  ====
evidence       what is seen                                                   trust           case
=============  =============================================================  ==============  ====
two_contents   one id on two rows of a window, or on two known rows           at most weak    T6
moved          a known id shows another row, whose own content stands          positional      T2
               under another id
shape          every id is the row's own date and a small number              positional      T3
two_ids        a known row is found again under a new id (``recognition``);   at most weak    T9
               in a part of a window or in news: many, and most of them
reused         a known id comes back long after (``recognition``)             at most weak    T6
=============  =============================================================  ==============  ====

A change of consent or provider is no evidence: new ids are expected then.
"""

import re
from collections.abc import Iterable, Sequence

from .bench import Bench, by_id, with_id_of
from .keys import main_id_key
from .pairing import bucket
from .rows import Grade, IncomingRow, KnownRow, State
from .text import fingerprint

MANY = 5  # so many contents under new ids are no coincidence


def assess(bench: Bench, twins: dict[int, int]) -> None:
    """Lower the grade on the bench where the rows on it contradict it."""
    rows = list(bench.rows.values())
    if bench.grade is Grade.STRONG:
        repeated = (
            *_repeated_ids(rows, twins), *_shared_ids(bench), *_renamed_contents(bench, rows),
        )
        if repeated:
            bench.demote(Grade.WEAK, *repeated)
    if bench.grade in (Grade.STRONG, Grade.WEAK):
        shaped = _positional_by_shape(rows)
        if shaped:
            bench.demote(Grade.POSITIONAL, *shaped)
        elif moved := tuple(_moved_ids(bench)):
            bench.demote(Grade.POSITIONAL, *moved)


def _repeated_ids(rows: Iterable[IncomingRow], twins: dict[int, int]):
    """Ids on several rows of the window that are not the very same row."""
    for key, group in bucket(rows, lambda row: main_id_key(row.transaction_id)).items():
        if key and len({twins.get(row.position, row.position) for row in group}) > 1:
            yield ('two_contents', group[0].transaction_id, '')


def _shared_ids(bench: Bench):
    """Ids of the window that are the latest id of several known rows of the same source.

    Whether a row that was held back is another one than that with its id is the user's to say.
    """
    latest = bucket(
        (
            known for known in bench.known.values()
            if bench.comparable(known) and not known.is_gone
            and known.state not in (State.TO_REVIEW, State.IGNORED)
        ),
        lambda known: main_id_key(known.transaction_id),
    )
    for key, group in latest.items():
        contents = {(_look(known), known.balance_after) for known in group}
        if key in bench.listed_ids and len(contents) > 1:
            yield ('two_contents', group[0].transaction_id, '')


def _renamed_contents(bench: Bench, rows: Sequence[IncomingRow]):
    """Many known contents under new ids, and more of them than known ids that held.

    A complete window tells more: what became of the known ids (``recognition``).
    """
    if bench.window.complete:
        return
    index = by_id(each for each in bench.known.values() if bench.comparable(each))
    unlisted = {
        _look(each): each for each in bench.known.values()
        if bench.id_stands(each) and main_id_key(each.transaction_id) not in bench.listed_ids
    }
    strays, held = {}, 0
    for row in rows:
        if with_id_of(row, index):
            held += 1
        elif row.transaction_id and _look(row) in unlisted:
            strays[_look(row)] = row
    at_least = max(MANY, held + 1, len(rows) // 2 + 1 if bench.window.incremental else 0)
    if len(strays) >= at_least:
        for look, row in strays.items():
            yield ('two_ids', unlisted[look].transaction_id, row.transaction_id)


def _positional_by_shape(rows: Sequence[IncomingRow]):
    named = [row for row in rows if row.transaction_id]
    if named and all(_is_date_and_number(row) for row in named):
        return (('shape', named[0].transaction_id, ''),)
    return ()


def _is_date_and_number(row: IncomingRow) -> bool:
    """``2026-07-12.0``: the row's own day (also without the year) and a number without zeros."""
    for day in {row.booking_date, row.value_date} - {None}:
        forms = (day.isoformat(), day.strftime('%Y%m%d'), day.strftime('%m-%d'))
        if re.fullmatch(
            rf'({"|".join(forms)})[.\-_:#/](0|[1-9]\d{{0,2}})', row.transaction_id, re.ASCII,
        ):
            return True
    return False


def _look(row: IncomingRow | KnownRow):
    return (row.day, row.amount, fingerprint(row.description))


def _moved_ids(bench: Bench):
    """Known ids that now stand on other content, while the known content stands elsewhere."""
    index = by_id(known for known in bench.known.values() if not known.is_gone)
    if not index:
        return
    strays = {
        _look(row): row for row in bench.rows.values()
        if row.transaction_id and not _is_at_home(row, index)
    }
    for row in bench.rows.values():
        for known in with_id_of(row, index):
            latest = main_id_key(known.transaction_id) == main_id_key(row.transaction_id)
            stray = strays.get(_look(known))
            if latest and stray and bench.comparable(known) and _look(known) != _look(row):
                yield ('moved', row.transaction_id, stray.transaction_id)


def _is_at_home(row: IncomingRow, index: dict[str, list[KnownRow]]) -> bool:
    """Whether a known row has this id and this content."""
    return any(_look(known) == _look(row) for known in with_id_of(row, index))
