"""What somebody means whose word stands in no bank's name (pure)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

SHORTEST = 3  # letters; fewer are near to everything
LONG = 5  # letters; from here on a word may hold more than one slip
MOST_MEANT = 8
SHARED = 0.5  # of a long word's parts, so that another word is near


class Spelling:
    """The words of all names, to find those that are near to what was typed.

    :param words: normalized, with repetitions: of two words that are equally near, the one that
        more banks have goes first.
    """

    def __init__(self, words: Iterable[str]):
        self._uses = Counter(word for word in words if len(word) >= SHORTEST)
        self._words = sorted(self._uses)
        self._text = ' '.join(self._words)
        self._letters = sorted(set(self._text) - {' '})
        self._by_part = None

    def readings(self, words: list[str]) -> list[tuple[str, ...]]:
        """What each of the words may mean, the likeliest first; what is known means itself.

        If all are known, they may still be known from other banks: then each may mean others, too.
        """
        unknown = {word for word in words if len(word) >= SHORTEST and word not in self._text}
        return [
            self.meant(word) or (word,) if word in unknown
            else (word,) if unknown else (word, *self.meant(word))
            for word in words
        ]

    def meant(self, word: str) -> tuple[str, ...]:
        """Words, or beginnings of words, that are one slip away; or those that have most in
        common with a long one."""
        if len(word) < SHORTEST:
            return ()
        near = {other for other in self._one_slip_away(word) if len(other) >= SHORTEST} - {word}
        found = near & self._uses.keys()
        if not found and len(word) >= LONG:
            found = {other for other in near if self._begins_one(other)}
        if not found and len(word) >= LONG:
            found = self._most_in_common(word)
        return tuple(sorted(found, key=lambda other: (-self._uses[other], other))[:MOST_MEANT])

    def _one_slip_away(self, word: str) -> Iterator[str]:
        """With one letter too many, wrong or missing, or two in the wrong order."""
        for place in range(len(word) + 1):
            before, after = word[:place], word[place:]
            for letter in self._letters:
                yield before + letter + after
                yield before + letter + after[1:]
            yield before + after[1:]
            yield before + after[1:2] + after[:1] + after[2:]

    def _begins_one(self, beginning: str) -> bool:
        place = bisect_left(self._words, beginning)
        return place < len(self._words) and self._words[place].startswith(beginning)

    def _most_in_common(self, word: str) -> list[str]:
        parts = _parts(word)
        common = Counter()
        for part in parts:
            common.update(self._parted().get(part, ()))
        most = max(common.values(), default=0)
        return [] if most < SHARED * len(parts) else [
            other for other, shared in common.items() if shared == most
        ]

    def _parted(self) -> dict[str, list[str]]:
        """The words by their parts: made when it is needed, as few people err so much."""
        if self._by_part is None:
            by_part = defaultdict(list)
            for word in self._words:
                for part in _parts(word):
                    by_part[part].append(word)
            self._by_part = by_part
        return self._by_part


def _parts(word: str) -> set[str]:
    """Three letters in a row, the blank before the word among them: ``{" ba", "ban", "ank"}``."""
    padded = f' {word}'
    return {padded[place:place + 3] for place in range(len(padded) - 2)}
