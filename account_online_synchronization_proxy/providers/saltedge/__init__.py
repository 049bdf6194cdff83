"""Salt Edge: banks of Europe and beyond, through its widget."""

from .provider import SaltEdge
