"""Enumerations whose members are plain text.

``enum.StrEnum`` does this from Python 3.11 on; Odoo 19 runs on 3.10 too.
"""

from enum import Enum


class TextEnum(str, Enum):
    """Members compare, format and serialize as their value."""

    __str__ = str.__str__
    __format__ = str.__format__
