"""The OpenAPI document of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from operator import getitem

import yaml

from odoo.tools.misc import file_open

from .errors import invalid

PATH = 'account_online_synchronization_proxy/openapi/openapi.yaml'


def check_query(operation: str, query: Mapping[str, str]) -> None:
    """Refuse a parameter that is not described: a misspelt one would silently change the answer."""
    known = _query_names()[operation]
    for name in query:
        if name not in known:
            raise invalid(f"The parameters of this address are: {', '.join(known) or 'none'}.")


@cache
def _query_names() -> dict[str, tuple[str, ...]]:
    """The names of the query's parameters, by operation."""
    return {
        operation['operationId']: tuple(
            parameter['name'] for parameter in map(_resolved, operation.get('parameters', ()))
            if parameter['in'] == 'query'
        )
        for item in document()['paths'].values()
        for method, operation in item.items() if method != 'parameters'
    }


def _resolved(part: dict) -> dict:
    """The part itself, or the one that it refers to."""
    reference = part.get('$ref')
    return reduce(getitem, reference.split('/')[1:], document()) if reference else part


@cache
def document() -> dict:
    """The document as it is served and tested against."""
    with file_open(PATH, 'r') as file:
        return yaml.safe_load(file)
