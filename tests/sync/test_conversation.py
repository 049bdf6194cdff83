"""Many conversations in one thread, their calls in others."""

import threading
import time
import weakref

import pytest
from sync.conversation import converse, converse_together


def asking(*calls):
    """A conversation that makes the calls in turn and returns what they returned."""
    answers = []
    for call in calls:
        answers.append((yield call))
    return answers


def slow(answer, seconds=0.05):
    def call():
        time.sleep(seconds)
        return answer
    return call


def fail():
    raise ConnectionError


def together(*conversations, lines=4, **options):
    return list(converse_together(conversations, lines, **options))


@pytest.mark.parametrize('hold', [converse, lambda one: together(one)[0]])
def test_an_answer_comes_back_to_who_asked(hold):
    assert hold(asking(lambda: 1, lambda: 2)) == [1, 2]


class Page:
    """An answer that can be watched."""


@pytest.mark.parametrize('hold', [converse, lambda one: together(one)[0]])
def test_the_pages_of_a_long_history_are_not_all_kept_in_memory(hold):
    alive, most = weakref.WeakSet(), 0

    def conversation():
        nonlocal most
        for _page in range(20):
            alive.add((yield Page))
            most = max(most, len(alive))

    hold(conversation())
    assert most <= 3


@pytest.mark.parametrize('hold', [converse, lambda one: together(one)[0]])
def test_a_failed_call_raises_where_the_answer_was_expected(hold):
    def conversation():
        try:
            yield fail
        except ConnectionError:
            return "noted"
    assert hold(conversation()) == "noted"


@pytest.mark.parametrize('hold', [converse, lambda one: together(one)[0]])
def test_a_conversation_may_rest(hold):
    began = time.monotonic()
    assert hold(asking(0.05)) == [None]
    assert time.monotonic() - began >= 0.05


def test_calls_of_different_conversations_overlap():
    began = time.monotonic()
    results = together(*(asking(slow(number, 0.1)) for number in range(8)), lines=8)
    assert sorted(results) == [[number] for number in range(8)]
    assert time.monotonic() - began < 0.5


def test_there_are_never_more_calls_than_lines():
    under_way, most, lock = 0, 0, threading.Lock()

    def call():
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        with lock:
            under_way -= 1

    together(*(asking(call, call) for _number in range(12)), lines=3)
    assert most == 3


def test_only_calls_leave_the_thread():
    threads = set()

    def conversation():
        threads.add(threading.get_ident())
        other = yield threading.get_ident
        threads.add(threading.get_ident())
        assert other not in threads

    together(*(conversation() for _number in range(5)))
    assert threads == {threading.get_ident()}


def test_one_that_rests_lets_the_others_go_on():
    order = []

    def restless(name):
        for _step in range(3):
            order.append(name)
            yield 0

    together(restless('a'), restless('b'))
    assert order[-2:] in (['a', 'b'], ['b', 'a'])


def test_no_conversation_is_opened_when_the_time_is_up_beyond_the_first_round():
    opened = []

    def conversation(number):
        opened.append(number)
        yield slow(None, 0.01)

    together(*map(conversation, range(20)), lines=4, may_open=lambda: False)
    assert opened == [0, 1, 2, 3]


def test_a_failure_that_leaves_a_conversation_ends_all_and_lets_them_tidy_up():
    tidied = []

    def careful(name):
        try:
            yield 60
        finally:
            tidied.append(name)

    def defect():
        yield slow(None, 0.01)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        together(careful('a'), careful('b'), defect())
    assert sorted(tidied) == ['a', 'b']


def test_who_stops_listening_ends_all():
    tidied = []

    def careful():
        try:
            yield 60
        finally:
            tidied.append(True)

    results = converse_together([asking(lambda: 1), careful()], 2)
    assert next(results) == [1]
    results.close()
    assert tidied == [True]
