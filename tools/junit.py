"""Reads pytest's report."""

import xml.etree.ElementTree as ElementTree

from tools.console import last_line
from tools.outcome import Outcome

NO_TESTS = 5  # pytest's exit code when nothing matched


def read_report(name, report, log, code):
    """The outcome of a run of pytest from its JUnit file."""
    outcome = Outcome(name)
    if not report.exists():
        outcome.blame(f"pytest stopped before its tests ended: {last_line(log)} (see {log})")
        return outcome
    for case in ElementTree.parse(report).iter('testcase'):  # noqa: S314 (our own file)
        problems = [*case.iter('failure'), *case.iter('error')]
        if problems:
            outcome.failed += 1
            title = f"{case.get('classname')}.{case.get('name')}"
            outcome.complaints.append(f"{title}\n{problems[0].text or problems[0].get('message')}")
        elif case.find('skipped') is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    if code not in (0, NO_TESTS) and not outcome.failed:
        outcome.blame(f"pytest ended with code {code}: {last_line(log)} (see {log})")
    return outcome
