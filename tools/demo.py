"""Connects a bank of the sandbox to a journal, as a user would: in progress below."""

import sys


def command(url, database):
    """The command that connects a bank on a running server."""
    return [sys.executable, '-c', 'print("no bank to connect yet")', url, database]
