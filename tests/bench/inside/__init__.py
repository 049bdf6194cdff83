"""What runs within Odoo, in processes of its own: functions are tasks, see `stage.Stage.run`."""
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace


def tell(result):
    """Hand a result to the bench."""
    print('BENCH ' + json.dumps(result), flush=True)


@contextmanager
def stopwatch(env):
    """Yield an object that has `seconds` and `cpu_seconds` after the block."""
    watch = SimpleNamespace()
    start, cpu_start = time.perf_counter(), _cpu_seconds(env)
    yield watch
    watch.seconds = time.perf_counter() - start
    watch.cpu_seconds = _cpu_seconds(env) - cpu_start


def _cpu_seconds(env):
    """What this process and its database connection have worked, however busy the machine is.

    A database server on another machine isn't counted.
    """
    env.cr.execute("SELECT pg_backend_pid()")
    try:
        stat = Path(f'/proc/{env.cr.fetchone()[0]}/stat').read_text()
    except FileNotFoundError:
        return time.process_time()
    user, system = stat.rpartition(')')[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')
