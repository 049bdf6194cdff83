from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from ..services.call import BASE_PATH

DAY = 24 * 60 * 60  # seconds


class ProxyLogos(Controller):

    @route(
        f'{BASE_PATH}/institutions/<string:identifier>/logo', type='http', auth='public',
        methods=['GET'], save_session=False, sitemap=False, readonly=True,
    )
    def logo(self, identifier, **_parameters):
        """A bank's logo, for everybody: it is public, and seen from here no third party learns who
        looks for which bank.
        """
        if not identifier.isprintable():
            raise NotFound()
        institution = request.env['online.proxy.institution'].sudo().search(
            [('identifier', '=', identifier)]
        )
        picture = institution._picture()
        if not picture:
            raise NotFound()
        mimetype, content = picture
        return request.make_response(content, headers={
            'Content-Type': mimetype,
            'Cache-Control': f'public, max-age={DAY}',
            # A picture may be a document (SVG): opened by itself, it must not run anything.
            'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            'X-Content-Type-Options': 'nosniff',
        })
