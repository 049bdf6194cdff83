"""The plan for one fetched window: read this first.

The books of an account shall equal, as a multiset, what the bank has booked; and a line, once
made, is never touched. ``plan`` goes through the window in this order (T1…T16 are the traps that
demand a rule; the tests in ``tests/matching`` bear their numbers):

====  ========================================================================  ===============
step  rule (module)                                                             demanded by
====  ========================================================================  ===============
1     a row that is provably sent twice counts once (``repeats``); of several   T6 T7 T14
      versions in the news of a cursor the last one counts (``versions``)       T10
2     ids are trusted as far as the window bears it out (``grading``)           T2 T3 T6 T9
3     id and content agree: the same row (``recognition``)                      T3 T4 T5 T11
4     a strong id alone, day and amount believable: the same row, changed       T10
5     equal content is counted per day and amount                               T3 T7 T8 T9 T15
6     another provider: counted with a day's tolerance (``switch``)             T8
7     rows before the start are counted and left out (``doubts``)               T10
8     a renamed row needs balances that do not contradict it                    T9
9     a row that may be known, may replace another, or bears an id that         T1 T6 T9
      belongs elsewhere or that nothing bears out, is held back and asked about
10    a line that the bank no longer lists is asked about; a row without a      T7 T10
      line is let go
11    announced rows are shown, never booked (``pending``)                      T1
12    invalid rows are quarantined, corrected ones go on (``unreadable``)       T16
13    a recognised row that says something else than its line is asked about    T10
      (``changes``)
14    a line by hand or file is linked one to one, else asked (``linking``);    T12
      what a change of provider leaves over in the overlap is asked             T8
15    a question of a part of a window is answered by a complete one, where     T7 T8 T9
      that is clear (``second_thoughts``)
16    what falls on a locked day waits, what waited for an open day is booked   locked periods
      (``arrivals``)
17    the rest is new, and booked in the order of its balances (``order``)      T10
====  ========================================================================  ===============

What a truthful bank may rely on (``test_truthful_bank.py`` attacks each sentence):

- Never, whatever the window and the ids: a line is changed or deleted, or the books hold more of
  an amount on a day than the bank has.
- After a complete window, whatever the ids: each of its booked rows is in the books, or visible
  as waiting, to review or in quarantine. With strong, positional or no ids, without a change of
  provider, nothing is asked. (Weak ids may repeat a row in everything: that is asked.)
- After a part of a window: rows with a new strong id are in, or asked about if the window shows
  more known amounts under new ids than ids that held (``renumbering``). Of the others, those that
  can't be told from known ones come in with the next complete window.
- After a cursor's news: with strong ids as after a complete window, unless balances say that known
  rows are told again (``renumbering``); with other ids equal content is asked about, because news
  do not say whether they repeat. (Content that is equal in text too and comes under the same weak
  id counts as a repetition.)
- Across a change of provider the first two hold by amount, as long as no two providers date a
  row more than ``Tolerance.switch_days`` apart.

Cost: linear in the window and in the known rows given; ``candidates`` names the few that count.
"""

from collections.abc import Iterable

from .arrivals import Arrival, Placed, place
from .bench import Bench, set_up
from .changes import same
from .doubts import (
    confirm_renames,
    hold_final_of_nameless,
    hold_id_conflicts,
    hold_linked_by_the_bank,
    hold_possible_duplicates,
    hold_replacements,
    removals,
    skip_before_start,
)
from .grading import assess
from .outcome import Demotion, Doubt, Gone, Plan, Review, Same, Skipped, Why
from .paging import overlapping
from .pending import Announced, follow_pending
from .policy import Policy, Window
from .recognition import recognise_by_content, recognise_by_id, recognise_moved
from .renumbering import hold_renumbered
from .repeats import Sifted, sift
from .rows import IncomingRow, InvalidRow, KnownRow, State, Status, UnlinkedLine
from .second_thoughts import Settled, set_questions_aside, settle_questions
from .switch import recognise_switched
from .unreadable import Unreadable, set_aside
from .versions import set_versions_aside, settle_versions


def plan(
    incoming: Iterable[IncomingRow | InvalidRow], known: Iterable[KnownRow],
    unlinked_lines: Iterable[UnlinkedLine], window: Window, policy: Policy,
) -> Plan:
    """Decide what to do with everything that one fetch of one account brought.

    ``known``: at least the rows that ``candidates`` names. ``unlinked_lines``: statement lines
    of the journal within reach of the window that no feed row stands behind. Deterministic:
    the order of the arguments does not matter, positions and keys do.
    """
    incoming = sorted(incoming, key=lambda row: row.position)
    booked, announced, invalid = _by_kind(incoming)
    known = sorted(known, key=lambda each: each.key)
    sifted = sift(booked, overlapping(incoming), window.complete, all_readable=not invalid)
    bench = set_up(sifted.rows, invalid, known, window, policy)
    asked = set_questions_aside(bench)
    versions = set_versions_aside(bench, sifted)
    assess(bench, sifted.twins)
    _recognise(bench)
    early = skip_before_start(bench)
    earlier = settle_versions(bench, versions)
    proven = confirm_renames(bench)
    replaced = _hold_doubtful(bench, sifted)
    removed, gone = removals(bench, replaced)
    pending = follow_pending(
        announced, sifted.rows, known, window, bench.grade, policy.key_version,
    )
    unreadable = set_aside(invalid, bench.rows.values(), known, bench)
    same_rows, changed, returning = _recognised(bench, proven)
    settled = settle_questions(bench, asked, unreadable.corrected)
    arrivals = returning + _released(bench, gone) + _new(bench, pending, unreadable, settled)
    placed = place(arrivals, list(unlinked_lines), bench, sifted.rows, known)
    return _assemble(
        bench, placed, pending, unreadable, [*sifted.skipped, *early, *earlier],
        same_rows, changed + removed, gone + settled.gone,
    )


def release(
    held: Iterable[KnownRow], known: Iterable[KnownRow], unlinked_lines: Iterable[UnlinkedLine],
    policy: Policy,
) -> Plan:
    """Decide what to do with rows that may enter the books now, without asking the bank again.

    ``held``: rows without a line that waited for a lock, or that a person lets in; what still has
    to wait for a lock stays where it is. ``known``: the rows of the same days that have lines, for
    the order within the day. ``unlinked_lines``: as for ``plan``, around the days of ``held``.
    """
    held = sorted(held, key=lambda each: each.key)
    bench = set_up((), (), held, Window(), policy)
    arrivals = _waited(bench, held) + [
        Arrival(None, each, Why.DECIDED) for each in held if not each.awaits_line
    ]
    placed = place(arrivals, list(unlinked_lines), bench, (), list(known))
    return Plan(
        bookings=tuple(placed.bookings), waiting=tuple(placed.waiting),
        links=tuple(placed.links), reviews=tuple(placed.reviews),
    )


def _by_kind(incoming) -> tuple[list[IncomingRow], list[IncomingRow], list[InvalidRow]]:
    """Booked, announced and invalid rows, each in the order of the feed."""
    valid = [row for row in incoming if isinstance(row, IncomingRow)]
    return (
        [row for row in valid if row.status is Status.BOOKED],
        [row for row in valid if row.status is Status.PENDING],
        [row for row in incoming if isinstance(row, InvalidRow)],
    )


def _recognise(bench: Bench) -> None:
    """Steps 3 to 6: take off the bench what is known."""
    recognise_by_id(bench)
    recognise_moved(bench)
    recognise_by_content(bench)
    recognise_switched(bench)


def _hold_doubtful(bench: Bench, sifted: Sifted):
    """Step 9: take off the bench what the user must decide about."""
    hold_id_conflicts(bench)
    hold_linked_by_the_bank(bench)
    hold_renumbered(bench)
    replaced = hold_replacements(bench)
    hold_final_of_nameless(bench)
    hold_possible_duplicates(bench, sifted.twins)
    return replaced


def _recognised(bench: Bench, proven: bool) -> tuple[list[Same], list[Review], list[Arrival]]:
    """Steps 10 and 16: what recognised rows say, and those that may enter the books now."""
    items, questions, returning = [], [], []
    for match in bench.matches:
        row, known, _why = match
        if _gets_line(bench, known, row):
            returning.append(Arrival(row, known, Why.UNLOCKED))
        elif known.is_gone and not _is_early(bench, row):
            returning.append(Arrival(row, known, Why.RETURNED))
        else:
            item, question = same(match, bench, proven)
            items.append(item)
            questions += [question] if question else []
    return items, questions, returning


def _released(bench: Bench, gone: list[Gone]) -> list[Arrival]:
    """Rows that waited for a lock that is lifted, although this window does not list them."""
    lost = {each.known.key for each in gone}
    return _waited(bench, [each for each in bench.known.values() if each.key not in lost])


def _waited(bench: Bench, known: Iterable[KnownRow]) -> list[Arrival]:
    """Rows that waited for their turn, or for a lock, and need not wait any longer."""
    return [
        Arrival(None, each, Why.UNLOCKED) for each in known
        if _gets_line(bench, each, each)
    ]


def _new(
    bench: Bench, pending: Announced, unreadable: Unreadable, settled: Settled,
) -> list[Arrival]:
    """What is left on the bench is new; it takes over the feed row it was announced under."""
    arrivals = []
    for position, row in bench.rows.items():
        if position in unreadable.corrected:
            arrivals.append(Arrival(row, unreadable.corrected[position], Why.CORRECTED))
        elif position in settled.rows:
            arrivals.append(Arrival(row, settled.rows[position], Why.SETTLED))
        elif position in pending.posted:
            arrivals.append(Arrival(row, pending.posted[position], Why.POSTED))
        else:
            arrivals.append(Arrival(row, None, Why.NEW))
    return arrivals


def _is_early(bench: Bench, row: IncomingRow | KnownRow) -> bool:
    start = bench.policy.import_from
    return start is not None and row.date < start


def _gets_line(bench: Bench, known: KnownRow, row: IncomingRow | KnownRow) -> bool:
    """Whether an accepted row is booked now; where a lock came meanwhile, it is told so."""
    return known.state is State.TO_IMPORT or (
        known.state is State.WAITING and _may_book(bench, row))


def _may_book(bench: Bench, row: IncomingRow | KnownRow) -> bool:
    return not bench.policy.locks_on(row.date) and not _is_early(bench, row)


def _assemble(
    bench: Bench, placed: Placed, pending: Announced, unreadable: Unreadable,
    skipped: list[Skipped], same_rows: list[Same], questions: list[Review], gone: list[Gone],
) -> Plan:
    """Put the items together; announced rows whose booked row is known already are gone."""
    reused = {
        item.known.key for item in (*placed.bookings, *placed.waiting, *placed.links)
        if item.known
    } | {review.known.key for review in placed.reviews if review.known}
    posted = [
        Gone(known=known, why=Why.POSTED) for known in pending.posted.values()
        if known.key not in reused
    ]
    demoted = bench.grade is not bench.policy.grade
    return Plan(
        bookings=tuple(placed.bookings), waiting=tuple(placed.waiting),
        links=tuple(placed.links), same=tuple(same_rows + unreadable.same),
        reviews=tuple(_by_urgency(bench.reviews + placed.reviews + questions)),
        pending=tuple(pending.shown), quarantine=tuple(unreadable.quarantine),
        gone=tuple(gone + posted + pending.gone + unreadable.gone),
        skipped=tuple(skipped + pending.skipped + unreadable.skipped),
        demotion=Demotion(
            grade=bench.grade, evidence=tuple(sorted(set(bench.evidence))),
        ) if demoted else None,
    )


def _by_urgency(reviews: list[Review]) -> list[Review]:
    """Questions about existing lines first, then in the order of the feed."""
    about_lines = (Doubt.CHANGED, Doubt.REMOVED)
    return sorted(reviews, key=lambda review: (
        review.doubt not in about_lines,
        review.row.position if review.row else -1,
        review.known.key if review.known else -1,
    ))
