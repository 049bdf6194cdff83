"""What the user's browser is shown during a connect flow, as plain values for a template.

A page always shows where the flow stands, whatever the browser asks for: so reload, the back
button, a double click and a second tab do no harm. What lies behind the consent is for the browser
where the user agreed; see ``browser``.
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
from .browser import Browser
from .call import BASE_PATH, Call
from .errors import CAUSES, ProxyError
from .events import EventLog
from .vault import SealBroken

_logger = logging.getLogger(__name__)

LONGEST_ANSWER = 4000  # characters of one value from the browser
MOST_ANSWERS = 50
BUSY_SECONDS = 2
WORD = 'proxy_word'  # what the user says on our page about a way back, beside the bank's parameters


@dataclass(frozen=True, slots=True)
class Page:
    """A template of ours with plain values, or a redirect to another page of ours."""

    template: str = ''
    values: dict = field(default_factory=dict)
    lang: str = 'en'
    status: int = 200
    redirect: str | None = None  # path on this proxy
    open_form: bool = False  # the page posts a form to the bank
    gives_cookie: bool = True  # not where another site's form led: the right cookie stayed behind


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


def show(call: Call, browser: Browser, token: str, popup: bool = False) -> Page:
    """Where the flow with this token stands."""
    flow = _flow(call, token)
    if popup and not flow.popup:
        flow.popup = True
    if browser.from_own_page and call.client.is_local and not flow.browser_hash:
        flow._go_on_in(browser)  # Odoo itself opened it: nobody was lured here
    return _page_of(call, browser, flow, token)


def act(call: Call, browser: Browser, token: str, action: str, form: Mapping[str, str]) -> Page:
    """A button of the user: start, answer or cancel. Ends in a redirect to the flow's page."""
    flow = _flow(call, token)
    _check_own_form(browser)
    if flow._result() == 'open':
        if action in ('start', 'continue'):
            flow._go_on_in(browser)
        if action == 'start':
            flow.base_url = call.base_url  # come back to the host that this browser reaches
            connect.start(call, flow)
        elif action == 'cancel':
            connect.cancel(call, flow)
        else:
            _take_input(call, browser, flow, action, _bounded(form))
    return Page(redirect=f'/connect/{token}')


def _check_own_form(browser: Browser) -> None:
    """Refuse a form that another site made the browser send."""
    if not browser.is_known:
        raise ProxyError(ErrorCode.INVALID_REQUEST, detail="The cookie is missing", status=403)


def _take_input(
    call: Call, browser: Browser, flow, action: str, form: Mapping[str, str],
) -> None:
    if action == 'phone' and flow.phase == 'phone':
        connect.give_phone(call, flow, form.get('phone', ''))
    elif action == 'code' and flow.phase == 'code':
        connect.give_code(call, flow, form.get('code', ''))
    elif action == 'again' and flow.phase == 'code':
        flow.write({'phase': 'phone', 'notice': False})
    elif action == 'answer' and flow.phase in ('ask', 'wait') and flow._is_of(browser):
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
    call: Call, browser: Browser, provider_code: str, parameters: Mapping[str, str],
    path_state: str | None = None,
) -> Page:
    """The provider sent the browser back. Only the state that was given out is accepted, and only
    in the place where it was put; from another browser than the flow's, only with its user's word.

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
    parameters = _bounded(parameters)
    word = parameters.pop(WORD, None)
    if flow._is_at_bank() and not flow._is_of(browser):
        path = f'/callback/{provider_code}' + (f'/{path_state}' if path_state else '')
        page = _ask_for_word(call, browser, flow, word, path, parameters)
        if page:
            return page
    if flow._result() == 'open':
        connect.resume(call, flow, parameters, ('provider',))
    return Page(
        redirect=f'/connect/{flow._secrets(call.vault)["token"]}',
        gives_cookie=browser.is_known or not browser.sent_form,
    )


def _ask_for_word(
    call: Call, browser: Browser, flow, word: str | None, path: str, parameters: Mapping[str, str],
) -> Page | None:
    """What to show to another browser than the flow's before the bank's answer counts; None once
    its user has said that it may.
    """
    if word in ('yes', 'no'):
        _check_own_form(browser)
    if word == 'yes':
        flow._go_on_in(browser)
        return None
    if word == 'no' and connect.decline(call, flow):
        return Page('declined', _about(call, flow), call.lang)
    # The bank's form comes without our cookie even from the right browser: let it send it itself.
    is_first = browser.sent_form and word is None
    return Page('return' if is_first else 'elsewhere', {
        **_about(call, flow),
        'is_back': True,
        'action': BASE_PATH + path,
        'fields': {**parameters, **({WORD: 'back'} if is_first else {})},
        'word': WORD,
    }, call.lang, gives_cookie=not is_first)


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


def _page_of(call: Call, browser: Browser, flow, token: str) -> Page:
    result = flow._result()
    values = {'token': token, 'mode': flow.mode, **_about(call, flow)}
    if result != 'open':
        return Page('result', {**values, **_result_values(flow)}, call.lang)
    if flow.busy_until and flow.busy_until > fields.Datetime.now():
        return Page('wait', {**values, 'seconds': BUSY_SECONDS, 'reload': True}, call.lang)
    if flow.phase in ('phone', 'code'):
        return Page(flow.phase, {**values, **_phone_values(call, flow)}, call.lang)
    if flow.phase == 'consent':
        return Page('consent', {**values, **_consent_values(flow)}, call.lang)
    if not flow._is_of(browser):
        return Page('elsewhere', {
            **values,
            'is_back': False,
            'was_elsewhere': bool(flow.browser_hash),
        }, call.lang)
    try:
        step = flow._step(call.vault)
    except SealBroken:
        raise ProxyError(ErrorCode.INTERNAL, detail="The step does not open") from None
    template = {'provider': 'leave', 'ask': 'ask', 'wait': 'wait'}[flow.phase]
    return Page(
        template, {**values, 'reload': False, **step, 'step_title': step.get('title')}, call.lang,
        open_form=bool(step.get('fields')) and template == 'leave',
    )


def _about(call: Call, flow) -> dict:
    """The bank, and who asks for it."""
    link = flow.link_id
    client, institution = link.client_id, link.institution_id
    return {
        'institution': {
            'name': institution.name,
            'logo_url': institution._logo_address(call.base_url),
            'simulated': link.provider_id.simulated,
        },
        'provider': link.provider_id.name,
        'asker': client.name,
        'asker_host': urlsplit(client.database_url or '').hostname,
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
    return {
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
        'cause': CAUSES.get(flow.error_message),
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
        'cause': None, 'message': error.message,
    }
    return Page('error', values, lang, status=error.status, gives_cookie=False)


def _answers(call: Call, flow, form: Mapping[str, str]) -> dict[str, str]:
    """The answers to the questions that were asked, and nothing else."""
    asked = [item['name'] for item in flow._step(call.vault).get('fields') or ()]
    return _bounded({name: form.get(name, '') for name in asked})


def _bounded(values: Mapping[str, str]) -> dict[str, str]:
    return {
        str(name)[:LONGEST_ANSWER]: str(value)[:LONGEST_ANSWER]
        for name, value in list(values.items())[:MOST_ANSWERS]
    }
