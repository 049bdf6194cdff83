"""Answer a request of a client, from its arrival to the event that it leaves.

Both transports end here: the HTTP controller with a signed request, the in-process one with the
database itself as the client. Whatever goes wrong becomes an answer of the interface.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping

from odoo import SUPERUSER_ID, api

from ..providers.errors import ErrorCode
from ..providers.nesting import is_deeper
from . import abuse, contention, openapi, routes
from .call import BASE_PATH, Call
from .clock import now
from .errors import ProxyError, invalid
from .events import EventLog

_logger = logging.getLogger(__name__)

WATCHED = frozenset({'create_link', 'connect_link', 'rotate'})  # operations worth abusing
LARGEST_BODY = 256 * 1024  # bytes
DEEPEST_BODY = 32  # levels; what is kept of a request is worked on level by level
TOO_DEEP = "The body is nested too deeply."

Answer = tuple[int, dict[str, str], dict]


def handle(
    registry,
    method: str,
    path: str,
    *,
    authenticate: Callable[[Call], object],
    parse: Callable[[], tuple[Mapping, Mapping]],
    base_url: str,
    **options,
) -> Answer:
    """Answer one request on a cursor of its own, committed before this returns.

    What the proxy learned on the way (a rotated token, a spent quota, the event) so survives
    whatever becomes of the caller's transaction.

    :param path: with the interface's base path, without query.
    :param authenticate: finds the client of the call, or raises.
    :param parse: gives query and body, or raises.
    :param options: further fields of :class:`Call`.
    """
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        events = EventLog(env, 'request', f'{method} {path}', options.get('remote_address'))
        call = Call(env=env, events=events, base_url=base_url, **options)
        try:
            status, body = _perform(call, method, path, authenticate, parse)
            headers = {}
            error = None
        except ProxyError as failure:
            error = failure
        except Exception as failure:
            _logger.exception("%s: %s failed", events.reference, events.operation)
            error = ProxyError(ErrorCode.INTERNAL, detail=type(failure).__name__)
        if error:
            cr.rollback()
            events.fail(error.code)
            status, headers = error.status, _error_headers(error)
            body = error.as_json(events.reference)
        _close(call, status, body, error)
        if error or call.events.operation in WATCHED or abuse.has_moved(call):
            abuse.watch(call)
    return status, {'X-Reference': events.reference, **headers}, body


def _perform(call: Call, method, path, authenticate, parse) -> tuple[int, dict]:
    if not path.startswith(f'{BASE_PATH}/'):
        raise invalid("The address is not one of the interface.")
    name, parameters = routes.match(method, path.removeprefix(BASE_PATH))
    call.events.operation = name
    if name not in routes.PUBLIC:
        call.client = authenticate(call)
        call.env.cr.commit()  # pylint: disable=invalid-commit  # who asked stands, whatever follows
        call.events.concern(client=call.client)
    call.query, call.body = parse()
    openapi.check_query(name, call.query)
    operation = routes.operation(name)
    return contention.race(call.env.cr, lambda: operation(call, **parameters))


def parse_json(raw: bytes, content_type: str | None) -> dict:
    """The JSON object in a request's body; empty when there is none."""
    if not raw:
        return {}
    if len(raw) > LARGEST_BODY:
        raise invalid(f"The body is larger than {LARGEST_BODY} bytes.")
    if content_type != 'application/json':
        raise invalid("The body must be application/json.")
    try:
        body = json.loads(raw)
    except ValueError:  # UnicodeDecodeError is one
        raise invalid("The body is not JSON.") from None
    except RecursionError:
        raise invalid(TOO_DEEP) from None
    if not isinstance(body, dict):
        raise invalid("The body must be a JSON object.")
    if is_deeper(body, DEEPEST_BODY):
        raise invalid(TOO_DEEP)
    return body


def _error_headers(error: ProxyError) -> dict[str, str]:
    if error.allow:
        return {'Allow': error.allow}
    if error.code != ErrorCode.RATE_LIMITED or not error.until:
        return {}
    return {'Retry-After': str(max(round((error.until - now()).total_seconds()), 1))}


def _close(call: Call, status: int, body: dict, error: ProxyError | None) -> None:
    call.events.close(
        success=error is None,
        status=status,
        error_code=error and str(error.code),
        message=error and (error.detail or error.message),
        provider_reference=error and error.provider_reference,
        request={**call.query, **call.body},
        answer=body,
    )
