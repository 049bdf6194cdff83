"""The OpenAPI document of the interface."""

from __future__ import annotations

from functools import cache

import yaml

from odoo.tools.misc import file_open

PATH = 'account_online_synchronization_proxy/openapi/openapi.yaml'


@cache
def document() -> dict:
    """The document as it is served and tested against."""
    with file_open(PATH, 'r') as file:
        return yaml.safe_load(file)
