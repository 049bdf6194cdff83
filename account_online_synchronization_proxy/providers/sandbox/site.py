"""The sandbox banks' own website, without its pages: what it asks, checks and grants.

Tests that need a consent and no browser sign in with :func:`sign_in`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ..errors import ErrorCode, ProviderError
from ..interface import ConnectMode
from .connect import CODE, LOGIN, PASSWORD
from .consent import seal, signing_key, unseal
from .model import BankAccount, SandboxInstitution
from .world import World

MOST_FAILURES = 3  # then the bank sends its visitor away
KEEPS_ACCOUNTS = (ConnectMode.UPDATE_CREDENTIALS, ConnectMode.REFRESH)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the visitor has done so far; travels, signed, in the forms."""

    login: str = LOGIN
    signed_in: bool = False
    code_given: bool = False
    choose: bool = False  # the visitor wants to choose the accounts
    accounts: tuple[str, ...] | None = None
    failures: int = 0
    turned_back: bool = False
    problem: str = ''  # credentials | code | accounts: what was wrong with the last answer


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor whom the provider sent to the bank's site with a ticket."""

    ticket_text: str = field(repr=False)
    ticket: Mapping[str, Any] = field(repr=False)
    key: bytes = field(repr=False)
    now: datetime
    progress: Progress = field(default_factory=Progress)
    world: World = field(default_factory=World)

    @classmethod
    def open(cls, ticket: str, settings: Mapping[str, str], now: datetime) -> Visit:
        """Check a ticket: ``invalid_request`` when forged, ``user_action_required`` when old."""
        key = signing_key(settings)
        values = unseal(key, 'ticket', ticket)
        if datetime.fromisoformat(values['until']) < now:
            raise ProviderError(ErrorCode.USER_ACTION_REQUIRED, 'The sign-in took too long')
        return cls(ticket, values, key, now)

    @classmethod
    def resume(cls, sealed: str, settings: Mapping[str, str], now: datetime) -> Visit:
        """The visit that :meth:`sealed` put into a form."""
        values = unseal(signing_key(settings), 'visit', sealed)
        visit = cls.open(values.pop('ticket'), settings, now)
        chosen = values.pop('accounts')
        accounts = None if chosen is None else tuple(chosen)
        return replace(visit, progress=Progress(accounts=accounts, **values))

    def sealed(self) -> str:
        """The visit as text that nobody can change."""
        return seal(self.key, 'visit', {'ticket': self.ticket_text, **asdict(self.progress)})

    @property
    def bank(self) -> SandboxInstitution:
        return self.world.institution(self.ticket['institution'])

    @property
    def page(self) -> str | None:
        """What the bank asks now: sign_in, code or accounts; None when it is satisfied."""
        mode, done = self.ticket['mode'], self.progress
        if self.bank.asks_password(mode) and not done.signed_in:
            return 'sign_in'
        if self.bank.asks_code(mode) and not done.code_given:
            return 'code'
        if (done.choose or mode == ConnectMode.FETCH_ACCOUNTS) and done.accounts is None:
            return 'accounts'
        return None

    def cancelled(self) -> Visit:
        """The visit of somebody who turned back."""
        return self._done(turned_back=True)

    def answered(self, form: Mapping[str, str], accounts: Collection[str] = ()) -> Visit:
        """The visit after the visitor has answered the present page."""
        if self.page == 'sign_in':
            login = form.get('login', '').strip()
            if not login or form.get('password') != PASSWORD:
                return self._failed('credentials')
            return self._done(signed_in=True, login=login, choose=bool(form.get('choose')))
        if self.page == 'code':
            correct = form.get('code', '').strip() == CODE
            return self._done(code_given=True) if correct else self._failed('code')
        known = {account.key for account in self.accounts()}
        if not known.intersection(accounts):
            return self._done(problem='accounts')
        return self._done(accounts=tuple(sorted(known.intersection(accounts))))

    def accounts(self) -> list[BankAccount]:
        """The accounts that this visitor has."""
        return self.world.accounts(
            self._seed(),
            self.bank.id,
            self.ticket['country'],
            datetime.fromisoformat(self.ticket['first_at']),
            self.now,
        )

    def way_back(self) -> str | None:
        """Where the browser goes now: back with a grant, back without one, or nowhere yet."""
        if self.progress.turned_back:
            return self._callback(error='access_denied')
        if self.progress.failures >= MOST_FAILURES:
            return self._callback(error='login_failed')
        return None if self.page else self.granted()

    def granted(self) -> str:
        """Where the browser goes when the visitor has agreed."""
        grant = {
            'state': self.ticket['state'],
            'institution': self.ticket['institution'],
            'accounts': self._shared(),
            'seed': self._seed(),
            'until': self.ticket['until'],
        }
        return self._callback(grant=seal(self.key, 'grant', grant))

    def _done(self, **values: Any) -> Visit:
        return replace(self, progress=replace(self.progress, **{'problem': '', **values}))

    def _failed(self, problem: str) -> Visit:
        return self._done(problem=problem, failures=self.progress.failures + 1)

    def _seed(self) -> str:
        """Each login is another person with other accounts; the proposed one has the seed's."""
        seed, login = self.ticket['seed'], self.progress.login
        return seed if login == LOGIN else f'{seed}/{login}'

    def _shared(self) -> list[str]:
        if self.progress.accounts is not None:
            return list(self.progress.accounts)
        if self.ticket['mode'] in KEEPS_ACCOUNTS and self.ticket['accounts'] is not None:
            return self.ticket['accounts']
        return [account.key for account in self.accounts()]

    def _callback(self, **answer: str) -> str:
        query = urlencode({'state': self.ticket['state'], **answer})
        separator = '&' if urlsplit(self.ticket['callback']).query else '?'
        return f'{self.ticket["callback"]}{separator}{query}'


def sign_in(
    url: str,
    settings: Mapping[str, str],
    now: datetime,
    account_keys: Collection[str] | None = None,
) -> dict[str, str]:
    """What the callback brings back after a user has agreed at ``url``, the provider's redirect.

    :param account_keys: the accounts to share; None: all.
    """
    visit = Visit.open(parse_qs(urlsplit(url).query)['ticket'][0], settings, now)
    while visit.page:
        keys = [account.key for account in visit.accounts()]
        form = {'login': LOGIN, 'password': PASSWORD, 'code': CODE}
        visit = visit.answered(form, keys if account_keys is None else account_keys)
    if account_keys is not None:
        visit = replace(visit, progress=replace(visit.progress, accounts=tuple(account_keys)))
    answer = parse_qs(urlsplit(visit.granted()).query)
    return {name: values[-1] for name, values in answer.items()}
