"""A connected user of each provider, for tests of all of them."""

from unittest import TestCase

from drivers.basiq import BasiqDriver
from drivers.enablebanking import EnableBankingDriver
from drivers.gocardless import GoCardlessDriver
from drivers.plaid import PlaidDriver
from drivers.ponto import PontoCustomDriver, PontoDriver
from drivers.saltedge import SaltEdgeDriver
from drivers.simplefin import SimpleFinDriver
from drivers.yodlee import YodleeDriver
from providers.testing import Harness

DRIVERS = {
    driver.provider.code: driver
    for driver in (
        BasiqDriver, EnableBankingDriver, GoCardlessDriver, PlaidDriver, PontoCustomDriver,
        PontoDriver, SaltEdgeDriver, SimpleFinDriver, YodleeDriver,
    )
}


class Reader(Harness, TestCase):
    """The conformance suite's own way to connect and to read, without its cases."""

    __test__ = False

    def __init__(self, driver):
        super().__init__('setUp')
        self.make_driver = driver
        self.setUp()
