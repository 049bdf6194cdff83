"""Invalid rows: kept aside with their raw content, recognised when they come again (T16)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .bench import Bench
from .keys import id_keys, identity_keys, main_id_key, raw_key
from .outcome import Gone, Quarantine, Same, Skipped, Why
from .pairing import bucket
from .rows import Grade, IncomingRow, InvalidRow, KnownRow, State


@dataclass(slots=True)
class Unreadable:
    """``corrected``: quarantined rows by the position of the valid row that they became."""

    quarantine: list[Quarantine] = field(default_factory=list)
    same: list[Same] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    corrected: dict[int, KnownRow] = field(default_factory=dict)


def set_aside(
    invalid: Sequence[InvalidRow], new: Iterable[IncomingRow], known: Sequence[KnownRow],
    bench: Bench,
) -> Unreadable:
    """Compare the invalid rows of a window with those in quarantine."""
    result, version = Unreadable(), bench.policy.key_version
    kept = {each.key: each for each in known if each.state is State.QUARANTINED}
    by_key = _by_alias(kept.values())
    seen = set()
    for row in invalid:
        look = (row.transaction_id, raw_key(row.raw))
        if row.transaction_id and look in seen:
            result.skipped.append(Skipped(row=row, why=Why.REPEATED))
            continue
        seen.add(look)
        keys = identity_keys(row, version)
        earlier = _earlier(row, by_key, kept)
        if earlier and raw_key(row.raw) in earlier.aliases:
            result.same.append(Same(
                row=row, known=earlier, why=Why.SAME_CONTENT, new_keys=keys - earlier.aliases,
            ))
        else:
            result.quarantine.append(Quarantine(row=row, known=earlier, keys=keys))
        if earlier:
            del kept[earlier.key]
    _find_corrected(result, new, kept, bench)
    return result


def _by_alias(known: Iterable[KnownRow]) -> dict[str, list[KnownRow]]:
    """Known rows under every key they were ever seen with."""
    index = defaultdict(list)
    for each in known:
        for key in each.aliases | id_keys(each.transaction_id):
            index[key].append(each)
    return index


def _earlier(row: InvalidRow, by_key, kept: dict[int, KnownRow]) -> KnownRow | None:
    """The same raw row in quarantine, else one with the same id."""
    for key in (raw_key(row.raw), *sorted(id_keys(row.transaction_id))):
        waiting = by_key.get(key, [])
        while waiting and waiting[0].key not in kept:
            waiting.pop(0)
        if waiting:
            return waiting[0]
    return None


def _find_corrected(result: Unreadable, new, kept: dict[int, KnownRow], bench: Bench) -> None:
    """Quarantined rows that the bank now sends valid, or no longer sends."""
    waiting = bucket(
        (each for each in kept.values() if bench.grade is not Grade.POSITIONAL),
        lambda each: main_id_key(each.transaction_id),
    )
    for row in new:
        found = waiting.get(main_id_key(row.transaction_id)) if row.transaction_id else None
        if found:
            each = found.pop()
            result.corrected[row.position] = kept.pop(each.key)
    for each in kept.values():
        if main_id_key(each.transaction_id) in bench.listed_ids - {None}:
            result.gone.append(Gone(known=each, why=Why.CORRECTED))
        elif main_id_key(each.transaction_id) in bench.removed_ids:
            result.gone.append(Gone(known=each, why=Why.TAKEN_BACK))
        elif bench.window.covers(each.date):
            result.gone.append(Gone(known=each, why=Why.NOT_LISTED))
