"""Let many synchronizations wait for their banks at the same time (pure: no ORM, no network).

A *conversation* is a generator. It works on the database between its yields and hands out what
takes time:

- ``yield function``: call it somewhere, without the database, and send back what it returns or
  throw what it raises;
- ``yield seconds``: go on after that time; 0 lets the others go first.

Only such functions ever run in other threads. Everything else runs in the caller's thread, one
step at a time, so that one database cursor serves all conversations; therefore each of them
commits before it yields, and none may keep anything of the database over a yield but ids.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

Conversation = Generator[Callable[[], Any] | float, Any, Any]


def converse(conversation: Conversation) -> Any:
    """Hold one conversation in the caller's thread, and return what it returns."""
    turn = _Turn(conversation)
    try:
        while True:
            wish = turn.take()
            if not callable(wish):
                wish = partial(time.sleep, wish)
            turn = _Turn(conversation, wish)
    except StopIteration as end:
        return end.value
    finally:
        conversation.close()


def converse_together(
    conversations: Iterable[Conversation], lines: int, may_open: Callable[[], bool] = lambda: True,
) -> Iterator[Any]:
    """Hold conversations beside each other, and yield what each returns as it ends.

    An exception that leaves a conversation ends all of them: each is closed, and may tidy up.

    :param lines: calls at the same time, each in a thread of its own; twice as many conversations
        are open, so that answers wait for the database rather than the other way round.
    :param may_open: asked before each further conversation; one round of them is opened anyway.
    """
    with ThreadPoolExecutor(lines, thread_name_prefix='bank') as threads:
        exchange = _Exchange(threads)
        try:
            yield from exchange.serve(iter(conversations), lines, may_open)
        finally:
            exchange.close()


class _Exchange:
    """The open conversations and what each of them waits for."""

    def __init__(self, threads: ThreadPoolExecutor):
        self._threads = threads
        self._open: set[Conversation] = set()
        self._ready: deque[_Turn] = deque()
        self._answered: SimpleQueue[_Turn] = SimpleQueue()
        self._resting: list[tuple[float, int, _Turn]] = []
        self._numbers = count()

    def serve(self, waiting: Iterator[Conversation], lines: int, may_open) -> Iterator[Any]:
        opened = 0
        while True:
            # An answer that is here goes before a conversation that has not begun.
            if not self._ready and len(self._open) < 2 * lines and (opened < lines or may_open()):
                opened += self._begin(next(waiting, None))
            if not self._open:
                return
            self._collect()
            if self._ready:
                yield from self._take(self._ready.popleft())

    def _begin(self, conversation: Conversation | None) -> bool:
        if conversation is None:
            return False
        self._open.add(conversation)
        self._ready.append(_Turn(conversation))
        return True

    def _take(self, turn: _Turn) -> Iterator[Any]:
        try:
            wish = turn.take()
        except StopIteration as end:
            self._open.discard(turn.conversation)
            yield end.value
            return
        if callable(wish):
            conversation = turn.conversation  # not the turn, which holds the answer before
            call = self._threads.submit(wish)
            call.add_done_callback(
                lambda done: self._answered.put(_Turn(conversation, done.result))
            )
        else:
            entry = (time.monotonic() + wish, next(self._numbers), _Turn(turn.conversation))
            heapq.heappush(self._resting, entry)

    def _collect(self) -> None:
        """Make ready whoever has an answer or has rested; wait for one when nobody is."""
        while self._resting and self._resting[0][0] <= time.monotonic():
            self._ready.append(heapq.heappop(self._resting)[2])
        while not self._answered.empty():
            self._ready.append(self._answered.get())
        if self._ready:
            return
        pause = max(self._resting[0][0] - time.monotonic(), 0) if self._resting else None
        try:
            self._ready.append(self._answered.get(timeout=pause))
        except Empty:
            return  # somebody has rested enough

    def close(self) -> None:
        """End what is still open, each on its own, after the calls that are under way."""
        self._threads.shutdown(cancel_futures=True)
        with ExitStack() as stack:
            for conversation in self._open:
                stack.callback(conversation.close)


class _Turn:
    """A conversation that may go on, with the answer it asked for.

    :param answer: returns the answer, or raises what the call raised.
    """

    def __init__(self, conversation: Conversation, answer: Callable[[], Any] = lambda: None):
        self.conversation = conversation
        self._answer = answer

    def take(self) -> Any:
        """Let the conversation go on until its next wish."""
        try:
            answer = self._answer()
        except Exception as failure:  # noqa: BLE001 -- raised where the answer was expected
            return self.conversation.throw(failure)
        return self.conversation.send(answer)
