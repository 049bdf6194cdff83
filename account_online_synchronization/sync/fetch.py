"""Fetch one window of transactions, page by page (pure: no ORM)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from ..matching import storable
from ..matching.keys import main_id_key
from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import local_reference
from .conversation import Conversation
from .spool import Spool

_logger = logging.getLogger(__name__)

MAX_PAGES = 20_000
RESTARTS = 2  # one where the last synchronization ended, one between two pages


@dataclass(slots=True)
class Fetched:
    """All pages of one answer.

    :param pages: the proxy's transactions, one list per page, out of the memory's way.
    :param start_cursor: where the window began; None at the first synchronization, and when the
        bank knew no more where the last one ended.
    :param cursor: where the next one begins; None when it begins with a day again.
    :param removed: ids that the bank took back, each with the number of the last page that said so.
    """

    start_cursor: str | None
    cursor: str | None = None
    pages: Spool = field(default_factory=Spool)
    removed: dict[str, int] = field(default_factory=dict)
    date_from: date | None = None
    date_to: date | None = None
    balance: dict | None = None
    id_grade: str | None = None
    today: date | None = None

    @property
    def complete(self) -> bool:
        """The bank listed every booked transaction of the window's days."""
        return self.date_from is not None

    def last_removals(self) -> dict[str, int]:
        """The page that last took back a transaction, by the key of its id."""
        by_key = {main_id_key(each): page for each, page in self.removed.items()}
        by_key.pop(None, None)
        return by_key


def fetch(client, link_id, account_id, since, cursor, attended) -> Conversation:
    """Read pages until there is no more; a conversation that returns :class:`Fetched`.

    :param since: date or None.
    :raise OnlineSyncError: when the proxy fails, or when its pages lead nowhere.
    """
    fetched, seen, restarts, call = Fetched(start_cursor=cursor), set(), 0, (link_id, account_id)
    since_text = since.isoformat() if since else None
    for _number in range(MAX_PAGES):
        page = yield partial(
            client.transactions, link_id, account_id, since_text, cursor, attended,
        )
        if page.get('restarted'):
            # The pages so far don't fit to those that come now.
            fetched, seen, restarts = Fetched(start_cursor=None), set(), restarts + 1
            if restarts > RESTARTS:
                raise _endless("The bank's pages begin anew every time.", call)
        _take(fetched, page)
        if not page.get('more'):
            fetched.cursor = page.get('cursor')
            return fetched
        cursor = page.get('cursor')
        if not cursor or cursor in seen:
            raise _endless("The bank's pages lead back to themselves.", call)
        seen.add(cursor)
    raise _endless(f"The bank's answer has more than {MAX_PAGES} pages.", call)


def _endless(message: str, call: tuple[str, str]) -> OnlineSyncError:
    reference = local_reference()
    _logger.info("%s Connection %s, account %s, reference %s", message, *call, reference)
    return OnlineSyncError('provider_error', message, reference=reference)


def _take(fetched: Fetched, page: dict) -> None:
    fetched.removed.update(dict.fromkeys(page.get('removed') or (), len(fetched.pages)))
    fetched.pages.append(storable(page.get('transactions') or []))
    window = page.get('window')
    if window:
        fetched.date_from = date.fromisoformat(window['date_from'])
        fetched.date_to = date.fromisoformat(window['date_to'])
    fetched.balance = page.get('balance') or fetched.balance
    fetched.id_grade = page.get('id_grade') or fetched.id_grade
    if page.get('simulated_today'):
        fetched.today = date.fromisoformat(page['simulated_today'])
