"""Random truthful banks against random windows: the guarantees of ``planner``, tested.

``pytest tests/matching/test_truthful_bank.py`` runs some hundred examples; with
``HYPOTHESIS_PROFILE=million`` it runs as many as there is time for.
"""

import os
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matching import Grade, Lock, Source, State

from tests.matching.bank import FIRST_DAY, Bank, any_pages
from tests.matching.books import Books

settings.register_profile('ci', max_examples=25, deadline=None, derandomize=True)
settings.register_profile(
    'search', max_examples=400, deadline=None, database=None, report_multiple_bugs=False,
)
settings.register_profile(
    'million', max_examples=1_000_000, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get('HYPOTHESIS_PROFILE', 'ci'))

GRADES = [grade.value for grade in Grade]
CHANCE = st.randoms(use_true_random=False)


class World:
    """A bank, the books that follow it, and the ways in which they meet."""

    def __init__(self, chance, ids, balances):
        self.chance, self.bank = chance, Bank(chance, ids, balances)
        self.books = Books(grade=Grade.STRONG if ids == 'new' else Grade(ids))
        self.locks = ()

    def window(self, first, kind='complete'):
        """Synchronize from ``first`` to today."""
        bank, last = self.bank, self.bank.today + timedelta(days=1)
        rows = bank.listing(first, last)
        if kind == 'part':
            rows = [row for row in rows if self.chance.random() < 0.6]
        else:
            rows = rows + bank.pending()
        return self.books.sync(
            rows, kind, (first.isoformat(), last.isoformat()),
            paging=any_pages(self.chance), locks=self.locks,
            source=Source(bank.provider, str(bank.consent)),
        )

    def recent(self, kind='complete'):
        """Synchronize with the usual overlap."""
        return self.window(max(FIRST_DAY, self.bank.today - timedelta(days=22)), kind)

    def everything(self):
        """Synchronize the whole history."""
        return self.window(FIRST_DAY - timedelta(days=2))

    def truth(self):
        """What the bank has booked, by day and amount."""
        return Counter((entry.date, entry.amount) for entry in self.bank.booked)

    def told(self, number):
        """What a cursor has told of so far."""
        rows = [entry for entry in self.bank.booked if entry.number < number]
        return Counter((entry.date, entry.amount) for entry in rows)

    def seen(self):
        """What the user sees outside the books."""
        return self._in_states(State.TO_REVIEW, State.WAITING, State.QUARANTINED)

    def deleted(self):
        """What the user does not want to see again."""
        return self._in_states(State.IGNORED)

    def _in_states(self, *states):
        return Counter(
            (row.date, row.amount) for state in states for row in self.books.in_state(state)
        )

    def enter_some_by_hand(self, entries):
        """A user is faster than the bank's feed, and not sure about the day."""
        for entry in entries:
            if entry.booked and self.chance.random() < 0.3:
                booked = entry.date + timedelta(days=self.chance.choice((0, 0, 1, -2)))
                self.books.enter(booked.isoformat(), entry.amount, entry.text)


@pytest.mark.parametrize('balances', [True, False], ids=['balances', 'no balances'])
@pytest.mark.parametrize('ids', ['strong', 'positional', 'absent'])
@given(chance=CHANCE)
def test_complete_windows_make_the_books_equal_the_bank(ids, balances, chance):
    """Late bookings, pending rows, new consents, rewording, any order: no doubt ever arises."""
    world = World(chance, ids, balances)
    for _step in range(chance.randint(1, 5)):
        chance.choice((
            lambda: world.bank.pass_days(chance.randint(1, 6)), world.bank.post_pending,
            world.bank.reword, world.bank.renew,
        ))()
        for _again in range(chance.randint(0, 2)):
            world.recent()
            assert world.books.counted() <= world.truth()
    for _again in range(2):
        world.everything()
        assert world.books.counted() == world.truth()
    assert not world.books.reviews
    names = [entry.text for entry in world.bank.booked]
    assert Counter(map(without_date, world.books.texts())) == Counter(map(without_date, names))
    assert len(world.books.in_state(State.PENDING)) == len(world.bank.pending())


@pytest.mark.parametrize('balances', [True, False], ids=['balances', 'no balances'])
@pytest.mark.parametrize('ids', GRADES)
@given(chance=CHANCE)
def test_nothing_is_doubled_and_nothing_is_lost_from_sight(ids, balances, chance):
    """Also with parts of windows, replaced texts, unreliable ids and locked periods."""
    world = World(chance, ids, balances)
    for _step in range(chance.randint(1, 6)):
        chance.choice((
            lambda: world.bank.pass_days(chance.randint(1, 6)), world.bank.post_pending,
            world.bank.reword, world.bank.rewrite, world.bank.renew,
        ))()
        if chance.random() < 0.2:
            world.locks = (Lock(kind='hard_lock_date', last_day=world.bank.today),)
        for _again in range(chance.randint(0, 2)):
            world.recent(chance.choice(('complete', 'part')))
            assert world.books.counted() <= world.truth()
    world.everything()
    assert world.books.counted() <= world.truth()
    assert world.truth() <= world.books.counted() + world.seen()
    world.locks = ()
    world.everything()
    assert world.books.counted() <= world.truth()
    assert world.truth() <= world.books.counted() + world.seen()
    assert not world.books.in_state(State.WAITING)
    if ids != 'weak':
        assert not world.books.in_state(State.TO_REVIEW), "A complete window answers what is asked."
        assert world.books.counted() == world.truth()


@pytest.mark.parametrize('balances', [True, False], ids=['balances', 'no balances'])
@given(chance=CHANCE)
def test_ids_that_are_new_at_every_fetch_double_nothing(balances, chance):
    """Although they are called strong, and parts of windows contradict nothing."""
    world = World(chance, 'new', balances)
    for _step in range(chance.randint(1, 6)):
        chance.choice((
            lambda: world.bank.pass_days(chance.randint(1, 6)), world.bank.post_pending,
            world.bank.reword, world.bank.rewrite,
        ))()
        for _again in range(chance.randint(0, 3)):
            world.recent(chance.choice(('complete', 'part', 'part', 'part')))
            assert world.books.counted() <= world.truth()
    for _again in range(2):
        world.everything()
        assert world.books.counted() <= world.truth() <= world.books.counted() + world.seen()
    assert not world.books.in_state(State.TO_REVIEW)


@pytest.mark.parametrize('ids', GRADES)
@given(chance=CHANCE)
def test_a_change_of_provider_doubles_nothing_and_hides_nothing(ids, chance):
    """Dates differ by a day, texts and ids altogether; by amount the books stay true."""
    world = World(chance, ids, balances=False)
    for _step in range(chance.randint(1, 7)):
        world.bank.pass_days(chance.randint(1, 8))
        world.recent()
        for _entry in range(chance.randint(0, 3)):  # the rest of the day
            world.bank.add(world.bank.today)
        if chance.random() < 0.5:
            world.bank.switch()
            world.recent(chance.choice(('complete', 'part')))
        assert by_amount(world.books.counted()) <= by_amount(world.truth())
        world.recent()
        assert by_amount(world.books.counted()) <= by_amount(world.truth())
        assert by_amount(world.truth()) <= by_amount(world.books.counted() + world.seen())
    for _again in range(2):
        world.everything()
        assert by_amount(world.books.counted()) <= by_amount(world.truth())
        assert by_amount(world.truth()) <= by_amount(world.books.counted() + world.seen())


@pytest.mark.parametrize('ids', GRADES)
@given(chance=CHANCE)
def test_every_difference_to_a_bank_that_corrects_itself_is_asked_about(ids, chance):
    """Amounts change and rows are taken back: lines stay, and each difference is visible."""
    world = World(chance, ids, balances=False)
    world.bank.pass_days(8)
    world.recent()
    world.bank.correct()
    if chance.random() < 0.5:
        world.bank.pass_days(3)
    world.everything()
    books, truth = world.books.counted(), world.truth()
    missing, wrong = truth - books, books - truth
    asked = Counter()
    for doubt, key in world.books.reviews:
        row = world.books.feed[key]
        asked[row.date, row.amount] += 1
        if doubt.value == 'changed':
            missing -= Counter(
                entry for entry in list(missing) if entry[0] == row.date
            )
    assert wrong <= asked
    assert missing <= asked


@given(chance=CHANCE)
def test_a_cursor_with_strong_ids_brings_everything_once(chance):
    """Each call brings what is new since the last; nothing follows from absence.

    A payment that happens to leave the balance of an equal one, after a late booking, is asked.
    """
    world = World(chance, 'strong', chance.random() < 0.5)
    told = set()
    for _step in range(chance.randint(1, 6)):
        world.bank.pass_days(chance.randint(1, 5))
        world.bank.post_pending()
        rows = [
            row for row in world.bank.listing(FIRST_DAY, world.bank.today)
            if row['id'] not in told
        ]
        told.update(row['id'] for row in rows)
        world.books.sync(rows, 'cursor', paging=any_pages(chance))
        assert world.books.counted() <= world.truth() == world.books.counted() + world.seen()
    assert world.bank.balances or not world.books.reviews


@pytest.mark.parametrize('ids', GRADES)
@given(chance=CHANCE)
def test_a_cursor_with_other_ids_doubles_nothing_and_hides_nothing(ids, chance):
    """Equal content may be a repetition or a second payment: whatever is not booked is asked.

    Only a row that is told again under the same id, with the same content, counts as the same.
    """
    world = World(chance, ids, balances=False)
    told, again = 0, Counter()
    seen = set()
    for _step in range(chance.randint(1, 6)):
        world.bank.pass_days(chance.randint(1, 5))
        rows = world.bank.listing(FIRST_DAY, world.bank.today)
        news = {entry.number for entry in world.bank.booked if entry.number >= told}
        rows = [
            row for row, entry in zip(rows, world.bank.booked, strict=True)
            if entry.number in news
        ]
        told = max([told, *(number + 1 for number in news)])
        world.books.sync(rows, 'cursor', paging=any_pages(chance))
        assert world.books.counted() <= world.truth()
        for row in rows:
            content = (row['booking_date'], row['amount'], row['description'])
            if ids == 'weak' and (row['id'] or '').strip():
                if (row['id'], *content) in seen:
                    again[date.fromisoformat(content[0]), Decimal(content[1])] += 1
                seen.add((row['id'], *content))
        assert world.told(told) <= world.books.counted() + world.seen() + again


@pytest.mark.parametrize('ids', GRADES)
@given(chance=CHANCE)
def test_what_users_delete_and_enter_by_hand_is_neither_brought_back_nor_doubled(ids, chance):
    """Lines are deleted; others are made by hand before the bank sends them, a day or two off."""
    world = World(chance, ids, balances=False)
    for _step in range(chance.randint(1, 6)):
        before = len(world.bank.entries)
        world.bank.pass_days(chance.randint(1, 6))
        world.enter_some_by_hand(world.bank.entries[before:])
        world.recent(chance.choice(('complete', 'complete', 'part')))
        if world.books.line_of and chance.random() < 0.5:
            line = world.books.lines[chance.choice(sorted(world.books.line_of.values()))]
            world.books.delete(line.amount, line.date)
    for _again in range(2):
        world.everything()
        outside = world.seen() + world.deleted()
        assert by_amount(world.books.counted() + world.deleted()) <= by_amount(world.truth())
        assert by_amount(world.truth()) <= by_amount(world.books.counted() + outside)


def without_date(text):
    """The text as it was before the bank reworded it."""
    return re.sub(r'^\d\d\.\d\d ', '', text)


def by_amount(counted):
    """A multiset of amounts."""
    amounts = Counter()
    for (_day, amount), count in counted.items():
        amounts[amount] += count
    return amounts
