"""Text for searching: without accents, case and punctuation (pure)."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans({
    'ß': 'ss', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'æ': 'ae', 'œ': 'oe', 'þ': 'th', 'ð': 'd', 'ı': 'i',
    '&': ' ', "'": '', '’': '', '.': '', '`': '',
})
_SEPARATORS = re.compile(r'[\W_]+')
# Legal forms: two providers rarely agree on them.
_LEGAL_FORMS = frozenset({
    'ag', 'bv', 'co', 'corp', 'eg', 'gmbh', 'inc', 'kg', 'llc', 'ltd', 'na', 'nv', 'plc', 'sa',
    'se', 'spa', 'srl',
})


def normalize(text: str) -> str:
    """``"Crédit-Agricole S.A."`` → ``"credit agricole sa"``."""
    folded = text.casefold().translate(_LETTERS)
    apart = unicodedata.normalize('NFKD', folded)
    bare = ''.join(letter for letter in apart if not unicodedata.combining(letter))
    return _SEPARATORS.sub(' ', bare).strip()


def name_key(name: str) -> str:
    """What two spellings of one institution's name have in common, for merging."""
    words = normalize(name).split()
    telling = [word for word in words if word not in _LEGAL_FORMS]
    return ' '.join(telling or words)
