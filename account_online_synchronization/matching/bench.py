"""The workbench of one plan: what is not yet recognised, and the indexes to look it up.

The steps of the planner take rows off the bench; what is left at the end is new, or in doubt.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .keys import id_keys, main_id_key, only_ids
from .outcome import Doubt, Review, Why
from .policy import Policy, Window
from .rows import Grade, IncomingRow, InvalidRow, KnownRow, State


class Match(NamedTuple):
    """``row`` is ``known``."""

    row: IncomingRow
    known: KnownRow
    why: Why


@dataclass(slots=True)
class Bench:
    """Mutable state of one call of ``plan``; never leaves it."""

    window: Window
    policy: Policy
    grade: Grade
    rows: dict[int, IncomingRow]  # booked, by position, not yet recognised
    known: dict[int, KnownRow]  # booked at the bank some time, by key, not yet recognised
    listed_ids: frozenset[str]  # ids of the booked rows of this window
    invalid_ids: frozenset[str]  # ids of its invalid rows
    removed_ids: frozenset[str]  # ids that the bank took back
    matches: list[Match] = field(default_factory=list)
    unproven: dict[int, KnownRow] = field(default_factory=dict)  # maybe the same, by position
    unmatched: dict[int, list[KnownRow]] = field(default_factory=dict)  # after a switch
    reviews: list[Review] = field(default_factory=list)
    evidence: list[tuple[str, str, str]] = field(default_factory=list)

    def match(self, row: IncomingRow, known: KnownRow, why: Why) -> None:
        """Take both off the bench: they are the same."""
        del self.rows[row.position]
        del self.known[known.key]
        self.matches.append(Match(row, known, why))

    def unmatch(self, matches: Iterable[Match]) -> None:
        """Put both sides back: on second thoughts they may be different."""
        undone = {match.known.key: match for match in matches}
        self.matches = [match for match in self.matches if match.known.key not in undone]
        for match in undone.values():
            self.rows[match.row.position] = match.row
            self.known[match.known.key] = match.known

    def hold(self, review: Review) -> None:
        """Take the row of a review off the bench: the user decides about it."""
        del self.rows[review.row.position]
        self.reviews.append(review)

    def demote(self, grade: Grade, *evidence: tuple[str, str, str]) -> None:
        """Trust the ids less, for the reasons given; never more."""
        if list(Grade).index(grade) > list(Grade).index(self.grade):
            self.grade = grade
        self.evidence.extend(evidence)

    # === QUESTIONS ABOUT A KNOWN ROW === #

    def other_provider(self, known: KnownRow) -> bool:
        """Whether the row was last seen through another provider, or nobody knows by which one."""
        source = self.policy.source
        return bool(source) and (
            known.source is None or source.provider != known.source.provider)

    def foreign_id(self, known: KnownRow) -> bool:
        """Whether the id of the row means nothing here, even if an equal one is listed.

        A row of unknown origin may have been imported through this very provider.
        """
        return known.source is not None and self.other_provider(known)

    def comparable(self, known: KnownRow) -> bool:
        """Whether the ids of the row and those of this window are of one kind.

        A cursor that goes on across a renewed consent proves that the ids do so too.
        """
        source = self.policy.source
        if not source or not known.source or source == known.source:
            return True
        return source.provider == known.source.provider and self.window.incremental

    def taken_back(self, known: KnownRow) -> bool:
        """Whether the bank named the row among the removed ones, by the id that it has now.

        An earlier id may well be removed: that of the announcement, or one that was replaced.
        """
        return main_id_key(known.transaction_id) in self.removed_ids and self.comparable(known)

    def was_taken_back(self, known: KnownRow) -> bool:
        """Whether a cursor's earlier news took the row back, of which there is still a line."""
        asked = known.has_line and Doubt.REMOVED.value in known.raised
        listed = main_id_key(known.transaction_id) in self.listed_ids
        return self.window.incremental and asked and not listed and self.comparable(known)

    def vanished(self, known: KnownRow) -> bool:
        """Whether the bank, telling all, no longer tells of this row."""
        if self.taken_back(known) or self.was_taken_back(known):
            return True
        key = main_id_key(known.transaction_id)
        present = key in self.listed_ids and self.grade is Grade.STRONG
        unreadable = key in self.invalid_ids and self.grade in (Grade.STRONG, Grade.WEAK)
        if (present or unreadable) and self.comparable(known):
            return False
        return self.window.covers(known.day)

    def id_stands(self, known: KnownRow) -> bool:
        """Whether the row has a strong id that may still be alive at the bank."""
        return bool(
            self.grade is Grade.STRONG and known.transaction_id and not known.is_gone
            and self.comparable(known) and not self.vanished(known)
        )


def set_up(
    rows: Sequence[IncomingRow], invalid: Sequence[InvalidRow], known: Sequence[KnownRow],
    window: Window, policy: Policy,
) -> Bench:
    """Lay out the booked rows of a window and the known rows they may be."""
    return Bench(
        window=window, policy=policy, grade=policy.grade,
        rows={row.position: row for row in rows},
        known={
            each.key: each for each in known
            if each.state not in (State.PENDING, State.QUARANTINED)
        },
        listed_ids=_ids_of(rows), invalid_ids=_ids_of(invalid),
        removed_ids=removed_ids(window),
    )


def removed_ids(window: Window) -> frozenset[str]:
    """The ids that the bank took back, in the form in which ids are compared."""
    return frozenset(main_id_key(each) for each in window.removed) - {None}


def _ids_of(rows: Iterable[IncomingRow | InvalidRow]) -> frozenset[str]:
    return frozenset(main_id_key(row.transaction_id) for row in rows if row.transaction_id)


def by_id(known: Iterable[KnownRow]) -> dict[str, list[KnownRow]]:
    """Known rows under every id they were ever seen with, in any key version."""
    index = defaultdict(list)
    for each in known:
        for key in only_ids(each.aliases | id_keys(each.transaction_id)):
            index[key].append(each)
    return index


def with_id_of(row: IncomingRow, index: dict[str, list[KnownRow]]) -> list[KnownRow]:
    """The known rows that were ever seen with the id of this row, each once."""
    found = {
        each.key: each
        for key in id_keys(row.transaction_id) for each in index.get(key, ())
    }
    return [found[key] for key in sorted(found)]
