"""Connect flows: from the user's consent, through the provider's pages, to a working link.

A flow moves from phase to phase: consent → provider | ask | wait (as the provider's steps say, in
any order) → connected | cancelled | error. Each step is taken once: a double click, a reload, the
back button or two tabs find the flow where it is.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..providers import registry
from ..providers.errors import ErrorCode
from ..providers.interface import (
    AskUser,
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Provider,
    Redirect,
    Step,
    Wait,
)
from . import abuse, inputs, link_access, phone, urls
from .call import BASE_PATH, Call
from .errors import DECLINED, ProxyError, invalid
from .gateway import Gateway

LIFETIME = timedelta(minutes=30)
STEP_TIME = timedelta(minutes=3)  # a step that takes longer has died
VISIT_TIME = timedelta(minutes=40)  # a provider's page, and some more to ask what became of it
# What says nothing about the user, who may still be at the bank.
PASSING = (
    ErrorCode.INSTITUTION_UNAVAILABLE, ErrorCode.PROVIDER_ERROR, ErrorCode.RATE_LIMITED,
    ErrorCode.INTERNAL,
)
LONGEST_URL = 2000
CONSENT_MODES = (ConnectMode.CONNECT, ConnectMode.RECONNECT)


def connect(call: Call, link_id: str) -> tuple[int, dict]:
    """Begin a flow for a link; ``connect_url`` is null when the user has nothing to do."""
    link = link_access.find(call, link_id)
    modes = tuple(str(mode) for mode in ConnectMode if mode != ConnectMode.CONNECT)
    mode = ConnectMode(inputs.choice(call.body, 'mode', modes))
    if not link.tokens_encrypted:
        mode = ConnectMode.CONNECT if link.state == 'new' else ConnectMode.RECONNECT
    flow, url = open_flow(call, link, mode)
    if mode not in CONSENT_MODES:
        start(call, flow)
        if flow.phase == 'error':
            raise ProxyError(flow.error_code, flow.error_message)
    return 200, {
        'connect_url': None if flow.phase == 'connected' else url,
        'expires_at': f'{flow.expires_at.isoformat()}+00:00',
    }


def open_flow(call: Call, link, mode: ConnectMode):
    """A new flow, which replaces those still open: the record and the address for the user."""
    token, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    link.connect_ids._close_open()
    flow = call.env['online.proxy.connect'].create({
        'link_id': link.id,
        'mode': mode,
        'phase': 'phone' if mode in CONSENT_MODES and phone.is_needed(link) else 'consent',
        'token_hash': digest(token),
        'state_hash': digest(state),
        'secrets_encrypted': call.vault.seal(
            f'connect:{digest(token)}', {'token': token, 'state': state},
        ),
        'lang': inputs.text(call.body, 'lang') or call.lang,
        'base_url': call.base_url,
        'return_url': _return_url(call),
        'phone_country': inputs.country(call.body, 'phone_country'),
        'expires_at': fields.Datetime.now() + LIFETIME,
    })
    return flow, call.url(f'/connect/{token}')


def digest(secret: str) -> str:
    """How a token, a state or a browser is found again, without being stored in clear."""
    return hashlib.sha256(secret.encode()).hexdigest()


def start(call: Call, flow) -> None:
    """The user agreed: let the provider begin. The flow then says what comes next."""
    _advance(call, flow, ('consent',), lambda connector, request: connector.start(request))


def resume(call: Call, flow, answer: Mapping[str, str], phases: tuple[str, ...]) -> None:
    """Go on with what the browser brought back, if the flow waits for it in one of these phases."""
    _advance(call, flow, phases, lambda connector, request: connector.resume(request, answer))


def ask_about(call: Call, flow) -> None:
    """Ask the provider how a visit stands, though the browser has brought nothing back."""
    call.events.concern(client=flow.link_id.client_id, link=flow.link_id)
    _advance(
        call, flow, ('provider',), lambda connector, request: connector.visited(request),
        is_asked=True,
    )
    if flow.phase == 'connected':
        flow.link_id._note_news()  # nobody else tells the database


def cancel(call: Call, flow) -> None:
    """The user turned back on one of the proxy's pages."""
    if _take_step(flow, ('phone', 'code', 'consent', 'ask', 'wait', 'provider')):
        flow._finish('cancelled', call.events.reference)


def decline(call: Call, flow) -> bool:
    """Somebody came back from the bank who says that he did not begin this: perhaps he was lured
    there, which counts as a sign-in that failed.

    :return: False while the provider is being asked: nothing is settled then.
    """
    if not _take_step(flow, ('provider', 'connected')):
        return False
    link = flow.link_id
    if flow.phase == 'connected':  # its provider was asked meanwhile
        link.consent_ids._finish('revoked', link_access.revoke(call, link))
        link._disconnect(DECLINED)
        link._note_news()
    flow._finish('error', call.events.reference, ProxyError(
        ErrorCode.USER_ACTION_REQUIRED, DECLINED,
    ))
    abuse.watch(call)
    return True


def give_phone(call: Call, flow, typed: str) -> None:
    """The user entered a phone number: send a code there."""
    number = phone.normalize(typed)
    if not number:
        flow.notice = 'bad_number'
        return
    if not _take_step(flow, ('phone',)):
        return
    link = flow.link_id
    outcome = phone.send(
        call, link.client_id, 'verify', number, simulated=link.provider_id.simulated,
    )
    flow.busy_until = False
    flow.write({'phase': 'code', 'notice': False} if outcome == 'sent' else {'notice': outcome})


def give_code(call: Call, flow, typed: str) -> None:
    """The user entered the code: go on to the consent when it is right."""
    client = flow.link_id.client_id
    outcome = phone.check(call, client, 'verify', typed)
    if outcome == 'right' or client.phone_verified_at:  # a second click finds the code used
        flow.write({'phase': 'consent', 'notice': False})
    else:
        flow.write({'phase': 'code' if outcome == 'wrong' else 'phone', 'notice': outcome})


def _advance(
    call: Call, flow, phases: tuple[str, ...], act: Callable[[Provider, ConnectRequest], Step],
    *, is_asked=False,
) -> None:
    if not _take_step(flow, phases):
        return
    link = flow.link_id
    request = _provider_request(call, flow)
    try:
        step = Gateway(call, link.provider_id, link).run(
            f'connect {flow.mode}', lambda connector: act(connector, request),
        )
        if not (is_asked and isinstance(step, Wait)):  # the user is still there
            _apply(call, flow, step)
    except ProxyError as error:
        call.env.cr.rollback()
        if is_asked and error.code in PASSING:
            flow.busy_until = False
            call.env.cr.commit()  # pylint: disable=invalid-commit  # whoever comes back may go on
            raise
        flow._finish('error', call.events.reference, error)
        abuse.watch(call)
    flow.busy_until = False


def _take_step(flow, phases: tuple[str, ...]) -> bool:
    """Whether this request may take the step, and not another one at the same time."""
    flow.flush_recordset()
    now = fields.Datetime.now()
    flow.env.cr.execute(SQL(
        "UPDATE online_proxy_connect SET busy_until = %s WHERE id = %s AND phase = ANY(%s)"
        " AND expires_at > %s AND (busy_until IS NULL OR busy_until < %s)",
        now + STEP_TIME, flow.id, list(phases), now, now,
    ))
    taken = flow.env.cr.rowcount == 1
    flow.env.cr.commit()  # pylint: disable=invalid-commit  # others must see it before the call
    return taken


def _provider_request(call: Call, flow) -> ConnectRequest:
    link = flow.link_id
    state = flow._secrets(call.vault)['state']
    return ConnectRequest(
        mode=ConnectMode(flow.mode),
        institution_id=link.route_id.external_id,
        state=state,
        callback_url=_callback_url(flow, state),
        lang=(flow.lang or 'en').replace('_', '-'),
        country=link.country or None,
        history_from=link.history_from or None,
        user_reference=link.identifier,
        user_ip=call.remote_address,
    )


def _callback_url(flow, state: str) -> str:
    code = flow.link_id.provider_id.code
    provider_class = registry.get(code)
    in_path = f'/{state}' if provider_class and provider_class.state_in_path else ''
    return f'{flow.base_url}{BASE_PATH}/callback/{code}{in_path}'


def _apply(call: Call, flow, step: Step) -> None:
    match step:
        case Redirect(url=url):
            if not urls.origin(url):
                raise ProxyError(ErrorCode.PROVIDER_ERROR, detail="The step is no web address")
            flow._set_step(call.vault, 'provider', asdict(step))
            if step.visit:
                _remember_visit(flow, step.visit)
        case AskUser():
            flow._set_step(call.vault, 'ask', asdict(step))
        case Wait():
            flow._set_step(call.vault, 'wait', asdict(step))
        case Cancelled():
            flow._finish('cancelled', call.events.reference)
        case Connected():
            _connected(call, flow, step)
        case _:
            raise ProxyError(ErrorCode.INTERNAL, detail=f"Unknown step {step!r}")


def _remember_visit(flow, visit: str) -> None:
    now = fields.Datetime.now()
    flow.write({
        'visit_hash': digest(visit),
        'visit_asked_at': now,
        'expires_at': max(flow.expires_at, now + VISIT_TIME),
    })


def _connected(call: Call, flow, step: Connected) -> None:
    link = flow.link_id
    link._set_connected(step, flow)
    if flow.mode == ConnectMode.CONNECT:
        link.institution_id._count_link()
    call.env.cr.commit()  # pylint: disable=invalid-commit  # the consent stands, whatever follows
    try:
        link_access.fetch_accounts(call, link)
    except ProxyError as error:
        call.env.cr.rollback()
        link._set_error(error, call.events.reference)  # the accounts can be asked for again
    flow._finish('connected', call.events.reference)


def check_way_back(call: Call) -> None:
    """Refuse what a flow could not be opened with, though none may be needed."""
    inputs.text(call.body, 'lang')
    url = inputs.text(call.body, 'return_url', longest=LONGEST_URL)
    if url and not urls.origin(url):
        raise invalid("“return_url” must be a web address.")


def _return_url(call: Call) -> str | bool:
    """Where the browser goes back to: only to the database that asked."""
    url = inputs.text(call.body, 'return_url', longest=LONGEST_URL)
    if not url:
        return False
    if urls.origin(url) not in call.client._origins(call.base_url):
        raise ProxyError(
            ErrorCode.INVALID_REQUEST,
            "“return_url” is not an address of the database that is registered. Register the"
            " database again when its address has changed.",
            status=403,
        )
    return url
