"""How deep a JSON value goes: what is worked on level by level must end somewhere (pure)."""

from typing import Any


def is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested in each other on more levels than these."""
    if not isinstance(value, (dict, list)):
        return False
    items = value.values() if isinstance(value, dict) else value
    return not levels or any(is_deeper(item, levels - 1) for item in items)
