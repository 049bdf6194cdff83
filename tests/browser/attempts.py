"""Which attempt at a test runs, and what became of the ones before it.

A test in a browser has two. The second one must find what the first one found: names that it gives
and customers of banks that it connects are new at each attempt.
"""

from tools.junit import ATTEMPT

LONGEST = 1500  # letters of one window
# Dialogs and messages first: they tell most.
WORDS = """
    [...document.querySelectorAll('.o_dialog, .o_notification'), document.body]
        .map((element) => element.innerText).join(' ')
"""

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
    shown = [words for browser in _browsers for words in _glance(browser)]
    error.__notes__ = [*getattr(error, '__notes__', ()), *shown]
    words = '\n'.join([f"{type(error).__name__}: {error}", *shown])
    item.user_properties.append((f'{ATTEMPT}{_current}', words))


def _glance(browser):
    """What all open windows show, in words: for whoever has only the words of a failure."""
    shown = []
    for page in [page for context in browser.contexts for page in context.pages]:
        if page.url == 'about:blank':
            continue
        try:
            words = ' '.join(page.evaluate(WORDS).split())
        except Exception as error:  # noqa: BLE001 (the failure that is being told matters more)
            words = f"({type(error).__name__}: {error})"
        shown.append(f"{page.url}: {words[:LONGEST]}")
    return shown
