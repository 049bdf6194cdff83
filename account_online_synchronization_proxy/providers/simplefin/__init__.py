"""SimpleFIN: read-only access that the user buys and hands over as a token."""

from .provider import SimpleFin
