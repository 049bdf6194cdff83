"""Announced transactions: shown while the bank lists them, never booked (T1).

An announced row leaves the list when it is booked (the bank says so by ``pending_id``, or keeps
the id), or when the bank, listing all announced rows, no longer lists it. Whether a booked row
without such a link was that announced row is not guessed: both facts are shown as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .bench import by_id, removed_ids, with_id_of
from .keys import content_key, id_keys, identity_keys, main_id_key
from .outcome import Gone, Pending, Skipped, Why
from .pairing import bucket
from .policy import Window
from .rows import Grade, IncomingRow, KnownRow, State


@dataclass(slots=True)
class Announced:
    """``posted``: announced rows by the position of the booked row that they became."""

    shown: list[Pending] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    posted: dict[int, KnownRow] = field(default_factory=dict)


def follow_pending(
    announced: Sequence[IncomingRow], booked: Sequence[IncomingRow], known: Sequence[KnownRow],
    window: Window, grade: Grade, key_version: int,
) -> Announced:
    """Compare the announced rows of a window with those that are shown."""
    result = Announced()
    shown = {each.key: each for each in known if each.state is State.PENDING}
    _find_posted(result, booked, shown, grade)
    superseded = _superseded(announced, booked, known, grade)
    listed, ids = [], set()
    for row in announced:
        key = main_id_key(row.transaction_id)
        if key and key in ids:
            result.skipped.append(Skipped(row=row, why=Why.REPEATED))
        elif row.position in superseded:
            result.skipped.append(
                Skipped(row=row, why=Why.POSTED, of=superseded[row.position]))
        else:
            listed.append(row)
        ids.add(key)
    for row, before in _paired(listed, list(shown.values())):
        result.shown.append(Pending(
            row=row, known=before, keys=identity_keys(row, key_version),
        ))
        if before:
            del shown[before.key]
    removed = removed_ids(window)
    for each in shown.values():
        if main_id_key(each.transaction_id) in removed:
            result.gone.append(Gone(known=each, why=Why.TAKEN_BACK))
        elif window.lists_pending:
            result.gone.append(Gone(known=each, why=Why.NOT_LISTED))
    return result


def _find_posted(result: Announced, booked: Sequence[IncomingRow], shown, grade: Grade) -> None:
    """Take booked announcements off the list; each becomes one booked row."""
    index = by_id(shown.values())
    for row in booked:
        before = [
            each for transaction_id in _announced_as(row, grade)
            for key in id_keys(transaction_id)
            for each in index.get(key, ()) if each.key in shown
        ]
        if before:
            result.posted[row.position] = shown.pop(before[0].key)


def _announced_as(row: IncomingRow, grade: Grade) -> tuple[str | None, ...]:
    """The ids under which a booked row may have been announced; a position is none of them."""
    kept = row.transaction_id if grade in (Grade.STRONG, Grade.WEAK) else None
    return (row.pending_id, kept)


def _superseded(announced, booked, known, grade: Grade) -> dict[int, IncomingRow | None]:
    """Announced rows that are booked already, here or earlier, by position."""
    became = {}
    for row in booked:
        for key in map(main_id_key, _announced_as(row, grade)):
            if key:
                became.setdefault(key, row)
    earlier = by_id(each for each in known if each.has_line) if grade is Grade.STRONG else {}
    return {
        row.position: became.get(main_id_key(row.transaction_id))
        for row in announced if row.transaction_id
        and (main_id_key(row.transaction_id) in became or with_id_of(row, earlier))
    }


def _paired(
    rows: list[IncomingRow], shown: list[KnownRow],
) -> Iterable[tuple[IncomingRow, KnownRow | None]]:
    """Each announced row with its earlier appearance: by content, else by id."""
    pairs, left = {}, sorted(shown, key=lambda each: each.key)
    for look in (content_key, lambda row: main_id_key(row.transaction_id)):
        waiting = bucket(reversed(left), look)
        for row in rows:
            seen = look(row)
            if row.position not in pairs and seen is not None and waiting.get(seen):
                pairs[row.position] = waiting[seen].pop()
        taken = {each.key for each in pairs.values()}
        left = [each for each in left if each.key not in taken]
    return [(row, pairs.get(row.position)) for row in rows]
