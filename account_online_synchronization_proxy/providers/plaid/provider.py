"""The Plaid connector.

Surprises: the user chooses his bank on Plaid's page, and the result must be asked for; money that
leaves is positive; transactions come as a stream of changes behind one cursor for each account.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from .. import misshapen, normalize, registry, webtokens
from ..addresses import BASE_URL
from ..errors import CursorExpired, ErrorCode, ProviderError
from ..interface import (
    Account,
    ConnectRequest,
    IdGrade,
    Institution,
    Page,
    Presence,
    Provider,
    Quota,
    Refreshed,
    Refreshing,
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
from .api import PlaidApi
from .connect import Connect

PAGE = 500
PATIENCE = 90  # seconds: a refresh goes through to the bank
POLLS = 24  # of a refresh that finds nothing new, and is therefore never announced
NO_REFRESH = frozenset({'PRODUCT_NOT_ENABLED', 'PRODUCTS_NOT_SUPPORTED', 'INVALID_PRODUCT'})
NO_NUMBERS = frozenset({'NO_AUTH_ACCOUNTS', 'PRODUCTS_NOT_SUPPORTED', 'PRODUCT_NOT_READY'})
LEEWAY = timedelta(seconds=30)
FIRST_READING = ('NOT_READY', 'INITIAL_UPDATE_COMPLETE')  # older transactions are still to come
EVENTS = {
    'SYNC_UPDATES_AVAILABLE': 'transactions',
    'INITIAL_UPDATE': 'transactions',
    'HISTORICAL_UPDATE': 'transactions',
    'DEFAULT_UPDATE': 'transactions',
    'TRANSACTIONS_REMOVED': 'transactions',
    'ERROR': 'error',
    'LOGIN_REPAIRED': 'consent',
    'PENDING_EXPIRATION': 'consent',
    'PENDING_DISCONNECT': 'consent',
    'USER_PERMISSION_REVOKED': 'consent',
    'USER_ACCOUNT_REVOKED': 'accounts',
    'NEW_ACCOUNTS_AVAILABLE': 'accounts',
}
VISIT_OVER = ('SESSION_FINISHED', 'ITEM_ADD_RESULT')

_keys = Memory()  # that webhooks are signed with


@registry.register
class Plaid(Provider):
    """Accounts behind one login ("Item") that the user entrusts to Plaid."""

    code = 'plaid'
    name = 'Plaid'
    description = _lt("Banks of the United States and Canada, and some of Europe.")
    settings = (
        Setting(
            'client_id',
            _lt("Client ID"),
            _lt("Plaid dashboard › Developers › Keys."),
            secret=False,
        ),
        Setting('secret', _lt("Client secret"), _lt("Sandbox and production have one each.")),
        Setting(
            'countries',
            _lt("Countries"),
            _lt("Codes of the countries that Plaid has enabled for you, for example: US CA."),
            secret=False,
        ),
        Setting(
            'client_name',
            _lt("Name shown to users"),
            _lt("At most 30 letters."),
            secret=False,
            required=False,
        ),
        BASE_URL,
    )
    setup_url = 'https://dashboard.plaid.com/developers/keys'
    id_grade = IdGrade.STRONG  # unique, and announced when one is changed or removed
    quota = Quota(minimum_pause=30)  # two refreshes a minute; reading what Plaid has is free
    state_in_path = True  # nowhere is it said that the address to come back to keeps its query

    def __init__(self, context):
        super().__init__(context)
        self.api = PlaidApi(context)
        self._connect = Connect(self.api, context, self._countries())

    def test_connection(self) -> None:
        self._institutions(offset=0, count=1)

    def institutions(self) -> Iterator[Institution]:
        offset, total = 0, 1
        while offset < total:
            answer = self._institutions(offset, PAGE)
            total = normalize.take(answer, 'total', int)
            rows = normalize.take(answer, 'institutions', list)
            yield from misshapen.readable(mapping.institution, rows)
            offset += PAGE  # also after a page with fewer rows: unfit ones are left out

    def start(self, request: ConnectRequest) -> Step:
        return self._connect.begin(request)

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        return self._connect.finish()

    def accounts(self) -> list[Account]:
        answer = self.api.read('/accounts/get', self._body())
        rows, item = normalize.take(answer, 'accounts', list), normalize.part(answer, 'item')
        products = item.get('products') or item.get('billed_products') or ()
        numbers = self._numbers() if 'auth' in products else {}
        return normalize.distinct([mapping.account(row, numbers) for row in rows])

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        answer = self.api.read('/item/get', self._body())
        item = normalize.take(answer, 'item', dict)
        if item.get('error'):
            raise self.api.of_item(item['error'])
        if item.get('update_type') == 'user_present_required' and not presence.attended:
            detail = "The bank serves only users who are present"
            raise ProviderError(ErrorCode.UNATTENDED_REFUSED, detail)
        status = normalize.part(normalize.part(answer, 'status'), 'transactions')
        last, state = status.get('last_successful_update'), json.loads(job) if job else {}
        is_waiting = last is None or (job and last == state['last'])
        if is_waiting and state.get('polls', 0) < POLLS:
            return Refreshing(json.dumps({'last': last, 'polls': state.get('polls', 0) + 1}))
        if not job and presence.attended and self._ask_bank():
            return Refreshing(json.dumps({'last': last, 'polls': 1}))
        return Refreshed(normalize.instant(last))

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        state = normalize.unpack(cursor) if cursor else {'since': since and since.isoformat()}
        answer = self._changes(account_id, state.get('cursor'))
        if answer.get('transactions_update_status') == 'NOT_READY':
            detail = "The first transactions are not there yet:"
            raise self.api.error('PRODUCT_NOT_READY', detail=detail)
        changed = [*normalize.take(answer, 'added', list), *answer.get('modified', ())]
        rows = [mapping.transaction(row) for row in changed]
        # The first reading brings the whole history, in parts; later ones only what has changed.
        first_day = state.get('since') or ''
        rows = [row for row in rows if (row.booking_date or first_day) >= first_day]
        has_more = normalize.take(answer, 'has_more', bool)
        following = normalize.take(answer, 'next_cursor', str)
        if has_more and following == state.get('cursor'):
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
        is_first = has_more or answer.get('transactions_update_status') in FIRST_READING
        kept = {'since': state['since']} if is_first and state.get('since') else {}
        return Page(
            tuple(rows),
            cursor=normalize.pack(cursor=following, **kept),
            more=has_more,
            removed=tuple(row['transaction_id'] for row in answer.get('removed', ())),
            balance=None if has_more else self._balance(answer, account_id),
        )

    def revoke(self) -> Revocation:
        tokens = self.context.tokens
        known = filter(None, [tokens.get('access_token'), *tokens.get('old', ())])
        return self.api.end(*self._connect.removals(list(known)))

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = headers.get('plaid-verification', '')
        key = self._webhook_key(webtokens.key_id(token, 'ES256'))
        claims = webtokens.claims(token, key, 'ES256')
        webtokens.check_age(claims, self.context.now(), timedelta(minutes=5), LEEWAY)
        digest = hashlib.sha256(request.body).hexdigest()
        if not hmac.compare_digest(digest, str(claims.get('request_body_sha256'))):
            raise webtokens.not_genuine("the body is not the signed one")
        event = normalize.parsed(request.body)
        if event.get('webhook_type') == 'LINK':  # it names no Item: there may be none yet
            is_over, visit = event.get('webhook_code') in VISIT_OVER, event.get('link_token')
            return [WebhookEvent('', 'visit', visit=visit)] if is_over and visit else []
        kind = EVENTS.get(event.get('webhook_code'))
        return [WebhookEvent(event['item_id'], kind)] if kind and event.get('item_id') else []

    def _countries(self) -> tuple[str, ...]:
        listed = (self.context.settings.get('countries') or 'US').replace(',', ' ').upper()
        return tuple(listed.split())

    def _institutions(self, offset: int, count: int) -> Mapping:
        return self.api.read('/institutions/get', {
            'count': count,
            'offset': offset,
            'country_codes': list(self._countries()),
            'options': {'include_optional_metadata': True, 'products': ['transactions']},
        })

    def _numbers(self) -> Mapping:
        try:
            answer = self.api.read('/auth/get', self._body(), patience=PATIENCE)
        except RefusedError as error:
            if not NO_NUMBERS.intersection(error.markers):
                raise
            return {}  # not every bank tells them; the accounts are good without
        return mapping.numbers_by_account(normalize.take(answer, 'numbers', dict))

    def _ask_bank(self) -> bool:
        try:
            self.api.post('/transactions/refresh', self._body(), patience=PATIENCE)
        except RefusedError as error:
            if not NO_REFRESH.intersection(error.markers):
                raise
            return False  # the operator has not ordered it: what Plaid has is read
        return True

    def _changes(self, account_id: str, cursor: str | None) -> Mapping:
        body = {
            **self._body(),
            'count': PAGE,
            'options': {'include_original_description': True, 'account_id': account_id},
            **({'cursor': cursor} if cursor else {}),
        }
        try:
            return self.api.read('/transactions/sync', body, account_id=account_id)
        except RefusedError as error:
            if 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION' in error.markers:
                raise CursorExpired from error  # the pages so far no longer fit together
            raise

    def _balance(self, answer: Mapping, account_id: str):
        rows = answer.get('accounts') or ()
        row = normalize.first_of(rows, 'account_id', [account_id])
        return mapping.balance(row) if row else None

    def _webhook_key(self, kid: str) -> Mapping:
        def fetch():
            webtokens.may_ask_for_key(self.context.now())
            answer = self.api.read('/webhook_verification_key/get', {'key_id': kid})
            key = normalize.take(answer, 'key', dict)
            if key.get('expired_at'):
                raise webtokens.not_genuine("the key was withdrawn")
            return key, timedelta(hours=1)

        return _keys.get(f'{self.api.base_url} {kid}', self.context.now(), fetch)

    def _body(self) -> dict[str, str]:
        if not self.context.tokens.get('access_token'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no login at Plaid")
        return {'access_token': self.context.tokens['access_token']}
