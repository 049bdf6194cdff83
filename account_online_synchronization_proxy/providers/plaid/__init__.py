"""Plaid: banks of North America, and of Europe with a further agreement."""

from .provider import Plaid
