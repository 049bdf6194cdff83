"""The imports that are compared, each with a database of its own."""
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.console import Problem, run_step
from tools.odoo import TEMPLATE, addons_path, clone_database, odoo_command
from tools.places import PYTHON, ROOT, STATE

OCA_FOLDER = STATE / 'oca'
OCA_PACKAGES = (
    'odoo-addon-account_statement_base==19.0.1.0.1',
    'odoo-addon-account_statement_import_base==19.0.1.0.0.8',
    'odoo-addon-account_statement_import_online==19.0.1.0.3',
)
MARK = 'BENCH '


@dataclass(frozen=True)
class Contestant:
    """One way to import; `way` is the name of a function in `measure.py`."""

    way: str
    title: str
    modules: str = ''
    folder: Path | None = None

    @property
    def database(self):
        return f'bench_{self.way}'


CONTESTANTS = (
    Contestant('plain', "Odoo's create"),
    Contestant(
        'oca', "OCA's account_statement_import_online", 'account_statement_import_online',
        OCA_FOLDER / 'odoo' / 'addons',
    ),
    Contestant('bulk', "this project", 'account_online_synchronization', ROOT),
)


class Track:
    """Where the contestants run: one Odoo, one database server."""

    def __init__(self, odoo, server):
        self.odoo = odoo
        self.server = server

    def prepare(self, contestant):
        """A fresh database with the contestant's modules."""
        if contestant.folder == OCA_FOLDER / 'odoo' / 'addons':
            _fetch_oca()
        clone_database(self.server, TEMPLATE, contestant.database)
        if contestant.modules:
            run_step(
                f"Installing {contestant.modules}",
                odoo_command(
                    *self._switches(contestant), '-i', contestant.modules, '--stop-after-init'),
                f'bench-{contestant.way}', cwd=STATE, env=self.server.environment,
            )

    def measure(self, contestant, sizes):
        """Import as many transactions as `sizes` says; returns [{'lines', 'seconds', ...}]."""
        with tempfile.TemporaryFile('w+') as errors:
            process = subprocess.run(
                odoo_command('shell', *self._switches(contestant), '--log-level=error'),
                stdin=(Path(__file__).parent / 'measure.py').open(), cwd=STATE,
                stdout=subprocess.PIPE, stderr=errors, text=True, check=False,
                env={
                    **self.server.environment,
                    'BENCH': json.dumps({'way': contestant.way, 'sizes': sizes}),
                },
            )
            errors.seek(0)
            results = [
                json.loads(line.removeprefix(MARK))
                for line in process.stdout.splitlines() if line.startswith(MARK)
            ]
            if len(results) != len(sizes):
                raise Problem(f"{contestant.title} did not finish:\n{errors.read()[-2000:]}")
        return results

    def remove(self, contestant):
        self.server.drop(contestant.database)

    def _switches(self, contestant):
        folders = [contestant.folder] if contestant.folder else []
        return (
            '-d', contestant.database, '--no-http', '--max-cron-threads=0',
            f'--addons-path={addons_path(self.odoo, *folders)}',
        )


def _fetch_oca():
    """OCA's modules, from the package index that pip is configured for, to measure only."""
    if all((OCA_FOLDER / package).exists() for package in OCA_PACKAGES):
        return
    run_step(
        "Fetching OCA's import to compare with",
        [PYTHON, '-m', 'pip', 'install', '--no-deps', '--upgrade', '--target', OCA_FOLDER,
         *OCA_PACKAGES],
        'bench-oca', env=os.environ,
    )
    for package in OCA_PACKAGES:
        (OCA_FOLDER / package).touch()
