"""The Ponto Connect connector.

Surprises: a client certificate and a signature on every call; the refresh token may change with
each use; only a present user may make Ponto ask the bank; transactions come newest first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from .. import misshapen, normalize, registry, webtokens
from ..addresses import BASE_URL, checked_url
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Institution,
    Redirect,
    Revocation,
    Setting,
    Step,
    WebhookEvent,
    WebhookRequest,
)
from ..memory import Memory
from ..refusals import RefusedError
from ..words import _lt
from . import mapping
from .api import PontoConnectApi
from .data import PontoData

SCOPE = 'offline_access ai'
SOON = timedelta(days=30)  # who renews, renews all that end within a month
LEEWAY = timedelta(seconds=30)
_keys = Memory()  # that webhooks are signed with
EVENTS = {
    'synchronization.failed': 'error',
    'account.detailsUpdated': 'accounts',
    'account.reauthorized': 'consent',
    'account.transactionsCreated': 'transactions',
    'account.transactionsUpdated': 'transactions',
    'account.pendingTransactionsCreated': 'transactions',
    'account.pendingTransactionsUpdated': 'transactions',
    'integration.created': 'accounts',
    'integration.revoked': 'consent',
    'integration.accountAdded': 'accounts',
    'integration.accountRevoked': 'accounts',
    'organization.blocked': 'error',
    'organization.unblocked': 'consent',
}


@registry.register
class Ponto(PontoData):
    """Accounts of a Ponto organization that let the operator's application in."""

    code = 'ponto'
    name = 'Ponto'
    description = _lt(
        "Business banks of Belgium, the Netherlands, France and more; updated by Ponto."
    )
    settings = (
        Setting(
            'client_id',
            _lt("Client ID"),
            _lt("Ibanity portal › application › Ponto Connect."),
            secret=False,
        ),
        Setting('client_secret', _lt("Client secret")),
        Setting(
            'certificate',
            _lt("Certificate"),
            _lt("Of the application, in PEM form."),
            multiline=True,
        ),
        Setting(
            'certificate_key',
            _lt("Key of the certificate"),
            _lt("Not encrypted."),
            multiline=True,
        ),
        Setting(
            'signature_key_id',
            _lt("Signature certificate ID"),
            _lt("Ibanity portal."),
            secret=False,
        ),
        Setting(
            'signature_key',
            _lt("Signature key"),
            _lt("In PEM form, not encrypted."),
            multiline=True,
        ),
        Setting(
            'application_id',
            _lt("Application ID"),
            _lt("For webhooks."),
            secret=False,
            required=False,
        ),
        BASE_URL,
        Setting(
            'authorization_url',
            _lt("Other authorization address"),
            _lt("Leave empty. Where users are sent to instead of Ponto's own pages."),
            secret=False,
            required=False,
        ),
    )
    setup_url = 'https://documentation.ibanity.com/ponto-connect/products'

    def __init__(self, context):
        super().__init__(context)
        self.api = PontoConnectApi(context)

    def test_connection(self) -> None:
        # Certificate, signature and credentials are all needed for this one call.
        self.api.token(self.context.settings, grant_type='client_credentials')

    def institutions(self) -> Iterator[Institution]:
        rows = self.api.listed('/financial-institutions', authorize=self.api.as_operator)
        kept = (row for row in rows if not normalize.part(row, 'attributes').get('deprecated'))
        yield from misshapen.readable(mapping.institution, kept)

    def start(self, request: ConnectRequest) -> Step:
        has_access = bool(self.context.tokens.get('refresh_token'))
        if has_access and request.mode not in (ConnectMode.CONNECT, ConnectMode.FETCH_ACCOUNTS):
            try:
                return self._reauthorization(request, done=[]) or self._authorization(request)
            except ProviderError as error:
                if error.code != ErrorCode.CONSENT_EXPIRED:
                    raise  # else the whole access has ended, and the whole flow brings it back
        return self._authorization(request)

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        error = answer.get('error', '')
        if error == 'access_denied':
            return Cancelled(error)
        if error:
            raise self.api.error(error, detail="The user came back with")
        pending = self.context.tokens.get('pending') or {}
        if 'reauthorized' in pending:
            following = self._reauthorization(request, pending['reauthorized'])
            return following or Connected(self._expires_at())
        return self._exchange(request, answer.get('code', ''), pending.get('verifier', ''))

    def revoke(self) -> Revocation:
        tokens = self.context.tokens
        if not tokens.get('organization'):
            return Revocation(True, "There was no access")
        path = f'/organizations/{tokens["organization"]}/integration'
        # The operator's own token: it works when that of the organization is lost.
        return self.api.end(lambda: self.api.delete(path, authorize=self.api.as_operator))

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = headers.get('signature', '')
        kid = webtokens.key_id(token, 'RS512')
        expected = {
            'issuer': 'https://api.ibanity.com',
            'audience': self.context.settings.get('application_id', ''),
        }
        claims = webtokens.claims(token, self._webhook_key(kid), 'RS512', **expected)
        webtokens.check_age(claims, self.context.now(), timedelta(minutes=5), LEEWAY)
        digest = base64.b64encode(hashlib.sha512(request.body).digest()).decode()
        if not hmac.compare_digest(digest, str(claims.get('digest'))):
            raise webtokens.not_genuine("the body is not the signed one")
        return _events(normalize.take(normalize.parsed(request.body), 'data', dict))

    def _webhook_key(self, kid: str) -> Mapping:
        def fetch():
            webtokens.may_ask_for_key(self.context.now())
            keys = {key.get('kid'): key for key in self.api.webhook_keys() if _is_usable(key)}
            if kid not in keys:
                raise webtokens.not_genuine("the key is not one of Ponto's")
            return keys[kid], timedelta(hours=1)

        return _keys.get(f'{self.api.base_url} {kid}', self.context.now(), fetch)

    def _authorization(self, request: ConnectRequest) -> Redirect:
        verifier = secrets.token_urlsafe(48)
        self._save(pending={'verifier': verifier})
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            'response_type': 'code',
            'client_id': self.context.settings.get('client_id', ''),
            'redirect_uri': request.callback_url,
            'scope': SCOPE,
            'state': request.state,
            'code_challenge': base64.urlsafe_b64encode(digest).rstrip(b'=').decode(),
            'code_challenge_method': 'S256',
            **self._onboarding(request),
        }
        return Redirect(f'{self._authorization_url()}?{urlencode(query)}')

    def _authorization_url(self) -> str:
        host = 'authorization' if self.context.production else 'sandbox-authorization'
        other = self.context.settings.get('authorization_url')
        return checked_url(other or f'https://{host}.myponto.com/oauth2/auth')

    def _onboarding(self, request: ConnectRequest) -> dict[str, str]:
        """Tell Ponto the bank that was chosen; valid for five minutes."""
        attributes = {
            'initialFinancialInstitutionId': request.institution_id,
            'partnerReference': request.user_reference,
        }
        try:
            made = self.api.create(
                '/onboarding-details',
                'onboardingDetails',
                attributes,
                authorize=self.api.as_operator,
            )
        except RefusedError as error:
            if error.code != ErrorCode.INVALID_REQUEST:
                raise
            return {}  # only a convenience: without it the user chooses his bank again
        return {'onboarding_details_id': made['id']}

    def _exchange(self, request: ConnectRequest, code: str, verifier: str) -> Connected:
        answer = self.api.token(
            self.context.settings,
            grant_type='authorization_code',
            code=code,
            code_verifier=verifier,
            redirect_uri=request.callback_url,
        )
        self.api.keep(answer, pending={})
        info = self.api.get('/userinfo')
        if info.get('onboardingComplete') is False:
            detail = "The user has not finished the sign-up at Ponto"
            raise ProviderError(ErrorCode.USER_ACTION_REQUIRED, detail)
        self._save(organization=normalize.take(info, 'sub', str))
        return Connected(self._expires_at())

    def _reauthorization(self, request: ConnectRequest, done: list[str]) -> Redirect | None:
        """Send the user to the bank of the next account that ends soon, once for each account."""
        for row in self.api.listed('/accounts'):
            expires = mapping.expires_at(row)
            is_due = expires is None or expires < self.context.now() + SOON
            if is_due and row['id'] not in done:
                back = f'{request.callback_url}?{urlencode({"state": request.state})}'
                made = self.api.create(
                    f'/accounts/{row["id"]}/reauthorization-requests',
                    'reauthorizationRequest',
                    {'redirectUri': back},
                )
                self._save(pending={'reauthorized': [*done, row['id']]})
                links = normalize.part(made, 'links')
                return Redirect(normalize.take(links, 'redirect', str))
        return None

    def _expires_at(self) -> datetime | None:
        known = filter(None, map(mapping.expires_at, self.api.listed('/accounts')))
        return min(known, default=None)

    def _save(self, **changes) -> None:
        tokens = {**self.context.tokens, **changes}
        self.context.save_tokens(tokens, tokens.get('organization'))


def _is_usable(key: Mapping) -> bool:
    return key.get('use') == 'sig' and key.get('status', 'ACTIVE') == 'ACTIVE'


def _events(data: Mapping) -> list[WebhookEvent]:
    kind = EVENTS.get(str(data.get('type', '')).removeprefix('pontoConnect.'))
    related = normalize.part(normalize.part(data, 'relationships'), 'organization')
    organization = normalize.part(related, 'data').get('id')
    if not kind or not organization:
        return []  # nothing has changed, or it is none of our business
    return [WebhookEvent(organization, kind, data.get('id'))]
