from odoo.http import Controller, request, route

from ..providers.interface import WebhookRequest
from ..services import jobs, pings
from ..services.call import BASE_PATH
from .bodies import read_body


class ProxyWebhooks(Controller):

    @route(
        f'{BASE_PATH}/webhook/<string:provider_code>', type='online_proxy', auth='none',
        methods=['POST'], csrf=False, save_session=False, readonly=False,
        max_content_length=pings.LARGEST_WEBHOOK + 1,
    )
    def webhook(self, provider_code, **_parameters):
        """News from a provider. Only the provider: its connector verifies the signature, each in
        the provider's own way, and refuses everything else.
        """
        http = request.httprequest
        body = read_body(http, pings.LARGEST_WEBHOOK)
        if body is None:
            return request.make_json_response({}, status=413)
        webhook = WebhookRequest(
            headers={name.lower(): value for name, value in http.headers.items()},
            body=body,
            query=http.args.to_dict(),
        )
        error = jobs.attempt(
            request.env(su=True), f'webhook {provider_code}',
            lambda call: pings.receive(call, provider_code, webhook), kind='webhook',
            remote_address=http.remote_addr,
        )
        if error:
            return request.make_json_response(error.as_json(error.reference), status=error.status)
        return request.make_response('', status=204)
