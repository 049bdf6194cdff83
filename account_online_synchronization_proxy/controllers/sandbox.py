from urllib.parse import urlsplit

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from ..providers.errors import ErrorCode, ProviderError
from ..providers.sandbox.connect import CODE, PASSWORD, SITE_PATH
from ..providers.sandbox.logos import logo_data_url
from ..providers.sandbox.site import Visit
from ..services import clock, inputs
from ..services.call import BASE_PATH
from ..services.vault import get_vault
from .headers import secure

CALLBACK_PATH = f'{BASE_PATH}/callback/sandbox'
# As at a real bank, the browser comes without a session of ours: the signed ticket, and the signed
# visit in each form, are the authority.
PUBLIC = {'type': 'http', 'auth': 'public', 'csrf': False, 'save_session': False, 'sitemap': False}


class SandboxBank(Controller):
    """The website of the pretend banks."""

    @route(SITE_PATH, methods=['GET'], **PUBLIC)
    def sign_in(self, ticket='', **_parameters):
        """The bank's first page. Whoever brings a genuine ticket may see it: the sandbox provider
        gives one to each connecting user.
        """
        return _answer(Visit.open, _text(ticket), lambda visit: visit)

    @route(SITE_PATH, methods=['POST'], **PUBLIC)
    def answer(self, visit='', **form):
        """A button on one of the bank's pages. Whoever has the page before it may press it."""
        visit = _text(visit)
        if 'cancel' in form:
            return _answer(Visit.resume, visit, Visit.cancelled)
        accounts = request.httprequest.form.getlist('account')
        texts = inputs.only_texts(form)
        return _answer(Visit.resume, visit, lambda found: found.answered(texts, accounts))


def _text(value) -> str:
    return value if isinstance(value, str) else ''  # not what its sender attached


def _answer(read, text, act):
    provider = request.env['online.proxy.provider'].sudo().search(
        [('code', '=', 'sandbox'), ('enabled', '=', True)]
    )
    if not provider:
        raise NotFound()
    try:
        visit = act(read(text, provider._settings(get_vault()), clock.now(provider)))
    except ProviderError as error:
        expired = error.code == ErrorCode.USER_ACTION_REQUIRED
        return _render('problem', {'expired': expired, 'bank': None}, status=400)
    url = visit.way_back()
    if not url:
        return _show(visit)
    # Back to the proxy on this very host, whatever address the ticket names.
    return secure(request.redirect(f'{CALLBACK_PATH}?{urlsplit(url).query}', code=303))


def _show(visit):
    return _render(visit.page, {
        'action': SITE_PATH,
        'bank': visit.bank,
        'logo': logo_data_url(visit.bank.id),
        'today': visit.now.date(),
        'visit': visit.sealed(),
        'progress': visit.progress,
        'mode': visit.ticket['mode'],
        'password': PASSWORD,
        'code': CODE,
        'accounts': [
            (account, visit.world.balance(account, visit.now)) for account in visit.accounts()
        ],
    }, tag=visit.ticket['lang'])


def _render(page, values, tag='', status=200):
    tag = tag or request.httprequest.accept_languages.best
    lang = request.env['res.lang'].sudo()._online_proxy_best(tag)
    html = request.env['ir.ui.view'].sudo().with_context(lang=lang.code)._render_template(
        f'account_online_synchronization_proxy.sandbox_{page}',
        {**values, 'language': lang.code.replace('_', '-'), 'direction': lang.direction},
    )
    return secure(request.make_response(html, status=status))
