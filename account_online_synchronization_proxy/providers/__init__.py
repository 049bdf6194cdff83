"""Providers: the ways to reach banks, behind one interface (see ``interface``)."""

from . import enablebanking, gocardless, plaid, ponto, saltedge, sandbox, simplefin
