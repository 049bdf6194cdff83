"""What the user's browser is shown during a connect flow, as plain values for a template.

A page always shows where the flow stands, whatever the browser asks for: so reload, the back
button, a double click and a second tab do no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from odoo import SUPERUSER_ID, api, fields

from ..providers import registry as providers
from ..providers.errors import ErrorCode
from . import connect, contention, reactivation
from .authentication import check_usable
from .call import Call
from .errors import ProxyError
from .events import EventLog
from .vault import SealBroken

_logger = logging.getLogger(__name__)

LONGEST_ANSWER = 4000  # characters of one value from the browser
MOST_ANSWERS = 50
BUSY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Page:
    """A template of ours with plain values, or a redirect to another page of ours."""

    template: str = ''
    values: dict = field(default_factory=dict)
    lang: str = 'en'
    status: int = 200
    redirect: str | None = None  # path on this proxy
    open_form: bool = False  # the page posts a form to the bank


def on_own_cursor(
    registry, operation: str, answer: Callable[[Call], Page], **options,
) -> Page:
    """Work out a page on a cursor of its own; every failure becomes a page with a reference."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        events = EventLog(env, 'page', operation, options.get('remote_address'))
        call = Call(env=env, events=events, **options)
        error = None
        try:
            page = contention.race(cr, lambda: answer(call))
        except ProxyError as failure:
            error = failure
        except Exception as failure:
            _logger.exception("%s: %s failed", events.reference, operation)
            error = ProxyError(ErrorCode.INTERNAL, detail=type(failure).__name__)
        if error:
            cr.rollback()
            events.fail(error.code)
            page = _error_page(error, events.reference, call.lang)
        if error or not operation.startswith('show'):
            events.close(
                success=error is None, status=page.status,
                error_code=error and str(error.code), message=error and error.detail,
            )
    return page


def show(call: Call, token: str, popup: bool = False) -> Page:
    """Where the flow with this token stands."""
    flow = _flow(call, token)
    if popup and not flow.popup:
        flow.popup = True
    return _page_of(call, flow, token)


def act(call: Call, token: str, action: str, form: Mapping[str, str]) -> Page:
    """A button of the user: start, answer or cancel. Ends in a redirect to the flow's page."""
    flow = _flow(call, token)
    if flow._result() == 'open':
        if action == 'start':
            flow.base_url = call.base_url  # come back to the host that this browser reaches
            connect.start(call, flow)
        elif action == 'cancel':
            connect.cancel(call, flow)
        else:
            _take_input(call, flow, action, _bounded(form))
    return Page(redirect=f'/connect/{token}')


def _take_input(call: Call, flow, action: str, form: Mapping[str, str]) -> None:
    if action == 'phone' and flow.phase == 'phone':
        connect.give_phone(call, flow, form.get('phone', ''))
    elif action == 'code' and flow.phase == 'code':
        connect.give_code(call, flow, form.get('code', ''))
    elif action == 'again' and flow.phase == 'code':
        flow.write({'phase': 'phone', 'notice': False})
    elif action == 'answer' and flow.phase in ('ask', 'wait'):
        connect.resume(call, flow, _answers(call, flow, form), ('ask', 'wait'))


def reactivate(call: Call, token: str, action: str, form: Mapping[str, str]) -> Page:
    """The page where the users of a blocked client prove their phone again."""
    client = reactivation.client_of(call, token)
    outcome = None
    if action == 'send' and client.state == 'blocked':
        outcome = reactivation.send(call, client)
    elif action == 'code' and client.state == 'blocked':
        outcome = reactivation.confirm(call, client, _bounded(form).get('code', ''))
    return Page('reactivate', {
        'token': token,
        'blocked': client.state == 'blocked',
        'reason': client.reason,
        'asker': client.name,
        'phone_hint': client.phone_hint,
        'notice': outcome,
        'asking': outcome in ('sent', 'wrong'),
    }, call.lang)


def callback(
    call: Call, provider_code: str, parameters: Mapping[str, str], path_state: str | None = None,
) -> Page:
    """The provider sent the browser back. Only the state that was given out is accepted, and only
    in the place where it was put.

    :param path_state: the end of the path, where some providers get the state.
    """
    provider_class = providers.get(provider_code)
    if not provider_class or bool(path_state) != provider_class.state_in_path:
        state = None
    else:
        state = path_state or parameters.get(provider_class.state_parameter)
    flow = state and call.env['online.proxy.connect'].search([
        ('state_hash', '=', connect.digest(state)),
        ('link_id.provider_id.code', '=', provider_code),
    ])
    if not flow:
        raise ProxyError(ErrorCode.INVALID_REQUEST, detail="Unknown state", status=404)
    _identify(call, flow)
    if flow._result() == 'open':
        connect.resume(call, flow, _bounded(parameters), ('provider',))
    return Page(redirect=f'/connect/{flow._secrets(call.vault)["token"]}')


def _flow(call: Call, token: str):
    flow = call.env['online.proxy.connect'].search([('token_hash', '=', connect.digest(token))])
    if not flow:
        raise ProxyError(ErrorCode.INVALID_REQUEST, detail="Unknown page", status=404)
    _identify(call, flow)
    return flow


def _identify(call: Call, flow) -> None:
    call.lang = flow.lang or call.lang
    call.events.concern(client=flow.link_id.client_id, link=flow.link_id)
    call.client = flow.link_id.client_id
    check_usable(call.client, call)


def _page_of(call: Call, flow, token: str) -> Page:
    result = flow._result()
    values = {
        'token': token,
        'mode': flow.mode,
        'institution': _institution(call, flow),
        'provider': flow.link_id.provider_id.name,
    }
    if result != 'open':
        return Page('result', {**values, **_result_values(flow)}, call.lang)
    if flow.busy_until and flow.busy_until > fields.Datetime.now():
        return Page('wait', {**values, 'seconds': BUSY_SECONDS, 'reload': True}, call.lang)
    if flow.phase in ('phone', 'code'):
        return Page(flow.phase, {**values, **_phone_values(call, flow)}, call.lang)
    if flow.phase == 'consent':
        return Page('consent', {**values, **_consent_values(flow)}, call.lang)
    try:
        step = flow._step(call.vault)
    except SealBroken:
        raise ProxyError(ErrorCode.INTERNAL, detail="The step does not open") from None
    template = {'provider': 'leave', 'ask': 'ask', 'wait': 'wait'}[flow.phase]
    return Page(
        template, {**values, 'reload': False, **step, 'step_title': step.get('title')}, call.lang,
        open_form=bool(step.get('fields')) and template == 'leave',
    )


def _institution(call: Call, flow) -> dict:
    institution = flow.link_id.institution_id
    return {
        'name': institution.name,
        'logo_url': institution._logo_address(call.base_url),
        'simulated': flow.link_id.provider_id.simulated,
    }


def _phone_values(call: Call, flow) -> dict:
    link = flow.link_id
    likeliest = flow.phone_country or link.country or ''
    country = call.env['res.country'].search([('code', '=', likeliest)], limit=1)
    return {
        'notice': flow.notice,
        'prefix': f'+{country.phone_code} ' if country.phone_code else '+',
        'simulated': link.provider_id.simulated,
        'phone_hint': link.client_id.code_ids[:1].phone_hint,
    }


def _consent_values(flow) -> dict:
    link = flow.link_id
    client = link.client_id
    return {
        'asker': client.name,
        'asker_host': urlsplit(client.database_url or '').hostname,
        'user_name': link.user_name,
        'history_from': link.history_from,
        'history_days': link.route_id.history_days,
        'unattended': link.route_id.unattended,
    }


def _result_values(flow) -> dict:
    return {
        'result': flow._result(),
        'link_id': flow.link_id.identifier,
        'error_code': flow.error_code,
        'message': flow.error_message,
        'reference': flow.reference or '',
        'opener_origin': flow._opener_origin() or '',
        'back_url': flow._back_url() or '',
        'popup': flow.popup,
        'accounts': len(flow.link_id.account_ids),
    }


def _error_page(error: ProxyError, reference: str, lang: str) -> Page:
    values = {
        'error_code': str(error.code), 'status': error.status, 'reference': reference,
        'message': error.message,
    }
    return Page('error', values, lang, status=error.status)


def _answers(call: Call, flow, form: Mapping[str, str]) -> dict[str, str]:
    """The answers to the questions that were asked, and nothing else."""
    asked = [item['name'] for item in flow._step(call.vault).get('fields') or ()]
    return _bounded({name: form.get(name, '') for name in asked})


def _bounded(values: Mapping[str, str]) -> dict[str, str]:
    return {
        str(name)[:LONGEST_ANSWER]: str(value)[:LONGEST_ANSWER]
        for name, value in list(values.items())[:MOST_ANSWERS]
    }
