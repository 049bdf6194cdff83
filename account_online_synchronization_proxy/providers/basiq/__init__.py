"""Basiq: banks of Australia and New Zealand, by open banking or by the user's credentials."""

from .provider import Basiq
