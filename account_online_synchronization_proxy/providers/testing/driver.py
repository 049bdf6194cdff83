"""What a provider brings so that the conformance suite can run on it: a bank that obeys.

The driver stands for the bank and for the provider's servers. The suite tells it what happens at
the bank (a row is booked, edited, removed; the bank is down), and then looks through the provider
at what arrives. Real providers are driven through a fake server of theirs, over real HTTP.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import requests

from ..errors import ErrorCode
from ..interface import ConnectMode, ConnectRequest, IdGrade, Provider, Step, WebhookRequest
from ..text_enum import TextEnum


class Feature(TextEnum):
    """What the provider can do; the suite leaves out what it cannot."""

    TURN_BACK = 'turn_back'  # the user can cancel at the bank, and the provider hears of it
    SINCE = 'since'  # rows older than asked stay away
    WINDOW = 'window'  # the last page states the days for which it is complete
    CURSOR = 'cursor'  # the last page has a cursor, after which only what is new comes
    PAGES = 'pages'  # the size of pages can be set
    PENDING = 'pending'
    EDITS = 'edits'  # a booked row that the bank changed comes again
    REMOVALS = 'removals'  # ids of removed rows are named
    BALANCE = 'balance'
    SECOND_ACCOUNT = 'second_account'  # the consent has two accounts at least
    REVOCATION = 'revocation'  # the provider can be told to end the consent
    WEBHOOKS = 'webhooks'


@dataclass(frozen=True, slots=True)
class BankRow:
    """One row as the bank has it.

    :param amount: decimal text from the holder's view.
    :param account: 0 for the first account of the consent, 1 for the second.
    """

    key: str
    amount: str
    day: date
    text: str = 'Invoice 2026/0001'
    party: str | None = 'Harbor & Sons'
    account: int = 0


class BankDriver(abc.ABC):
    """A bank with one customer, reached through one provider. It begins without transactions."""

    provider: ClassVar[type[Provider]]
    institution_id: ClassVar[str]
    features: ClassVar[frozenset[Feature]] = frozenset()
    modes: ClassVar[tuple[ConnectMode, ...]] = tuple(ConnectMode)
    id_grade: ClassVar[IdGrade] = IdGrade.STRONG
    settings: Mapping[str, str] = {}

    @abc.abstractmethod
    def now(self) -> datetime:
        """The time at the bank, aware UTC."""

    @abc.abstractmethod
    def move_on(self, days: int) -> None:
        """Let time pass."""

    @abc.abstractmethod
    def answer(self, step: Step, request: ConnectRequest) -> Mapping[str, str]:
        """The user does what the step asks (Redirect or AskUser): what the browser brings back."""

    @abc.abstractmethod
    def book(self, row: BankRow) -> None:
        """The bank books a row, now; its day may lie in the past."""

    @abc.abstractmethod
    def fail(self, code: ErrorCode) -> bool:
        """From now on data requests end as this provider says it with this code.

        :return: False when the provider has nothing that means this code.
        """

    @abc.abstractmethod
    def recover(self) -> None:
        """The bank works again."""

    def session(self) -> requests.Session:
        """The session that the provider gets."""
        return requests.Session()

    def close(self) -> None:  # noqa: B027 (most drivers have nothing to close)
        """The test is over."""

    # -- what some providers only have -------------------------------------------------------------

    def turn_back(self, step: Step, request: ConnectRequest) -> Mapping[str, str]:
        """The user cancels: what the browser brings back. For ``turn_back``."""
        raise LookupError

    def set_page_size(self, size: int) -> None:
        """Let the provider's answers have ``size`` rows. For ``pages``."""
        raise LookupError

    def hold(self, row: BankRow) -> None:
        """A row becomes pending. For ``pending``."""
        raise LookupError

    def release(self, key: str) -> None:
        """A pending row is gone, because it was booked or dropped. For ``pending``."""
        raise LookupError

    def edit(self, row: BankRow) -> None:
        """The booked row with this key has these values now. For ``edits``."""
        raise LookupError

    def remove(self, key: str) -> None:
        """The booked row with this key does not exist any more. For ``removals`` and ``window``."""
        raise LookupError

    def balance(self, account: int = 0) -> str:
        """The booked balance. For ``balance``."""
        raise LookupError

    def webhook(self, link_key: str | None) -> WebhookRequest:
        """A genuine webhook about the link that was saved under this key. For ``webhooks``."""
        raise LookupError

    def text(self, text: str) -> str:
        """How the provider's format hands on a text: as it is, unless it cannot."""
        return text

    def secrets(self, tokens: Mapping[str, Any]) -> set[str]:
        """What must stand in no message: values of secret settings and of tokens."""
        names = {setting.name for setting in self.provider.settings if setting.secret}
        values = {value for name, value in self.settings.items() if name in names}
        return {text for text in values | set(_texts(tokens)) if len(text) >= 8}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
