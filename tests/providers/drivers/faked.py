"""What the drivers of all fakes share: a clock, and failures that last until the bank recovers."""

from datetime import datetime, timedelta, timezone

import requests
from providers.testing import BankDriver

OFTEN = 1000
START = datetime(2026, 3, 15, 12, 0, tzinfo=timezone.utc)


class FakedBank(BankDriver):
    """A driver of ``self.fake``; ``failures`` says how its provider tells each code."""

    failures = {}  # {code: (end of the path, status, body)}

    def __init__(self, fake):
        self.time = START
        self.fake = fake
        self.accounts = []
        self._session = requests.Session()
        self._session.trust_env = False  # reading the environment takes longer than the request

    def now(self):
        return self.time

    def move_on(self, days):
        self.time += timedelta(days=days)
        self.updated()

    def updated(self):
        """The provider has read the bank: what it says about that."""

    def fail(self, code):
        if code in self.failures:
            self.fake.fail(*self.failures[code], times=OFTEN)
        return code in self.failures

    def recover(self):
        self.fake.faults.clear()

    def session(self):
        """One for all calls: connecting anew for each takes longer than the request."""
        return self._session

    def close(self):
        self._session.close()
        self.fake.__exit__(None, None, None)
