"""The SimpleFIN connector.

Surprises: the user buys the service and pastes a token; there is nothing to register, to redirect
to, to refresh or to revoke. One token opens all his banks, within one small daily quota.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone

from .. import normalize, registry
from ..addresses import BASE_URL
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Account,
    AskUser,
    Connected,
    ConnectMode,
    ConnectRequest,
    FormField,
    IdGrade,
    Institution,
    Page,
    Presence,
    Provider,
    Quota,
    Refreshed,
    Revocation,
    Setting,
    Step,
)
from ..memory import Memory, key_of
from ..words import _lt
from . import mapping
from .api import SimpleFinApi, decoded

SPAN = timedelta(days=89)  # longer ranges are cut, silently in version 1
FIRST_HISTORY = timedelta(days=365)  # without a start the server decides how much it sends
KEPT = timedelta(minutes=3)

# What one request brought for the other accounts of the user: a request for each would spend the
# quota, after which the token is disabled. Each is handed out once, so asking again asks the bank.
_siblings = Memory()


@registry.register
class SimpleFin(Provider):
    """Accounts that the user connected at a SimpleFIN bridge."""

    code = 'simplefin'
    name = 'SimpleFIN'
    description = _lt("You subscribe to the SimpleFIN Bridge and paste a token; mostly US banks.")
    settings = (
        Setting(
            'allowed_hosts',
            _lt("Other SimpleFIN servers"),
            _lt("Host names beside those of the SimpleFIN Bridge, separated by spaces."),
            secret=False,
            required=False,
        ),
        BASE_URL,
    )
    setup_url = 'https://bridge.simplefin.org/simplefin/create'
    id_grade = IdGrade.WEAK  # the bridge was seen to give posted rows new ids
    quota = Quota(unattended_per_day=2, attended_per_day=4)  # the bridge reads banks once a day

    def __init__(self, context):
        super().__init__(context)
        self.api = SimpleFinApi(context)

    def test_connection(self) -> None:
        normalize.take(self.api.versions(), 'versions', list)

    def institutions(self) -> Iterator[Institution]:
        # There is no list: the user chooses his banks at the bridge.
        yield Institution(
            id='simplefin',
            name='SimpleFIN Bridge',
            countries=('US', 'CA'),
            website=self.setup_url,
            account_types=('checking', 'savings', 'credit_card', 'loan', 'investment'),
        )

    def start(self, request: ConnectRequest) -> Step:
        if request.mode == ConnectMode.FETCH_ACCOUNTS:
            return Connected()  # accounts ticked at the bridge are in the next answer
        if request.mode == ConnectMode.REFRESH:
            return self._ask_repair(())
        if request.mode == ConnectMode.UPDATE_CREDENTIALS:
            return self._ask_repair(self._ask_signs())
        return self._ask_token()

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        if request.mode in (ConnectMode.UPDATE_CREDENTIALS, ConnectMode.REFRESH):
            self._keep_signs(answer)
            return Connected()
        token = answer.get('setup_token') or ''
        try:
            decoded(token)
        except ValueError:
            return self._ask_token("This is not a Setup Token: copy the whole text.")
        known = {'opposite': self.context.tokens.get('opposite')}
        kept = {name: value for name, value in known.items() if value}
        self.context.save_tokens({'access_url': self.api.claim(token), **kept})
        return Connected()

    def accounts(self) -> list[Account]:
        return [
            mapping.account(key, row, opposite=self._is_opposite(key)) for key, row in self._rows()
        ]

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed:
        # Nothing can be forced: the bridge reads the banks once a day.
        _siblings.forget(self._memory_key())
        return Refreshed()

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        today = self.context.now().date()
        state = normalize.unpack(cursor) if cursor else {}
        if state.get('trouble'):
            raise self._error(state['trouble'], account_id)
        asked = state.get('since') or (since or today - FIRST_HISTORY).isoformat()
        start = date.fromisoformat(state.get('start') or asked)
        end = min(start + SPAN, today + timedelta(days=1))
        answer, row = self._account(account_id, start, end)
        opposite = self._is_opposite(account_id)
        found = [
            mapping.transaction(item, row.get('currency'), opposite=opposite)
            for item in row['transactions']
        ]
        oldest = normalize.earliest([state.get('oldest'), *(item.booking_date for item in found)])
        if end <= today:
            following = normalize.pack(since=asked, start=end, oldest=oldest)
            return Page(tuple(found), following, more=True)
        if trouble := mapping.trouble(answer, account_id):
            # The rows that came are good; the next page says what is wrong with the rest.
            return Page(tuple(found), normalize.pack(trouble=trouble), more=True)
        window = self._window(asked, oldest, row)
        return Page(tuple(found), window=window, balance=mapping.balance(row, opposite=opposite))

    def revoke(self) -> Revocation:
        detail = "SimpleFIN cannot be told: the user disables the token at the bridge"
        return Revocation(revoked=not self.context.tokens, detail=detail)

    def _ask_token(self, message: str = "") -> AskUser:
        advice = f"Create a Setup Token at {self._bridge()}/create and paste it here."
        field = FormField('setup_token', "Setup Token", kind='password', help=advice)
        return AskUser((field,), "Connect with SimpleFIN", message or advice)

    def _ask_repair(self, fields: tuple[FormField, ...]) -> AskUser:
        message = f"Sign in at {self._bridge()}."
        return AskUser(fields, "Repair the bank at SimpleFIN", message)

    def _ask_signs(self) -> tuple[FormField, ...]:
        """Ask how the bank of each account counts: not every one heeds the protocol."""
        usual, opposite = ('usual', "Spent is negative"), ('opposite', "Spent is positive")
        try:
            rows = self._rows()
        except ProviderError:
            return ()  # first the access has to work again
        return tuple(
            FormField(
                f'sign{number}',
                str(row.get('name') or key),
                'choice',
                (opposite, usual) if self._is_opposite(key) else (usual, opposite),
                "How the bank sends amounts. Change it only when they arrive with the wrong sign.",
            )
            for number, (key, row) in enumerate(rows)
        )

    def _keep_signs(self, answer: Mapping[str, str]) -> None:
        opposite = []
        for number, (key, _row) in enumerate(self._rows()):
            usual = 'opposite' if self._is_opposite(key) else 'usual'
            if (answer.get(f'sign{number}') or usual) == 'opposite':
                opposite.append(key)
        if opposite != self.context.tokens.get('opposite', []):
            self.context.save_tokens({**self.context.tokens, 'opposite': opposite})

    def _is_opposite(self, key: str) -> bool:
        return key in self.context.tokens.get('opposite', ())

    def _rows(self) -> list[tuple[str, Mapping]]:
        """The accounts, with what their banks say of them today."""
        rows = mapping.accounts(self._read({'balances-only': '1'}))
        return [(key, row) for key, row in rows if mapping.has_money(row)]

    def _bridge(self) -> str:
        return self.api.base_url

    def _read(self, params: Mapping[str, str]) -> Mapping:
        if not self.context.tokens.get('access_url'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no access address any more")
        answer = self.api.read(params)
        normalize.take(answer, 'accounts', list)
        return answer

    def _account(self, key: str, start: date, end: date) -> tuple[Mapping, Mapping]:
        """The account's row of these days, and the answer that it stands in."""
        now, memory_key = self.context.now(), self._memory_key()
        kept = _siblings.pop(f'{memory_key} {start} {end} {key}', now)
        if kept:
            return kept
        answer = self._read({'start-date': _unix(start), 'end-date': _unix(end), 'pending': '1'})
        rows = dict(mapping.accounts(answer))
        for sibling, row in rows.items():
            if sibling != key:
                name = f'{memory_key} {start} {end} {sibling}'
                _siblings.put(name, (answer, row), now, KEPT)
        if key not in rows:
            trouble = mapping.trouble(answer, key)
            raise self._error(trouble, key) if trouble else ProviderError(
                ErrorCode.ACCOUNT_CLOSED, "The account is not shared any more", account_id=key
            )
        normalize.take(rows[key], 'transactions', list)
        return answer, rows[key]

    def _window(self, since: str, oldest: str | None, row: Mapping):
        # How far back a bank goes is not announced: only the days seen are proven.
        fresh = normalize.unix(row.get('balance-date')) or self.context.now()
        return normalize.covered(date.fromisoformat(since), oldest, fresh.date())

    def _error(self, trouble: str, account_id: str) -> ProviderError:
        kind = trouble.partition('.')[0] + '.'  # an unknown refinement means its kind
        return self.api.error(trouble, kind, detail="In the answer:", account_id=account_id)

    def _memory_key(self) -> str:
        return key_of(self.context.tokens.get('access_url') or '')


def _unix(day: date) -> str:
    return str(int(datetime.combine(day, time(), timezone.utc).timestamp()))
