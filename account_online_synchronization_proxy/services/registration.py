"""Registration of databases and rotation of their secrets."""

from __future__ import annotations

import re
import secrets
import uuid

from odoo import fields
from odoo.tools import SQL, email_normalize

from ..providers.errors import ErrorCode
from . import inputs
from .authentication import secret_scope
from .call import Call
from .errors import ANOTHER_SUBSCRIPTION, ProxyError, invalid
from .urls import origin

SECRET_BYTES = 32
_UUID = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')


def register(call: Call) -> tuple[int, dict]:
    """Make a database known, with a valid subscription code; anybody may ask.

    A database that registers again gets a new secret, and the old one is void; its links stay, and
    so does a block, which only the phone or the operator lifts.
    """
    body = call.body
    subscription = call.env['online.proxy.subscription']._find(
        inputs.text(body, 'subscription_code', required=True)
    )
    if not subscription:
        raise ProxyError(
            ErrorCode.NOT_REGISTERED,
            "The proxy does not know this subscription code: check it, or ask the proxy's operator"
            " for a new one.",
        )
    subscription._check_valid()
    values = _client_values(body)
    client = _known_client(call, subscription, values['database_uuid'])
    secret = secrets.token_urlsafe(SECRET_BYTES)
    if client:
        client.write(values)
        if client.state == 'disconnected':
            client.write({'state': 'active', 'reason': False})
    else:
        client = call.env['online.proxy.client'].create({
            **values, 'identifier': str(uuid.uuid4()), 'subscription_id': subscription.id,
        })
    client.write({
        'secret_encrypted': call.vault.seal(secret_scope(client), secret),
        'next_secret_encrypted': False,
        'previous_secret_encrypted': client.secret_encrypted,
        'secret_changed_at': fields.Datetime.now(),
    })
    call.events.concern(client=client)
    until = subscription.valid_until
    return 201, {
        'client_id': client.identifier,
        'secret': secret,
        'contract_until': until.isoformat() if until else None,
    }


def rotate(call: Call) -> tuple[int, dict]:
    """A new secret; the old one stays valid until the new one is used."""
    if call.client.is_local:
        raise invalid("A database that runs the proxy itself has no secret.")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    call.client.next_secret_encrypted = call.vault.seal(secret_scope(call.client), secret)
    return 200, {'secret': secret}


def _client_values(body) -> dict:
    database_uuid = inputs.text(body, 'database_uuid', required=True).lower()
    if not _UUID.fullmatch(database_uuid):
        raise invalid("“database_uuid” must be a UUID.")
    email = email_normalize(inputs.text(body, 'contact_email', required=True))
    if not email:
        raise invalid("“contact_email” must be an e-mail address.")
    name = inputs.text(body, 'database_name')
    url = inputs.text(body, 'database_url')
    return {
        'database_uuid': database_uuid,
        'contact_email': email,
        'name': name or email,
        'database_name': name,
        'database_url': _origin(url) if url else False,
        'odoo_version': inputs.text(body, 'odoo_version', required=True),
    }


def _origin(url: str) -> str:
    found = origin(url)
    if not found:
        raise invalid("“database_url” must begin with http:// or https:// and name a host.")
    return found


def _known_client(call: Call, subscription, database_uuid: str):
    """The client with this uuid, if the code is the one it registered with."""
    call.env.cr.execute(SQL(
        "SELECT id FROM online_proxy_subscription WHERE id = %s FOR UPDATE", subscription.id,
    ))  # two registrations at once must not exceed the number of databases
    client = call.env['online.proxy.client'].search([('database_uuid', '=', database_uuid)])
    if client and client.subscription_id != subscription:
        if client.subscription_id.active and not client.subscription_id._is_over():
            raise ProxyError(
                ErrorCode.NOT_REGISTERED,
                "This database is registered with another subscription: contact the proxy's"
                " operator.",
            )
        # The code proves nothing about the customer whose banks these are: they stay with him.
        client.link_ids._disconnect(ANOTHER_SUBSCRIPTION)
        client.subscription_id = subscription
    most = subscription.max_databases
    if not client and most and len(subscription.client_ids) >= most:
        raise ProxyError(
            ErrorCode.NOT_REGISTERED,
            f"This subscription is for {most} database(s), and so many are registered: contact"
            " the proxy's operator.",
        )
    return client
