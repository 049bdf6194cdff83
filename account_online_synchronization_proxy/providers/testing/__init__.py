"""The conformance suite: what every provider must do, ours and those of other addons.

Write a :class:`BankDriver` for your provider and run the suite on it, with unittest or pytest::

    class TestMyBank(ProviderConformance, TestCase):
        def make_driver(self):
            return MyBankDriver()
"""

from .changing import ChangingCases
from .connecting import ConnectingCases
from .driver import BankDriver, BankRow, Feature
from .failing import FailingCases
from .harness import Harness
from .reading import ReadingCases


class ProviderConformance(ConnectingCases, ReadingCases, ChangingCases, FailingCases):
    """All cases. Mix with a TestCase and say which driver to use (``make_driver``)."""


__all__ = ['BankDriver', 'BankRow', 'Feature', 'Harness', 'ProviderConformance']
