"""The GoCardless Bank Account Data connector.

Surprises: every read of details, balances or transactions is a call to the bank, and a bank may
grant four a day of each; there are no pages; the browser comes back with our reference alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from .. import misshapen, normalize, registry
from ..addresses import BASE_URL
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Account,
    Balance,
    Cancelled,
    Connected,
    ConnectRequest,
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
    Wait,
)
from ..refusals import RefusedError
from ..words import _lt
from . import mapping
from .api import GoCardlessApi

SANDBOX = 'SANDBOXFINANCE_SFIN0000'  # in no list
LONGEST_HISTORY, LONGEST_CONSENT = 730, 180  # days
PATIENCE = 120  # seconds: the answer comes from the bank
ON_THE_WAY = frozenset({'CR', 'GC', 'UA', 'SA', 'GA', 'ID'})


@registry.register
class GoCardless(Provider):
    """European accounts through a requisition that the user accepts at his bank."""

    code = 'gocardless'
    name = 'GoCardless'
    description = _lt("European banks; consent for up to 180 days, about four updates a day.")
    settings = (
        Setting(
            'secret_id',
            _lt("Secret ID"),
            _lt("User secrets, in the Bank Account Data portal."),
        ),
        Setting('secret_key', _lt("Secret key"), _lt("Shown once, when the secret is created.")),
        BASE_URL,
    )
    setup_url = 'https://bankaccountdata.gocardless.com/user-secrets/'
    id_grade = IdGrade.STRONG  # internalTransactionId: one per account and content, made to last
    quota = Quota(unattended_per_day=4)
    state_parameter = 'ref'

    def __init__(self, context):
        super().__init__(context)
        self.api = GoCardlessApi(context)

    def test_connection(self) -> None:
        self.api.new_token()

    def institutions(self) -> Iterator[Institution]:
        features = ('private_accounts', 'business_accounts', 'card_accounts')
        supporting = [self._ids(feature) for feature in features]
        rows = self._listed({})
        yield from misshapen.readable(lambda row: mapping.institution(row, *supporting), rows)
        if not self.context.production:
            row = self.api.get(f'/institutions/{SANDBOX}/')
            yield mapping.institution(row, *supporting)

    def start(self, request: ConnectRequest) -> Step:
        # Every mode is a new consent: nothing can be renewed or changed in an old one.
        pending = self.context.tokens.get('pending') or {}
        if pending.get('reference') != request.state:
            pending = self._new_requisition(request)
            self._save(pending=pending)
        return Redirect(pending['link'], visit=pending['requisition'])

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        pending = self.context.tokens.get('pending') or {}
        if answer.get('ref', pending.get('reference')) != pending.get('reference', ''):
            raise ProviderError(ErrorCode.INVALID_REQUEST, "The reference is not of this link")
        if answer.get('error') == 'UserCancelledSession':
            return Cancelled(answer['error'])
        if answer.get('error'):
            raise self.api.error(answer['error'], detail="The user came back with")
        requisition = self.api.get(f'/requisitions/{pending["requisition"]}/')
        status = normalize.take(requisition, 'status', str)
        if status in ON_THE_WAY:
            return Wait()
        if status != 'LN':
            raise self.api.error(f'requisition {status}', detail="The consent ended as")
        return self._connected(pending)

    def accounts(self) -> list[Account]:
        requisition = self.api.get(f'/requisitions/{self._requisition()}/')
        ids = normalize.take(requisition, 'accounts', list)
        return normalize.distinct([self._account(account_id) for account_id in ids])

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed:
        # Reading transactions asks the bank itself: there is nothing to fetch beforehand.
        return Refreshed(at=self.context.now())

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        self._requisition()
        today = self.context.now().date()
        dates = {'date_from': min(since, today).isoformat()} if since else {}
        answer = self._read(account_id, 'transactions', dates)
        listed = normalize.take(answer, 'transactions', dict)
        booked = [mapping.transaction(r, 'booked') for r in normalize.take(listed, 'booked', list)]
        pending = [mapping.transaction(row, 'pending') for row in listed.get('pending') or ()]
        oldest = normalize.earliest(row.booking_date for row in booked)
        days = self.context.tokens.get('history_days')
        window = normalize.covered(since, oldest, today, promised_days=days)
        return Page((*booked, *pending), window=window, balance=self._balance(account_id))

    def revoke(self) -> Revocation:
        tokens = self.context.tokens
        ids = [tokens.get('requisition'), (tokens.get('pending') or {}).get('requisition')]
        return self._delete(*filter(None, [*ids, *tokens.get('old', ())]))

    def _ids(self, feature: str) -> set[str]:
        return {row.get('id') for row in self._listed({f'{feature}_supported': 'true'})}

    def _listed(self, filters: Mapping[str, str]) -> list:
        rows = self.api.get('/institutions/', filters)
        if not isinstance(rows, list):
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "The institutions are no list")
        return rows

    def _new_requisition(self, request: ConnectRequest) -> dict:
        bank = self.api.get(f'/institutions/{request.institution_id}/')
        most = min(int(bank.get('transaction_total_days') or 90), LONGEST_HISTORY)
        oldest = request.history_from
        wanted = (self.context.now().date() - oldest).days + 1 if oldest else most
        agreement = self.api.post('/agreements/enduser/', {
            'institution_id': request.institution_id,
            'max_historical_days': max(1, min(wanted, most)),
            'access_valid_for_days': min(
                int(bank.get('max_access_valid_for_days') or 90), LONGEST_CONSENT
            ),
            'access_scope': ['balances', 'details', 'transactions'],
        })
        requisition = self.api.post('/requisitions/', {
            'redirect': request.callback_url,
            'institution_id': request.institution_id,
            'agreement': agreement['id'],
            'reference': request.state,  # must be new: it is the only thing that comes back
            'user_language': request.lang[:2].upper(),
        })
        return {
            'requisition': requisition['id'],
            'agreement': agreement['id'],
            'reference': request.state,
            'link': requisition['link'],
        }

    def _connected(self, pending: Mapping[str, str]) -> Connected:
        agreement = self.api.get(f'/agreements/enduser/{pending["agreement"]}/')
        accepted = normalize.instant(agreement.get('accepted')) or self.context.now()
        days = int(agreement['max_historical_days'])
        replaced = self.context.tokens.get('requisition')
        old = [*self.context.tokens.get('old', ()), *filter(None, [replaced])]
        tokens = {'requisition': pending['requisition'], 'history_days': days, 'old': old}
        self.context.save_tokens(tokens)
        if old and self._delete(*old).revoked:
            self.context.save_tokens({**tokens, 'old': []})
        expires = accepted + timedelta(days=int(agreement['access_valid_for_days']))
        return Connected(expires, history_days=days)

    def _account(self, account_id: str) -> Account:
        meta = self.api.get(f'/accounts/{account_id}/')  # served without a call to the bank
        try:
            details = normalize.take(self._read(account_id, 'details'), 'account', dict)
        except RefusedError as error:
            if error.code != ErrorCode.ACCOUNT_CLOSED:
                raise
            return Account(account_id, meta.get('iban') or account_id, 'XXX', closed=True)
        currency = details.get('currency')
        if not currency and (balance := self._balance(account_id)):
            currency = balance.currency
        return mapping.account(account_id, meta, details, currency or 'XXX')

    def _balance(self, account_id: str) -> Balance | None:
        try:
            answer = self._read(account_id, 'balances')
        except RefusedError as error:
            is_limited = error.code == ErrorCode.RATE_LIMITED
            if is_limited or 'AccountResourceUnavailable' in error.markers:
                return None  # the balance has a limit of its own; the rows matter more
            raise
        return mapping.balance(answer.get('balances') or [])  # the description promises none

    def _read(self, account_id: str, resource: str, params: Mapping | None = None) -> Mapping:
        return self.api.get(
            f'/accounts/{account_id}/{resource}/',
            params,
            retry=False,  # each read spends the bank's daily grant
            patience=PATIENCE,
            account_id=account_id,
        )

    def _requisition(self) -> str:
        if not self.context.tokens.get('requisition'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no requisition")
        return self.context.tokens['requisition']

    def _delete(self, *requisitions: str) -> Revocation:
        return self.api.end(
            *(lambda path=f'/requisitions/{r}/': self.api.delete(path) for r in requisitions)
        )

    def _save(self, **changes) -> None:
        self.context.save_tokens({**self.context.tokens, **changes})
