"""How a user connects with Plaid: on Plaid's own page, whose result must be asked for."""

from __future__ import annotations

from collections.abc import Mapping

from .. import normalize
from ..errors import ErrorCode, ProviderError
from ..interface import Cancelled, Connected, ConnectMode, ConnectRequest, Context, Redirect, Wait
from .api import PlaidApi

LANGUAGES = frozenset({
    'da', 'de', 'en', 'es', 'et', 'fr', 'hi', 'it', 'lt', 'lv', 'nl', 'no', 'pl', 'pt', 'ro', 'sv',
    'vi',
})
COUNTRIES = frozenset({
    'AT', 'BE', 'CA', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'IE', 'IT', 'LT', 'LV', 'NL', 'NO',
    'PL', 'PT', 'SE', 'US',
})
ACCOUNT_SELECTION = frozenset({'US', 'CA'})  # elsewhere new accounts need a new login
LONGEST_HISTORY, SHORTEST_HISTORY = 730, 30  # days; fixed for ever with the first connection
PAGE_SECONDS = 1800
NAME = "Bank synchronization"


class Connect:
    """One visit of the user at Plaid."""

    def __init__(self, api: PlaidApi, context: Context, countries: tuple[str, ...]):
        self.api, self.context, self.countries = api, context, countries

    def begin(self, request: ConnectRequest) -> Redirect:
        """Send the user to Plaid, to repair his login where there is one."""
        if self._is_update(request):
            try:
                return self._page(request, self._update(request))
            except ProviderError as error:
                if error.code != ErrorCode.CONSENT_EXPIRED:
                    raise  # else there is no login left to repair
        return self._page(request, self._first(request))

    def finish(self) -> Connected | Cancelled | Wait:
        """Ask what became of the visit: the browser brings nothing back."""
        pending = self.context.tokens.get('pending') or {}
        answer = self.api.read('/link/token/get', {'link_token': pending.get('link_token', '')})
        sessions = answer.get('link_sessions') or [{}]
        session = sessions[-1]
        added = normalize.part(session, 'results').get('item_add_results') or ()
        if added and not pending.get('is_update'):
            return self._exchange(added[0])
        if not session.get('finished_at'):
            return Wait()
        left = session.get('exit')
        if left and left.get('error'):
            raise self.api.of_item(left['error'])
        if left or not pending.get('is_update'):
            return Cancelled(str(normalize.part(left, 'metadata').get('status') or ''))
        return self._connected()

    def _is_update(self, request: ConnectRequest) -> bool:
        if not self.context.tokens.get('access_token') or request.mode == ConnectMode.CONNECT:
            return False
        is_selectable = set(self._countries(request)) <= ACCOUNT_SELECTION
        return request.mode != ConnectMode.FETCH_ACCOUNTS or is_selectable

    def _first(self, request: ConnectRequest) -> dict:
        wanted = LONGEST_HISTORY
        if request.history_from:
            wanted = (self.context.now().date() - request.history_from).days + 1
        webhook = {'webhook': self.context.webhook_url} if self.context.webhook_url else {}
        days = max(SHORTEST_HISTORY, min(wanted, LONGEST_HISTORY))
        return {
            'products': ['transactions'],
            'required_if_supported_products': ['auth'],  # the account numbers
            'transactions': {'days_requested': days},
            **webhook,
        }

    def _update(self, request: ConnectRequest) -> dict:
        body = {'access_token': self.context.tokens['access_token']}
        if request.mode == ConnectMode.FETCH_ACCOUNTS:
            body['update'] = {'account_selection_enabled': True}
        return body

    def _page(self, request: ConnectRequest, purpose: Mapping) -> Redirect:
        language = request.lang[:2].lower()
        # The bank cannot be chosen in advance: the user picks it on Plaid's page.
        answer = self.api.post('/link/token/create', {
            'client_name': (self.context.settings.get('client_name') or NAME)[:30],
            'language': language if language in LANGUAGES else 'en',
            'country_codes': self._countries(request),
            'user': {'client_user_id': request.user_reference},
            'hosted_link': {
                'completion_redirect_uri': request.callback_url,
                'url_lifetime_seconds': PAGE_SECONDS,
            },
            **purpose,
        })
        token, is_update = normalize.take(answer, 'link_token', str), 'access_token' in purpose
        self._save(pending={'link_token': token, 'is_update': is_update})
        return Redirect(normalize.take(answer, 'hosted_link_url', str), visit=token)

    def _countries(self, request: ConnectRequest) -> list[str]:
        return [request.country] if request.country in COUNTRIES else list(self.countries)

    def _exchange(self, added: Mapping) -> Connected:
        public = normalize.take(added, 'public_token', str)
        answer = self.api.post('/item/public_token/exchange', {'public_token': public})
        replaced = self.context.tokens.get('access_token')
        old = [*self.context.tokens.get('old', ()), *filter(None, [replaced])]
        tokens = {
            'access_token': normalize.take(answer, 'access_token', str),
            'item_id': normalize.take(answer, 'item_id', str),
            'old': old,
        }
        self.context.save_tokens(tokens, tokens['item_id'])
        if old and self.api.end(*self.removals(old)).revoked:
            self._save(old=[])
        return self._connected()

    def removals(self, access_tokens: list[str]) -> list:
        """The calls that end these logins."""
        return [
            lambda token=token: self.api.post('/item/remove', {'access_token': token})
            for token in access_tokens
        ]

    def _connected(self) -> Connected:
        body = {'access_token': self.context.tokens['access_token']}
        item = normalize.take(self.api.read('/item/get', body), 'item', dict)
        if item.get('error'):
            raise self.api.of_item(item['error'])
        self._save(pending={})
        return Connected(normalize.instant(item.get('consent_expiration_time')))

    def _save(self, **changes) -> None:
        tokens = {**self.context.tokens, **changes}
        self.context.save_tokens(tokens, tokens.get('item_id'))
