"""The sandbox banks' own website, without its pages: what it checks and what it grants.

Tests that need a consent and no browser sign in with :func:`sign_in`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ..errors import ErrorCode, ProviderError
from .connect import CODE, LOGIN, PASSWORD
from .consent import seal, signing_key, unseal
from .world import World

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .model import BankAccount, SandboxInstitution


@dataclass(frozen=True, slots=True)
class Visit:
    """A user who came to the bank's site with a ticket of the provider."""

    ticket: Mapping[str, Any]
    key: bytes
    now: datetime
    world: World = field(default_factory=World)

    @classmethod
    def open(cls, ticket: str, settings: Mapping[str, str], now: datetime) -> Visit:
        """Check the ticket: ``invalid_request`` when forged, ``user_action_required`` when old."""
        key = signing_key(settings)
        values = unseal(key, 'ticket', ticket)
        if datetime.fromisoformat(values['until']) < now:
            raise ProviderError(ErrorCode.USER_ACTION_REQUIRED, 'The sign-in took too long')
        return cls(values, key, now)

    @property
    def bank(self) -> SandboxInstitution:
        return self.world.institution(self.ticket['institution'])

    def seed_of(self, login: str) -> str:
        """Each login is another person with other accounts; the proposed one has the seed's."""
        seed = self.ticket['seed']
        return seed if login in ('', LOGIN) else f'{seed}/{login}'

    def knows(self, login: str, password: str) -> bool:
        """Whether the bank lets this user in."""
        return bool(login.strip()) and password == PASSWORD

    def accepts_code(self, code: str) -> bool:
        """Whether this is the code that the bank has sent."""
        return code.strip() == CODE

    def accounts(self, login: str = '') -> list[BankAccount]:
        """The accounts that this user can share."""
        return self.world.accounts(
            self.seed_of(login),
            self.bank.id,
            self.ticket['country'],
            datetime.fromisoformat(self.ticket['first_at']),
            self.now,
        )

    def granted(self, account_keys: Collection[str], login: str = '') -> str:
        """Where the browser goes when the user has agreed."""
        return self._callback(
            grant=seal(
                self.key,
                'grant',
                {
                    'state': self.ticket['state'],
                    'institution': self.ticket['institution'],
                    'accounts': sorted(account_keys),
                    'seed': self.seed_of(login),
                    'until': self.ticket['until'],
                },
            )
        )

    def refused(self, error: str = 'access_denied') -> str:
        """Where the browser goes when the user turned back, or could not sign in."""
        return self._callback(error=error)

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
    keys = [account.key for account in visit.accounts()] if account_keys is None else account_keys
    answer = parse_qs(urlsplit(visit.granted(keys)).query)
    return {name: values[-1] for name, values in answer.items()}
