"""Operations on links: create, look at, delete."""

from __future__ import annotations

import uuid

from ..providers.errors import ErrorCode
from ..providers.interface import ConnectMode
from . import connect, inputs, institutions, serialize
from .call import Call
from .errors import ProxyError, unknown
from .link_access import fetch_accounts, find, require_connected, revoke

KEY_HEADER = 'X-Idempotency-Key'
LONGEST_KEY = 100


def create(call: Call) -> tuple[int, dict]:
    """A new link and the address where its user connects it; once for a repeated request."""
    body = call.body
    inputs.choice(body, 'mode', (ConnectMode.CONNECT,), ConnectMode.CONNECT)
    inputs.text({KEY_HEADER: call.idempotency_key}, KEY_HEADER, longest=LONGEST_KEY)
    link = _repeated(call)
    if not link:
        institution = institutions.find(
            call.env, inputs.text(body, 'institution_id', required=True)
        )
        route = _chosen_route(institution, inputs.text(body, 'provider'))
        link = call.env['online.proxy.link'].create({
            'identifier': str(uuid.uuid4()),
            'client_id': call.client.id,
            'institution_id': institution.id,
            'route_id': route.id,
            'provider_id': route.provider_id.id,
            'country': inputs.country(body),
            'history_from': inputs.iso_date(body, 'history_from'),
            'user_name': inputs.text(body, 'user_name'),
            'idempotency_key': call.idempotency_key,
        })
    call.events.concern(link=link)
    flow, url = connect.open_flow(call, link, ConnectMode.CONNECT)
    return 201, {
        'link_id': link.identifier,
        'connect_url': url,
        'expires_at': serialize.instant(flow.expires_at),
    }


def read(call: Call, link_id: str) -> tuple[int, dict]:
    """A link with its accounts, as far as the proxy knows them."""
    return 200, find(call, link_id)._as_json(call.base_url)


def accounts(call: Call, link_id: str) -> tuple[int, dict]:
    """The accounts of a link; with ``refresh`` as the provider knows them now."""
    link = find(call, link_id)
    if inputs.boolean(call.query, 'refresh'):
        require_connected(link)
        fetch_accounts(call, link)
    return 200, {'accounts': [account._as_json() for account in link.account_ids]}


def delete(call: Call, link_id: str) -> tuple[int, dict]:
    """End a link: revoke the consent, say whether that worked, forget the tokens."""
    inputs.text(call.body, 'reason')  # which the event of this request keeps
    link = find(call, link_id, with_deleted=True)
    revocation = revoke(call, link)
    link._end('revoked', revocation)
    return 200, {'revoked': revocation.revoked, 'detail': revocation.detail}


def _repeated(call: Call):
    """The link that an earlier request with the same idempotency key made."""
    if not call.idempotency_key:
        return call.env['online.proxy.link']
    link = call.env['online.proxy.link'].with_context(active_test=False).search([
        ('client_id', '=', call.client.id), ('idempotency_key', '=', call.idempotency_key),
    ]).with_context(active_test=True)
    if link and link.state != 'new':
        raise ProxyError(
            ErrorCode.INVALID_REQUEST,
            "This request has been answered before, and its link is in use.", status=409,
        )
    return link


def _chosen_route(institution, provider_code: str):
    routes = institution._usable_routes()
    if provider_code:
        routes = routes.filtered(lambda route: route.provider_id.code == provider_code)
    if not routes:
        raise unknown('provider for this institution')
    return routes[0]
