"""A bank of the sandbox at which only that happens which a test makes happen."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from providers.errors import ErrorCode
from providers.interface import AskUser, Balance, Transaction, WebhookRequest
from providers.sandbox import SandboxProvider
from providers.sandbox.connect import CODE, PASSWORD
from providers.sandbox.consent import sign, signing_key
from providers.sandbox.site import Visit, sign_in
from providers.sandbox.world import World
from providers.testing import BankDriver, Feature

FAILING = {
    ErrorCode.USER_ACTION_REQUIRED: {'password_days': 0},
    ErrorCode.UNATTENDED_REFUSED: {'unattended': False},
    ErrorCode.RATE_LIMITED: {'daily_refreshes': 0},
    ErrorCode.INSTITUTION_UNAVAILABLE: {'outage': (0, 10_000)},
    ErrorCode.PROVIDER_ERROR: {'always_failing': True},
}
LONG = timedelta(days=1000)


class ScriptedWorld(World):
    """The sandbox's institutions and accounts, with the rows of a script on them."""

    def __init__(self):
        self.script = []  # (instant, key, (row, status) or None when it is gone)
        self.quirks = {}
        self.closed = False

    def institution(self, institution_id):
        bank = super().institution(institution_id)
        return replace(bank, behaviour=replace(bank.behaviour, **self.quirks))

    def accounts(self, seed, institution_id, country, first_at, now):
        found = super().accounts(seed, institution_id, country, first_at, now)
        return [replace(account, closed_on=now.date()) if self.closed else account
                for account in found]

    def shown(self, account, consent_number, since, now):
        return tuple(
            Transaction(
                status=status,
                amount=row.amount,
                currency=account.currency,
                id=f'{status}-{row.key}',
                booking_date=str(row.day) if status == 'booked' else None,
                description=row.text,
                raw={'amount': row.amount, 'remittance': row.text},
            )
            for row, status in self.state(account, now)
            if status == 'pending' or row.day >= since
        )

    def balance(self, account, now):
        amounts = [row.amount for row, status in self.state(account, now) if status == 'booked']
        return Balance(str(sum(map(Decimal, amounts), Decimal('0.00'))), account.currency, now)

    def state(self, account, now):
        """What the bank has on this account at an instant, in the order in which it came."""
        plans = self.institution(account.institution_id).accounts
        number = [plan.key for plan in plans].index(account.key)
        found = {key: entry for at, key, entry in self.script if at <= now}
        return [entry for entry in found.values() if entry and entry[0].account == number]


class SandboxDriver(BankDriver):
    """The sandbox provider, at an institution of which the suite can bear the quirks."""

    def __init__(self, institution_id='sandbox', broken=SandboxProvider):
        self.institution_id = institution_id
        self.settings = {'signing_key': 'a-secret-of-the-operator'}
        self.world = ScriptedWorld()
        self.time = datetime(2026, 3, 29, 12, 0, tzinfo=timezone.utc)
        self.provider = type('Scripted', (broken,), {'world': self.world})
        bank = self.world.institution(institution_id)
        self.features = frozenset(Feature) - {
            Feature.WINDOW if bank.behaviour.feed == 'changes' else Feature.CURSOR,
            *({Feature.REMOVALS, Feature.EDITS} if bank.behaviour.feed == 'window' else ()),
            *({Feature.TURN_BACK} if bank.behaviour.own_form else ()),
        }

    def now(self):
        return self.time

    def move_on(self, days):
        self.time += timedelta(days=days)

    def answer(self, step, request):
        if isinstance(step, AskUser):
            return {'code': CODE} if step.fields[0].name == 'code' else {'password': PASSWORD}
        return sign_in(step.url, self.settings, self.time)

    def turn_back(self, step, request):
        visit = Visit.open(step.url.partition('ticket=')[2], self.settings, self.time)
        return {'error': 'access_denied', 'state': visit.ticket['state']}

    def set_page_size(self, size):
        self.settings['page_size'] = str(size)

    def book(self, row):
        self._happen(row.key, (row, 'booked'))

    def hold(self, row):
        self._happen(row.key, (row, 'pending'))

    def edit(self, row):
        self._happen(row.key, (row, 'booked'))

    def release(self, key):
        self._happen(key, None)

    def remove(self, key):
        self._happen(key, None)

    def _happen(self, key, entry):
        self.time += timedelta(seconds=1)
        self.world.script.append((self.time, key, entry))

    def balance(self, account=0):
        amounts = [row.amount for _at, _key, (row, _status) in self.world.script]
        return str(sum(map(Decimal, amounts)))

    def webhook(self, link_key):
        body = json.dumps({'id': 'event-1', 'link': link_key, 'kind': 'transactions'}).encode()
        signature = sign(signing_key(self.settings), body)
        return WebhookRequest({'X-Sandbox-Signature': signature}, body, {})

    def fail(self, code):
        self.world.quirks = FAILING.get(code, {})
        self.world.closed = code == ErrorCode.ACCOUNT_CLOSED
        if code == ErrorCode.CONSENT_EXPIRED:
            self.time += LONG
        return True

    def recover(self):
        self.world.quirks, self.world.closed = {}, False
        if self.time.year > 2027:
            self.time -= LONG
