"""The sandbox's world: a pure function of seed, institution, account and clock.

Tests compare the books with :meth:`World.booked`, which tells what a bank has booked and shown in a
state that books can hold: the rows of which nobody knows the date or the amount are not in it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..errors import ErrorCode, ProviderError
from ..interface import Account, Balance, Transaction
from . import statement
from .dice import dice
from .flavours import FLAVOURS, make_iban
from .identifiers import stable_hash
from .institutions import INSTITUTIONS
from .ledger import today
from .model import AccountPlan, BankAccount, Consent, SandboxInstitution


class World:
    """All banks of the sandbox. A test may put another world behind the provider."""

    def institution(self, institution_id: str) -> SandboxInstitution:
        """The institution, or ``invalid_request``."""
        try:
            return INSTITUTIONS[institution_id]
        except KeyError:
            raise ProviderError(ErrorCode.INVALID_REQUEST, 'Unknown sandbox institution') from None

    def accounts(
        self, seed: str, institution_id: str, country: str, first_at: datetime, now: datetime
    ) -> list[BankAccount]:
        """The accounts that the customer has at the bank at ``now``.

        :param first_at: the first consent of the link: what happens "after N days" counts from it.
        """
        bank = self.institution(institution_id)
        first_day = first_at.astimezone(FLAVOURS[country].zone).date()
        return [
            _open_account(seed, bank, country, plan, first_day)
            for plan in bank.accounts
            if now - first_at >= timedelta(days=plan.opens_after or 0)
        ]

    def shown(
        self, account: BankAccount, consent_number: int, since: date, now: datetime
    ) -> tuple[Transaction, ...]:
        """All that the bank shows: booked from the day ``since`` on, and pending, with quirks."""
        behaviour = self.institution(account.institution_id).behaviour
        return statement.shown(account, behaviour, consent_number, since, now)

    def balance(self, account: BankAccount, now: datetime) -> Balance:
        """The booked balance at ``now``."""
        return statement.balance(account, now)

    def booked(
        self, account: BankAccount, since: date, now: datetime, consent_number: int = 1
    ) -> list[Transaction]:
        """The oracle: what complete books hold at ``now``, in the bank's order of booking."""
        rows = self.shown(account, consent_number, since, now)
        if self.institution(account.institution_id).behaviour.newest_first:
            rows = rows[::-1]
        return [row for row in rows if row.status == 'booked' and not _is_nonsense(row, account)]

    def oldest_day(self, account: BankAccount, now: datetime) -> date:
        """The oldest day for which the bank still hands out transactions."""
        days = self.institution(account.institution_id).behaviour.history_days
        if days is None:
            return account.opened
        return max(account.opened, today(account, now) - timedelta(days=days))


def as_account(account: BankAccount, account_id: str, now: datetime, balance: Balance) -> Account:
    """The account in the normal form."""
    closed = bool(account.closed_on and account.closed_on <= today(account, now))
    return Account(
        id=account_id,
        name=account.title,
        currency=account.currency,
        identity=account.identity,
        number=account.number,
        iban=account.iban,
        type=account.type,
        owner=account.owner,
        balance=balance,
        closed=closed,
    )


def account_id(account: BankAccount, consent: Consent) -> str:
    """The id of the account in this consent: at some banks, each consent brings another."""
    behaviour = INSTITUTIONS[account.institution_id].behaviour
    number = consent.number if behaviour.ids == 'consent' else ''
    bank = (account.seed, account.institution_id, account.country)
    return f'acc_{stable_hash(*bank, account.key, number)}'


def _open_account(
    seed: str, bank: SandboxInstitution, country: str, plan: AccountPlan, first_day: date
) -> BankAccount:
    flavour = FLAVOURS[country]
    digits = f'{dice(seed, bank.id, country, plan.key).randrange(10**23):023d}'
    has_iban = plan.identified and plan.type != 'credit_card' and flavour.bban_length is not None
    iban = make_iban(flavour, digits) if has_iban else None
    owner = dice(seed, country).choice(flavour.words.companies)
    identity = iban or f'sandbox-{stable_hash(seed, bank.id, country, plan.key)}'
    return BankAccount(
        seed=seed,
        institution_id=bank.id,
        country=country,
        key=plan.key,
        title=plan.title,
        habits=plan.habits,
        type=plan.type,
        currency=plan.currency or flavour.currency,
        opening=plan.opening,
        opened=plan.opened
        if plan.opens_after is None
        else first_day + timedelta(days=plan.opens_after),
        owner=owner,
        iban=iban,
        number=iban or f'•••• {digits[-4:]}' if plan.identified else '•••• 0000',
        identity=identity if plan.identified else None,
        trouble=bank.behaviour.trouble,
        closed_on=None
        if plan.closes_after is None
        else first_day + timedelta(days=plan.closes_after),
    )


def _is_nonsense(row: Transaction, account: BankAccount) -> bool:
    try:
        date.fromisoformat(row.booking_date or '')
        cents = round(float(row.amount or 'nan') * 100)
    except (ValueError, OverflowError):
        return True
    return row.currency != account.currency or abs(cents) > 10**15
