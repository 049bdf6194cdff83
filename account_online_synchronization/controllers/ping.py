import json

from werkzeug.exceptions import RequestEntityTooLarge

from odoo.http import Controller, request, route

LONGEST_PING = 1024  # bytes


class ProxyPing(Controller):

    @route(
        '/account_online_synchronization/ping', type='http', auth='none', methods=['POST'],
        csrf=False, save_session=False, readonly=False,
        max_content_length=LONGEST_PING + 1,  # where reading stops, without a word
    )
    def ping(self, **_parameters):
        """The proxy says that a bank has news. Only the proxy, by the secret this database shares
        with it. A ping does no more than bring the next synchronization forward, so that a repeated
        one is harmless.
        """
        http = request.httprequest
        try:
            body = http.get_data()
        except RequestEntityTooLarge:  # it says its length
            body = None
        if body is None or len(body) > LONGEST_PING:
            return request.make_response('', status=413)
        env = request.env(su=True)
        if not env['account.online.registration']._is_from_proxy(
            http.method, http.path, http.headers, body,
        ):
            return request.make_response('', status=401)
        try:
            link_id = json.loads(body)['link_id']
        except (ValueError, TypeError, KeyError):
            return request.make_response('', status=400)
        env['account.online.link']._note_news(str(link_id))
        return request.make_response('', status=204)
