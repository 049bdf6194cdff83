"""Logos of the sandbox's institutions, drawn as SVG, so that no picture has to be fetched."""

from __future__ import annotations

import base64

from .dice import dice

_SIGNS = (
    '<path d="M12 44h40v4H12zM16 26h6v16h-6zM29 26h6v16h-6zM42 26h6v16h-6zM32 10l22 12H10z"/>',
    '<path d="M10 46q11-22 22-10t22-14v24z"/><circle cx="44" cy="18" r="6"/>',
    '<path d="M20 24h24l4 26H16zM26 24v-8h12v8h-4v-4h-4v4z"/>',
    '<path d="M32 10l20 12v20L32 54 12 42V22zM32 20l-12 7v10l12 7 12-7V27z" fill-rule="evenodd"/>',
)


def logo_svg(seed: str) -> str:
    """A square logo whose colours and sign follow from ``seed``."""
    throw = dice(seed)
    hue = throw.randrange(360)
    sign = throw.choice(_SIGNS)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" rx="14" fill="hsl({hue},58%,38%)"/>'
        f'<g fill="#fff">{sign}</g></svg>'
    )


def logo_data_url(seed: str) -> str:
    """The logo as a data URL."""
    return 'data:image/svg+xml;base64,' + base64.b64encode(logo_svg(seed).encode()).decode()
