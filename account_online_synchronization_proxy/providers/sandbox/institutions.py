"""The institutions of the sandbox: one for each behaviour that the product must bear."""

from __future__ import annotations

from datetime import date

from ..interface import IdGrade, Institution, Quota
from .flavours import COUNTRIES
from .logos import logo_data_url
from .model import AccountPlan, Behaviour, SandboxInstitution

MAIN = AccountPlan('main', 'Business account')
SAVINGS = AccountPlan('savings', 'Savings account', 'savings', 'savings', opening=1_200_000)
CARD = AccountPlan('card', 'Business credit card', 'card', 'credit_card', opening=-40_000)
DOLLARS = AccountPlan('dollars', 'Dollar account', 'business', currency='USD', opening=4_000_000)
PERFECT = Behaviour()
STANDARD = (MAIN, SAVINGS)


def _bank(code: str, feature: str, hint: str, accounts=STANDARD, behaviour=PERFECT, **values):
    return SandboxInstitution(
        id=f'sandbox-{code}',
        name=f'Sandbox Bank – {feature}',
        hint=hint,
        accounts=accounts,
        behaviour=behaviour,
        countries=values.pop('countries', COUNTRIES),
        **values,
    )


def _local(code: str, name: str, *countries: str):
    return SandboxInstitution(
        id=f'sandbox-{code}',
        name=name,
        hint='Everything works, as at Sandbox Bank.',
        accounts=STANDARD,
        countries=countries,
        audience='business',
    )


_EVERYDAY = (
    SandboxInstitution(
        'sandbox',
        'Sandbox Bank',
        'Everything works.',
        STANDARD,
        countries=COUNTRIES,
    ),
    _bank(
        'accounts',
        'several accounts and currencies',
        'Current account, savings, credit card and dollars; the answer holds only what changed.',
        (MAIN, SAVINGS, CARD, DOLLARS),
        Behaviour(feed='changes', history_days=730),
    ),
    _bank(
        'pending',
        'pending, then booked otherwise',
        'Card payments are pending for some days, then booked with another id, day and amount.',
        (AccountPlan('main', 'Business account', 'card'),),
        Behaviour(pending='changed'),
    ),
    _bank(
        'mfa',
        'code at each refresh',
        'The bank wants a code before each refresh.',
        behaviour=Behaviour(mfa=True, unattended=False, snapshot=True),
    ),
    _bank(
        'attended',
        'no automatic synchronization',
        'The bank only serves a user who is present.',
        behaviour=Behaviour(unattended=False),
    ),
    _bank(
        'daily',
        'one refresh a day',
        'The bank hands out new transactions once a day.',
        behaviour=Behaviour(daily_refreshes=1, snapshot=True),
        quota=Quota(unattended_per_day=1, attended_per_day=1),
    ),
    _bank(
        'three-months',
        'three months of history',
        'Nothing older than 90 days can be fetched.',
        behaviour=Behaviour(history_days=90),
    ),
    _bank('beta', 'beta', 'A connection that is still being tried out.', beta=True),
    _bank(
        'own-form',
        'credentials asked by the proxy',
        'The proxy asks for login and code itself.',
        behaviour=Behaviour(own_form=True),
    ),
)
_LOCAL = (
    _local('fr', 'Crédit Sableux (Sandbox)', 'FR', 'LU'),
    _local('de', 'Sandkasten-Sparkasse Köln (Sandbox)', 'DE', 'AT'),
    _local('ch', 'Sandbank Zürich (Sandbox)', 'CH'),
    _local('nl', 'Zandbank België & Nederland (Sandbox)', 'NL', 'BE'),
    _local('es', 'Caja de Arena Española (Sandbox)', 'ES'),
    _local('cn', '沙盒银行 (Sandbox)', 'CN'),
    _local('us', 'Sandbox Federal Credit Union', 'US'),
)
_LIFE = (
    _bank(
        'outage',
        'down for two days',
        'Fails on the second and third day, then recovers.',
        behaviour=Behaviour(outage=(1, 2)),
    ),
    _bank(
        'failing',
        'always failing',
        'The provider answers nonsense, always.',
        behaviour=Behaviour(always_failing=True),
    ),
    _bank(
        'consent',
        'consent of ten days',
        'The consent ends after ten days.',
        behaviour=Behaviour(consent_days=10),
    ),
    _bank(
        'expired',
        'consent expired',
        'The first consent ends at once; a renewed one lasts.',
        behaviour=Behaviour(first_consent_expired=True),
    ),
    _bank(
        'password',
        'new password after a week',
        'After a week the bank wants new credentials.',
        behaviour=Behaviour(password_days=7),
    ),
    _bank(
        'closed',
        'account closed',
        'The second account is closed on the third day.',
        (MAIN, AccountPlan('old', 'Old account', 'fares', closes_after=3)),
    ),
    _bank(
        'new-account',
        'new account after a week',
        'A third account appears after seven days.',
        (MAIN, SAVINGS, AccountPlan('new', 'New account', 'fares', opening=0, opens_after=7)),
    ),
    _bank(
        'slow',
        'slow',
        'Answers "in progress" three times before a refresh is done.',
        behaviour=Behaviour(slow_polls=3, snapshot=True),
    ),
    _bank(
        'ten-thousand',
        'ten thousand transactions',
        'A year of 27 to 28 sales a day.',
        (AccountPlan('main', 'Sales account', 'bulk', opened=date(2025, 1, 1)),),
        Behaviour(history_days=364),
    ),
    _bank(
        'hundred',
        'hundred accounts',
        'One login, a hundred accounts.',
        tuple(
            AccountPlan(
                f'a{number:03d}',
                f'Account {number:03d}',
                'quiet',
                opening=100_000 * number,
                opened=date(2026, 1, 1),
            )
            for number in range(1, 101)
        ),
        audience='business',
    ),
    _bank(
        'empty',
        'no transactions',
        'The account exists, nothing has ever happened on it.',
        (AccountPlan('main', 'Sleeping account', 'empty', opening=0),),
    ),
    _bank(
        'only-pending',
        'only pending',
        'The bank has booked nothing yet; card payments are pending.',
        (AccountPlan('main', 'Card account', 'cards_only'),),
        Behaviour(trouble='unbooked'),
    ),
)
_TRAPS = (
    _bank(
        'wrong-rows',
        'wrong data in some rows',
        'No date, NaN, unknown currency, absurd figures; corrected after a week.',
        behaviour=Behaviour(trouble='flaws', running_balance=False),
    ),
    _bank(
        'positional',
        'ids by position',
        'Ids count the rows of a day: each new row renumbers.',
        behaviour=Behaviour(ids='positional', newest_first=True),
    ),
    _bank(
        'late-ids',
        'ids come a day later',
        'A row has no id on its first day.',
        behaviour=Behaviour(ids='late'),
    ),
    _bank(
        'repeated-ids',
        'ids repeated',
        'The same ids come back for other transactions.',
        behaviour=Behaviour(ids='repeated'),
        id_grade=IdGrade.WEAK,
    ),
    _bank(
        'yearly-ids',
        'ids repeated each year',
        'Ids begin again each year.',
        behaviour=Behaviour(ids='yearly', history_days=730),
    ),
    _bank(
        'same-ids',
        'same ids in both accounts',
        'Both accounts number their rows alike.',
        behaviour=Behaviour(ids='daily'),
    ),
    _bank(
        'no-ids',
        'no ids, equal fares',
        'No ids and no running balance; several equal fares a day.',
        (AccountPlan('main', 'Fares account', 'fares'),),
        Behaviour(ids='absent', running_balance=False),
        id_grade=IdGrade.ABSENT,
    ),
    _bank(
        'blank-ids',
        'blank ids',
        'Ids are missing, empty, or only spaces.',
        (AccountPlan('main', 'Fares account', 'fares'),),
        Behaviour(ids='blank'),
    ),
    _bank(
        'new-ids',
        'new ids at each consent',
        'A renewed consent gives accounts and rows new ids.',
        behaviour=Behaviour(ids='consent'),
    ),
    _bank(
        'edits',
        'edits and removals',
        'Booked rows are changed or vanish some days later.',
        behaviour=Behaviour(feed='changes', trouble='edits', running_balance=False),
    ),
    _bank(
        'late-rows',
        'late bookings',
        'Some rows come days later, dated back.',
        behaviour=Behaviour(trouble='late', running_balance=False),
    ),
    _bank(
        'missing-row',
        'balance wrong by one row',
        'One row a quarter counts but is never shown.',
        behaviour=Behaviour(trouble='hidden', history_days=90),
    ),
    _bank(
        'older-rows',
        'older rows than asked',
        'The bank ignores the day from which we ask.',
        behaviour=Behaviour(ignores_since=True),
    ),
    _bank(
        'odd-pages',
        'empty and overlapping pages',
        'Pages are empty, or repeat rows.',
        behaviour=Behaviour(empty_pages=True, overlapping_pages=True),
    ),
    _bank(
        'no-iban',
        'masked numbers only',
        'Two accounts that nothing but a masked number names.',
        (
            AccountPlan('main', 'Account A', identified=False),
            AccountPlan('second', 'Account B', 'fares', identified=False),
        ),
        Behaviour(ids='consent'),
    ),
    _bank(
        'hostile',
        'hostile <b>texts</b> & "quotes"',
        'Script, quotes, emoji, right-to-left, 2000 signs.',
        (AccountPlan('main', '<i>Main</i> & "Co"', 'hostile'),),
    ),
)

INSTITUTIONS = {
    institution.id: institution for institution in (*_EVERYDAY, *_LOCAL, *_LIFE, *_TRAPS)
}


def as_institution(bank: SandboxInstitution) -> Institution:
    """The institution in the normal form."""
    number = list(INSTITUTIONS).index(bank.id)
    return Institution(
        id=bank.id,
        name=bank.name,
        countries=bank.countries,
        bics=tuple(
            f'SBX{chr(65 + number // 26)}{country}{number % 26 + 10}' for country in bank.countries
        ),
        logo_url=logo_data_url(bank.id),
        website='https://sandbox.example.org/',
        beta=bank.beta,
        audience=bank.audience,
        account_types=tuple(dict.fromkeys(plan.type for plan in bank.accounts)),
        history_days=bank.behaviour.history_days,
        unattended=bank.behaviour.unattended,
        id_grade=bank.id_grade,
        quota=bank.quota,
    )
