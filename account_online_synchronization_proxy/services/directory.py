"""The names of all banks, in memory: what is typed is found here, without a scan of them in the
database, which takes several times as long (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

START = '\0'  # of a row's text; PostgreSQL knows no text that has it
CODES = ' |'  # before the codes that follow a name
Row = tuple[str, int, str, str, bool]  # text, id, countries, audience, beta


class Directory:
    """All banks that are offered.

    :param rows: normalized name with codes, id, country codes, audience and beta flag, in the
        order that banks have which nobody has chosen yet.
    """

    def __init__(self, rows: Iterable[Row]):
        self._rows = [(START + text, *others) for text, *others in rows]
        self._by_id = {row[1]: row for row in self._rows}
        self._order = [], {'': self._rows}  # ids that were chosen; the rows in order, by country

    def words(self) -> Iterator[str]:
        """The words of all names, with repetitions."""
        for text, *_others in self._rows:
            yield from text.removeprefix(START).partition(CODES)[0].split()

    def find(
        self, words: list[str], chosen: list[int], limit: int, offset: int, **filters,
    ) -> tuple[list[int], int]:
        """Ids of the best, and how many there are that have all words in their names or codes.

        :param chosen: ids of those that have been chosen, most often first.
        :param filters: see :meth:`_filtered`.
        """
        rows = self._filtered(chosen, **filters)
        for word in sorted(set(words), key=len, reverse=True):  # the rarest first, most likely
            rows = [row for row in rows if word in row[0]]
        best = _best(rows, ' '.join(words), offset + limit) if words else rows
        return [row[1] for row in best[offset:offset + limit]], len(rows)

    def number(self, country: str = '') -> int:
        """How many there are, in this country if one is given."""
        return len(self._filtered(self._order[0], country=country))

    def _filtered(self, chosen, *, bic='', country='', audience='', beta=False) -> list[Row]:
        """Rows in order. A bank without countries is everywhere."""
        rows = self._in_order(chosen, country)
        if bic:
            begins = f' {bic}'
            rows = [row for row in rows if begins in row[0].partition(CODES)[2]]
        if audience and audience != 'both':
            rows = [row for row in rows if row[3] in (audience, 'both')]
        if beta:
            rows = [row for row in rows if row[4]]
        return rows

    def _in_order(self, chosen: list[int], country: str) -> list[Row]:
        """The rows of a country, those that are chosen first: sorted anew when that changes."""
        order = self._order
        if order[0] != chosen:
            first = {id_: self._by_id[id_] for id_ in chosen if id_ in self._by_id}
            others = (row for row in self._rows if row[1] not in first)
            order = self._order = chosen, {'': [*first.values(), *others]}
        by_country = order[1]
        if country not in by_country:
            by_country[country] = [
                row for row in by_country[''] if country in row[2] or not row[2]
            ]
        return by_country[country]


def _best(rows: list[Row], text: str, number: int) -> list[Row]:
    """So many rows, or more: those whose name is the text, begins so, has a word beginning so."""
    best = []
    for mark in (f'{START}{text}{CODES}', f'{START}{text}', f' {text}'):
        better = [row for row in rows if mark in row[0]]
        best += better
        if len(best) >= number:
            return best
        if better:
            rows = [row for row in rows if mark not in row[0]]
    return best + rows
