"""New ids that may be nothing but new names of known rows, where no absence can tell (T6, T9).

A complete window shows what became of a known id. A part of one does not: an equal row under a
new id is a second payment if ids are what they claim to be, and the known one if the provider
hands out other ids every time. The window itself says how far ids hold:

===============================================  ==============================================
known amounts of a day under new ids, in a part  what follows
===============================================  ==============================================
no more than known ids that are listed again     they are new: the ids hold
more                                             they are asked about, each once
more, and many of them in text too               the ids are weak: content counts (``grading``)
===============================================  ==============================================

News of a cursor list nothing again, so their ids count until many contents speak against them. A
row that left the very balance of a known one is asked about, unless a refund came between, and so
are all if the bank's balance moved by exactly what the news are without them; or if they tell of
nothing but known contents, text and all, on several days or three of one: a payment is repeated
on its day, a whole day or two are told again.
"""

from .bench import Bench
from .chain import edges_of, is_walk
from .doubts import hold_back
from .outcome import Doubt, Why
from .pairing import alike, bucket, day_and_amount, pair_up
from .rows import Grade, IncomingRow, KnownRow, State
from .text import fingerprint

Pair = tuple[IncomingRow, KnownRow]
_ASKED = (State.TO_REVIEW, State.IGNORED)
SEVERAL = 3  # so many contents of one day are hardly all paid a second time, and nothing else is


def hold_renumbered(bench: Bench) -> None:
    """Ask about rows under new ids that may be known ones, or leave an asked question at that."""
    if bench.grade is not Grade.STRONG or bench.window.complete:
        return
    # What was taken back, or only announced, returns in nobody's place.
    returned = {
        match.row.position: match for match in bench.matches
        if match.known.is_gone and match.why is Why.SAME_CONTENT
    }
    rows = [*bench.rows.values(), *(match.row for match in returned.values())]
    for row, known in _doubtful(bench, rows, _equal_under_other_ids(bench, rows)):
        if row.position in returned:
            bench.unmatch([returned[row.position]])
        if known.state in _ASKED:
            bench.match(row, known, Why.ASKED)
        else:
            hold_back(bench, row, Doubt.POSSIBLE_DUPLICATE, [known])


def _equal_under_other_ids(bench: Bench, rows: list[IncomingRow]) -> list[Pair]:
    """Rows and as many known ones of the same day and amount whose own id is not listed.

    A question that was asked stands for every further id of its row, as long as the texts agree.
    """
    rows = [row for row in rows if row.transaction_id]
    known = [each for each in bench.known.values() if bench.id_stands(each)]
    asked = bucket((each for each in known if each.state in _ASKED), day_and_amount)
    others = bucket((each for each in known if each.state not in _ASKED), day_and_amount)
    pairs = []
    for content, group in bucket(rows, day_and_amount).items():
        known_already = [
            (row, each) for row, each in pair_up(group, asked.get(content, ()))
            if alike(row, each)
        ]
        met = {row.position for row, _each in known_already}
        rest = [row for row in group if row.position not in met]
        pairs += known_already + pair_up(rest, others.get(content, ()))
    return pairs


def _doubtful(bench: Bench, rows: list[IncomingRow], pairs: list[Pair]) -> list[Pair]:
    """Those pairs of which the window leaves open whether the id is only a new name."""
    if not bench.window.incremental:
        held = sum(1 for match in bench.matches if match.why is Why.SAME_ID)
        return pairs if len(pairs) > held else []
    told_again = _tells_nothing_else(bench, rows, pairs)
    if told_again or _balance_speaks_against(bench, rows, [row for row, _known in pairs]):
        return pairs
    return _leaving_one_balance(bench, pairs)


def _tells_nothing_else(bench: Bench, rows: list[IncomingRow], pairs: list[Pair]) -> bool:
    """Whether all news are known in day, amount and text, and too many for payments made twice."""
    if len(pairs) < len(rows) or any(match.why is Why.SAME_ID for match in bench.matches):
        return False
    texts = [(fingerprint(row.description), fingerprint(known.description)) for row, known in pairs]
    if not all(text and text == other for text, other in texts):
        return False
    days = {row.day for row, _known in pairs}
    contents = {(row.day, row.amount, text) for (row, _known), (text, _) in zip(
        pairs, texts, strict=True)}
    return len(days) > 1 or len(contents) >= SEVERAL


def _leaving_one_balance(bench: Bench, pairs: list[Pair]) -> list[Pair]:
    """Pairs of one running balance, on days whose rows can't all have happened one by one.

    A payment, its refund and the payment again come back to the same balance, and are three.
    """
    found = [
        (row, known) for row, known in pairs
        if row.amount and row.balance_after is not None and row.balance_after == known.balance_after
    ]
    days = {row.day for row, _known in found}
    known = [*bench.known.values(), *(match.known for match in bench.matches)]
    rows = bucket(
        (
            each for each in (*known, *bench.rows.values())
            if each.day in days and not getattr(each, 'is_gone', False)
        ),
        lambda each: each.day,
    )
    edges = {day: edges_of(rows[day]) for day in days}
    possible = {day for day in days if edges[day] and is_walk(edges[day])}
    return [(row, known) for row, known in found if row.day not in possible]


def _balance_speaks_against(
    bench: Bench, rows: list[IncomingRow], doubtful: list[IncomingRow],
) -> bool:
    """Whether the bank's balance moved by all news but the doubtful ones."""
    balance = bench.policy.balance
    if balance is None:
        return False
    unexplained = balance.difference - balance.difference_before - sum(
        row.amount for row in rows)
    return bool(unexplained) and not unexplained + sum(row.amount for row in doubtful)
