"""A provider for the proxy's own tests: it does what the test says, nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from unittest.mock import patch

from ..providers import registry
from ..providers.interface import (
    Account,
    Connected,
    IdGrade,
    Institution,
    Page,
    Provider,
    Redirect,
    Refreshed,
    Revocation,
    Setting,
    Transaction,
)

FAKE_SECRET = 'fake-access-token-0001'


class FakeProvider(Provider):
    """Connects by one redirect. A test replaces what it wants to behave otherwise."""

    code = 'fake'
    name = "Fake Provider"
    description = "Reaches the banks of the tests."
    settings = (
        Setting('api_key', "API key"),
        Setting('region', "Region", secret=False, required=False),
    )
    id_grade = IdGrade.STRONG

    def test_connection(self):
        pass

    def institutions(self):
        yield Institution('fake-1', "Crédit Fictif S.A.", ('FR', 'BE'), bics=('FICTFRPPXXX',))
        yield Institution('fake-2', "Old & Slow Bank", ('GB',), unattended=False, beta=True)

    def start(self, request):
        return Redirect(f'https://bank.example/signin?state={request.state}')

    def resume(self, request, answer):
        self.context.save_tokens({'access': FAKE_SECRET}, 'fake-item-1')
        return Connected()

    def resume_at_once(self, request):
        """A ``start`` that does not need the user."""
        return self.resume(request, {})

    def accounts(self):
        return [
            Account('acc-1', "Current account", 'EUR', identity='FR7630006000011234567890189',
                    iban='FR7630006000011234567890189', number='FR7630006000011234567890189'),
            Account('acc-2', "Savings", 'EUR', type='savings'),
        ]

    def refresh(self, account_ids, presence, job=None):
        return Refreshed()

    def transactions(self, account_id, since, cursor, presence):
        return Page((Transaction('booked', '-12.50', 'EUR', id='t1', booking_date='2026-03-01'),),
                    cursor='next')

    def revoke(self):
        return Revocation(True, "Gone", 'fake-ref-9')


class OtherProvider(FakeProvider):
    """A second way to one of the banks."""

    code = 'other'
    name = "Other Provider"

    def institutions(self):
        yield Institution('o-1', "Credit Fictif", ('FR',), bics=('FICTFRPP',), history_days=90)
        yield Institution('o-2', "Only Here Bank", ('FR',))


@contextmanager
def registered_fakes():
    """Make the fake providers known while a test runs."""
    with patch.dict(registry._providers, {'fake': FakeProvider, 'other': OtherProvider}):
        yield
