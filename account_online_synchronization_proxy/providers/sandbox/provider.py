"""The sandbox as a provider: exactly the interface of the real ones, without the internet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timezone

from .. import registry
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Account,
    ConnectRequest,
    Institution,
    Page,
    Presence,
    Provider,
    Refreshed,
    Refreshing,
    Revocation,
    Setting,
    Step,
    WebhookEvent,
    WebhookRequest,
    Window,
)
from ..words import _lt
from . import gates, paging
from .connect import ConnectFlow
from .consent import from_tokens, has_consent, same_signature, sign, signing_key, to_tokens
from .institutions import INSTITUTIONS, as_institution
from .ledger import today
from .model import BankAccount, Consent
from .world import World, account_id, as_account

PAGE_SIZE = 500
SLOW_SECONDS = 3
SIGNATURE_HEADER = 'x-sandbox-signature'


@registry.register
class SandboxProvider(Provider):
    """Banks that do not exist, for trying out, demonstrations and tests."""

    code = 'sandbox'
    name = 'Sandbox'
    description = _lt("Pretend banks with pretend money, to try everything out.")
    settings = (
        Setting(
            'seed',
            _lt('Seed'),
            _lt('Another seed is another world.'),
            secret=False,
            required=False,
        ),
        Setting('page_size', _lt('Transactions per page'), secret=False, required=False),
        Setting(
            'signing_key',
            _lt('Signing key'),
            _lt('Signs what the pretend banks send.'),
            required=False,
        ),
    )
    simulated = True
    world = World()

    # -- set-up ------------------------------------------------------------------------------------

    def test_connection(self) -> None:
        self._page_size()

    def institutions(self) -> Iterator[Institution]:
        return map(as_institution, INSTITUTIONS.values())

    # -- the user at the bank ----------------------------------------------------------------------

    def start(self, request: ConnectRequest) -> Step:
        return ConnectFlow(self.context, self.world).start(request)

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        return ConnectFlow(self.context, self.world).resume(request, answer)

    # -- data --------------------------------------------------------------------------------------

    def accounts(self) -> list[Account]:
        # An expired consent still names its accounts: some expire before the user has chosen.
        consent = from_tokens(self.context.tokens)
        if consent.revoked:
            gates.check_consent(consent, self._now())
        now = self._as_of(consent)
        return [
            as_account(account, key, self._now(), self.world.balance(account, now))
            for key, account in self._accounts(consent).items()
        ]

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        consent = self._open_consent(presence)
        behaviour = self.world.institution(consent.institution_id).behaviour
        now = self._now()
        accounts = {
            key: self._account(consent, key) for key in account_ids or self._accounts(consent)
        }
        gates.check_code(behaviour, consent)
        for key, account in accounts.items():
            gates.check_quota(behaviour, consent, account, key, now)
        polls = _polls(job)
        if polls < behaviour.slow_polls:
            return Refreshing(f'poll-{polls + 1}', SLOW_SECONDS)
        self._save(gates.refreshed(behaviour, consent, accounts.values(), now))
        if behaviour.daily_refreshes is not None:
            for key, account in accounts.items():
                self.context.learn_quota(key, until=gates.next_day(account, now))
        return Refreshed(now)

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        consent = self._open_consent(presence)
        account = self._account(consent, account_id)
        gates.check_account(account, account_id, self._now())
        position = self._position(consent, account, account_id, since, cursor)
        rows = self.world.shown(account, consent.number, position.since, position.as_of)
        removed: tuple[str, ...] = ()
        window: Window | None = Window(position.since, today(account, position.as_of))
        if position.changed_since:
            before = self.world.shown(
                account, consent.number, position.since, position.changed_since
            )
            rows, removed = paging.changes(before, rows)
            window = None
        return paging.cut(
            rows,
            position,
            self._style(consent),
            removed=removed,
            window=window,
            balance=self.world.balance(account, position.as_of),
        )

    # -- the end -----------------------------------------------------------------------------------

    def revoke(self) -> Revocation:
        if not has_consent(self.context.tokens):
            return Revocation(True, 'There was no consent to withdraw')
        consent = from_tokens(self.context.tokens)
        if consent.revoked:
            return Revocation(True, 'The consent was already withdrawn')
        self._save(replace(consent, revoked=True))
        return Revocation(True, 'The consent was withdrawn')

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        expected = sign(signing_key(self.context.settings), request.body)
        if not same_signature(headers.get(SIGNATURE_HEADER, ''), expected):
            raise ProviderError(ErrorCode.INVALID_REQUEST, 'The webhook is not one of the sandbox')
        event = json.loads(request.body)
        return [WebhookEvent(event['link'], event['kind'], event['id'])]

    # -- helpers -----------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self.context.now().astimezone(timezone.utc)

    def _as_of(self, consent: Consent) -> datetime:
        """The instant that the data show: now, or the last refresh where banks work like that."""
        if self.world.institution(consent.institution_id).behaviour.snapshot:
            return consent.refreshed_at or consent.given_at
        return self._now()

    def _open_consent(self, presence: Presence) -> Consent:
        consent = from_tokens(self.context.tokens)
        gates.check_consent(consent, self._now())
        behaviour = self.world.institution(consent.institution_id).behaviour
        gates.check_bank(behaviour, consent, presence, self._now())
        return consent

    def _accounts(self, consent: Consent) -> dict[str, BankAccount]:
        """The accounts that the user has chosen, by their id in this consent."""
        return {
            account_id(account, consent): account
            for account in self.world.accounts(
                consent.seed, consent.institution_id, consent.country, consent.first_at, self._now()
            )
            if account.key in consent.account_keys
        }

    def _account(self, consent: Consent, key: str) -> BankAccount:
        account = self._accounts(consent).get(key)
        if account is None:
            raise ProviderError(
                ErrorCode.INVALID_REQUEST, 'No such account in this consent', account_id=key
            )
        return account

    def _position(
        self,
        consent: Consent,
        account: BankAccount,
        key: str,
        since: date | None,
        cursor: str | None,
    ) -> paging.Position:
        behaviour = self.world.institution(consent.institution_id).behaviour
        position = paging.Position.unpack(cursor, key) if cursor else None
        if position and position.page is not None:
            return position
        now = self._as_of(consent)
        if position:
            return replace(position, as_of=now, changed_since=position.as_of, page=0)
        oldest = self.world.oldest_day(account, now)
        first = oldest if since is None or behaviour.ignores_since else max(since, oldest)
        return paging.Position(key, now, first)

    def _style(self, consent: Consent) -> paging.Style:
        behaviour = self.world.institution(consent.institution_id).behaviour
        return paging.Style(
            self._page_size(),
            behaviour.empty_pages,
            behaviour.overlapping_pages,
            behaviour.feed == 'changes',
        )

    def _page_size(self) -> int:
        size = self.context.settings.get('page_size') or str(PAGE_SIZE)
        if not size.isdecimal() or not int(size):
            raise ProviderError(
                ErrorCode.INVALID_REQUEST, 'The page size must be a number above zero'
            )
        return int(size)

    def _save(self, consent: Consent) -> None:
        self.context.save_tokens(to_tokens(consent), consent.link_key)


def _polls(job: str | None) -> int:
    """How often this job was asked for."""
    if job is None:
        return 0
    number = job.removeprefix('poll-')
    if not number.isdecimal():
        raise ProviderError(ErrorCode.INVALID_REQUEST, 'No such job')
    return int(number)
