"""Suspicious activity: what a client does that an honest one does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..providers.errors import ErrorCode
from . import clock, contention, reactivation, signing
from .call import Call
from .errors import ProxyError
from .strangers import network_of

HOUR = timedelta(hours=1)
MINUTES = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
RATE_PARAMETER = 'account_online_proxy.requests_per_minute'
MOST_REQUESTS = 12000  # of one client in a minute: some for each of thousands of banks at once
MOST_ADDRESSES_READ = 2000


@dataclass(frozen=True, slots=True)
class Activity:
    """Counts of the last hour; of the last ten minutes for forged signatures."""

    links: int = 0
    failed_sign_ins: int = 0
    forged: int = 0
    networks: int = 0


LIMITS = Activity(links=30, failed_sign_ins=20, forged=50, networks=12)
REASONS = {
    'links': "Very many banks were connected in a short time.",
    'failed_sign_ins': "Very many sign-ins at banks failed in a short time.",
    'forged': "Very many requests had a wrong signature.",
    'networks': "Requests came from very many different networks in a short time.",
}
OTHER_COUNTRY = "Requests suddenly came from another country."


def suspicion(activity: Activity) -> str | None:
    """Why this activity is suspicious; None when it is not."""
    return next((
        reason for name, reason in REASONS.items()
        if getattr(activity, name) > getattr(LIMITS, name)
    ), None)


def watch(call: Call) -> None:
    """Block the client of this call when it behaves suspiciously; the operator is told."""
    client = call.events.client.exists()
    if not client or client.is_local or client.state != 'active':
        return
    reason = suspicion(_activity(client))
    if reason:
        _block(client, reason)


def has_moved(call: Call) -> bool:
    """Whether the client's requests come from another network than the last one; noted then."""
    client = call.client
    network = network_of(call.remote_address) if client and call.remote_address else None
    if not network or client.network == network:
        return False
    return contention.update_or_leave(client, SQL("network = %s", network))


def check_rate(call: Call, client) -> None:
    """Refuse a client that asks so often that it would stand in the way of others.

    Only genuine requests count, by their nonces: nobody can use up what is granted to another.
    """
    most = int(call.env['ir.config_parameter'].get_param(RATE_PARAMETER, MOST_REQUESTS))
    lifetime = timedelta(seconds=signing.NONCE_LIFETIME)
    a_minute_ago = fields.Datetime.now() - MINUTE
    recent = [('client_id', '=', client.id), ('expires_at', '>', a_minute_ago + lifetime)]
    if most and call.env['online.proxy.nonce'].search_count(recent, limit=most + 1) > most:
        raise ProxyError(
            ErrorCode.RATE_LIMITED, "This database sends too many requests: wait a minute.",
            until=clock.now() + MINUTE,
        )


def check_country(call: Call, client) -> None:
    """Block a client whose requests suddenly come from another country."""
    country = call.remote_country
    if not country or client.country_code == country:
        return
    if not client.country_code:
        contention.update_or_leave(client, SQL("country_code = %s", country))
        return
    _block(client, OTHER_COUNTRY)
    call.env.cr.commit()  # pylint: disable=invalid-commit  # it stands, though the request fails
    raise ProxyError(
        ErrorCode.CLIENT_BLOCKED, detail=f"From {country}, formerly {client.country_code}",
        connect_url=reactivation.url(call, client),
    )


def _block(client, reason: str) -> None:
    """Block the client, unless another of its requests is doing just that."""
    try:
        with client.env.cr.savepoint():
            client._block(reason)
    except contention.LOST_RACES:
        client.invalidate_recordset()


def _activity(client) -> Activity:
    env = client.env
    now = fields.Datetime.now()
    hour_ago, minutes_ago = (
        max(now - period, client.watched_from or now - period) for period in (HOUR, MINUTES)
    )
    recent = [('client_id', '=', client.id), ('create_date', '>', hour_ago)]
    requests = env['online.proxy.event'].search_fetch(
        [*recent, ('kind', '=', 'request'), ('success', '=', True)], ['remote_address'],
        limit=MOST_ADDRESSES_READ,
    )
    return Activity(
        links=env['online.proxy.link'].with_context(active_test=False).search_count(recent),
        failed_sign_ins=env['online.proxy.connect'].search_count([
            ('link_id.client_id', '=', client.id), ('create_date', '>', hour_ago),
            ('phase', '=', 'error'),
        ]),
        forged=env['online.proxy.event']._read_group([
            ('client_id', '=', client.id), ('write_date', '>', minutes_ago),
            ('kind', '=', 'request'), ('error_code', '=', 'not_registered'),
        ], aggregates=['times:sum'])[0][0] or 0,
        networks=len({
            network_of(address) for address in set(requests.mapped('remote_address')) if address
        }),
    )
