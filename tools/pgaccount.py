"""As whom the private PostgreSQL runs: it refuses root, so root needs another way.

1. An ordinary user runs it as himself.
2. Root runs it in a user namespace where root's own files appear to belong to somebody else; so the
   cluster can lie in a checkout that no other user may enter.
3. Where the kernel forbids namespaces (some containers), root runs it as the user `postgres`, with
   its files in that user's home.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tools.console import Problem


@dataclass(frozen=True)
class Account:
    """How to start the server's programs, and where their files are."""

    home: Path
    uid: int
    prefix: tuple = ()
    options: dict = field(default_factory=dict)

    @property
    def data(self):
        return self.home / 'data'

    def command(self, arguments):
        return [*self.prefix, *map(str, arguments)]

    def run(self, arguments):
        """Run one of the short programs; its output is of no interest, its code is."""
        return subprocess.run(
            self.command(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd='/', check=False, **self.options,
        )

    def make_home(self):
        """Make the folder that holds the data, the log and mostly the socket."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.own(self.home)

    def own(self, *paths):
        if not os.geteuid() and self.uid:
            for path in paths:
                os.chown(path, self.uid, -1)

    def short_folder(self):
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f'odoo-pg-{name}'


def server_account(home):
    """The account that works on this machine, for a cluster in this folder."""
    if os.geteuid():
        return Account(home, os.geteuid())
    return _in_namespace(home) or _as_postgres(home)


def _in_namespace(home):
    try:
        somebody = pwd.getpwnam('nobody')
    except KeyError:
        return None
    prefix = (
        'unshare', '--user', f'--map-user={somebody.pw_uid}', f'--map-group={somebody.pw_gid}',
    )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not shutil.which('unshare'):
        return None
    probe = subprocess.run([*prefix, 'test', '-w', str(home)], capture_output=True, check=False)
    return None if probe.returncode else Account(home, os.geteuid(), prefix)


def _as_postgres(home):
    try:
        postgres = pwd.getpwnam('postgres')
    except KeyError as error:
        raise Problem(
            "PostgreSQL does not run as root and this system has no user `postgres`: "
            "start again as an ordinary user."
        ) from error
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    folder = Path(postgres.pw_dir) / f'odoo-{name}'
    options = {'user': postgres.pw_uid, 'group': postgres.pw_gid, 'extra_groups': []}
    return Account(folder, postgres.pw_uid, options=options)
