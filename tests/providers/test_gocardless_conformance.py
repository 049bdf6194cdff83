"""GoCardless keeps the rules of all providers."""

from unittest import TestCase

from drivers.gocardless import GoCardlessDriver
from providers.testing import ProviderConformance


class TestGoCardless(ProviderConformance, TestCase):
    def make_driver(self):
        return GoCardlessDriver()
