"""Keep what the bank sent until it is stored, without keeping it in memory (pure)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import Any

IN_MEMORY = 1 << 18  # compressed bytes; what is larger goes to a temporary file
FAST = 1  # level of compression


class Spool:
    """Pages of raw transactions, written once and read page by page or row by row."""

    def __init__(self):
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- lives as long as self
        self._places: list[tuple[int, int]] = []
        self._open_page: tuple[int, list] = (-1, [])

    @classmethod
    def of(cls, pages: Iterable[list[Any]]) -> Spool:
        """A spool of pages that are there already."""
        spool = cls()
        for page in pages:
            spool.append(page)
        return spool

    def append(self, page: list[Any]) -> None:
        """Put a page behind the others."""
        content = zlib.compress(json.dumps(page).encode(), FAST)
        place = self._file.seek(0, 2)
        self._file.write(content)
        self._places.append((place, len(content)))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[list[Any]]:
        return map(self.page, range(len(self)))

    def page(self, number: int) -> list[Any]:
        """The rows of one page."""
        if self._open_page[0] != number:
            place, size = self._places[number]
            self._file.seek(place)
            rows = json.loads(zlib.decompress(self._file.read(size)))
            self._open_page = (number, rows)
        return self._open_page[1]


class SpooledRow(Mapping):
    """A raw transaction that is read from its page when somebody looks into it."""

    __slots__ = ('_index', '_page', '_spool')

    def __init__(self, spool: Spool, page: int, index: int):
        self._spool = spool
        self._page = page
        self._index = index

    def _row(self) -> Mapping[str, Any]:
        return self._spool.page(self._page)[self._index]

    def __getitem__(self, name: str) -> Any:
        return self._row()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._row())

    def __len__(self) -> int:
        return len(self._row())
