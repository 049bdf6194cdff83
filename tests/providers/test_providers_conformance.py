"""The real providers keep the rules of all providers, each at a fake server of its own."""

from unittest import TestCase

from drivers.basiq import BasiqDriver
from drivers.enablebanking import EnableBankingDriver
from drivers.plaid import PlaidDriver
from drivers.ponto import PontoCustomDriver, PontoDriver
from drivers.saltedge import SaltEdgeDriver
from drivers.simplefin import SimpleFinDriver
from drivers.yodlee import YodleeDriver
from providers.testing import ProviderConformance


class TestSimpleFin(ProviderConformance, TestCase):
    def make_driver(self):
        return SimpleFinDriver()


class TestEnableBanking(ProviderConformance, TestCase):
    def make_driver(self):
        return EnableBankingDriver()


class TestPonto(ProviderConformance, TestCase):
    def make_driver(self):
        return PontoDriver()


class TestPontoCustom(ProviderConformance, TestCase):
    def make_driver(self):
        return PontoCustomDriver()


class TestPlaid(ProviderConformance, TestCase):
    def make_driver(self):
        return PlaidDriver()


class TestSaltEdge(ProviderConformance, TestCase):
    def make_driver(self):
        return SaltEdgeDriver()


class TestBasiq(ProviderConformance, TestCase):
    def make_driver(self):
        return BasiqDriver()


class TestYodlee(ProviderConformance, TestCase):
    def make_driver(self):
        return YodleeDriver()
