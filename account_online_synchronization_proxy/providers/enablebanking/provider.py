"""The Enable Banking connector.

Surprises: a bank has no id but its name; account ids last as long as a consent; every read is a
call to the bank, and only headers about the real, present user lift the bank's daily limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from .. import misshapen, normalize, registry
from ..addresses import BASE_URL
from ..errors import CursorExpired, ErrorCode, ProviderError
from ..interface import (
    Account,
    AskUser,
    Balance,
    Cancelled,
    Connected,
    ConnectRequest,
    FormField,
    IdGrade,
    Institution,
    Page,
    Presence,
    Provider,
    Quota,
    Redirect,
    Refreshed,
    Revocation,
    Setting,
    Step,
)
from ..refusals import RefusedError
from ..words import _lt
from . import mapping
from .api import EnableBankingApi

PATIENCE = 120  # seconds: the answer comes from the bank
CLOCKS_DIFFER = timedelta(minutes=5)  # a consent that is a second too long is refused
CERTAIN_DAYS = 90  # history that banks serve at any time, not only right after the consent


@registry.register
class EnableBanking(Provider):
    """European accounts through a session that the user authorizes at his bank."""

    code = 'enablebanking'
    name = 'Enable Banking'
    description = _lt("European banks; consent for up to 180 days, about four updates a day.")
    settings = (
        Setting(
            'application_id',
            _lt("Application ID"),
            _lt("Control Panel › API applications. Add the proxy's callback to its redirect URLs."),
            secret=False,
        ),
        Setting(
            'private_key',
            _lt("Private key"),
            _lt("The PEM file made when the application was registered."),
            multiline=True,
        ),
        BASE_URL,
    )
    setup_url = 'https://enablebanking.com/cp/applications'
    id_grade = IdGrade.STRONG  # entry_reference: the bank's own, immutable, survives consents
    quota = Quota(unattended_per_day=4)

    def __init__(self, context):
        super().__init__(context)
        self.api = EnableBankingApi(context)

    def test_connection(self) -> None:
        application = self.api.get('/application')
        environment = 'PRODUCTION' if self.context.production else 'SANDBOX'
        if not normalize.take(application, 'active', bool):
            detail = "The application is not active: activate it in the Control Panel"
        elif application.get('environment') != environment:
            detail = f"The application is not of the {environment} environment"
        else:
            return
        raise ProviderError(ErrorCode.INVALID_REQUEST, detail)

    def institutions(self) -> Iterator[Institution]:
        yield from misshapen.readable(mapping.institution, self._banks({'service': 'AIS'}))

    def start(self, request: ConnectRequest) -> Step:
        types = self._bank(request).get('psu_types') or ['personal']
        if len(types) == 1:
            return self._authorization(request, types[0])
        choices = (('business', "Business"), ('personal', "Personal"))
        field = FormField('psu_type', "Kind of online banking", 'choice', choices)
        return AskUser((field,), "Which online banking do you use at this bank?")

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        if answer.get('psu_type') in ('business', 'personal'):
            return self._authorization(request, answer['psu_type'])
        error = answer.get('error', '')
        if error.lower() == 'access_denied':
            return Cancelled(error)
        if error or not answer.get('code'):
            raise self.api.error(error or 'server_error', detail="The user came back with")
        return self._connected(self.api.post('/sessions', {'code': answer['code']}))

    def accounts(self) -> list[Account]:
        status = normalize.take(self.api.get(f'/sessions/{self._session()}'), 'status', str)
        if status != 'AUTHORIZED':
            marker = f'{status}_SESSION' if status in ('EXPIRED', 'REVOKED') else 'CLOSED_SESSION'
            raise self.api.error(marker, detail=f'The session is {status}')
        # The details came with the consent; a session in hand tells only ids.
        return normalize.distinct([mapping.account(row) for row in self._stored()])

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed:
        # Reading transactions asks the bank itself: there is nothing to fetch beforehand.
        return Refreshed(at=self.context.now())

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        uid, today = self._uid(account_id), self.context.now().date()
        state = normalize.unpack(cursor) if cursor else {'params': _first_params(since, today)}
        answer, params = self._answer(uid, account_id, state, presence)
        listed = filter(mapping.is_transaction, normalize.take(answer, 'transactions', list))
        rows = tuple(map(mapping.transaction, listed))
        booked = [row.booking_date for row in rows if row.status == 'booked']
        oldest = normalize.earliest([state.get('oldest'), *booked])
        if key := answer.get('continuation_key'):  # also after a page without rows
            if key == state.get('key'):
                raise ProviderError(ErrorCode.PROVIDER_ERROR, "The same page comes again")
            following = normalize.pack(key=key, params=params, oldest=oldest)
            return Page(rows, following, more=True)
        window = normalize.covered(since, oldest, today, promised_days=CERTAIN_DAYS)
        return Page(rows, window=window, balance=self._balance(uid, account_id, presence))

    def revoke(self) -> Revocation:
        tokens = self.context.tokens
        return self._delete(*filter(None, [tokens.get('session_id'), *tokens.get('old', ())]))

    def _banks(self, params: Mapping[str, str]) -> list[Mapping]:
        return normalize.take(self.api.get('/aspsps', params), 'aspsps', list)

    def _bank(self, request: ConnectRequest) -> Mapping:
        country, _separator, name = request.institution_id.partition('|')
        for row in self._banks({'country': country, 'service': 'AIS'}):
            if row.get('name') == name:
                return row
        detail = f'There is no bank {request.institution_id!r} any more'
        raise ProviderError(ErrorCode.INVALID_REQUEST, detail)

    def _authorization(self, request: ConnectRequest, psu_type: str) -> Redirect:
        bank = self._bank(request)
        validity = timedelta(seconds=int(bank.get('maximum_consent_validity') or 90 * 86400))
        until = self.context.now() + validity - CLOCKS_DIFFER
        answer = self.api.post('/auth', {
            'access': {
                'valid_until': until.isoformat(timespec='seconds'),
                'balances': True,
                'transactions': True,
            },
            'aspsp': {'name': bank['name'], 'country': bank['country']},
            'state': request.state,
            'redirect_url': request.callback_url,
            'psu_type': psu_type,
            'language': request.lang[:2].lower(),
            'psu_id': request.user_reference,
        })
        needed = list(bank.get('required_psu_headers') or ())
        self.context.save_tokens({**self.context.tokens, 'next_psu_headers': needed})
        return Redirect(normalize.take(answer, 'url', str))

    def _connected(self, session: Mapping) -> Connected:
        replaced = self.context.tokens.get('session_id')
        old = [*self.context.tokens.get('old', ()), *filter(None, [replaced])]
        tokens = {
            'session_id': normalize.take(session, 'session_id', str),
            'accounts': normalize.raw(normalize.take(session, 'accounts', list)),
            'psu_headers': self.context.tokens.get('next_psu_headers', []),
            'old': old,
        }
        self.context.save_tokens(tokens)
        if old and self._delete(*old).revoked:
            self.context.save_tokens({**tokens, 'old': []})
        until = normalize.part(session, 'access').get('valid_until')
        return Connected(consent_expires_at=normalize.instant(until))

    def _answer(self, uid, account_id, state, presence) -> tuple[Mapping, dict]:
        """One page, and the parameters that the next one must repeat."""
        params = state['params']
        key = {'continuation_key': state['key']} if state.get('key') else {}
        try:
            return self._read(uid, account_id, 'transactions', presence, {**params, **key}), params
        except RefusedError as error:
            if key and 'WRONG_CONTINUATION_KEY' in error.markers:
                raise CursorExpired from error  # a few banks, and every new consent
            if key or 'WRONG_TRANSACTIONS_PERIOD' not in error.markers:
                raise
        params = {'strategy': 'longest'}  # the bank does not go back so far
        return self._read(uid, account_id, 'transactions', presence, params), params

    def _balance(self, uid: str, account_id: str, presence: Presence) -> Balance | None:
        try:
            answer = self._read(uid, account_id, 'balances', presence)
        except RefusedError as error:
            if error.code != ErrorCode.RATE_LIMITED:
                raise
            return None  # the balance has a limit of its own; the rows matter more
        return mapping.balance(normalize.take(answer, 'balances', list))

    def _read(self, uid, account_id, resource, presence, params=None) -> Mapping:
        return self.api.get(
            f'/accounts/{uid}/{resource}',
            params,
            headers=self._psu_headers(presence),
            retry=False,  # each read spends the bank's daily grant
            patience=PATIENCE,
            account_id=account_id,
        )

    def _psu_headers(self, presence: Presence) -> dict[str, str]:
        """All that the bank asks about the present user, or nothing: parts of it are refused."""
        known = {'Psu-Ip-Address': presence.user_ip, 'Psu-User-Agent': presence.user_agent}
        given = {name.lower() for name, value in known.items() if value and presence.attended}
        needed = {name.lower() for name in self.context.tokens.get('psu_headers', ())}
        if not needed <= given:
            return {}
        return {name: value for name, value in known.items() if name.lower() in given}

    def _stored(self) -> list[Mapping]:
        self._session()
        return self.context.tokens['accounts']

    def _uid(self, account_id: str) -> str:
        for row in self._stored():
            if mapping.account_key(row) == account_id and row.get('uid'):
                return row['uid']
        detail = "The account is not in the consent any more"
        raise ProviderError(ErrorCode.ACCOUNT_CLOSED, detail, account_id=account_id)

    def _session(self) -> str:
        if not self.context.tokens.get('session_id'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no session")
        return self.context.tokens['session_id']

    def _delete(self, *sessions: str) -> Revocation:
        return self.api.end(
            *(lambda path=f'/sessions/{session}': self.api.delete(path) for session in sessions)
        )


def _first_params(since: date | None, today: date) -> dict[str, str]:
    # The future is refused, and the longest history must be asked for by its own name.
    return {'date_from': min(since, today).isoformat()} if since else {'strategy': 'longest'}
