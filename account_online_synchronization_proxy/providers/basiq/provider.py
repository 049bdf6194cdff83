"""The Basiq connector.

Surprises: the user must be made before he may consent, and the page to come back to is fixed in
the dashboard; everything runs in jobs; when the consent ends, Basiq deletes all data.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from .. import misshapen, normalize, registry, webtokens
from ..addresses import BASE_URL
from ..errors import ErrorCode, ProviderError
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
from ..refusals import RefusedError
from ..words import _lt
from . import mapping
from .api import BasiqApi
from .connect import Connect, challenge_of, is_done

PAGE = '500'
FRESH = timedelta(hours=20)  # without the user a connection is refreshed about once a day
AGE = timedelta(minutes=5)
EVENTS = {
    'transactions.updated': 'transactions',
    'account.updated': 'accounts',
    'connection.created': 'accounts',
    'connection.activated': 'consent',
    'connection.invalidated': 'error',
    'connection.deleted': 'consent',
    'consent.updated': 'consent',
    'consent.revoked': 'consent',
    'consent.expired': 'consent',
    'consent.reminder': 'consent',
    'consent.warning': 'consent',
    'user.deleted': 'consent',
}


@registry.register
class Basiq(Provider):
    """Accounts of one connection of a Basiq user, who exists for this link alone."""

    code = 'basiq'
    name = 'Basiq'
    description = _lt("Banks of Australia and New Zealand.")
    settings = (
        Setting(
            'api_key',
            _lt("API key"),
            _lt("Dashboard › Applications › API keys, exactly as shown."),
        ),
        Setting(
            'webhook_secret',
            _lt("Webhook secret"),
            _lt("Of the subscription (whsec_…)."),
            required=False,
        ),
        BASE_URL,
        Setting(
            'consent_url',
            _lt("Other consent page"),
            _lt("Leave empty. Where users are sent to instead of Basiq's own page."),
            secret=False,
            required=False,
        ),
    )
    setup_url = 'https://dashboard.basiq.io/applications'
    id_grade = IdGrade.STRONG  # posted rows are never deleted; ids of pending ones are not kept
    quota = Quota(unattended_per_day=1)

    def __init__(self, context):
        super().__init__(context)
        self.api = BasiqApi(context)
        self._connect = Connect(self.api, context)

    def test_connection(self) -> None:
        self.api.new_token()

    def institutions(self) -> Iterator[Institution]:
        connectors = self.api.listed('/connectors')
        banks = mapping.banks(connectors, production=self.context.production)
        yield from misshapen.readable(mapping.institution, banks)

    def start(self, request: ConnectRequest) -> Step:
        return self._connect.begin(request)

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        return self._connect.finish(request, answer)

    def visited(self, request: ConnectRequest) -> Step:
        return self._connect.look()

    def accounts(self) -> list[Account]:
        self._check_consent()
        condition = f"connection.id.eq('{self._connect.connection_id()}')"
        rows = self.api.listed(f'{self._connect.path()}/accounts', condition)
        return normalize.distinct(list(map(mapping.account, rows)))

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        if not job:
            used = self._last_used()
            if used and not presence.attended and used > self.context.now() - FRESH:
                return Refreshed(used)
            job = normalize.take(self._connect.refresh(), 'id', str)
        state = self.api.get(f'/jobs/{job}')
        if challenge_of(state) is not None:
            raise self.api.error('mfa-challenge', detail="The bank asks the user:")
        return Refreshed(self.context.now()) if is_done(self.api, state) else Refreshing(job)

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        state = normalize.unpack(cursor) if cursor else {}
        if state.get('trouble'):
            detail = "The bank no longer shows the account:"
            raise self.api.error(state['trouble'], detail=detail, account_id=account_id)
        account = self._account(account_id)
        link = state.get('link')
        listed, following = self._posted(account_id, since, link)
        rows = list(map(mapping.transaction, listed))
        if following:
            if following == link:
                raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
            return Page(tuple(rows), normalize.pack(link=following), more=True)
        rows += self._pending(account_id)
        if account.get('status') == 'unavailable':
            # The rows that came are good; the next page says why no others come.
            return Page(tuple(rows), normalize.pack(trouble='account unavailable'), more=True)
        window, balance = mapping.window(account, since), mapping.balance(account)
        return Page(tuple(rows), window=window, balance=balance)

    def revoke(self) -> Revocation:
        if not self.context.tokens.get('user'):
            return Revocation(True, "There was no consent")
        return self.api.end(lambda: self.api.delete(self._connect.path()))

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        self._check_signature(request)
        event = normalize.parsed(request.body)
        kind = EVENTS.get(event.get('eventTypeId'))
        entity = str(normalize.part(event, 'links').get('eventEntity') or '')
        user = re.search(r'/users/([^/?]+)', entity)
        if not kind or not user:
            return []
        key = user.group(1)  # there is no more than one visit of a user
        return [WebhookEvent(key, kind, event.get('eventId'), visit=key)]

    def _check_consent(self) -> None:
        if not self._connect.active_consent():
            raise self.api.error('no consent', detail="The consent has ended:")

    def _last_used(self):
        """When the connection was refreshed last, if it still may be."""
        self._check_consent()
        connection = self._connect.connection()
        ends = mapping.expiry(connection)
        if ends and ends <= self.context.now():
            raise self.api.error('connection expired', detail="Open banking:")
        if connection.get('status') == 'invalid':
            raise self.api.error('connection invalid', detail="The bank refuses the login:")
        return normalize.instant(connection.get('lastUsed'))

    def _account(self, account_id: str) -> Mapping:
        try:
            return self.api.get(f'{self._connect.path()}/accounts/{account_id}')
        except RefusedError as error:
            if 'resource-not-found' not in error.markers:
                raise
            self._check_consent()  # with its end everything is deleted
            detail = "The account does not exist any more:"
            raise self.api.error(
                'account unavailable', detail=detail, account_id=account_id
            ) from error

    def _posted(
        self, account_id: str, since: date | None, link: str | None
    ) -> tuple[list, str | None]:
        if link:
            return self.api.page(link)
        days = [f"transaction.postDate.gteq('{since}')"] if since else []
        return self.api.page(
            f'{self._connect.path()}/transactions',
            f"account.id.eq('{account_id}')",
            "transaction.status.eq('posted')",
            *days,
            params={'limit': PAGE},
        )

    def _pending(self, account_id: str) -> list:
        # Asked for alone: they have no posting date that a condition could hold for.
        rows = self.api.listed(
            f'{self._connect.path()}/transactions',
            f"account.id.eq('{account_id}')",
            "transaction.status.eq('pending')",
            params={'limit': PAGE},
        )
        return list(map(mapping.transaction, rows))

    def _check_signature(self, request: WebhookRequest) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        stamp = headers.get('webhook-timestamp', '')
        issued = {'iat': int(stamp) if stamp.isdigit() else None}
        webtokens.check_age(issued, self.context.now(), AGE, AGE)
        secret = self.context.settings.get('webhook_secret', '').removeprefix('whsec_')
        try:
            key = base64.b64decode(secret, validate=True)
        except (ValueError, binascii.Error):
            key = b''
        signed = f'{headers.get("webhook-id", "")}.{stamp}.'.encode() + request.body
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = headers.get('webhook-signature', '').split()
        if not key or not any(hmac.compare_digest(f'v1,{digest}', item) for item in given):
            raise webtokens.not_genuine("the signature does not fit")
