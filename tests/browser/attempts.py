"""Which attempt at a test runs, and what became of the ones before it.

A test in a browser has two. The second one must find what the first one found: names that it gives
and customers of banks that it connects are new at each attempt.
"""

from tests.browser.visitor import glance
from tools.junit import ATTEMPT

_current = 1
_browsers = []


def begin(item):
    """The attempt at this test that is about to start."""
    global _current  # noqa: PLW0603 (tests run one after the other)
    _current = getattr(item, 'execution_count', 1)


def anew(name):
    """This name at the first attempt, another one at each later attempt."""
    return name if _current == 1 else f'{name} {_current}'


def watch(browser):
    """Tell with each failure what the windows of this browser showed."""
    _browsers.append(browser)


def note_failure(item, error):
    """Remember the failure for the report, with what the windows showed."""
    shown = [words for browser in _browsers for words in glance(browser)]
    error.__notes__ = [*getattr(error, '__notes__', ()), *shown]
    words = '\n'.join([f"{type(error).__name__}: {error}", *shown])
    item.user_properties.append((f'{ATTEMPT}{_current}', words))
