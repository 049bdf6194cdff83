from odoo.http import Controller, request, route

from ..services import inputs, institutions
from ..services.call import BASE_PATH
from ..services.errors import ProxyError
from ..services.shown import shown
from ..services.urls import with_parameters
from .headers import secure

PAGE_SIZE = 50
COVERAGE_PATH = f'{BASE_PATH}/coverage'


class ProxyCoverage(Controller):

    @route(
        COVERAGE_PATH, type='http', auth='public', methods=['GET'], save_session=False,
        sitemap=False, readonly=True,
    )
    def coverage(self, **parameters):
        """The banks that this proxy reaches, for everybody who wonders whether his own is one."""
        try:
            asked = _asked(parameters)
        except ProxyError:
            return secure(request.redirect(COVERAGE_PATH, code=303))
        env = request.env(su=True)
        filters = {key: asked[key] for key in ('country', 'provider', 'beta')}
        ids, total = institutions.look_for(
            env, asked['q'], filters, PAGE_SIZE, asked['offset'])
        tag = request.httprequest.accept_languages.best
        lang = env['res.lang']._online_proxy_best(tag)
        html = env['ir.ui.view'].with_context(lang=lang.code)._render_template(
            'account_online_synchronization_proxy.page_coverage',
            {
                **asked,
                **_neighbours(asked, total),
                'institutions': shown(
                    env['online.proxy.institution'].browse(ids),
                    env['online.proxy.service']._base_url(),
                ),
                'total': total,
                'countries': _countries(env(context={'lang': lang.code})),
                'providers': [
                    (provider.code, provider.name)
                    for provider in env['online.proxy.provider'].search([('enabled', '=', True)])
                ],
                'language': lang.code.replace('_', '-'),
                'direction': lang.direction,
            },
        )
        return secure(request.make_response(html))


def _asked(parameters) -> dict:
    return {
        'q': inputs.text(parameters, 'q', longest=100),
        'country': inputs.country(parameters),
        'provider': inputs.text(parameters, 'provider', longest=50),
        'beta': inputs.boolean(parameters, 'beta'),
        'offset': inputs.integer(parameters, 'offset', 0, 0, institutions.FAR_OFFSET),
    }


def _neighbours(asked: dict, total: int) -> dict:
    """Addresses of the page before and the page after, None where there is none."""
    def address(offset):
        return with_parameters(
            COVERAGE_PATH, q=asked['q'], country=asked['country'], provider=asked['provider'],
            beta=str(int(asked['beta'])), offset=str(offset),
        )

    offset = asked['offset']
    return {
        'previous': address(max(offset - PAGE_SIZE, 0)) if offset else None,
        'following': address(offset + PAGE_SIZE) if offset + PAGE_SIZE < total else None,
    }


def _countries(env) -> list[tuple[str, str]]:
    """Code and name of the countries that have an institution."""
    groups = env['online.proxy.institution']._read_group(
        [('offered', '=', True)], ['country_ids'],
    )
    countries = env['res.country'].union(*(country for (country,) in groups))
    return [(country.code, country.name) for country in countries.sorted('name')]
