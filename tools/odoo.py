"""Odoo's own command line, with its configuration under `.odoo/`."""

import os
import shutil

from tools import stamps
from tools.console import Problem, run_step
from tools.places import BIN, BYTECODE, CONFIG, DATA, ODOO, PYTHON, STATE

TEMPLATE = 'tpl_account'
TEMPLATE_MODULES = 'account'  # brings a generic chart of accounts
WRAPPER = """#!/bin/sh
# {purpose}, with this folder's packages, configuration and database server.
export PYTHONPATH='{python_path}'"${{PYTHONPATH:+:$PYTHONPATH}}"
export ODOO_RC="${{ODOO_RC:-{config}}}"
{variables}
# Odoo is compiled once, also where nobody may write beside it or the machine wants no such files.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX='{bytecode}'
exec '{python}' {arguments}"$@"
"""
ENTRY = """\"\"\"Starts Odoo wherever its package lies.\"\"\"
from odoo.cli.command import main

main()
"""
SETTINGS = """[options]
addons_path = {addons_path}
data_dir = {data}
db_host = {host}
db_port = {port}
db_user = {user}
http_interface = 127.0.0.1
unaccent = True
"""


def addons_path(odoo, *folders):
    return ','.join(map(str, [*odoo.addons, *folders]))


def write_commands(odoo, server):
    """Write `.odoo/bin/odoo` and `.odoo/odoo.conf` for this Odoo and this database server."""
    BIN.mkdir(parents=True, exist_ok=True)
    DATA.mkdir(exist_ok=True)
    entry = BIN / 'start_odoo.py'
    variables = server.variables
    # A password stays in the environment of whoever set it.
    exports = [
        f"export {name}='{value}'" for name, value in variables.items() if name != 'PGPASSWORD'
    ]
    _write(entry, ENTRY)
    _write(STATE / 'postgres.env', '\n'.join(exports) + '\n')
    _write(CONFIG, SETTINGS.format(
        addons_path=addons_path(odoo, STATE.parent), data=DATA, host=variables['PGHOST'],
        port=variables.get('PGPORT', 5432), user=variables.get('PGUSER', False),
    ))
    for path, purpose, arguments in (
        (ODOO, "Odoo's command line", f"'{entry}' "),
        (BIN / 'python', "Python", ''),
    ):
        _write(path, WRAPPER.format(
            purpose=purpose, python_path=odoo.python_path, config=CONFIG,
            variables='\n'.join(exports), bytecode=BYTECODE, python=PYTHON, arguments=arguments,
        ), mode=0o755)


def _write(path, text, mode=0o644):
    draft = path.with_name(path.name + '.draft')
    draft.write_text(text)
    draft.chmod(mode)
    draft.replace(path)


def odoo_command(*arguments):
    return [ODOO, *arguments]


def make_template(odoo, server):
    """A database with accounting and a chart of accounts, installed once and then copied."""
    key = stamps.fingerprint(
        odoo.version, str(odoo.package), TEMPLATE_MODULES, server.variables['PGHOST'],
    )
    with stamps.alone('template'):
        if stamps.is_done('template', key) and server.has(TEMPLATE):
            return
        if not server.private and not stamps.exists('template') and server.has(TEMPLATE):
            raise Problem(
                f"PGHOST has a database {TEMPLATE} that this checkout did not make: rename or drop "
                "it, or unset PGHOST to get a private server."
            )
        stamps.forget('template')
        drop_database(server, TEMPLATE)
        install = odoo_command(
            '-d', TEMPLATE, '-i', TEMPLATE_MODULES, '--stop-after-init', '--no-http',
            '--max-cron-threads=0', f'--addons-path={addons_path(odoo)}',
        )
        run_step("Installing Odoo's accounting into a template database", install, 'template',
                 cwd=STATE, env=server.environment)
        stamps.done('template', key)


def clone_database(server, template, database):
    """A fresh copy of a database that nobody is connected to, its filestore included."""
    drop_database(server, database)
    server.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    source = DATA / 'filestore' / template
    if source.exists():
        shutil.copytree(source, DATA / 'filestore' / database, copy_function=_link)


def _link(source, target):
    # Odoo never changes a file of its store in place.
    os.link(source, target)
    return target


def drop_database(server, database):
    server.drop(database)
    shutil.rmtree(DATA / 'filestore' / database, ignore_errors=True)


def rename_database(server, name, new_name):
    """Rename a database that nobody is connected to, its filestore included."""
    store = DATA / 'filestore'
    shutil.rmtree(store / new_name, ignore_errors=True)
    if (store / name).exists():
        (store / name).rename(store / new_name)
    server.query(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')
