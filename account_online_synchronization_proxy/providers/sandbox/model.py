"""The values of the sandbox's world: accounts, what the bank booked, how it behaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timezone

from ..interface import ConnectMode, Counterparty, ForeignAmount, IdGrade, Quota, References

EPOCH = date(2024, 1, 1)  # most accounts of the sandbox were opened on this day


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """An account that an institution of the sandbox gives its customers.

    :param habits: what happens on it, see ``habits``.
    :param currency: None: the currency of the customer's country.
    :param opened: first day on which something can happen on it.
    :param opens_after: days after the first consent; None: it has always been there.
    :param closes_after: days after the first consent.
    """

    key: str
    title: str
    habits: str = 'business'
    type: str = 'checking'
    currency: str | None = None
    opening: int = 2_500_000  # cents
    opened: date = EPOCH
    identified: bool = True  # False: neither IBAN nor stable hash, only a masked number
    opens_after: int | None = None
    closes_after: int | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What an institution of the sandbox does differently from a perfect bank."""

    feed: str = 'window'  # window: complete for days | changes: what is new since the cursor
    ids: str = 'stable'  # see ``identifiers``
    running_balance: bool = True
    pending: str = 'linked'  # linked | changed (other id and amount, no link)
    mfa: bool = False  # a code before each refresh
    unattended: bool = True
    daily_refreshes: int | None = None
    slow_polls: int = 0  # answers "in progress" before a refresh is done
    snapshot: bool = False  # data are as of the last refresh, as at most aggregators
    history_days: int | None = 365
    consent_days: int | None = 180
    first_consent_expired: bool = False
    outage: tuple[int, int] | None = None  # first and last day, counted from the first consent
    password_days: int | None = None  # days until the bank asks for new credentials
    always_failing: bool = False
    own_form: bool = False  # the proxy asks for the credentials, not the bank's site
    trouble: str | None = None  # see ``trouble``
    ignores_since: bool = False
    newest_first: bool = False
    empty_pages: bool = False
    overlapping_pages: bool = False


@dataclass(frozen=True, slots=True)
class SandboxInstitution:
    """An institution of the sandbox, and what somebody who tries it should know."""

    id: str
    name: str
    hint: str
    accounts: tuple[AccountPlan, ...]
    behaviour: Behaviour = Behaviour()
    countries: tuple[str, ...] = ()
    beta: bool = False
    audience: str = 'both'
    id_grade: IdGrade | None = None
    quota: Quota | None = None

    def asks_password(self, mode: ConnectMode) -> bool:
        """Whether a user who comes for this reason must sign in with his password."""
        if mode == ConnectMode.REFRESH:
            return self.behaviour.password_days is not None
        return mode != ConnectMode.FETCH_ACCOUNTS

    def asks_code(self, mode: ConnectMode) -> bool:
        """Whether a user who comes for this reason is sent a code."""
        if mode == ConnectMode.REFRESH:
            return not self.asks_password(mode)
        return self.behaviour.mfa and mode != ConnectMode.FETCH_ACCOUNTS


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One account of one customer. All that is booked on it follows from these values."""

    seed: str
    institution_id: str
    country: str
    key: str
    title: str
    habits: str
    type: str
    currency: str
    opening: int
    opened: date
    owner: str
    iban: str | None
    number: str
    identity: str | None
    trouble: str | None
    closed_on: date | None = None

    @property
    def number_to_read(self) -> str:
        """The number as banks print it: an IBAN in groups of four."""
        if not self.iban:
            return self.number
        return ' '.join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))


@dataclass(frozen=True, slots=True)
class Hold:
    """What the bank showed before it booked: a reservation."""

    since: datetime
    cents: int
    description: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The bank changed a booked entry."""

    at: datetime
    cents: int
    description: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """The bank shows nonsense for an entry, until it corrects it."""

    kind: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an account, as the bank truly booked it.

    :param key: unique in the account, for ever: the day it belongs to and a number.
    :param booked_at: the instant from which the bank shows it as booked.
    :param hidden: the bank counts it in its balance, but never shows it.
    """

    key: str
    booked_at: datetime
    booking_date: date
    value_date: date
    cents: int
    description: str
    counterparty: Counterparty = field(default_factory=Counterparty)
    references: References = field(default_factory=References)
    foreign: ForeignAmount | None = None
    code: str = ''
    hold: Hold | None = None
    edit: Edit | None = None
    flaw: Flaw | None = None
    removed_at: datetime | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as a habit imagines it; the ledger gives it its key and its instant."""

    cents: int
    description: str
    minute: int = 600  # of the day, on the bank's clock
    counterparty: Counterparty = field(default_factory=Counterparty)
    references: References = field(default_factory=References)
    foreign: ForeignAmount | None = None
    code: str = 'XFER'
    value_days: int = 0
    hold_days: int = 0
    hold_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What the sandbox knows about one consent; kept in the link's tokens as JSON."""

    seed: str
    institution_id: str
    country: str
    first_at: datetime  # the first consent of the link
    number: int  # 1 for the first, 2 after it was renewed, ...
    given_at: datetime
    expires_at: datetime | None
    access: str = field(repr=False)  # the secret that a real bank would have given
    link_key: str  # how webhooks name the link
    account_keys: tuple[str, ...] = ()
    password_at: datetime | None = None
    verified: bool = True  # a code was given since the last refresh
    refreshed_at: datetime | None = None
    refreshes: tuple[str, ...] = ()  # "account key/day" of each refresh of the last day
    revoked: bool = False


def day_start(day: date, zone: timezone) -> datetime:
    """The instant at which ``day`` begins on the bank's clock."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def money(cents: int) -> str:
    """Cents as the decimal string of the normal form."""
    sign = '-' if cents < 0 else ''
    return f'{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}'
