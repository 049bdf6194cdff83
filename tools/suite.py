"""`make test`: every test of the project, in jobs beside each other, with one summary."""

import os
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools import odoolog, stamps, templates
from tools.console import Problem, last_line, say, start, stop
from tools.junit import read_report
from tools.odoo import addons_path, clone_database, drop_database, make_template, odoo_command
from tools.outcome import Outcome
from tools.places import ADDONS, BIN, LOGS, ROOT, STATE, environment
from tools.workbench import prepared

TIME_LIMIT = 50 * 60  # seconds after which a job hangs for certain, even on a busy machine
# What Odoo tests of itself near our addons, run again with them installed.
CORE_TESTS = (
    '/account:TestAccountBankStatementLine',
    '/account:TestAccountJournal',
    '/account:TestAccountJournalAlias',
    '/account:TestAccountJournalDashboard',
    '/web:TestMenusAdminLight',
)


@dataclass(frozen=True)
class Bench:
    """What every job works with."""

    odoo: object
    server: object

    @property
    def addons_path(self):
        return addons_path(self.odoo, ROOT)


def run_suite():
    """Run all jobs, some at a time; returns the exit code."""
    began = time.monotonic()
    with prepared(for_tests=True) as (odoo, server):
        make_template(odoo, server)
        bench = Bench(odoo, server)
        running = []
        workers = ThreadPoolExecutor(max_workers=_places())
        try:
            futures = [workers.submit(_timed, job, bench, running) for job in jobs()]
            outcomes = [future.result() for future in futures]
        finally:
            workers.shutdown(wait=False, cancel_futures=True)
            for process in list(running):
                stop(process)
            workers.shutdown()
    return summarize(outcomes, time.monotonic() - began)


def _places():
    """Two more than processors: of four jobs two wait for their database or their browser."""
    return min(4, (os.cpu_count() or 1) + 2)


def jobs():
    """The jobs, longest first, so that nobody waits for one that began last.

    Those that need none of our addons installed come beside the installation.
    """
    tested = [addon for addon in ADDONS if any((ROOT / addon / 'tests').glob('test_*.py'))]
    largest, *others = (f'/{addon}' for addon in sorted(tested, key=_size, reverse=True))
    return [
        Installation('installation'),
        PytestJob('pytest-legacy', 'system', folder='tests/legacy', patient=True),
        PytestJob('pytest-pure', 'not system and not browser', patient=True),
        # A browser on a busy machine may miss a moment; what fails twice in a row has failed.
        PytestJob('pytest-browser', 'browser', ('--reruns=1', '--ignore=tests/end_to_end')),
        OdooJob('odoo-books', (largest,)),
        PytestJob('pytest-providers', 'browser', ('--reruns=1',), folder='tests/end_to_end'),
        PytestJob('pytest-system', 'system', ('--ignore=tests/traps', '--ignore=tests/legacy')),
        PytestJob('pytest-traps', 'system', folder='tests/traps', patient=True),
        OdooJob('odoo-others', (*others, *CORE_TESTS)),
    ]


def _size(addon):
    return sum(file.stat().st_size for file in (ROOT / addon / 'tests').rglob('*.py'))


def _timed(job, bench, running):
    began = time.monotonic()
    say(f"  {job.name}: started")
    try:
        outcome = job.run(bench, running)
    except Problem as problem:
        outcome = Outcome(job.name)
        outcome.blame(str(problem))
    seconds = time.monotonic() - began
    say(f"  {job.name}: {outcome.passed} passed, {outcome.failed} failed, "
        f"{outcome.skipped} skipped ({seconds:.0f} s)")
    return outcome


def summarize(outcomes, seconds):
    """Print what failed, then the sum of all; returns the exit code."""
    for outcome in outcomes:
        for remark in outcome.remarks:
            say(f"\n{outcome.name}, passed at the second attempt: {remark}")
    for outcome in outcomes:
        for complaint in outcome.complaints:
            say(f"\n{outcome.name}: {complaint}")
    skipped = sum(outcome.skipped for outcome in outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    for outcome in outcomes:  # once more in short: whoever reads only the end wants the names
        for complaint in outcome.complaints:
            say(f"  failed: {outcome.name}: {complaint.splitlines()[0]}")
    say(f"\n  {len(outcomes)} jobs in {seconds:.0f} s, {skipped} tests skipped; logs in {LOGS}")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


@dataclass(frozen=True)
class Installation:
    """The addons are installed once, with nothing to complain about, and copied from then on."""

    name: str

    def run(self, bench, running):
        templates.with_pages(bench.odoo, bench.server)
        return odoolog.read_installation(self.name, templates.log_of_installation(), ADDONS)


@dataclass(frozen=True)
class OdooJob:
    """Tests in Odoo's own runner, on a database of their own with all addons installed."""

    name: str
    tags: tuple

    def run(self, bench, running):
        database = f'suite_{self.name}'.replace('-', '_')
        log = _new_log(database)
        with stamps.alone(database):
            template = templates.with_pages(bench.odoo, bench.server)
            clone_database(bench.server, template, database)
            try:
                # Where nothing is installed Odoo runs the tests of both kinds, after and during.
                tags = ('--test-tags', ','.join(self.tags))
                code = _run(self._command(bench, database, *tags), log, bench, running)
            finally:
                drop_database(bench.server, database)
        return odoolog.read_outcome(self.name, log, code, ADDONS)

    def _command(self, bench, database, *options):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        return odoo_command(
            '-d', database, '--stop-after-init', '--max-cron-threads=0', f'--http-port={port}',
            f'--screenshots={LOGS / "screenshots"}', f'--addons-path={bench.addons_path}', *options,
        )


@dataclass(frozen=True)
class PytestJob:
    """Tests of the folder `tests/` that carry a marker."""

    name: str
    marker: str
    options: tuple = ()
    folder: str = 'tests'
    patient: bool = False  # nobody in it waits as a person does: leaves the processor to others

    def run(self, bench, running):
        log, report = _new_log(self.name), LOGS / f'{self.name}.xml'
        report.unlink(missing_ok=True)
        command = [
            BIN / 'python', '-m', 'pytest', self.folder, '-m', self.marker, f'--junitxml={report}',
            *self.options, *(environment('PYTEST_ARGS', '').split()),
        ]
        if self.patient:
            command = ['nice', *command]
        code = _run(command, log, bench, running)
        return read_report(self.name, report, log, code)


def _new_log(name):
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f'{name}.log'
    log.unlink(missing_ok=True)
    return log


def _run(command, log, bench, running):
    """Run a job's command with its output in a log; returns its exit code."""
    cwd = ROOT if BIN / 'python' in command else STATE
    with open(log, 'ab') as output:
        process = start(
            command, cwd=cwd, env=bench.server.environment, stdout=output, stderr=subprocess.STDOUT,
        )
    running.append(process)
    try:
        return process.wait(timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        say(f"  {log.stem}: stopped after {TIME_LIMIT} s at: {last_line(log)}")
        return -1
    finally:
        running.remove(process)
        stop(process)
