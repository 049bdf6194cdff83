"""Webhooks in, pings out: news of a bank reach the database without waiting for its next turn.

A ping says only which link has news. The database then synchronizes that link as it always does, so
that lost, repeated or disordered pings end in the same books; polling stays as the net.
"""

from __future__ import annotations

import json
import secrets
import time

import requests

from odoo import fields

from ..providers import registry
from ..providers.errors import ErrorCode
from ..providers.interface import Provider, WebhookEvent, WebhookRequest
from . import signing
from .authentication import secret_scope
from .call import Call
from .connect import digest
from .errors import ProxyError, unknown
from .gateway import Gateway
from .outgoing import RecordingSession

PING_PATH = '/account_online_synchronization/ping'
TIMEOUT = (5.0, 10.0)  # seconds to connect, to read
LONGEST_PING = 20.0  # seconds, however slowly it is answered
MOST_ATTEMPTS = 3
LARGEST_WEBHOOK = 1024 * 1024  # bytes


def receive(call: Call, provider_code: str, webhook: WebhookRequest) -> int:
    """Take a provider's webhook; how many links have news.

    :raise ProxyError: ``invalid_request`` when it does not come from the provider.
    """
    provider_class = registry.get(provider_code)
    if not provider_class or provider_class.webhook is Provider.webhook:
        raise unknown('webhook')
    provider = call.env['online.proxy.provider'].search([
        ('code', '=', provider_code), ('enabled', '=', True),
    ])
    if not provider:
        raise unknown('provider')

    def verify(connector: Provider) -> list[WebhookEvent]:
        return connector.webhook(webhook)

    events = Gateway(call, provider).run('webhook', verify)
    call.env['online.proxy.connect'].search([
        ('link_id.provider_id', '=', provider.id), ('phase', '=', 'provider'),
        ('visit_hash', 'in', [digest(event.visit) for event in events if event.visit]),
    ])._note_end_of_visit()
    links = call.env['online.proxy.link'].search([
        ('provider_id', '=', provider.id),
        ('link_key', 'in', [event.link_key for event in events if event.link_key]),
        ('state', 'in', ('connected', 'error')),
    ])
    links._note_news()
    return len(links)


def send(call: Call, link) -> None:
    """Tell the link's database that there is news.

    :raise ProxyError: when the database could not be told.
    """
    client = link.client_id
    call.events.concern(client=client, link=link)
    if client.is_local:
        call.env['online.proxy.service']._ping_local(link.identifier)
        return
    if not client.database_url or not client.secret_encrypted:
        return
    secret = call.vault.open(secret_scope(client), client.secret_encrypted)
    call.env.cr.commit()  # pylint: disable=invalid-commit  # no transaction over HTTP
    _post(client, secret, link.identifier)


def _post(client, secret: str, link_id: str) -> None:
    body = json.dumps({'link_id': link_id}).encode()
    signed = signing.Signed(
        method='POST', path=PING_PATH, query='', client_id=client.identifier,
        database_uuid=client.database_uuid, timestamp=str(int(time.time())),
        nonce=secrets.token_hex(16), body=body,
    )
    try:
        with RecordingSession(lifetime=LONGEST_PING) as session:
            session.stream = True  # what the database has to say is in the status
            answer = session.post(
                client.database_url + PING_PATH, data=body, timeout=TIMEOUT, allow_redirects=False,
                headers={
                    'Content-Type': 'application/json',
                    'X-Client-Id': signed.client_id,
                    'X-Database-Uuid': signed.database_uuid,
                    'X-Timestamp': signed.timestamp,
                    'X-Nonce': signed.nonce,
                    'X-Signature': signing.signature(secret, signed),
                },
            )
            answer.close()
    except requests.RequestException as error:
        raise ProxyError(
            ErrorCode.PROVIDER_ERROR, detail=f"The database is not reached: {type(error).__name__}",
        ) from error
    if not answer.ok:
        raise ProxyError(
            ErrorCode.PROVIDER_ERROR, detail=f"The database answered {answer.status_code}",
        )


def give_up(link) -> bool:
    """Count a ping that failed; whether it is time to leave it to the polling."""
    link.ping_attempts += 1
    if link.ping_attempts >= MOST_ATTEMPTS:
        link.write({'pinged_at': fields.Datetime.now(), 'ping_attempts': 0})
        return True
    return False
