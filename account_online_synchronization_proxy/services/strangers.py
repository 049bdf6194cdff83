"""Failed requests of people whom the proxy does not know: anybody may send them, without end.

Of one kind from one network only some an hour are kept one by one, and only some of all. What comes
after them is counted on one event; its reference is the one that the stranger is told, so that
support finds it all the same.
"""

from __future__ import annotations

import ipaddress
import time

from odoo.tools import SQL

from ..providers.errors import ErrorCode
from . import contention

ALIKE = 60  # an hour, of one kind from one network; more than make a client suspicious
MOST = 400  # an hour, of all together
KEEP_DAYS = 30
HOUR = 60 * 60  # seconds
KINDS = ('request', 'page', 'webhook')


def network_of(address: str) -> str:
    """The network an address belongs to, as coarse as providers hand them out."""
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((ip, 16 if ip.version == 4 else 32), strict=False))


def is_stranger(kind: str, client, error_code: ErrorCode) -> bool:
    """Whether nothing proves that a failed request comes from somebody the proxy knows."""
    if kind not in KINDS or error_code == ErrorCode.INTERNAL:
        return False
    return not client or error_code == ErrorCode.NOT_REGISTERED


def kind_of(kind: str, client, error_code: ErrorCode, address: str | None) -> dict:
    """What an event of a stranger is found again by, so that others like it are counted on it."""
    network = network_of(address) if address else ''
    return {
        'stranger_hour': int(time.time() // HOUR),
        'stranger_kind': f'{kind} {error_code} {client.id or ""} {network}',
    }


def place(events, values: dict):
    """The event that has to count for another one with these values; empty while there is room.

    :param events: the model of events.
    :param values: of :func:`kind_of`; they change where only the rest of all is counted.
    """
    hour = [('stranger_hour', '=', values['stranger_hour'])]
    alike = events.search([*hour, ('stranger_kind', '=', values['stranger_kind'])], limit=ALIKE)
    if len(alike) >= ALIKE:
        return alike[0]
    if events.search_count(hour, limit=MOST) < MOST:
        return events.browse()
    values['stranger_kind'] = ' '.join(values['stranger_kind'].split(' ')[:2])
    return events.search([*hour, ('stranger_kind', '=', values['stranger_kind'])], limit=1)


def count_on(event) -> None:
    """Count a request on the event of an earlier one."""
    contention.update_or_leave(event, SQL(
        "times = times + 1, write_date = now() AT TIME ZONE 'UTC'",
    ))
