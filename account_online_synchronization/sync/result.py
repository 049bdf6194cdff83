"""What a synchronization brought, for messages, run records and the screen."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class SyncResult:
    """Counts of one synchronization; results of accounts add up.

    :param outcome: done | partial | in_progress | busy | user_action | failed | nothing_linked
    :param unfinished: time ran out; the rest comes with the next run.
    :param troubles: accounts that could not be fetched, each with its error.
    """

    received: int = 0
    new: int = 0
    same: int = 0
    pending: int = 0
    waiting: int = 0
    review: int = 0
    quarantined: int = 0
    linked: int = 0
    before_start: int = 0
    outcome: str = 'done'
    unfinished: bool = False
    error: Exception | None = None
    troubles: list[tuple] = field(default_factory=list)

    def add(self, other: SyncResult) -> None:
        """Take the counts of another account into this result."""
        for count in COUNTS:
            setattr(self, count, getattr(self, count) + getattr(other, count))
        self.unfinished = self.unfinished or other.unfinished

    @property
    def has_trouble_to_retry(self) -> bool:
        """Whether an account may be fetched by trying again soon; a limit only passes in time."""
        return any(error.code != 'rate_limited' for _who, error in self.troubles)

    def as_run_values(self) -> dict:
        """The counts as columns of the run record."""
        return {f'{count}_count': getattr(self, count) for count in COUNTS}


COUNTS = tuple(each.name for each in fields(SyncResult) if each.type == 'int')
