"""The sandbox keeps the rules of all providers."""

from unittest import TestCase

from drivers.sandbox import SandboxDriver
from providers.testing import ProviderConformance


class TestWindows(ProviderConformance, TestCase):
    def make_driver(self):
        return SandboxDriver()


class TestChanges(ProviderConformance, TestCase):
    def make_driver(self):
        return SandboxDriver('sandbox-accounts')


class TestOddPages(ProviderConformance, TestCase):
    def make_driver(self):
        return SandboxDriver('sandbox-odd-pages')


class TestOwnForm(ProviderConformance, TestCase):
    def make_driver(self):
        return SandboxDriver('sandbox-own-form')


class TestSlow(ProviderConformance, TestCase):
    def make_driver(self):
        return SandboxDriver('sandbox-slow')
