"""The connector for an integration that a company makes for itself in its Ponto dashboard.

Surprises: the company's own credentials are all there is; there is no consent page, no certificate,
and the same data behind another address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import registry
from ..addresses import BASE_URL
from ..errors import ErrorCode
from ..interface import (
    AskUser,
    Connected,
    ConnectMode,
    ConnectRequest,
    FormField,
    Institution,
    Revocation,
    Step,
)
from ..refusals import RefusedError
from ..words import _lt
from .api import PontoApi
from .data import PontoData

DASHBOARD = 'https://dashboard.myponto.com'


class PontoCustomApi(PontoApi):
    """Plain HTTPS with the company's credentials."""

    default_url = 'https://api.myponto.com'


@registry.register
class PontoCustom(PontoData):
    """Accounts of a Ponto organization, opened with its own credentials."""

    code = 'ponto_custom'
    name = 'Ponto (own integration)'
    description = _lt(
        "For companies with a Ponto account: paste the credentials of your integration."
    )
    settings = (BASE_URL,)
    setup_url = DASHBOARD
    has_pending = False  # not offered to these integrations

    def __init__(self, context):
        super().__init__(context)
        self.api = PontoCustomApi(context)

    def test_connection(self) -> None:
        # The operator has no keys here: it is enough that the server knows nobody of this name.
        try:
            self.api.token({'client_id': 'nobody'}, grant_type='client_credentials')
        except RefusedError as error:
            if 'invalid_client' not in error.markers:
                raise

    def institutions(self) -> Iterator[Institution]:
        # The company chooses its banks in the dashboard.
        yield Institution(
            id='ponto',
            name='Ponto',
            countries=('BE', 'NL', 'FR', 'DE', 'LU'),
            website=DASHBOARD,
            audience='business',
            account_types=('checking', 'savings', 'credit_card'),
        )

    def start(self, request: ConnectRequest) -> Step:
        if request.mode == ConnectMode.FETCH_ACCOUNTS:
            return Connected()  # accounts added in the dashboard are in the next answer
        has_access = bool(self.context.tokens.get('client_secret'))
        if has_access and request.mode != ConnectMode.UPDATE_CREDENTIALS:
            message = f"Authorize the accounts again at {DASHBOARD}, then continue."
            return AskUser((), "Renew the consent at Ponto", message)
        return self._ask_credentials()

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        names = ('client_id', 'client_secret')
        credentials = {name: answer.get(name, '').strip() for name in names}
        if any(credentials.values()):
            try:
                self.api.cached_token(credentials)
            except RefusedError as error:
                if error.code != ErrorCode.INVALID_REQUEST:
                    raise
                return self._ask_credentials("Ponto does not know these credentials.")
            self.context.save_tokens(credentials)
        self.accounts()
        return Connected()

    def revoke(self) -> Revocation:
        detail = "Ponto cannot be told: the user deletes the integration in the dashboard"
        return Revocation(revoked=not self.context.tokens, detail=detail)

    def _ask_credentials(self, message: str = "") -> AskUser:
        advice = f"Create a custom integration at {DASHBOARD} › Integrations."
        fields = (
            FormField('client_id', "Client ID", help=advice),
            FormField('client_secret', "Client secret", kind='password'),
        )
        return AskUser(fields, "Connect with Ponto", message or advice)
