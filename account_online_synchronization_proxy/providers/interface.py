"""What a provider is: the one interface behind which every way to reach a bank stands.

A provider is a small class without ORM. It gets a :class:`Context` (HTTP session, the operator's
settings, the tokens of one link, a clock) and returns the normalized values below, or raises a
:class:`~.errors.ProviderError`. It never stores anything itself: what must survive goes through
``context.save_tokens``.

Units and shapes are said in ``values``; a provider finds all it needs here.

A new provider: subclass :class:`Provider`, give it a ``code``, decorate it with
``@registry.register``, and run the conformance suite on it. Another addon does exactly the same.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any, ClassVar

import requests

from . import misshapen
from .values import (
    Account,
    AskUser,
    Balance,
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Counterparty,
    ForeignAmount,
    FormField,
    IdGrade,
    Institution,
    Page,
    Presence,
    Quota,
    Redirect,
    References,
    Refreshed,
    Refreshing,
    Revocation,
    Setting,
    Step,
    Transaction,
    Wait,
    WebhookEvent,
    WebhookRequest,
    Window,
)

__all__ = [
    'Account',
    'AskUser',
    'Balance',
    'Cancelled',
    'ConnectMode',
    'ConnectRequest',
    'Connected',
    'Context',
    'Counterparty',
    'ForeignAmount',
    'FormField',
    'IdGrade',
    'Institution',
    'Page',
    'Presence',
    'Provider',
    'Quota',
    'Redirect',
    'References',
    'Refreshed',
    'Refreshing',
    'Revocation',
    'Setting',
    'Step',
    'Transaction',
    'Wait',
    'WebhookEvent',
    'WebhookRequest',
    'Window',
]


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(slots=True)
class Context:
    """All that a provider may touch.

    :param tokens: secrets of one link, JSON; empty before the first consent. Change them only with
        ``save_tokens``, which stores them at once: a rotated token survives what comes after.
    :param link_key: how webhooks of this provider name the link; set with ``save_tokens``.
    """

    session: requests.Session
    settings: Mapping[str, str] = field(default_factory=dict)
    production: bool = False
    tokens: dict[str, Any] = field(default_factory=dict)
    store: Callable[[dict[str, Any], str | None], None] = lambda tokens, link_key: None
    learn: Callable[[str | None, int | None, datetime | None], None] = (
        lambda account_id, unattended_left, until: None
    )
    now: Callable[[], datetime] = _utcnow
    webhook_url: str | None = None
    timeout: tuple[float, float] = (10.0, 60.0)  # seconds to connect, to read

    def save_tokens(self, tokens: Mapping[str, Any], link_key: str | None = None) -> None:
        """Replace the link's tokens, now and for ever."""
        self.tokens = dict(tokens)
        self.store(self.tokens, link_key)

    def learn_quota(
        self,
        account_id: str | None = None,
        *,
        unattended_left: int | None = None,
        until: datetime | None = None,
    ) -> None:
        """Pass on what an answer said about the limits, before they are reached.

        :param account_id: None when the limit is of the whole link.
        :param unattended_left: calls left today without a user present.
        :param until: aware UTC datetime before which nothing more is granted.
        """
        self.learn(account_id, unattended_left, until)


class Provider(abc.ABC):
    """One way to reach banks. An instance serves one call for one link and is thrown away."""

    code: ClassVar[str]
    name: ClassVar[str]
    description: ClassVar[str] = ''  # one sentence that helps the user to choose between providers
    settings: ClassVar[tuple[Setting, ...]] = ()
    setup_url: ClassVar[str] = ''  # where the operator orders and finds his keys
    id_grade: ClassVar[IdGrade] = IdGrade.STRONG
    quota: ClassVar[Quota] = Quota()
    simulated: ClassVar[bool] = False  # play money: the operator may move the clock on
    state_parameter: ClassVar[str] = 'state'  # callback parameter that brings `state` back
    # The callback's address ends with `state`: for providers that promise nothing about queries.
    state_in_path: ClassVar[bool] = False

    def __init_subclass__(cls, **options):
        """See to it that whatever a provider answers, only a :class:`ProviderError` leaves."""
        super().__init_subclass__(**options)
        for name in misshapen.OPERATIONS:
            if name in vars(cls):
                setattr(cls, name, misshapen.told(vars(cls)[name]))

    def __init__(self, context: Context):
        self.context = context

    @abc.abstractmethod
    def test_connection(self) -> None:
        """Prove that the operator's settings work, or raise an error that says which is wrong."""

    @abc.abstractmethod
    def institutions(self) -> Iterator[Institution]:
        """All institutions that this provider reaches, streamed."""

    @abc.abstractmethod
    def start(self, request: ConnectRequest) -> Step:
        """Begin a connect flow."""

    @abc.abstractmethod
    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        """Go on with what the browser brought back: callback parameters, or the user's answers."""

    def visited(self, request: ConnectRequest) -> Step:
        """What became of a visit that its :class:`Redirect` named, though no browser came back.

        ``Wait`` while the user may still be there, also after a failure that he can mend there.
        """
        return self.resume(request, {})

    @abc.abstractmethod
    def accounts(self) -> list[Account]:
        """The accounts of the consent, with balances where they cost no extra call."""

    @abc.abstractmethod
    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        """Ask the provider to fetch from the bank; with ``job``, ask how far it is."""

    @abc.abstractmethod
    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        """One page, from ``cursor`` if there is one, else of all booked on or after ``since``."""

    @abc.abstractmethod
    def revoke(self) -> Revocation:
        """End the consent at the provider. Revoking twice is no error."""

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        """Verify a webhook and say what it means; ``invalid_request`` when it is not genuine."""
        return []
