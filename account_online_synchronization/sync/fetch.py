"""Fetch one window of transactions, page by page (pure: no ORM)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial

from ..matching import storable
from ..proxy_client import OnlineSyncError
from .conversation import Conversation
from .spool import Spool

MAX_PAGES = 20_000


@dataclass(slots=True)
class Fetched:
    """All pages of one answer.

    :param pages: the proxy's transactions, one list per page, out of the memory's way.
    :param start_cursor: where the window began; None at the first synchronization.
    :param cursor: where the next one begins; None when it begins with a day again.
    :param removed: ids that the bank took back.
    """

    start_cursor: str | None
    cursor: str | None = None
    pages: Spool = field(default_factory=Spool)
    removed: set[str] = field(default_factory=set)
    date_from: date | None = None
    date_to: date | None = None
    balance: dict | None = None
    id_grade: str | None = None
    today: date | None = None

    @property
    def complete(self) -> bool:
        """The bank listed every booked transaction of the window's days."""
        return self.date_from is not None


def fetch(client, link_id, account_id, since, cursor, attended) -> Conversation:
    """Read pages until there is no more; a conversation that returns :class:`Fetched`.

    :param since: date or None.
    :raise OnlineSyncError: when the proxy fails, or when its pages lead nowhere.
    """
    fetched = Fetched(start_cursor=cursor)
    seen = set()
    since_text = since.isoformat() if since else None
    for _number in range(MAX_PAGES):
        page = yield partial(
            client.transactions, link_id, account_id, since_text, cursor, attended,
        )
        _take(fetched, page)
        if not page.get('more'):
            fetched.cursor = page.get('cursor')
            return fetched
        cursor = page.get('cursor')
        if not cursor or cursor in seen:
            raise OnlineSyncError('provider_error', "The bank's pages lead back to themselves.")
        seen.add(cursor)
    raise OnlineSyncError('provider_error', f"The bank's answer has more than {MAX_PAGES} pages.")


def _take(fetched: Fetched, page: dict) -> None:
    fetched.pages.append(storable(page.get('transactions') or []))
    fetched.removed.update(page.get('removed') or ())
    window = page.get('window')
    if window:
        fetched.date_from = date.fromisoformat(window['date_from'])
        fetched.date_to = date.fromisoformat(window['date_to'])
    fetched.balance = page.get('balance') or fetched.balance
    fetched.id_grade = page.get('id_grade') or fetched.id_grade
    if page.get('simulated_today'):
        fetched.today = date.fromisoformat(page['simulated_today'])
