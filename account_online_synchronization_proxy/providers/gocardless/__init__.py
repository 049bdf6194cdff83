"""GoCardless Bank Account Data (formerly Nordigen): European banks under PSD2."""

from .provider import GoCardless
