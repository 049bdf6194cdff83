"""Providers: the ways to reach banks, behind one interface (see ``interface``)."""

from . import (
    basiq,
    enablebanking,
    gocardless,
    plaid,
    ponto,
    saltedge,
    sandbox,
    simplefin,
    yodlee,
)
