"""What providers say to people."""

from __future__ import annotations


def _lt(text: str) -> str:
    """Mark a text for the translators; whoever shows it looks up the translation."""
    return text
