"""What recognition leaves over, and what of it must be asked rather than guessed.

==================================================  =========================  ==========
left over                                           question                   case
==================================================  =========================  ==========
a renamed row, while the balances disagree          possible_pair              T9
a strong id with a day or amount too far away       id_conflict                policy 3
… the same long ago and out of the window           none: the id was reused    T6
a weak id with another day or amount, not far away  id_conflict                T6
equal content where nothing proves or disproves it  possible_duplicate         policy 5
an all-equal twin, a duplicate by the provider      possible_duplicate         T6
a vanished row, a new one that may replace it       possible_pair, removed     T1
a vanished row that has a line                      removed                    T10
a strong id on a row like a nameless one before it  possible_pair              T1
the bank's link to a row that has a line            possible_pair              T1
==================================================  =========================  ==========
"""

from .bench import Bench, Match
from .changes import REMOVED
from .keys import content_key, identity_keys, main_id_key
from .outcome import SHOWN, Doubt, Gone, Review, Skipped, Why
from .pairing import bucket, day_and_amount
from .replacements import Replacements, believable
from .rows import Grade, IncomingRow, KnownRow, State
from .text import fingerprint, similar


def hold_back(bench: Bench, row: IncomingRow, doubt: Doubt, candidates=(), rows=()) -> None:
    """Don't book the row before the user has seen it beside what it may be."""
    keys = identity_keys(row, bench.policy.key_version)
    bench.hold(hold_review(
        row, doubt, keys, candidates=candidates, rows=rows, for_now=not bench.window.complete,
    ))


def hold_review(
    row: IncomingRow | None, doubt: Doubt, keys: frozenset[str], candidates=(), rows=(), lines=(),
    known: KnownRow | None = None, for_now: bool = False,
) -> Review:
    """The question whether a row that is held back shall be booked."""
    return Review(
        doubt=doubt, token=f'{doubt.value}:{content_key(row or known)}', row=row, known=known,
        keys=keys, for_now=for_now,
        candidates=tuple(candidates), rows=tuple(rows), lines=tuple(lines),
    )


def skip_before_start(bench: Bench) -> list[Skipped]:
    """Leave out unknown rows that are dated before the first day to import."""
    start = bench.policy.import_from
    early = [row for row in bench.rows.values() if start and row.date < start]
    for row in early:
        del bench.rows[row.position]
    return [Skipped(row=row, why=Why.BEFORE_START) for row in early]


def confirm_renames(bench: Bench) -> bool:
    """Undo renames that the balances contradict; returns whether they prove the books.

    The bank's balance must differ from that of the books by exactly the rows that are new, or back
    after they had been taken back. If it differs otherwise, a row under a new id may be a second
    one: it is asked about.
    """
    renames = [match for match in bench.matches if _needs_proof(bench, match)]
    balance = bench.policy.balance
    back = [match.row for match in bench.matches if REMOVED in match.known.raised]
    new = sum(row.amount for row in (*bench.rows.values(), *back))
    proven = balance is not None and balance.difference - balance.difference_before == new
    if balance is not None and not proven:
        bench.unmatch(renames)
        for match in renames:
            hold_back(bench, match.row, Doubt.POSSIBLE_PAIR, [match.known])
    evidence = [
        ('two_ids', match.known.transaction_id, match.row.transaction_id)
        for match in bench.matches if match.why is Why.RENAMED
    ]
    if evidence:
        bench.demote(Grade.WEAK, *evidence)
    return proven


def _needs_proof(bench: Bench, match: Match) -> bool:
    if match.why is not Why.RENAMED:
        return False
    reworded = fingerprint(match.row.description) != fingerprint(match.known.description)
    return bench.grade is Grade.STRONG or reworded


def hold_id_conflicts(bench: Bench) -> None:
    """A known id on a row that can't be the known one, or need not be."""
    if bench.grade not in (Grade.STRONG, Grade.WEAK) and not bench.window.incremental:
        return
    index = bucket(
        (
            known for known in bench.known.values()
            if bench.comparable(known) and not known.is_gone
        ),
        lambda known: main_id_key(known.transaction_id),
    )
    for row in list(bench.rows.values()):
        found = index.get(main_id_key(row.transaction_id), ()) if row.transaction_id else ()
        if not found:
            continue
        if bench.grade is not Grade.STRONG:
            found = [known for known in found if _may_be_edited(bench, row, known)]
        elif all(_is_reused(bench, row, known) for known in found):
            bench.demote(Grade.WEAK, ('reused', row.transaction_id, ''))
            continue
        if found:
            hold_back(bench, row, Doubt.ID_CONFLICT, found)


def _may_be_edited(bench: Bench, row: IncomingRow, known: KnownRow) -> bool:
    """Whether the known row may stand here with another day or amount, under a doubtful id.

    One that vanished from a window is asked about as such (``hold_replacements``).
    """
    vanished = bench.vanished(known) and not bench.window.incremental
    return not vanished and believable(row, known, bench.policy.tolerance)


def _is_reused(bench: Bench, row: IncomingRow, known: KnownRow) -> bool:
    days = abs((row.day - known.day).days)
    return days > bench.policy.tolerance.reused_days and not bench.window.covers(known.day)


def hold_linked_by_the_bank(bench: Bench) -> None:
    """New rows of which the bank says that they were announced as one that is in the books.

    A hold that was sent as booked has a line; the final row tells its id.
    """
    if bench.grade not in (Grade.STRONG, Grade.WEAK):
        return
    everything = [match.known for match in bench.matches] + list(bench.known.values())
    index = bucket(
        (known for known in everything if known.has_line and bench.comparable(known)),
        lambda known: main_id_key(known.transaction_id),
    )
    for row in [row for row in bench.rows.values() if row.pending_id]:
        if found := index.get(main_id_key(row.pending_id)):
            hold_back(bench, row, Doubt.POSSIBLE_PAIR, found[:SHOWN])


def hold_replacements(bench: Bench) -> dict[int, list[IncomingRow]]:
    """New rows that may replace a vanished one; returns them by the key of the vanished row.

    A vanished row that only waited is let go: nothing of it is in the books. One whose line was
    deleted shall not come back under another name, at the same time.
    """
    vanished = [
        known for known in bench.known.values()
        if (known.has_line or known.state in (State.TO_REVIEW, State.IGNORED))
        and bench.vanished(known) and not bench.other_provider(known)
    ]
    replacements, replaced = Replacements(vanished, bench.policy.tolerance), {}
    for row in list(bench.rows.values()):
        candidates = [
            known for known in replacements.candidates(row)
            if known.state is not State.IGNORED or _is_at_the_time(bench, row, known)
        ]
        if candidates:
            hold_back(bench, row, Doubt.POSSIBLE_PAIR, candidates)
            for known in candidates:
                replaced.setdefault(known.key, []).append(row)
    return replaced


def _is_at_the_time(bench: Bench, row: IncomingRow, known: KnownRow) -> bool:
    days = abs((row.day - known.day).days)
    return row.amount == known.amount and days <= bench.policy.tolerance.link_sure_days


def hold_final_of_nameless(bench: Bench) -> None:
    """New rows that look like the final version of a known one without an id, days before.

    Where ids are strong, a booked row without one may be a hold that was sent as booked.
    """
    if bench.grade is not Grade.STRONG:
        return
    known = [match.known for match in bench.matches if not match.row.transaction_id]
    nameless = [
        each for each in (*known, *bench.known.values())
        if not each.transaction_id and not each.is_gone and each.state is not State.IGNORED
        and bench.comparable(each)
    ]
    replacements = Replacements(nameless, bench.policy.tolerance)
    for row in [row for row in bench.rows.values() if row.transaction_id]:
        candidates = [
            each for each in replacements.candidates(row)
            if each.day < row.day and similar(each.description, row.description)
        ]
        if candidates:
            hold_back(bench, row, Doubt.POSSIBLE_PAIR, candidates)


def hold_possible_duplicates(bench: Bench, twins: dict[int, int]) -> None:
    """Rows that may be known or listed already, with nothing to prove or disprove it."""
    for position, known in bench.unproven.items():
        if position in bench.rows:
            hold_back(bench, bench.rows[position], Doubt.POSSIBLE_DUPLICATE, [known])
    for first, positions in bucket(sorted(twins), twins.get).items():
        left = [bench.rows[position] for position in positions if position in bench.rows]
        settled = len(left) < len(positions)
        for row in left if settled else left[1:]:
            listed = [] if settled else [bench.rows[first]]
            hold_back(bench, row, Doubt.POSSIBLE_DUPLICATE, rows=listed)
    _hold_hinted(bench)


def _hold_hinted(bench: Bench) -> None:
    """Rows that the provider itself suspects, beside what they may be duplicates of.

    If it suspects one that is in the books, a new one may be what it is a duplicate of.
    """
    hinted = [row for row in bench.rows.values() if row.duplicate_hint]
    plain = bucket(
        (row for row in bench.rows.values() if not row.duplicate_hint), day_and_amount)
    known = bucket((match.known for match in bench.matches), day_and_amount)
    for row in hinted:
        content = day_and_amount(row)
        hold_back(
            bench, row, Doubt.POSSIBLE_DUPLICATE,
            known.get(content, ())[:SHOWN], plain.get(content, ())[:SHOWN],
        )
    suspected = [
        match for match in bench.matches if match.row.duplicate_hint and match.known.has_line
    ]
    for match in suspected:
        if equal := plain.get(day_and_amount(match.row)):
            hold_back(bench, equal.pop(0), Doubt.POSSIBLE_DUPLICATE, [match.known])


def removals(
    bench: Bench, replaced: dict[int, list[IncomingRow]],
) -> tuple[list[Review], list[Gone]]:
    """Known rows that the bank no longer lists: ask about a line, let go of the others."""
    reviews, gone = [], []
    for known in bench.known.values():
        if known.is_gone or known.state is State.IGNORED or not _is_missing(bench, known):
            continue
        if not known.has_line:
            why = Why.TAKEN_BACK if bench.taken_back(known) else Why.NOT_LISTED
            gone.append(Gone(known=known, why=why))
        elif REMOVED not in known.raised:
            reviews.append(Review(
                doubt=Doubt.REMOVED, token=REMOVED, known=known,
                rows=tuple(replaced.get(known.key, ())),
            ))
    return reviews, gone


def _is_missing(bench: Bench, known: KnownRow) -> bool:
    """Whether its absence means something.

    After a change of provider a row may be dated outside of the window, and another one be taken
    for it: what has no line yet stays where it is.
    """
    if bench.other_provider(known) and not bench.taken_back(known):
        inside = bench.window.covers(known.day, bench.policy.tolerance.switch_days)
        return inside and known.has_line
    return bench.vanished(known)
