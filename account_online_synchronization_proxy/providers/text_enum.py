"""Enumerations whose members are plain text (``enum.StrEnum`` needs Python 3.11, Odoo 19 runs on 3.10)."""

from enum import Enum


class TextEnum(str, Enum):
    """Members compare, format and serialize as their value."""

    __str__ = str.__str__
    __format__ = str.__format__
