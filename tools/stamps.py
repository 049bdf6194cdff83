"""Remembers finished steps: a second start skips them, an interrupted one is done again."""

import contextlib
import fcntl
import hashlib
import json

from tools.console import Problem, say
from tools.places import STAMPS, STATE


def fingerprint(*parts):
    """A key that changes when one of the step's inputs does."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def is_done(name, key):
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == key


def exists(name):
    return (STAMPS / name).exists()


def forget(name):
    (STAMPS / name).unlink(missing_ok=True)


def done(name, key):
    STAMPS.mkdir(parents=True, exist_ok=True)
    draft = STAMPS / f'{name}.draft'
    draft.write_text(key)
    draft.replace(STAMPS / name)


@contextlib.contextmanager
def alone(name):
    """Let one process at a time prepare `.odoo/`; the second waits and then finds all done."""
    try:
        STATE.mkdir(parents=True, exist_ok=True)
        lock = open(STATE / f'{name}.lock', 'w')  # noqa: SIM115 (closed below)
    except PermissionError as error:
        raise Problem(
            f"{STATE} belongs to another user: run `make clean` as that user, or use a checkout of "
            "your own."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another start is preparing .odoo: waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
