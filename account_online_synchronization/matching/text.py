"""Comparing texts that two channels write differently."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_UNSTORABLE = re.compile('[\x00\ud800-\udfff]')
_UNSTORABLE_IN_JSON = re.compile(r'\\u0000|[\ud800-\udfff]')
_WORD = re.compile(r'[^\W_]+')
SIMILAR = 0.5


def storable(value: Any) -> Any:
    """A JSON value without the few characters that no database can hold (NUL, lone surrogates)."""
    try:
        written = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return _cleaned(value)
    # Looking through one text is much faster than through every value; hardly any row has them.
    return _cleaned(value) if _UNSTORABLE_IN_JSON.search(written) else value


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub('\N{REPLACEMENT CHARACTER}', value)
    if isinstance(value, Mapping):
        return {_cleaned(name): _cleaned(content) for name, content in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(content) for content in value]
    return value


def words(text: str) -> tuple[str, ...]:
    """The words of a text, without accents, case, punctuation and order of spaces."""
    return _words(text or '')


@lru_cache(maxsize=4096)  # the texts of a bank are compared with each other, and come again
def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize('NFKD', text).casefold()
    if not plain.isascii():
        plain = ''.join(char for char in plain if not unicodedata.combining(char))
    return tuple(_WORD.findall(plain))


def fingerprint(text: str) -> str:
    """One spelling for texts that differ in accents, case, punctuation or spaces only."""
    return ' '.join(words(text))


def squeezed(text: str) -> str:
    """One spelling for references and account numbers, which are grouped in any way."""
    return ''.join(words(text))


def similarity(one: str, other: str) -> float:
    """How much of the shorter text is found in the longer one: 0.0 (nothing) … 1.0 (all).

    Words count when one begins with the other (at least three characters), because banks cut
    names (``NETFLX`` is not found by this, ``NETFL`` is). Two empty texts are alike.
    """
    both = (set(words(one)), set(words(other)))
    short, long = sorted(both, key=lambda each: (len(each), sorted(each)))
    if not short:
        return 1.0 if not long else 0.0
    found = sum(1 for word in short if any(_alike(word, each) for each in long))
    return found / len(short)


def similar(one: str, other: str) -> bool:
    """Whether two texts may well name the same thing; an empty text tells nothing."""
    return bool(words(one)) and bool(words(other)) and similarity(one, other) >= SIMILAR


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= 3 and long.startswith(short))
