"""Who is asking: signatures, replay, copied databases, blocked clients."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import psycopg2.errors

from odoo import fields
from odoo.tools import SQL

from ..providers.errors import ErrorCode
from . import abuse, clock, contention, reactivation, signing
from .call import Call
from .errors import COPIED, ProxyError, disconnected, invalid
from .vault import SealBroken

_logger = logging.getLogger(__name__)

NONCE_LENGTH = 32
PREVIOUS = 'previous_secret_encrypted'
SECRET_FIELDS = ('secret_encrypted', 'next_secret_encrypted', PREVIOUS)
UNDER_WAY = timedelta(minutes=5)  # after a change of secrets, requests with the old one may arrive
RESTORED = (
    "This database is an older state or a copy of the one that is registered: register it again,"
    " then reconnect its banks."
)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What a signature covers, as it arrived."""

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, str]


def secret_scope(client) -> str:
    """Scope under which a client's secrets are sealed."""
    return f'client:{client.identifier}'


def signed_client(call: Call, request: HttpRequest):
    """The client whose signature the request carries, or an error that says why there is none.

    Everything is checked before anything of the client is told, and the nonce is used up only by a
    genuine request.
    """
    signed, claimed = _signed_parts(request)
    now = fields.Datetime.now()
    if not signing.is_timely(signed.timestamp, clock.now().timestamp()):
        raise invalid("The request's time differs by more than five minutes from the proxy's: set"
                      " the clock of the server right.")
    client = call.env['online.proxy.client'].search_fetch(
        [('identifier', '=', signed.client_id)], ('identifier', *SECRET_FIELDS),
    )
    secret_field = client and _fitting_secret(call, client, signed, claimed)
    call.events.concern(client=client)
    if not secret_field:
        raise ProxyError(ErrorCode.NOT_REGISTERED, detail="Unknown client or wrong signature")
    if secret_field == PREVIOUS:
        raise _outdated(client, now)
    if not _use_nonce(client, signed.nonce, now + timedelta(seconds=signing.NONCE_LIFETIME)):
        raise invalid("This request has been received before.")
    if client.database_uuid != signed.database_uuid:
        raise ProxyError(ErrorCode.CLIENT_DISCONNECTED, COPIED, detail="Another database uuid")
    _complete_rotation(client, secret_field)
    check_usable(client, call)
    abuse.check_rate(call, client)
    abuse.check_country(call, client)
    return client


def check_usable(client, call: Call) -> None:
    """Refuse clients that the operator, the abuse check or the calendar has stopped."""
    if client.state == 'blocked':
        raise ProxyError(
            ErrorCode.CLIENT_BLOCKED, detail=client.reason or '',
            connect_url=reactivation.url(call, client),
        )
    if client.state == 'disconnected':
        raise disconnected(client)
    if not client.is_local:
        client.subscription_id._check_valid()
    now = fields.Datetime.now()
    if not client.last_seen or now - client.last_seen > timedelta(minutes=10):
        contention.update_or_leave(client, SQL("last_seen = %s", now))


def local_client(env):
    """The client that stands for the database the proxy is installed in.

    It needs no secret, since its calls never leave the server. When the database has a new uuid it
    is a copy: the consents belong to the original, here the banks have to be connected again.
    """
    uuid = env['ir.config_parameter'].get_param('database.uuid')
    client = env['online.proxy.client'].search_fetch(
        [('database_uuid', '=', uuid)], ('database_uuid', 'is_local', 'state', 'last_seen'),
    )
    if client:  # which may have registered from outside
        return client
    client = env['online.proxy.client'].search([('is_local', '=', True)], limit=1)
    if client:
        client.link_ids._disconnect(COPIED)
        client.database_uuid = uuid
        return client
    try:
        with env.cr.savepoint():
            return env['online.proxy.client']._create_local(uuid)
    except psycopg2.errors.UniqueViolation:
        env.cr.rollback()
        return env['online.proxy.client'].search([('database_uuid', '=', uuid)])


def _signed_parts(request: HttpRequest) -> tuple[signing.Signed, str]:
    headers = request.headers
    names = ('X-Client-Id', 'X-Database-Uuid', 'X-Timestamp', 'X-Nonce', 'X-Signature')
    values = [headers.get(name) or '' for name in names]
    if not all(value and value.isprintable() for value in values):
        raise ProxyError(ErrorCode.NOT_REGISTERED, detail="The request is not signed")
    client_id, database_uuid, timestamp, nonce, claimed = values
    if len(nonce) != NONCE_LENGTH or not nonce.isalnum() or not nonce.isascii():
        raise invalid(f"The nonce must have {NONCE_LENGTH} letters and digits.")
    signed = signing.Signed(
        method=request.method, path=request.path, query=request.query, client_id=client_id,
        database_uuid=database_uuid, timestamp=timestamp, nonce=nonce, body=request.body,
    )
    return signed, claimed


def _fitting_secret(call: Call, client, signed: signing.Signed, claimed: str) -> str | None:
    for name in SECRET_FIELDS:
        if client[name]:
            try:
                secret = call.vault.open(secret_scope(client), client[name])
            except SealBroken:
                _logger.error("The secret of %s does not open: is a key missing?", client)
                continue  # to the client it is a secret that does not fit: it registers again
            if signing.is_genuine(secret, signed, claimed):
                return name
    return None


def _outdated(client, now) -> ProxyError:
    """The answer to a secret that was good once: somebody went back to it, or was not told yet."""
    changed_at = client.secret_changed_at or now - UNDER_WAY
    until = clock.aware(changed_at + UNDER_WAY)
    if until > clock.now():
        return ProxyError(
            ErrorCode.RATE_LIMITED, "The secret of this database has just changed: try again soon.",
            until=until,
        )
    return ProxyError(ErrorCode.CLIENT_DISCONNECTED, RESTORED, detail="The secret before the last")


def _use_nonce(client, nonce: str, expires_at) -> bool:
    try:
        client.env.cr.execute(SQL(
            "INSERT INTO online_proxy_nonce (client_id, nonce, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (client_id, nonce) DO NOTHING",
            client.id, nonce, expires_at,
        ), log_exceptions=False)
    except contention.LOST_RACES:  # its twin, which came at the same moment, was first
        client.env.cr.rollback()
        return False
    used = client.env.cr.rowcount == 1
    client.env.cr.commit()  # pylint: disable=invalid-commit  # it stays used, whatever follows
    return used


def _complete_rotation(client, secret_field: str) -> None:
    """The first use of the new secret ends the old one."""
    if secret_field == SECRET_FIELDS[1]:
        contention.update_or_leave(client, SQL(
            "previous_secret_encrypted = secret_encrypted, secret_encrypted = %s,"
            " next_secret_encrypted = NULL, secret_changed_at = %s",
            client.next_secret_encrypted, fields.Datetime.now(),
        ))
