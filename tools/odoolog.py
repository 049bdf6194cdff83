"""Reads the log of Odoo's test runner: its result, and what must not be in it."""

import re

from tools.console import last_line
from tools.outcome import Outcome

ENTRY = re.compile(
    r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ '
    r'(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>[\w.]+): '
)
RESULTS = 'odoo.tests.result'
RESULT = re.compile(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests')
COLOURS = re.compile(r'\x1b\[[0-9;]*m')
LONGEST = 60  # lines of one entry that are shown


def read_outcome(name, log, code, addons):
    """The outcome of a run of Odoo with tests.

    An ERROR or CRITICAL entry fails the run whatever the tests say, and so does a WARNING that one
    of the addons causes or is named in.
    """
    outcome = Outcome(name)
    text = COLOURS.sub('', log.read_text(errors='replace'))
    results = RESULT.findall(text)
    failures = 0
    for failed, errors, total in [map(int, result) for result in results[-1:]]:
        failures = failed + errors
        outcome.passed += max(total - failures, 0)
        outcome.failed += failures
        if not total:
            outcome.blame("no test was run.")
    unclean = [entry for entry in entries(text) if is_unclean(entry, addons)]
    outcome.complaints += [shorten(entry) for entry in unclean]
    if unclean and not failures:
        outcome.failed += 1
    if not results:
        outcome.blame(f"Odoo stopped before its tests ended: {last_line(log)} (see {log})")
    elif code and not outcome.failed:
        outcome.blame(f"Odoo ended with code {code}: {last_line(log)} (see {log})")
    return outcome


def read_installation(name, log, addons):
    """The outcome of an installation without tests: its log must be clean."""
    outcome = Outcome(name)
    if not log.exists():
        outcome.blame(f"{log} is gone, and with it what the installation said: run `make clean`.")
        return outcome
    text = COLOURS.sub('', log.read_text(errors='replace'))
    unclean = [entry for entry in entries(text) if is_unclean(entry, addons)]
    outcome.complaints += [shorten(entry) for entry in unclean]
    outcome.failed, outcome.passed = int(bool(unclean)), int(not unclean)
    return outcome


def entries(text):
    """The log's entries, each with its continuation lines."""
    entry = []
    for line in text.splitlines():
        if ENTRY.match(line) and entry:
            yield '\n'.join(entry)
            entry = []
        entry.append(line)
    if entry:
        yield '\n'.join(entry)


def is_unclean(entry, addons):
    match = ENTRY.match(entry)
    if not match:
        return False
    if match['level'] in ('ERROR', 'CRITICAL'):
        return True
    words = entry[match.start('logger'):]
    if match['logger'] == RESULTS:
        return False  # the counts say it already
    return match['level'] == 'WARNING' and any(addon in words for addon in addons)


def shorten(entry):
    lines = entry.splitlines()
    if len(lines) <= LONGEST:
        return entry
    return '\n'.join([*lines[:5], "    ...", *lines[5 - LONGEST:]])
