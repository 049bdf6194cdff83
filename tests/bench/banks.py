"""Banks that answer as the bench wants them to: `slow_proxy.py` in a process of its own."""
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import requests

from tools.places import PYTHON


class Banks:
    """Sets what the banks do; see `slow_proxy.py`."""

    def __init__(self, port):
        self.url = f'http://127.0.0.1:{port}'

    def set(self, **settings):
        requests.post(f'{self.url}/settings', json=settings, timeout=10).raise_for_status()


@contextmanager
def open_banks():
    port = free_port()
    process = subprocess.Popen([PYTHON, Path(__file__).parent / 'slow_proxy.py', str(port)])
    try:
        wait_for(port)
        yield Banks(port)
    finally:
        process.terminate()
        process.wait()


def wait_for(port):
    for _attempt in range(600):
        with socket.socket() as probe:
            if not probe.connect_ex(('127.0.0.1', port)):
                return
        time.sleep(0.1)
    raise TimeoutError("The banks of the bench do not answer")


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
