"""Reads pytest's report."""

import xml.etree.ElementTree as ElementTree

from tools.console import last_line
from tools.outcome import Outcome

NO_TESTS = 5  # pytest's exit code when nothing matched
ATTEMPT = 'failure '  # of tests that have several: the property that tells how one of them failed


def read_report(name, report, log, code):
    """The outcome of a run of pytest from its JUnit file."""
    outcome = Outcome(name)
    if not report.exists():
        outcome.blame(f"pytest stopped before its tests ended: {last_line(log)} (see {log})")
        return outcome
    for title, case in _last_attempts(report).items():
        problems = [*case.iter('failure'), *case.iter('error')]
        attempts = list(_failed_attempts(case))
        if problems:
            outcome.failed += 1
            last = problems[0].text or problems[0].get('message')
            outcome.complaints.append('\n'.join([title, *attempts[:-1], last]))
        elif case.find('skipped') is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
            if attempts:
                outcome.remarks.append('\n'.join([title, *attempts]))
    if code not in (0, NO_TESTS) and not outcome.failed:
        outcome.blame(f"pytest ended with code {code}: {last_line(log)} (see {log})")
    return outcome


def _last_attempts(report):
    """Tests by their names. Each attempt stands in the report, the last one last."""
    cases = ElementTree.parse(report).iter('testcase')  # noqa: S314 (our own file)
    return {f"{case.get('classname')}.{case.get('name')}": case for case in cases}


def _failed_attempts(case):
    for each in case.iter('property'):
        if each.get('name').startswith(ATTEMPT):
            yield each.get('value')
