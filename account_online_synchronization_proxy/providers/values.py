"""What goes into a provider and what comes out of it: plain, immutable values.

Units and shapes, everywhere: amounts are decimal strings signed from the account holder's view
(money that leaves the account is negative, on credit cards too); dates are ISO dates
(``2026-03-01``) in the account holder's calendar; instants are aware UTC datetimes; currencies are
ISO 4217; countries are ISO 3166 alpha-2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .text_enum import TextEnum


class IdGrade(TextEnum):
    """How far the provider's transaction ids can be trusted as identity."""

    STRONG = 'strong'  # unique in the account and stable over time
    WEAK = 'weak'  # usually right, but repeated or replaced now and then
    POSITIONAL = 'positional'  # numbered by position in the answer: renumbered by late bookings
    ABSENT = 'absent'  # none, or new ones at each call


class ConnectMode(TextEnum):
    """Why the user is sent to the provider."""

    CONNECT = 'connect'  # a new consent
    UPDATE_CREDENTIALS = 'update_credentials'  # new password or token, same consent
    RECONNECT = 'reconnect'  # renew a consent that ended, or is about to
    FETCH_ACCOUNTS = 'fetch_accounts'  # add accounts to the consent
    REFRESH = 'refresh'  # the bank wants a code before it hands out new data


@dataclass(frozen=True, slots=True)
class Setting:
    """One value the operator enters for a provider (an API key, a certificate, ...)."""

    name: str
    label: str
    help: str = ''
    secret: bool = True
    required: bool = True
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """What the provider grants per account, so that the proxy never asks in vain.

    ``None`` means the provider sets no such limit.
    """

    unattended_per_day: int | None = None
    attended_per_day: int | None = None
    minimum_pause: int = 0  # seconds between two refreshes


@dataclass(frozen=True, slots=True)
class Institution:
    """A bank as this provider reaches it."""

    id: str
    name: str
    countries: tuple[str, ...]  # none: it serves people everywhere
    bics: tuple[str, ...] = ()
    logo_url: str | None = None
    website: str | None = None
    beta: bool = False
    audience: str = 'both'  # personal | business | both
    account_types: tuple[str, ...] = ('checking',)  # see Account.type
    history_days: int | None = None  # None: as far as the bank goes
    unattended: bool = True  # automatic synchronization is possible
    id_grade: IdGrade | None = None  # None: the provider's own grade
    quota: Quota | None = None  # None: the provider's own quota


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """The user wants a consent at an institution, or the bank wants the user."""

    mode: ConnectMode
    institution_id: str
    state: str  # opaque; comes back with the callback and is checked by the proxy
    callback_url: str  # where the provider sends the browser back to
    lang: str = 'en'  # IETF language tag of the user
    country: str | None = None
    history_from: date | None = None  # oldest day the user wants
    user_reference: str = ''  # stable, anonymous id of the link, for the provider
    user_ip: str | None = None  # of the person at the browser; never invented


@dataclass(frozen=True, slots=True)
class FormField:
    """One question that the proxy puts to the user on the provider's behalf."""

    name: str
    label: str
    kind: str = 'text'  # text | password | code | choice | image_choice
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    help: str = ''
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the browser to ``url``; with ``fields`` as a POST form, else as a GET.

    :param visit: a name for this visit, if :meth:`Provider.visited` finds out what became of it
        without the browser, which may never come back.
    """

    url: str
    fields: Mapping[str, str] | None = None
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class AskUser:
    """Show the user a form of ours; the answers come to :meth:`Provider.resume`."""

    fields: tuple[FormField, ...]
    title: str = ''
    message: str = ''


@dataclass(frozen=True, slots=True)
class Wait:
    """The provider is still working: call :meth:`Provider.resume` again after ``seconds``."""

    seconds: int = 2


@dataclass(frozen=True, slots=True)
class Connected:
    """The user is through; the tokens are in ``context.tokens``."""

    consent_expires_at: datetime | None = None
    history_days: int | None = None  # what the bank granted, when it says so


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The user turned back at the bank: nothing is wrong, and nothing has changed."""

    detail: str = ''  # what the provider said, for the event log


Step = Redirect | AskUser | Wait | Connected | Cancelled


@dataclass(frozen=True, slots=True)
class Balance:
    """A booked balance as the bank states it."""

    amount: str
    currency: str
    at: datetime | None = None  # None: now
    available: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the consent.

    ``identity`` is what recognises the account over consents and providers: the IBAN where there is
    one, else the provider's stable hash, else None (then the user is asked, never guessed).
    """

    id: str
    name: str
    currency: str
    identity: str | None = None
    number: str | None = None  # as shown to people: IBAN, or a masked number
    iban: str | None = None
    type: str = 'checking'  # checking | savings | credit_card | loan | investment | cash | other
    owner: str | None = None
    balance: Balance | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Counterparty:
    """The other side of a transaction, chosen by direction; never the account's holder."""

    name: str | None = None
    account_number: str | None = None
    bank_code: str | None = None


@dataclass(frozen=True, slots=True)
class References:
    """References of a payment, each in its own field."""

    structured: str | None = None
    end_to_end: str | None = None
    mandate: str | None = None
    creditor: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignAmount:
    """The original amount, only as the bank booked it."""

    amount: str | None = None
    currency: str | None = None
    rate: str | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction as the bank sent it, in the normal form.

    Values are text as the bank gave them, so that a row which makes no sense (no date, amount
    ``NaN``) still travels to the database, where it is quarantined and shown, not dropped here.
    """

    status: str  # booked | pending
    amount: str | None
    currency: str | None
    id: str | None = None
    booking_date: str | None = None
    value_date: str | None = None
    description: str = ''  # all remittance parts, in the bank's order, joined by a line feed
    counterparty: Counterparty = Counterparty()
    references: References = References()
    foreign: ForeignAmount | None = None
    balance_after: str | None = None
    code: str | None = None  # the bank's transaction code
    pending_id: str | None = None  # the id this booked transaction had while it was pending
    duplicate: bool = False  # the provider itself suspects that it sends the transaction twice
    raw: Any = None  # what the provider sent, JSON, without secrets


@dataclass(frozen=True, slots=True)
class Window:
    """The days for which an answer is complete: every booked transaction of them is in it."""

    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class Page:
    """One page of transactions.

    :param cursor: opaque; the next page when ``more``, else where the next synchronization begins.
    :param removed: ids that the bank says no longer exist.
    :param window: stated on the last page when all pages together are complete for these days; None
        for incremental answers, from which absence proves nothing.
    """

    transactions: tuple[Transaction, ...]
    cursor: str | None = None
    more: bool = False
    removed: tuple[str, ...] = ()
    window: Window | None = None
    balance: Balance | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a person waits for the answer. The address is only ever the real one."""

    attended: bool = False
    user_ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The provider has fetched from the bank all that there is."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refreshing:
    """The provider is fetching; ask again with ``job`` after ``seconds``."""

    job: str
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class Revocation:
    """What became of the consent at the provider when the link was deleted."""

    revoked: bool
    detail: str = ''
    provider_reference: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request that claims to come from the provider."""

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A verified event: something changed for the link known as ``link_key`` at the provider.

    :param visit: a visit that may be over, as its :class:`Redirect` named it.
    """

    link_key: str
    kind: str  # transactions | consent | accounts | error | visit
    event_id: str | None = None
    visit: str | None = None
