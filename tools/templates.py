"""Databases with our addons, made once for each state of the code, and then copied."""

import subprocess

from tools import stamps
from tools.console import Problem, last_line, run_step, step
from tools.odoo import TEMPLATE, addons_path, clone_database, make_template, odoo_command
from tools.places import ADDONS, LOGS, ROOT, STATE
from tools.sources import source_of

# Odoo makes the scripts and styles of its pages when they are first asked for, which takes longer
# than most tests, in each database again.
MAKE_PAGES_READY = """
env['ir.qweb']._pregenerate_assets_bundles()
env.cr.commit()
"""


def with_addons(odoo, server, addons=ADDONS):
    """Name of a database that nobody may write to, with these addons installed."""
    addons = tuple(addons)

    def make(template):
        make_template(odoo, server)
        clone_database(server, TEMPLATE, template)
        if addons:
            run_step(
                "Installing the addons into a template database",
                _command(odoo, '-d', template, '-i', ','.join(addons), '--stop-after-init'),
                template, cwd=STATE, env=server.environment,
            )
        server.query("ANALYZE", template)  # a copy is too young to be analyzed by itself

    return _made_once(odoo, server, addons, make)


def with_pages(odoo, server):
    """As :func:`with_addons`, and with the scripts and styles of all pages, for browsers."""

    def make(template):
        clone_database(server, with_addons(odoo, server), template)
        with step("Making the pages of a template database ready"):
            _shell(odoo, server, template, MAKE_PAGES_READY)

    return _made_once(odoo, server, (*ADDONS, 'pages'), make)


def log_of_installation():
    """What Odoo said when it last installed all addons."""
    return LOGS / f'{_name_of(ADDONS)}.log'


def _made_once(odoo, server, what, make):
    """Kept for the next run of the tests."""
    template = _name_of(what)
    key = stamps.fingerprint(odoo.version, what, source_of(ROOT, ADDONS))
    with stamps.alone(template):
        if not (stamps.is_done(template, key) and server.has(template)):
            stamps.forget(template)
            make(template)
            stamps.done(template, key)
    return template


def _name_of(what):
    return f'tpl_{stamps.fingerprint(str(ROOT), what)[:10]}'


def _command(odoo, *arguments):
    return odoo_command(
        *arguments, '--no-http', '--max-cron-threads=0', f'--addons-path={addons_path(odoo, ROOT)}',
    )


def _shell(odoo, server, database, script):
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f'{database}.log'
    with open(log, 'wb') as output:
        done = subprocess.run(
            [str(part) for part in _command(odoo, 'shell', '-d', database)],
            input=script.encode(), stdout=output, stderr=subprocess.STDOUT, cwd=STATE, check=False,
            env=server.environment,
        )
    text = log.read_text(errors='replace')
    if done.returncode or 'Traceback (most recent' in text:
        raise Problem(f"Odoo cannot make its pages ready: {last_line(log)} — see {log}.")
