"""The sandbox's answers in pages: complete windows, or what changed since a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from .. import normalize
from ..errors import CursorExpired
from ..interface import Page, Transaction


@dataclass(frozen=True, slots=True)
class Position:
    """Where in which answer a cursor stands.

    :param account: the id of the account; another account's cursor is none of this one.
    :param as_of: the instant that all pages of the answer show.
    :param since: first day of the answer.
    :param changed_since: for an answer with changes only: the instant of the answer before it.
    :param page: number of the page, from 0; None: the answer is complete, the next one begins.
    """

    account: str
    as_of: datetime
    since: date
    changed_since: datetime | None = None
    page: int | None = 0

    def pack(self) -> str:
        return normalize.pack(
            a=self.account,
            t=self.as_of.isoformat(),
            s=str(self.since),
            c=self.changed_since.isoformat() if self.changed_since else None,
            p=self.page,
        )

    @classmethod
    def unpack(cls, text: str, account: str) -> Position:
        """The position that ``text`` names; :class:`CursorExpired` when not of this account."""
        values = normalize.unpack(text)
        if values.get('a') != account:
            raise CursorExpired
        try:
            changed = values['c']
            return cls(
                account,
                datetime.fromisoformat(values['t']),
                date.fromisoformat(values['s']),
                datetime.fromisoformat(changed) if changed else None,
                values['p'],
            )
        except (KeyError, TypeError, ValueError):
            raise CursorExpired from None


@dataclass(frozen=True, slots=True)
class Style:
    """How an institution cuts its answers.

    :param empty: each second page is empty.
    :param overlapping: a page begins with the last row of the page before it.
    :param incremental: the last page has a cursor, from which the next answer begins.
    """

    size: int
    empty: bool = False
    overlapping: bool = False
    incremental: bool = False


def changes(
    before: Sequence[Transaction], after: Sequence[Transaction]
) -> tuple[list[Transaction], tuple[str, ...]]:
    """What is new or different in ``after``, and the ids that are gone."""
    known = {row.id: row for row in before}
    present = {row.id for row in after}
    removed = tuple(row_id for row_id in known if row_id is not None and row_id not in present)
    return [row for row in after if known.get(row.id) != row], removed


def cut(rows: Sequence[Transaction], position: Position, style: Style, **last_page) -> Page:
    """The page at ``position`` of the answer ``rows``.

    :param last_page: what only the last page says: removed ids, window, balance.
    """
    number = position.page or 0
    begin = (number // 2 if style.empty else number) * style.size
    end = begin + style.size
    empty = style.empty and number % 2 == 1
    part = [] if empty else rows[max(0, begin - style.overlapping) : end]
    if end < len(rows):
        cursor = replace(position, page=number + 1).pack()
        return Page(tuple(part), cursor, more=True)
    cursor = replace(position, page=None).pack() if style.incremental else None
    return Page(tuple(part), cursor, **last_page)
