"""Random truthful banks against the whole product: zero lost, zero doubled, zero changed lines."""

import os
import random
from collections import Counter

import pytest

from tests.matching.bank import Bank

SEEDS = range(int(os.environ.get('SIMULATION_SEEDS', '1')))
ROUNDS = 5


def counted(values):
    """The same amounts, however many digits they are written with."""
    return Counter((day, amount.normalize()) for day, amount in values)


@pytest.mark.parametrize('seed', SEEDS)
@pytest.mark.parametrize('grade', ['strong', 'weak', 'positional', 'absent'])
def test_the_books_are_what_the_bank_booked(connect, grade, seed):
    """Late bookings, pending rows, rewording, any order and pages, parts of windows."""
    chance = random.Random(f'{grade}{seed}')
    bank = Bank(chance, grade, balances=bool(seed % 2))
    connection = connect(grade)
    before = {}
    for _round in range(ROUNDS):
        bank.pass_days(chance.randint(1, 6))
        chance.choice((bank.post_pending, bank.reword, bank.post_pending))()
        connection.show(bank, chance, kind=chance.choice(('complete', 'complete', 'part')))
        connection.synchronize()
        lines = connection.lines()
        truth = counted((entry.date, entry.amount) for entry in bank.booked)
        assert counted(lines.values()) <= truth, "nothing is doubled"
        assert {key: lines.get(key) for key in before} == before, "no line was changed"
        before = lines
    connection.show(bank, chance)
    connection.synchronize()
    lines = connection.lines()
    seen = counted(connection.visible().elements())
    assert counted(lines.values()) <= truth
    assert truth <= counted(lines.values()) + seen, "nothing is lost from sight"
    if grade != 'weak':
        assert not seen, "there was no reason for doubt"
        assert connection.difference() == 0, "the balance of the bank proves it"
    connection.synchronize()
    assert connection.lines() == lines, "a second synchronization adds nothing"


@pytest.mark.parametrize('seed', SEEDS)
def test_a_feed_by_cursor_brings_everything_once_and_asks_about_each_correction(connect, seed):
    """Only what is new or changed comes, on any pages; then the bank changes its mind."""
    chance = random.Random(seed)
    bank = Bank(chance, 'strong', balances=False)
    connection = connect('strong')
    for _round in range(ROUNDS):
        bank.pass_days(chance.randint(1, 6))
        bank.post_pending()
        connection.show_news(bank, chance)
        connection.synchronize()
        lines = connection.lines()
        assert counted(lines.values()) == counted(
            (entry.date, entry.amount) for entry in bank.booked)
        assert connection.difference() == 0
    before = {entry.number: entry.amount for entry in bank.booked}
    bank.correct()
    after = {entry.number: entry.amount for entry in bank.booked}
    connection.show_news(bank, chance)
    for _again in range(2):
        connection.synchronize()
        assert connection.lines() == lines
        assert connection.asked() == +Counter(
            removed=len(before.keys() - after.keys()),
            changed=sum(after.get(number, amount) != amount for number, amount in before.items()),
        )


def test_a_row_that_the_provider_suspects_is_asked_about(connect):
    """What the provider says of its own doubts reaches the user."""
    bank = Bank(random.Random(3), 'strong', balances=False)
    bank.pass_days(5)
    connection = connect('strong')
    listing = bank.listing
    bank.listing = lambda first, last: [
        {**row, 'duplicate': place == 0} for place, row in enumerate(listing(first, last))
    ]
    connection.show(bank, random.Random(3))
    connection.synchronize()
    assert len(connection.visible()) == 1
    assert len(connection.lines()) == len(bank.booked) - 1
