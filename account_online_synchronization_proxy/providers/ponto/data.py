"""Accounts, transactions and synchronizations: the same for both kinds of Ponto."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .. import normalize
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Account,
    IdGrade,
    Page,
    Presence,
    Provider,
    Quota,
    Refreshed,
    Refreshing,
    Transaction,
    Window,
)
from ..memory import Memory, key_of
from ..refusals import RefusedError
from . import mapping
from .api import PAGE, PontoApi

SUBTYPES = ('accountDetails', 'accountTransactionsWithUnsettled')  # one synchronization each
FORMERLY = {'accountTransactionsWithUnsettled': 'accountTransactions'}
RUNNING = ('pending', 'running')
USUAL_ZONE = 'Europe/Brussels'

_zones = Memory()  # the time zones of banks


class PontoData(Provider):
    """A provider that reads what Ponto holds; how one gets access is for subclasses."""

    id_grade = IdGrade.STRONG  # Ponto's own, stable while the account stays linked
    quota = Quota(attended_per_day=50, minimum_pause=300)
    api: PontoApi
    has_pending: ClassVar[bool] = True

    def accounts(self) -> list[Account]:
        return normalize.distinct([mapping.account(row) for row in self.api.listed('/accounts')])

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        if job:
            return self._progress(json.loads(job))
        if not (presence.attended and presence.user_ip):
            # Only a present user may ask the bank; Ponto itself does so four times a day.
            return Refreshed()
        jobs = [self._synchronize(key, kind, presence) for key in account_ids for kind in SUBTYPES]
        return Refreshing(json.dumps(jobs))

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        state = normalize.unpack(cursor) if cursor else {}
        if state.get('trouble'):
            detail = "Ponto cannot read the account:"
            raise self.api.error(state['trouble'], detail=detail, account_id=account_id)
        account = self.api.one(f'/accounts/{account_id}', account_id=account_id)
        link = state.get('link') or f'/accounts/{account_id}/transactions'
        params = None if state else {'limit': PAGE}
        listed, following = self.api.page(link, params, account_id=account_id)
        zone = self._zone(account)
        rows = [mapping.transaction(row, 'booked', zone) for row in listed]
        days = [row.booking_date for row in rows]
        oldest = normalize.earliest([state.get('oldest'), *days])
        # The newest come first: a page that ends before the wanted days is the last one.
        is_past = bool(since and oldest and oldest < since.isoformat())
        first_day = since.isoformat() if since else ''
        rows = [row for row in rows if (row.booking_date or first_day) >= first_day]
        if following and not is_past:
            if following == link:
                raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
            return Page(tuple(rows), normalize.pack(link=following, oldest=oldest), more=True)
        rows += self._pending(account_id, zone)
        return self._last_page(account, rows, since, oldest, is_past)

    def _last_page(
        self,
        account: Mapping,
        rows: list[Transaction],
        since: date | None,
        oldest: str | None,
        is_past: bool,
    ) -> Page:
        now, balance = self.context.now(), mapping.balance(account)
        if trouble := mapping.trouble(account, now):
            # The rows that came are good; the next page says why no others come.
            return Page(tuple(rows), normalize.pack(trouble=trouble), more=True, balance=balance)
        until = (mapping.synchronized_at(account) or now).date()
        if is_past and since <= until:
            window = Window(since, until)
        else:
            window = normalize.covered(since, oldest, until)
        return Page(tuple(rows), window=window, balance=balance)

    def _pending(self, account_id: str, zone: ZoneInfo) -> list[Transaction]:
        if not self.has_pending:
            return []
        listed = self.api.listed(f'/accounts/{account_id}/pending-transactions')
        return [mapping.transaction(row, 'pending', zone) for row in listed]

    def _synchronize(self, account_id: str, subtype: str, presence: Presence) -> str:
        attributes = {
            'resourceType': 'account',
            'resourceId': account_id,
            'subtype': subtype,
            'customerIpAddress': presence.user_ip,
        }
        try:
            made = self.api.create('/synchronizations', 'synchronization', attributes)
        except RefusedError as error:
            if error.code != ErrorCode.INVALID_REQUEST or subtype not in FORMERLY:
                raise
            attributes['subtype'] = FORMERLY[subtype]  # not every integration knows the newer name
            made = self.api.create('/synchronizations', 'synchronization', attributes)
        return made['id']

    def _progress(self, jobs: list[str]) -> Refreshed | Refreshing:
        """Wait for all; what failed stands in the account and is told with its transactions."""
        for job in jobs:
            values = normalize.part(self.api.one(f'/synchronizations/{job}'), 'attributes')
            if normalize.take(values, 'status', str) in RUNNING:
                return Refreshing(json.dumps(jobs))
        return Refreshed(at=self.context.now())

    def _zone(self, account: Mapping) -> ZoneInfo:
        bank = mapping.institution_id(account)

        def fetch():
            path = f'/financial-institutions/{bank}'
            values = normalize.part(self.api.one(path) if bank else {}, 'attributes')
            return values.get('timeZone') or USUAL_ZONE, timedelta(days=1)

        key = key_of(self.api.base_url, str(bank))
        name = _zones.get(key, self.context.now(), fetch)
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(USUAL_ZONE)
