"""HTTP of Ponto: JSON:API with OAuth tokens; Ponto Connect adds certificates and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from requests.auth import HTTPBasicAuth

from .. import normalize
from ..certificates import private_key, show_certificate
from ..errors import ErrorCode, ProviderError
from ..http import Api
from ..memory import Memory, key_of
from ..refusals import Refusal
from .signature import sign

ERRORS = {
    'authorizationInvalid': ErrorCode.CONSENT_EXPIRED,  # of a synchronization
    'invalid_grant': ErrorCode.CONSENT_EXPIRED,
    'integration ended': ErrorCode.CONSENT_EXPIRED,  # refused although the token is fresh
    'synchronization failed': ErrorCode.INSTITUTION_UNAVAILABLE,
    'deprecated': ErrorCode.ACCOUNT_CLOSED,
    'no such account': ErrorCode.ACCOUNT_CLOSED,
    'invalid_client': ErrorCode.INVALID_REQUEST,
    'invalid_request': ErrorCode.INVALID_REQUEST,
    'invalid_scope': ErrorCode.INVALID_REQUEST,
    'unauthorized_client': ErrorCode.INVALID_REQUEST,
    'unsupported_grant_type': ErrorCode.INVALID_REQUEST,
    'unsupported_response_type': ErrorCode.INVALID_REQUEST,
    'server_error': ErrorCode.PROVIDER_ERROR,
    'temporarily_unavailable': ErrorCode.INSTITUTION_UNAVAILABLE,
}
PAGE = 100

_tokens = Memory()  # of the operator, and of integrations that companies made for themselves


class PontoApi(Api):
    """What both kinds of Ponto share."""

    media_type = 'application/vnd.api+json'
    errors = ERRORS
    stale = frozenset({'integration ended'})
    gone = frozenset({'404'})

    def authorize(self, request):
        """Add the token of the user's organization."""
        request.headers['Authorization'] = f'Bearer {self.organization_token()}'
        return request

    def organization_token(self) -> str:
        """The token that opens the accounts of the user's organization."""
        return self.cached_token(self.context.tokens)

    def forget_token(self) -> None:
        """Ask for a new token with the next call."""
        _tokens.forget(self._token_key(self.context.tokens))

    def refusal(self, response, body) -> Refusal:
        """Errors of OAuth have a name, those of the API a list with codes."""
        body = body if isinstance(body, dict) else {}
        first = normalize.first(body.get('errors'))
        markers = [body.get('error'), first.get('code')]
        if response.status_code == 401 and '/oauth2/' not in response.url:
            markers += ['integration ended']
        if response.status_code == 404 and '/accounts/' in response.url:
            markers += ['no such account']
        markers += [str(response.status_code)]
        message = body.get('error_description') or first.get('detail')
        return Refusal(tuple(map(str, filter(None, markers))), str(message or ''))

    def request_id(self, response, body) -> str | None:
        """Ibanity's, in the header of every answer."""
        return response.headers.get('ibanity-request-id')

    def token(self, credentials: Mapping[str, str], **form: str) -> Mapping:
        """``POST /oauth2/token`` with the credentials of the operator or the company."""
        login = (credentials.get('client_id', ''), credentials.get('client_secret', ''))
        return self.post_form('/oauth2/token', form, login)

    def post_form(self, path: str, form: Mapping[str, str], login: tuple[str, str]) -> Any:
        """An OAuth call."""
        return self.call('POST', path, form=form, authorize=_basic(login))

    def cached_token(self, credentials: Mapping[str, str]) -> str:
        """A token for the credentials themselves, shared by all calls of this process."""

        def fetch():
            answer = self.token(credentials, grant_type='client_credentials')
            life = timedelta(seconds=normalize.take(answer, 'expires_in', int))
            return normalize.take(answer, 'access_token', str), life

        return _tokens.get(self._token_key(credentials), self.context.now(), fetch)

    def create(self, path: str, kind: str, attributes: Mapping[str, Any], **options) -> Mapping:
        """``POST`` a JSON:API resource; the data of the answer."""
        headers = {'Ibanity-Idempotency-Key': str(uuid4())}
        payload = {'data': {'type': kind, 'attributes': attributes}}
        return normalize.take(self.post(path, payload, headers=headers, **options), 'data', dict)

    def one(self, path: str, **options) -> Mapping:
        """``GET`` one resource."""
        return normalize.take(self.get(path, **options), 'data', dict)

    def listed(self, path: str, **options) -> Iterator[Mapping]:
        """All resources of a list, page by page."""
        link: str | None = path
        params: dict | None = {'limit': PAGE}
        while link:
            rows, following = self.page(link, params, **options)
            yield from rows
            if following == link:
                raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
            link, params = following, None

    def page(self, link: str, params: Mapping | None = None, **options) -> tuple[list, str | None]:
        """One page of a list and the link to the next one."""
        answer = self.get(link, params, **options)
        return normalize.take(answer, 'data', list), normalize.part(answer, 'links').get('next')

    def _token_key(self, credentials: Mapping[str, str]) -> str:
        names = ('client_id', 'client_secret')
        return key_of(self.base_url, *(credentials.get(name, '') for name in names))


class PontoConnectApi(PontoApi):
    """The operator's application, which users let into their organizations."""

    default_url = 'https://api.ibanity.com/ponto-connect'

    def __init__(self, context):
        super().__init__(context)
        settings = context.settings
        if settings.get('certificate'):
            key = settings.get('certificate_key', '')
            show_certificate(context.session, self.origin, settings['certificate'], key)

    @property
    def origin(self) -> str:
        """The server, under which Ibanity keeps what is not Ponto's own."""
        return self.base_url.removesuffix('/ponto-connect')

    def authorize(self, request):
        """Add the token of the organization and sign."""
        return self._signed(super().authorize(request))

    def as_operator(self, request):
        """Add the operator's own token and sign."""
        token = self.cached_token(self.context.settings)
        request.headers['Authorization'] = f'Bearer {token}'
        return self._signed(request)

    def organization_token(self) -> str:
        """From the link's tokens; a new one is stored at once, as the refresh token may change."""
        tokens = self.context.tokens
        until = normalize.instant(tokens.get('access_until'))
        if until and until > self.context.now() + timedelta(seconds=30):
            return tokens['access_token']
        if not tokens.get('refresh_token'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no access to Ponto")
        form = {'grant_type': 'refresh_token', 'refresh_token': tokens['refresh_token']}
        return self.keep(self.token(self.context.settings, **form))

    def keep(self, answer: Mapping, **changes: Any) -> str:
        """Store what a token call gave; the access token."""
        life = timedelta(seconds=normalize.take(answer, 'expires_in', int))
        tokens = {
            **self.context.tokens,
            **changes,
            'access_token': normalize.take(answer, 'access_token', str),
            'access_until': (self.context.now() + life).isoformat(),
        }
        if answer.get('refresh_token'):
            tokens['refresh_token'] = answer['refresh_token']
        self.context.save_tokens(tokens, tokens.get('organization'))
        return tokens['access_token']

    def forget_token(self) -> None:
        """Ask for new tokens with the next call."""
        _tokens.forget(self._token_key(self.context.settings))
        tokens = {k: v for k, v in self.context.tokens.items() if k != 'access_until'}
        self.context.save_tokens(tokens, tokens.get('organization'))

    def webhook_keys(self) -> list[Mapping]:
        """The keys that webhooks may be signed with now."""
        keys = self.get(f'{self.origin}/webhooks/keys', authorize=self._signed)
        return normalize.take(keys, 'keys', list)

    def post_form(self, path: str, form: Mapping[str, str], login: tuple[str, str]) -> Any:
        """An OAuth call, signed as every other one."""
        basic = _basic(login)
        return self.call(
            'POST', path, form=form, authorize=lambda request: self._signed(basic(request))
        )

    def _signed(self, request):
        settings = self.context.settings
        if settings.get('signature_key'):
            key = private_key(settings['signature_key'], "signature key")
            created = int(self.context.now().timestamp())
            sign(request, settings.get('signature_key_id', ''), key, created)
        return request

    def _address(self, path: str) -> str:
        return path if path.startswith(f'{self.origin}/') else super()._address(path)


def _basic(login: tuple[str, str]):
    return HTTPBasicAuth(*(value.encode() for value in login))
