"""A database to measure in, and the tasks that run in it."""
import json
import subprocess
import tempfile
from dataclasses import dataclass

from tools.console import Problem, run_step
from tools.odoo import TEMPLATE, addons_path, clone_database, drop_database, odoo_command
from tools.places import LOGS, ROOT, STATE

BOOKS = 'account_online_synchronization'
PROXY = 'account_online_synchronization_proxy'
MARK = 'BENCH '
TASK = """
from importlib import import_module
import json
task = getattr(import_module({module!r}), {name!r})
task(env, **json.loads({options!r}))
"""


@dataclass(frozen=True)
class Ground:
    """What all stages stand on: one Odoo, one database server, and how much is measured.

    :ivar divisor: 1 for the sizes that the project promises something for; more, to try.
    """

    odoo: object
    server: object
    repetitions: int = 3
    divisor: int = 1

    def size(self, number, least=1):
        return max(number // self.divisor, least)

    def stage(self, name, modules='', folder=ROOT):
        """A database with these modules, which lie in `folder` unless they are Odoo's."""
        return Stage(self, f'bench_{name}', modules, folder)


class Stage:
    """One database; used as a context, it is there inside and gone afterwards."""

    def __init__(self, ground, database, modules, folder):
        self.ground = ground
        self.database = database
        self.modules = modules
        self.folder = folder
        self.log = LOGS / f'{database}.log'

    def __enter__(self):
        clone_database(self.ground.server, TEMPLATE, self.database)
        if self.modules:
            run_step(
                f"Installing {self.modules}",
                self.command('-i', self.modules, '--stop-after-init', '--no-http'),
                self.database, cwd=STATE, env=self.ground.server.environment,
            )
        return self

    def __exit__(self, *_error):
        drop_database(self.ground.server, self.database)

    def copy(self, name):
        """Another stage that begins as this one is now."""
        return Copy(self, name)

    def command(self, *arguments):
        """Odoo's command line with these arguments, on this database."""
        folders = [self.folder] if self.folder else []
        return odoo_command(
            *arguments, '-d', self.database, f'--db-filter=^{self.database}$',
            '--max-cron-threads=0', f'--addons-path={addons_path(self.ground.odoo, *folders)}',
        )

    def run(self, task, **options):
        """Run ``module.function`` of `inside` with Odoo's environment; returns what it told."""
        with self.start(task, **options) as process:
            told, _errors = process.communicate()
        if process.returncode:
            raise Problem(f"{task} failed; the whole story is in {self.log}.")
        return [
            json.loads(line.removeprefix(MARK))
            for line in told.splitlines() if line.startswith(MARK)
        ]

    def start(self, task, **options):
        """The same, without waiting for it; see :func:`hear`."""
        module, _dot, name = task.rpartition('.')
        with tempfile.TemporaryFile('w+') as script, self.log.open('a') as log:
            script.write(TASK.format(
                module=f'tests.bench.inside.{module}', name=name, options=json.dumps(options),
            ))
            script.seek(0)
            return subprocess.Popen(
                self.command('shell', '--no-http', '--log-level=warn'),
                stdin=script, stdout=subprocess.PIPE, stderr=log, text=True, cwd=STATE,
                env={**self.ground.server.environment, 'PYTHONPATH': str(ROOT)},
            )


class Copy(Stage):

    def __init__(self, original, name):
        super().__init__(original.ground, f'bench_{name}', original.modules, original.folder)
        self.original = original

    def __enter__(self):
        clone_database(self.ground.server, self.original.database, self.database)
        return self


def hear(process):
    """The next thing that a started task tells."""
    for line in process.stdout:
        if line.startswith(MARK):
            return json.loads(line.removeprefix(MARK))
    raise Problem("A task of the bench ended before it was done")
