"""The Yodlee connector.

Surprises: a link has no secret, the operator's keys and a user name open everything; amounts have
no sign; a bank that could not be read is told inside good answers; webhooks carry no signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

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
from ..words import _lt
from . import mapping
from .api import YodleeApi
from .connect import Connect

PAGE = 500
LONGEST_HISTORY = timedelta(days=729)
PATIENCE = 300  # seconds: the catalogue takes its time
PAUSE = timedelta(minutes=15)  # between two refreshes of one link
FRESH = timedelta(hours=24)  # Yodlee reads the banks every night
STATUSES = 'ACTIVE,INACTIVE,TO_BE_CLOSED,CLOSED'


@registry.register
class Yodlee(Provider):
    """Accounts of one provider account of a Yodlee user, who exists for this link alone."""

    code = 'yodlee'
    name = 'Yodlee'
    description = _lt("Banks all over the world; read every night.")
    settings = (
        Setting('client_id', _lt("Client ID"), _lt("Dashboard › API keys."), secret=False),
        Setting(
            'secret',
            _lt("Client secret"),
            _lt("Opens every link of every user: keep it well."),
        ),
        Setting(
            'config_name',
            _lt("FastLink configuration"),
            _lt("Its published name."),
            secret=False,
        ),
        Setting(
            'fastlink_url',
            _lt("FastLink address"),
            _lt("From the dashboard; the sandbox needs none."),
            secret=False,
            required=False,
        ),
        Setting(
            'sandbox_login',
            _lt("Sandbox user"),
            _lt("One of the five users of the sandbox (sbMem…)."),
            secret=False,
            required=False,
        ),
        Setting(
            'webhook_token',
            _lt("Webhook token"),
            _lt("A long random word, part of the webhook address: …/webhook/yodlee?token=…"),
            required=False,
        ),
        Setting(
            'full_numbers',
            _lt("Whole account numbers"),
            _lt("Enter “yes” when Yodlee has permitted them to you."),
            secret=False,
            required=False,
        ),
        BASE_URL,
    )
    setup_url = 'https://developer.yodlee.com/user/login'
    id_grade = IdGrade.WEAK  # nothing is promised about them when an account is linked again
    quota = Quota(minimum_pause=int(PAUSE.total_seconds()))
    state_in_path = True  # nowhere is it said what FastLink does to the query of the address

    def __init__(self, context):
        super().__init__(context)
        self.api = YodleeApi(context)
        self._connect = Connect(self.api, context)

    def test_connection(self) -> None:
        self.api.new_token()

    def institutions(self) -> Iterator[Institution]:
        skip, rows = 0, [{}] * PAGE
        while len(rows) == PAGE:
            params = {'priority': 'cobrand', 'skip': str(skip), 'top': str(PAGE)}
            rows = self.api.listed('/providers', 'provider', params, patience=PATIENCE)
            supported = (row for row in rows if row.get('status') != 'Unsupported')
            yield from misshapen.readable(mapping.institution, supported)
            skip += PAGE

    def start(self, request: ConnectRequest) -> Step:
        return self._connect.begin(request)

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        return self._connect.finish()

    def visited(self, request: ConnectRequest) -> Step:
        return self._connect.look()

    def accounts(self) -> list[Account]:
        params = {'providerAccountId': str(self._connect.link_id()), 'status': STATUSES}
        rows = filter(mapping.is_account, self._accounts(params))
        return normalize.distinct(list(map(mapping.account, rows)))

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        row = self._connect.link(self._connect.link_id())
        updated = mapping.updated_at(row)
        if job:
            return Refreshed(updated) if self._connect.is_done(row) else Refreshing(job, 10)
        if not self._may_update(row, presence):
            return Refreshed(updated)
        answer = self.api.call(
            'PUT', '/providerAccounts', params={'providerAccountIds': str(row['id'])}
        )
        [started] = normalize.take(answer, 'providerAccount', list)
        return Refreshing(str(started.get('requestId')), 10)

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        state = normalize.unpack(cursor) if cursor else {}
        if state.get('trouble'):
            detail = "The account could not be read:"
            raise self.api.error(state['trouble'], detail=detail, account_id=account_id)
        account, skip = self._account(account_id), state.get('skip', 0)
        params = state.get('params') or self._params(account, since)
        more = {'skip': str(skip), 'top': str(PAGE)}
        listed = self.api.listed('/transactions', 'transaction', {**params, **more})
        if listed and listed[0].get('id') and listed[0]['id'] == state.get('first'):
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
        rows = tuple(map(mapping.transaction, filter(mapping.is_transaction, listed)))
        oldest = normalize.earliest([state.get('oldest'), *(row.booking_date for row in rows)])
        if len(listed) == PAGE:
            first = listed[0].get('id')
            following = {'skip': skip + PAGE, 'params': params, 'oldest': oldest, 'first': first}
            return Page(rows, normalize.pack(**following), more=True)
        return self._last_page(account, rows, since, oldest)

    def revoke(self) -> Revocation:
        tokens = self.context.tokens
        calls = []
        if tokens.get('link'):
            calls.append(lambda: self.api.delete(f'/providerAccounts/{tokens["link"]}'))
        if tokens.get('login') and tokens['login'] != self.context.settings.get('sandbox_login'):
            calls.append(lambda: self.api.delete('/user/unregister'))
        return self.api.end(*calls)

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        expected = self.context.settings.get('webhook_token') or ''
        given = request.query.get('token') or ''
        if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
            raise webtokens.not_genuine("the token does not fit")
        # The body is only a hint: whatever it says is read again through the API.
        event = normalize.take(_body_of(request), 'event', dict)
        kind = {
            'REFRESH': 'transactions',
            'DATA_UPDATES': 'transactions',
            'AUTO_REFRESH_UPDATES': 'error',
            'LATEST_BALANCE_UPDATES': 'accounts',
        }.get(str(event.get('info', '')).partition('.')[0])
        logins = dict.fromkeys(_logins_of(event))
        return [WebhookEvent(login, kind, event.get('notificationId')) for login in logins if kind]

    def _may_update(self, row: Mapping, presence: Presence) -> bool:
        """Whether the bank shall be read now; an error when that needs the user."""
        data = mapping.dataset(row)
        if row.get('isRealTimeMFA') and not presence.attended:
            detail = "The bank asks for a code with every refresh"
            raise ProviderError(ErrorCode.UNATTENDED_REFUSED, detail)
        if row.get('isRealTimeMFA'):
            raise self.api.error('USER_INPUT_REQUIRED', detail="The bank asks for a code:")
        if data.get('updateEligibility') == 'ALLOW_UPDATE_WITH_CREDENTIALS':
            status = str(data.get('additionalStatus') or '')
            marker = 'ALLOW_UPDATE_WITH_CREDENTIALS'
            raise self.api.error(status, marker, detail="The bank wants the user:")
        attempt = normalize.instant(data.get('lastUpdateAttempt'))
        age = self.context.now() - attempt if attempt else FRESH
        is_wanted = age >= (PAUSE if presence.attended else FRESH)
        return is_wanted and data.get('updateEligibility') != 'DISALLOW_UPDATE'

    def _accounts(self, params: Mapping[str, str]) -> list[Mapping]:
        is_permitted = self.context.settings.get('full_numbers', '').lower() in ('yes', '1', 'true')
        include = 'holder,fullAccountNumberList' if is_permitted else 'holder'
        return self.api.listed('/accounts', 'account', {**params, 'include': include})

    def _account(self, account_id: str) -> Mapping:
        rows = self._accounts({'accountId': account_id, 'status': STATUSES})
        if not rows or rows[0].get('providerAccountId') != self._connect.link_id():
            detail = "The account does not exist any more:"
            raise self.api.error('DELETED', detail=detail, account_id=account_id)
        return rows[0]

    def _params(self, account: Mapping, since: date | None) -> dict[str, str]:
        today = self.context.now().date()
        first = max(min(since or today - LONGEST_HISTORY, today), today - LONGEST_HISTORY)
        return {
            'accountId': str(account['id']),
            'container': account['CONTAINER'],
            'fromDate': first.isoformat(),  # the default would be the last 30 days
            'toDate': today.isoformat(),
        }

    def _last_page(self, account: Mapping, rows: tuple, since: date | None, oldest) -> Page:
        if trouble := mapping.trouble(account):
            # The rows that came are good; the next page says why no others come.
            return Page(rows, normalize.pack(trouble=trouble), more=True)
        until = (mapping.updated_at(account) or self.context.now()).date()
        is_complete = not mapping.is_partial(account)
        window = normalize.covered(since, oldest, until) if is_complete else None
        return Page(rows, window=window, balance=mapping.balance(account))


def _body_of(request: WebhookRequest) -> Any:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if 'form' in headers.get('content-type', ''):  # the older way to send them
        fields = parse_qs(request.body.decode(errors='replace'))
        return {'event': normalize.parsed((fields.get('event') or ['{}'])[0].encode())}
    return normalize.parsed(request.body)


def _logins_of(event: Mapping) -> Iterator[str]:
    """The users that an event is about; each kind of event names them elsewhere."""
    data = event.get('data')
    users = data if isinstance(data, list) else normalize.part(event, 'data').get('userData') or ()
    for row in [event, *users]:
        login = row.get('loginName') or normalize.part(row, 'user').get('loginName')
        if login:
            yield str(login)
