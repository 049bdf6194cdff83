"""Drivers: how the conformance suite makes things happen at each bank."""
