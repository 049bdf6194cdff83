"""Chance that always falls the same way."""

from random import Random


def dice(*parts: object) -> Random:
    """Dice that are seeded with the parts: the same parts, the same throws, on every machine."""
    return Random('/'.join(str(part) for part in parts))  # noqa: S311 (play money, no secret)
