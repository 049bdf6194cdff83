"""Make ``matching`` importable alone: it needs neither Odoo nor the addon around it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'account_online_synchronization'))

from tests.matching.books import PAGINGS, Books


@pytest.fixture
def make_books():
    """Function that makes a journal with nothing in it; see ``Books``."""
    return Books


@pytest.fixture
def books(make_books):
    """A journal with nothing in it."""
    return make_books()


@pytest.fixture(params=PAGINGS, ids=lambda paging: paging.__name__)
def paging(request):
    """The three ways in which the same rows may come."""
    return request.param
