"""The summary of `make test`: nothing that went wrong may be lost in it."""

from tools import odoolog, suite
from tools.junit import read_report
from tools.outcome import Outcome

ADDONS = ('account_online_synchronization',)
GREEN = "2026-01-01 10:00:00,000 7 INFO db odoo.tests.result: 0 failed, 0 error(s) of 12 tests"


def test_a_green_run_is_counted(tmp_path):
    outcome = _read(tmp_path, GREEN)
    assert (outcome.passed, outcome.failed, outcome.complaints) == (12, 0, [])


def test_failures_and_errors_both_count(tmp_path):
    outcome = _read(
        tmp_path,
        "2026-01-01 10:00:00,000 7 ERROR db odoo.tests.result: 2 failed, 1 error(s) of 12 tests",
        code=1,
    )
    assert (outcome.passed, outcome.failed) == (9, 3)


def test_an_error_in_the_log_fails_a_run_whose_tests_are_green(tmp_path):
    error = "2026-01-01 10:00:00,000 7 ERROR db odoo.http: Exception\nTraceback (…)\nKeyError: 'x'"
    outcome = _read(tmp_path, f"{error}\n{GREEN}")
    assert (outcome.passed, outcome.failed) == (12, 1)
    assert outcome.complaints == [error]


def test_a_warning_from_our_addon_fails_the_run(tmp_path):
    logger = 'odoo.addons.account_online_synchronization.models.account_online_link'
    outcome = _read(tmp_path, f"2026-01-01 10:00:00,000 7 WARNING db {logger}: odd\n{GREEN}")
    assert outcome.failed == 1


def test_a_warning_that_names_our_addon_fails_the_run(tmp_path):
    warning = "odoo.registry: model of account_online_synchronization has no access rule"
    outcome = _read(tmp_path, f"2026-01-01 10:00:00,000 7 WARNING db {warning}\n{GREEN}")
    assert outcome.failed == 1


def test_a_warning_of_somebody_else_does_not(tmp_path):
    warning = "2026-01-01 10:00:00,000 7 WARNING db odoo.addons.iap: no network"
    assert _read(tmp_path, f"{warning}\n{GREEN}").failed == 0


def test_a_run_that_stopped_before_its_result_fails(tmp_path):
    outcome = _read(tmp_path, "2026-01-01 10:00:00,000 7 INFO db odoo: starting", code=-9)
    assert outcome.failed == 1
    assert "stopped before its tests ended" in outcome.complaints[0]


def test_a_run_without_a_single_test_fails(tmp_path):
    outcome = _read(tmp_path, GREEN.replace("of 12 tests", "of 0 tests"))
    assert (outcome.passed, outcome.failed) == (0, 1)


def test_what_failed_is_named_once_more_at_the_end(capsys):
    outcome = Outcome('pytest-browser', failed=1, complaints=["tests.test_bank.test_it\nE  " * 2])
    assert suite.summarize([Outcome('others', passed=3), outcome], 9) == 1
    *_before, named, _empty, _jobs, total = capsys.readouterr().out.splitlines()
    assert named == "  failed: pytest-browser: tests.test_bank.test_it"
    assert total == "3 passed, 1 failed"


def test_an_installation_with_a_clean_log_is_one_success(tmp_path):
    log = tmp_path / 'odoo.log'
    log.write_text("2026-01-01 10:00:00,000 7 INFO db odoo.registry: Registry loaded\n")
    outcome = odoolog.read_installation('installation', log, ADDONS)
    assert (outcome.passed, outcome.failed, outcome.complaints) == (1, 0, [])


def test_a_warning_of_the_installation_that_names_our_addon_fails_it(tmp_path):
    warning = "odoo.registry: model of account_online_synchronization has no access rule"
    log = tmp_path / 'odoo.log'
    log.write_text(f"2026-01-01 10:00:00,000 7 WARNING db {warning}\n")
    outcome = odoolog.read_installation('installation', log, ADDONS)
    assert (outcome.passed, outcome.failed, len(outcome.complaints)) == (0, 1, 1)


def test_an_installation_without_a_log_fails(tmp_path):
    assert odoolog.read_installation('installation', tmp_path / 'none', ADDONS).failed == 1


def test_every_test_of_the_folder_belongs_to_one_job():
    jobs = [job for job in suite.jobs() if isinstance(job, suite.PytestJob)]
    for file in (suite.ROOT / 'tests').rglob('test_*.py'):
        for marker in ('system', 'browser', 'not system and not browser'):
            place = str(file.relative_to(suite.ROOT))
            assert len([job for job in jobs if _takes(job, place, marker)]) == 1, (place, marker)


def _takes(job, place, marker):
    left_out = [option[9:] for option in job.options if option.startswith('--ignore=')]
    return (
        job.marker == marker and place.startswith(job.folder)
        and not any(place.startswith(folder) for folder in left_out)
    )


def test_pytest_reports_are_counted(tmp_path):
    report = tmp_path / 'report.xml'
    report.write_text(
        '<testsuites><testsuite><testcase classname="a" name="good"/>'
        '<testcase classname="a" name="bad"><failure>assert 1 == 2</failure></testcase>'
        '<testcase classname="a" name="broken"><error message="no">fixture</error></testcase>'
        '<testcase classname="a" name="left out"><skipped message="no"/></testcase>'
        '</testsuite></testsuites>'
    )
    outcome = read_report('pytest', report, tmp_path / 'log', code=1)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 1)
    assert outcome.complaints[0] == "a.bad\nassert 1 == 2"


def test_what_failed_at_the_first_attempt_is_told_whatever_became_of_the_second(tmp_path, capsys):
    report = tmp_path / 'report.xml'
    first = '<property name="failure 1" value="Timeout: no button"/>'
    second = '<property name="failure 2" value="Timeout: no dialog"/>'
    report.write_text(
        '<testsuites><testsuite>'
        '<testcase classname="a" name="slow"/>'
        f'<testcase classname="a" name="slow"><properties>{first}</properties></testcase>'
        f'<testcase classname="a" name="bad"><properties>{first}{second}</properties>'
        '<failure>Timeout: no dialog</failure></testcase>'
        '</testsuite></testsuites>'
    )
    outcome = read_report('pytest', report, tmp_path / 'log', code=1)
    assert (outcome.passed, outcome.failed) == (1, 1)
    assert outcome.complaints == ["a.bad\nTimeout: no button\nTimeout: no dialog"]
    suite.summarize([outcome], 1)
    assert "passed at the second attempt: a.slow\nTimeout: no button\n" in capsys.readouterr().out


def test_a_pytest_that_left_no_report_fails(tmp_path):
    log = tmp_path / 'log'
    log.write_text("ImportError: no module\n")
    assert read_report('pytest', tmp_path / 'report.xml', log, code=2).failed == 1


def test_the_last_line_is_the_sum(capsys):
    code = suite.summarize([Outcome('a', passed=3), Outcome('b', passed=4, failed=1)], 10)
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 1 failed"
    assert code == 1


def test_a_suite_without_tests_is_no_success():
    assert suite.summarize([Outcome('a')], 1) == 1


def _read(folder, text, code=0):
    log = folder / 'odoo.log'
    log.write_text(text + '\n')
    return odoolog.read_outcome('addon', log, code, ADDONS)
