"""Running balances: what the balances after each transaction prove about a set of rows.

A row moves the account from the balance before it to the balance after it: an edge between two
balances. Rows that really happened one after the other form one walk along their edges, whatever
the order in which the bank lists them; a row that is listed twice breaks the walk.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

Edge = tuple[Decimal, Decimal]


def edge_of(row) -> Edge | None:
    """From the balance before a row to the one after it; None without ``balance_after``."""
    if row.balance_after is None:
        return None
    return (row.balance_after - row.amount, row.balance_after)


def edges_of(rows: Iterable) -> list[Edge] | None:
    """The edges of all rows, or None when one of them has no balance."""
    edges = [edge_of(row) for row in rows]
    return None if None in edges else edges


def is_chained(edges: Sequence[Edge]) -> bool:
    """Whether the edges follow each other in the very order given."""
    return all(one[1] == other[0] for one, other in pairwise(edges))


def is_walk(edges: Sequence[Edge]) -> bool:
    """Whether some order of the edges makes them follow each other."""
    return len(_starts(edges)) <= 1 and _is_connected(edges)


def without_repeats(edges: Sequence[Edge], spare: Iterable[int]) -> set[int]:
    """Which of the ``spare`` edges (second and further copies) must go to leave one walk.

    As few as possible. Empty unless the edges as they are can't have happened, without those can,
    and no others could go instead.
    """
    if is_walk(edges):
        return set()
    leaving = _surplus(edges)
    suspects = [
        index for index in spare if leaving[edges[index][0]] > 0 > leaving[edges[index][1]]
    ]
    excess, dropped = sum(count for count in leaving.values() if count > 0), set()
    for index in suspects:
        before, after = edges[index]
        if excess > 1 and leaving[before] > 0 > leaving[after]:
            dropped.add(index)
            leaving[before] -= 1
            leaving[after] += 1
            excess -= 1
    rest = [edge for index, edge in enumerate(edges) if index not in dropped]
    only_choice = {edges[index] for index in suspects} == {edges[index] for index in dropped}
    return dropped if only_choice and is_walk(rest) else set()


def walk(edges: Sequence[Edge], opening: Decimal | None = None) -> list[int] | None:
    """The order (as indexes) in which the edges follow each other; None if there is none.

    Starts at ``opening`` when several starts are possible; earlier edges are taken first.
    """
    if not edges or not is_walk(edges):
        return None
    starts = _starts(edges)
    exits = defaultdict(list)
    for index in reversed(range(len(edges))):
        exits[edges[index][0]].append(index)
    start = starts[0] if starts else opening if opening in exits else edges[0][0]
    order, trail = [], [(start, None)]
    while trail:
        balance, arrived_by = trail[-1]
        if exits[balance]:
            index = exits[balance].pop()
            trail.append((edges[index][1], index))
        else:
            trail.pop()
            if arrived_by is not None:
                order.append(arrived_by)
    return order[::-1]


def _starts(edges: Sequence[Edge]) -> list[Decimal]:
    """Balances that are left more often than they are reached (as often as the surplus)."""
    return [balance for balance, count in _surplus(edges).items() for _ in range(count)]


def _surplus(edges: Sequence[Edge]) -> Counter:
    """How much more often each balance is left than reached."""
    leaving = Counter()
    for before, after in edges:
        leaving[before] += 1
        leaving[after] -= 1
    return leaving


def _is_connected(edges: Sequence[Edge]) -> bool:
    neighbours = defaultdict(set)
    for before, after in edges:
        neighbours[before].add(after)
        neighbours[after].add(before)
    if not neighbours:
        return True
    reached, todo = set(), [next(iter(neighbours))]
    while todo:
        balance = todo.pop()
        if balance not in reached:
            reached.add(balance)
            todo.extend(neighbours[balance] - reached)
    return len(reached) == len(neighbours)
