"""What the user sees: steps with progress, and one clear sentence when something is wrong."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

from tools.places import LOGS


class Problem(Exception):
    """Something that the user can mend; its text is one sentence that says how."""


def say(text):
    print(text, flush=True)


class Ticker:
    """A line that shows that a long step goes on: live on a terminal, now and then in a log."""

    def __init__(self, title):
        self.title = title
        self.live = sys.stdout.isatty()
        self.started = self.shown = time.monotonic()
        if not self.live:
            say(f"  {title} ...")

    @property
    def seconds(self):
        return time.monotonic() - self.started

    def tick(self, detail=''):
        pause = 0.5 if self.live else 20
        if time.monotonic() - self.shown < pause:
            return
        self.shown = time.monotonic()
        line = f"  {self.title} ... {self.seconds:.0f} s  {detail}"
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            print('\r\x1b[K' + line[:width], end='', flush=True)
        else:
            say(line[:160])

    def close(self, word):
        start = '\r\x1b[K' if self.live else ''
        say(f"{start}  {self.title}: {word} ({self.seconds:.1f} s)")


@contextlib.contextmanager
def step(title):
    """Show `title` with its time; yields the ticker."""
    ticker = Ticker(title)
    try:
        yield ticker
    except BaseException:
        ticker.close("stopped")
        raise
    ticker.close("done")


def run_step(title, command, name, hint='', detail=None, **options):
    """Run a command with its output in `.odoo/log/NAME.log` and its progress on the screen.

    :param detail: function that returns the progress to show; by default the log's last line.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f'{name}.log'
    with step(title) as ticker, open(log, 'wb') as output:
        process = start(command, stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            while (code := _wait(process, 0.2)) is None:
                ticker.tick(detail() if detail else last_line(log))
        except BaseException:
            stop(process)
            raise
        if code:
            advice = hint or f"the whole story is in {log}."
            raise Problem(f"{title} failed: {last_line(log)} — {advice}")


def _wait(process, seconds):
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


def start(command, **options):
    """Start a command in a session of its own, so that Ctrl-C reaches it through us and once."""
    options.setdefault('stdin', subprocess.DEVNULL)
    command = [str(part) for part in command]
    try:
        return subprocess.Popen(command, start_new_session=True, **options)
    except FileNotFoundError as error:
        raise Problem(f"{error.filename} is missing: install it and try again.") from error


def stop(process, seconds=20):
    """Interrupt a process of ours and whatever it started; kill what does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        _wait(process, seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_line(path, size=4096):
    """The last line with something on it, of a file that may still be growing."""
    with open(path, 'rb') as log:
        log.seek(max(0, path.stat().st_size - size))
        lines = log.read().decode(errors='replace').replace('\r', '\n').splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), '')
