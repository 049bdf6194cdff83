"""Which request goes where: the table of the interface's operations."""

from __future__ import annotations

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from . import connect, institutions, links, registration, sync
from .errors import ProxyError, invalid, unknown

PUBLIC = frozenset({'register'})  # operations that anybody may call

_OPERATIONS = {
    'register': registration.register,
    'rotate': registration.rotate,
    'search_institutions': institutions.search,
    'count_institutions': institutions.count,
    'read_institution': institutions.read,
    'create_link': links.create,
    'read_link': links.read,
    'delete_link': links.delete,
    'connect_link': connect.connect,
    'list_accounts': links.accounts,
    'refresh_link': sync.refresh,
    'list_transactions': sync.transactions,
    'read_quota': sync.quota,
}

_MAP = Map([
    Rule('/register', endpoint='register', methods=['POST']),
    Rule('/rotate', endpoint='rotate', methods=['POST']),
    Rule('/institutions', endpoint='search_institutions', methods=['GET']),
    Rule('/institutions/count', endpoint='count_institutions', methods=['GET']),
    Rule('/institutions/<institution_id>', endpoint='read_institution', methods=['GET']),
    Rule('/links', endpoint='create_link', methods=['POST']),
    Rule('/links/<link_id>', endpoint='read_link', methods=['GET']),
    Rule('/links/<link_id>', endpoint='delete_link', methods=['DELETE']),
    Rule('/links/<link_id>/connect', endpoint='connect_link', methods=['POST']),
    Rule('/links/<link_id>/accounts', endpoint='list_accounts', methods=['GET']),
    Rule('/links/<link_id>/refresh', endpoint='refresh_link', methods=['POST']),
    Rule(
        '/links/<link_id>/accounts/<account_id>/transactions',
        endpoint='list_transactions', methods=['GET'],
    ),
    Rule('/quota/<link_id>', endpoint='read_quota', methods=['GET']),
], merge_slashes=False, strict_slashes=True)


def match(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The operation's name and the values in its path.

    :param path: below the interface's base path, with its leading slash.
    """
    if not path.isprintable():
        raise unknown('address')
    try:
        return _MAP.bind('proxy').match(path, method=method)
    except MethodNotAllowed as error:
        allowed = ', '.join(sorted(error.valid_methods or ()))
        raise ProxyError(
            invalid('').code, f"This address takes: {allowed}.", status=405, allow=allowed,
        ) from None
    except HTTPException:
        raise unknown('address') from None


def operations() -> tuple[str, ...]:
    """The names of all operations."""
    return tuple(_OPERATIONS)


def operation(name: str):
    """The function that answers an operation."""
    return _OPERATIONS[name]
