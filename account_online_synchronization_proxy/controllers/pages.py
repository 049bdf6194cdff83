from odoo.http import Controller, request, route

from ..services import inputs, pages
from ..services.browser import COOKIE, COOKIE_LIFETIME, Browser
from ..services.call import BASE_PATH
from .headers import secure

# Browsers come from banks, without a session of ours: the token and the state are the authority.
PUBLIC = {'type': 'http', 'auth': 'public', 'csrf': False, 'save_session': False, 'sitemap': False}


class ProxyPages(Controller):

    @route(f'{BASE_PATH}/connect/<string:token>', methods=['GET'], **PUBLIC)
    def show(self, token, display=None, **_parameters):
        """Where a connect flow stands. Whoever has the token may look: it is unguessable, expires,
        and is given to the user's database only.
        """
        return _answer(
            'show page',
            lambda call, browser: pages.show(call, browser, token, display == 'popup'),
        )

    @route(
        f'{BASE_PATH}/connect/<string:token>'
        '/<any(start, continue, answer, cancel, phone, code, again):action>',
        methods=['POST'], **PUBLIC,
    )
    def act(self, token, action, **form):
        """A button on a page of a connect flow. Whoever has the token may press it, on our page:
        the form needs our cookie, which other sites' forms do not bring.
        """
        form = inputs.only_texts(form)
        return _answer(
            f'{action} page', lambda call, browser: pages.act(call, browser, token, action, form),
        )

    @route(f'{BASE_PATH}/reactivate/<string:token>', methods=['GET', 'POST'], **PUBLIC)
    def reactivate(self, token, action='', **form):
        """Lift the block of a client. Whoever has the signed address may ask for a code, which goes
        to the phone proved before; only the code lifts the block.
        """
        act = action if request.httprequest.method == 'POST' else ''
        form = inputs.only_texts(form)
        return _rendered(_work_out(
            'reactivate page', lambda call: pages.reactivate(call, token, act, form),
        ))

    @route(
        f'{BASE_PATH}/callback/<string:provider_code>', methods=['GET', 'POST'], **PUBLIC,
    )
    def callback(self, provider_code, **parameters):
        """The provider sends the browser back. Only with the state that the proxy gave out for an
        open flow at this provider, and in the browser where the user agreed or agrees now.
        """
        return _come_back(provider_code, parameters)

    @route(
        f'{BASE_PATH}/callback/<string:provider_code>/<string:path_state>',
        methods=['GET', 'POST'], **PUBLIC,
    )
    def callback_with_state(self, provider_code, path_state, **parameters):
        """The same for providers that get the state in the path; no parameter stands for it."""
        return _come_back(provider_code, parameters, path_state)


def _come_back(provider_code, parameters, path_state=None):
    parameters = inputs.only_texts(parameters)
    return _answer(
        f'callback {provider_code}',
        lambda call, browser: pages.callback(call, browser, provider_code, parameters, path_state),
    )


def _answer(operation, work):
    """Answer a browser that takes part in a flow, and let it be known again."""
    http = request.httprequest
    browser = Browser(
        http.cookies.get(COOKIE, ''),
        from_own_page=http.headers.get('Sec-Fetch-Site') == 'same-origin',
        sent_form=http.method == 'POST',
    )
    page = _work_out(operation, lambda call: work(call, browser))
    response = _rendered(page)
    if page.gives_cookie:
        response.set_cookie(
            COOKIE, browser.secret, max_age=COOKIE_LIFETIME, expires=None,
            path=BASE_PATH, httponly=True, samesite='Lax',
            secure=request.env['online.proxy.service']._base_url().startswith('https:'),
        )
    return response


def _work_out(operation, work):
    return pages.on_own_cursor(
        request.env.registry,
        operation,
        work,
        base_url=request.env['online.proxy.service']._base_url(),
        lang=request.httprequest.accept_languages.best or 'en',
        remote_address=request.httprequest.remote_addr,
    )


def _rendered(page):
    if page.redirect:
        return secure(request.redirect(BASE_PATH + page.redirect, code=303))
    lang = request.env['res.lang'].sudo()._online_proxy_best(page.lang)
    html = request.env['ir.ui.view'].sudo().with_context(lang=lang.code)._render_template(
        f'account_online_synchronization_proxy.page_{page.template}',
        {**page.values, 'language': lang.code.replace('_', '-'), 'direction': lang.direction},
    )
    return secure(request.make_response(html, status=page.status), open_form=page.open_form)
