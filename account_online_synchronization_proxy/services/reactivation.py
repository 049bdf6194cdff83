"""A blocked client proves its phone again, and is let in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from . import phone
from .call import Call
from .clock import now
from .errors import unknown

LIFETIME = timedelta(hours=2)  # of the page's address


def url(call: Call, client) -> str | None:
    """Where the users of a blocked client reactivate it; None when no phone was ever proved."""
    if not client.phone_encrypted:
        return None
    until = int((now() + LIFETIME).timestamp())
    text = f'{client.identifier}.{until}'
    return call.url(f'/reactivate/{text}.{call.vault.sign(f"reactivate:{text}")}')


def client_of(call: Call, token: str):
    """The client whose page this is; for a forged or old address there is none."""
    text, _dot, proof = token.rpartition('.')
    identifier, _dot, until = text.partition('.')
    if not call.vault.is_signed(f'reactivate:{text}', proof):
        raise unknown('page')
    if datetime.fromtimestamp(int(until), timezone.utc) < now():
        raise unknown('page')
    client = call.env['online.proxy.client'].search([('identifier', '=', identifier)])
    if not client:
        raise unknown('page')
    call.events.concern(client=client)
    return client


def send(call: Call, client) -> str:
    """Send a code to the phone that was proved; see :func:`phone.send`."""
    number = phone.number_of(call, client)
    return phone.send(call, client, 'reactivate', number, simulated=client.phone_simulated)


def confirm(call: Call, client, typed: str) -> str:
    """Let the client in when the code is right; see :func:`phone.check`."""
    outcome = phone.check(call, client, 'reactivate', typed)
    if outcome == 'right' and client.state == 'blocked':
        client._unblock()
    return outcome
