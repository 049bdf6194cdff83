from urllib.parse import quote

from odoo.http import Controller, request, route

from ..services import api as proxy_api
from ..services import authentication, inputs, openapi
from ..services.call import BASE_PATH
from ..services.errors import invalid
from .bodies import read_body


class ProxyApi(Controller):

    @route(
        f'{BASE_PATH}/openapi.json', type='http', auth='none', methods=['GET'], save_session=False,
    )
    def openapi(self, **_parameters):
        """The description of the interface, for everybody."""
        return request.make_json_response(openapi.document())

    @route(
        f'{BASE_PATH}/<online_proxy_path:operation>', type='online_proxy', auth='none',
        csrf=False, save_session=False, readonly=False,  # any method, to say which ones there are
        max_content_length=proxy_api.LARGEST_BODY + 1,
    )
    def handle(self, operation, **_parameters):
        """The interface for other databases. Only they may call it: every request carries the
        signature of a registered client, except ``register``, which needs a subscription code.
        """
        http = request.httprequest
        raw = read_body(http, proxy_api.LARGEST_BODY)
        signed = authentication.HttpRequest(
            http.method, _raw_path(http), http.query_string.decode('latin-1'), raw or b'',
            http.headers,
        )
        status, headers, body = proxy_api.handle(
            request.env.registry,
            http.method,
            http.path,
            authenticate=lambda call: authentication.signed_client(call, signed),
            parse=lambda: (_query(http), _body(http, raw)),
            base_url=request.env['online.proxy.service']._base_url(),
            lang=_language(http.headers.get('X-User-Lang')),
            idempotency_key=http.headers.get('X-Idempotency-Key') or None,
            remote_address=http.remote_addr,
            remote_country=request.geoip.country_code,
        )
        return request.make_json_response(
            body, headers={**headers, 'Cache-Control': 'no-store'}, status=status,
        )


def _raw_path(http) -> str:
    """The path as it was sent and signed, before its %-escapes were undone."""
    sent = http.environ.get('RAW_URI') or http.environ.get('REQUEST_URI') or ''
    return sent.partition('?')[0] or quote(http.path)


def _query(http) -> dict[str, str]:
    query = http.args.to_dict(flat=False)
    for name, values in query.items():
        if len(values) > 1:
            raise invalid(f"“{name}” is given more than once.")
    return {name: values[0] for name, values in query.items()}


def _body(http, raw: bytes | None) -> dict:
    if raw is None:
        raise invalid(f"The body is larger than {proxy_api.LARGEST_BODY} bytes.")
    return proxy_api.parse_json(raw, http.mimetype)


def _language(tag: str | None) -> str:
    """A user's language tag, as far as it looks like one."""
    return inputs.language(tag) or 'en'
