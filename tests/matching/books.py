"""Books in memory that apply plans: what the addon does with a database, in a page.

The driver also keeps the promise that everything rests on: after every synchronization it checks
that no line has changed, none has gone, and that every incoming row has found its place.
"""

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from matching import (
    AccountFacts,
    BalanceEvidence,
    Doubt,
    Grade,
    IncomingRow,
    KnownRow,
    Policy,
    State,
    UnlinkedLine,
    Why,
    Window,
    candidates,
    normalize,
    plan,
    release,
    spans_around,
    spans_of_lines,
)
from matching.keys import only_ids

TODAY = date(2026, 12, 31)
_NOT_A_ROW = (Doubt.CHANGED, Doubt.REMOVED)


def day(text):
    """``03-18`` is in 2026, unless the year is given."""
    return date.fromisoformat(text if len(text) > 5 else f'2026-{text}')


def tx(transaction_id, booked, amount, text='', status='booked', **more):
    """One transaction as the proxy returns it."""
    return {
        'id': transaction_id, 'status': status,
        'booking_date': day(booked).isoformat() if booked else None, 'value_date': None,
        'amount': str(amount), 'currency': 'EUR', 'description': text, **more,
    }


@dataclass(frozen=True)
class Line:
    date: date
    amount: Decimal
    text: str
    rank: int = 0


class Books:
    """One journal with its feed.

    :param name: how the bank calls the account, in rows that say to which account they belong.
    """

    def __init__(self, name='A', **policy):
        self.name = name
        self.feed, self.lines, self.line_of, self.reviews = {}, {}, {}, []
        self.said = {}  # what the bank says now of rows that it changed
        self.settings = {'currency': 'EUR', 'today': TODAY, **policy}
        self._numbers = itertools.count(1)
        self.looked_at = 0

    # === SYNCHRONIZING === #

    def sync(self, transactions, window='complete', dates=None, paging=None, **policy):
        """One synchronization: read, plan, apply. Returns the plan."""
        policy = Policy(**{**self.settings, **policy})
        facts = AccountFacts(
            currency=policy.currency, today=policy.today, identifier=self.name)
        pages = (paging or one_page)(transactions)
        numbered = ((page, raw) for page, raws in enumerate(pages) for raw in raws)
        incoming = [
            normalize(raw, facts, position, page)
            for position, (page, raw) in enumerate(numbered)
        ]
        if not isinstance(window, Window):
            window = self.window(incoming, window, dates)
        made = self.plan(incoming, window, policy)
        self.apply(made, policy)
        return made

    @staticmethod
    def window(incoming, kind, dates):
        """A window around the rows (or the dates given), complete or only a part."""
        days = [row.date for row in incoming if isinstance(row, IncomingRow) and row.date]
        first, last = map(day, dates) if dates else (min(days), max(days)) if days else (None, None)
        return Window(
            date_from=first, date_to=last, complete=kind == 'complete' and first is not None,
            lists_pending=kind == 'complete', incremental=kind == 'cursor',
        )

    def plan(self, incoming, window, policy):
        """Load what the plan needs, and nothing else."""
        wanted = candidates(incoming, window, policy)
        known = [row for row in self.feed.values() if _is_wanted(row, wanted)]
        by_hand = self.lines_by_hand(spans_of_lines(wanted, known, policy))
        self.looked_at = len(known)
        made = plan(incoming, known, by_hand, window, policy)
        _check_complete(incoming, made)
        return made

    def lines_by_hand(self, spans):
        """The lines of those days that no row stands behind."""
        linked = set(self.line_of.values())
        return [
            UnlinkedLine(key=key, amount=line.amount, date=line.date, label=line.text)
            for key, line in self.lines.items() if key not in linked
            and any(first <= line.date <= last for first, last in spans)
        ]

    # === APPLYING === #

    def apply(self, made, policy):
        """Apply a plan, and check that it touched no line."""
        before = dict(self.lines)
        for item in (*made.bookings, *made.waiting, *made.links, *made.pending):
            self._keep(item, self._state_of(item, made), policy)
        for item in made.quarantine:
            self._quarantine(item)
        for item in made.same:
            self._same(item, policy)
        for item in made.reviews:
            self._review(item, policy)
        for item in made.gone:
            self._let_go(item)
        if made.demotion:
            self.settings['grade'] = made.demotion.grade
        self.reviews = [
            (doubt, key) for doubt, key in self.reviews
            if doubt in _NOT_A_ROW or (
                key in self.feed and self.feed[key].state is State.TO_REVIEW)
        ]
        assert all(self.lines.get(key) == line for key, line in before.items())

    @staticmethod
    def _state_of(item, made):
        for state, items in (
            (State.IMPORTED, made.bookings), (State.IMPORTED, made.links),
            (State.WAITING, made.waiting), (State.PENDING, made.pending),
        ):
            if item in items:
                return state
        return None

    def _keep(self, item, state, policy):
        """Store a row in the feed and, if it is imported, in the books."""
        key = item.known.key if item.known else next(self._numbers)
        earlier = self.feed.get(key)
        if item.row:
            self.feed[key] = _known(item.row, key, state, item.keys, earlier, policy)
        else:
            self.feed[key] = replace(earlier, state=state)
        if state is State.IMPORTED:
            rank, line = getattr(item, 'rank', None), getattr(item, 'line', None)
            row = self.feed[key] = replace(self.feed[key], has_line=True, rank=rank)
            self.line_of[key] = line.key if line else self.enter(
                row.date.isoformat(), row.amount, row.description, rank)
        return key

    def _review(self, item, policy):
        known = item.known
        if item.doubt in _NOT_A_ROW:
            row = self.feed[known.key]
            self.feed[known.key] = replace(row, raised=row.raised | {item.token})
            self.reviews.append((item.doubt, known.key))
            self.said[known.key] = item.row
        else:
            key = self._keep(item, State.TO_REVIEW, policy) if item.row else known.key
            self.feed[key] = replace(
                self.feed[key], state=State.TO_REVIEW, for_now=item.for_now)
            self.reviews = [each for each in self.reviews if each[1] != key]
            self.reviews.append((item.doubt, key))

    def _same(self, item, policy):
        if not item.remember:
            return
        row = self.feed[item.known.key]
        if item.adopt and isinstance(item.row, IncomingRow):
            adopted = _known(item.row, row.key, row.state, item.new_keys, row, policy)
            row = replace(adopted, for_now=row.for_now)
        latest = item.row.transaction_id or row.transaction_id
        raised = frozenset() if item.settled else row.raised
        if item.settled:
            self.reviews = [each for each in self.reviews if each[1] != row.key]
        filled = {
            name: value for name, value in item.updates.items()
            if name in ('booking_date', 'value_date', 'balance_after')
            and getattr(row, name) is None
        }
        if row.has_line:
            filled.pop('booking_date', None)
        self.feed[row.key] = replace(
            row, aliases=row.aliases | item.new_keys, transaction_id=latest, raised=raised,
            source=policy.source or row.source,
            seen_date=getattr(item.row, 'date', None) or row.seen_date, **filled)

    def _let_go(self, item):
        row = self.feed[item.known.key]
        if item.why is not Why.SETTLED:
            self.feed[row.key] = replace(row, state=State.REMOVED)
            return
        del self.feed[row.key]
        if item.of:
            other = self.feed[item.of.key]
            self.feed[other.key] = replace(
                other, aliases=other.aliases | only_ids(row.aliases))

    def _quarantine(self, item):
        key = item.known.key if item.known else next(self._numbers)
        self.feed[key] = KnownRow(
            key=key, state=State.QUARANTINED, aliases=item.keys,
            transaction_id=item.row.transaction_id,
            booking_date=item.row.booking_date, value_date=item.row.value_date)

    # === WHAT A USER DOES === #

    def enter(self, booked, amount, text='', rank=0):
        """A line made by hand, or by a file."""
        key = next(self._numbers)
        self.lines[key] = Line(day(booked), Decimal(str(amount)), text, rank or 0)
        return key

    def delete(self, amount, booked=None):
        """The user deletes the (first) line of that amount."""
        feed_key = next(
            key for key, line_key in self.line_of.items()
            if self.lines[line_key].amount == Decimal(str(amount))
            and booked in (None, self.lines[line_key].date)
        )
        del self.lines[self.line_of.pop(feed_key)]
        self.feed[feed_key] = replace(
            self.feed[feed_key], state=State.IGNORED, has_line=False)
        return feed_key

    def restore(self, key):
        """The user wants a deleted transaction back."""
        self._let_in([key])

    def merge(self, kept, dropped):
        """The user says that two lines are one: the dropped row stays known, without a line."""
        ids = self.feed[kept].aliases | self.feed[dropped].aliases
        del self.lines[self.line_of.pop(dropped)]
        self.feed[kept] = replace(self.feed[kept], aliases=ids)
        self.feed[dropped] = replace(
            self.feed[dropped], state=State.IGNORED, has_line=False)

    def answer(self, bank_is_right):
        """The user answers the question that was asked last."""
        doubt, key = self.reviews.pop()
        self.reviews = [each for each in self.reviews if each[1] != key]
        row, line_key = self.feed[key], self.line_of.get(key)
        if doubt in _NOT_A_ROW and bank_is_right:
            self._correct(row, line_key, self.said[key])
        elif doubt not in _NOT_A_ROW and bank_is_right:
            self._let_in([key])
        elif doubt not in _NOT_A_ROW:
            self.feed[key] = replace(row, state=State.IGNORED)

    def _correct(self, row, line_key, said):
        if said is None:
            del self.lines[line_key], self.line_of[row.key]
            self.feed[row.key] = replace(row, state=State.REMOVED, has_line=False)
            return
        self.feed[row.key] = replace(
            row, amount=said.amount, booking_date=said.date, description=said.description)
        self.lines[line_key] = replace(
            self.lines[line_key], amount=said.amount, date=said.date, text=said.description)

    def reopen(self):
        """The locks are lifted: what waited may enter, without the bank being asked."""
        self._let_in([key for key, row in self.feed.items() if row.state is State.WAITING])

    def _let_in(self, keys):
        policy = Policy(**self.settings)
        held = [self.feed[key] for key in keys]
        days = {row.date for row in held}
        beside = [row for row in self.feed.values() if row.has_line and row.date in days]
        self.apply(release(
            held, beside, self.lines_by_hand(spans_around(days, policy)), policy,
        ), policy)

    # === LOOKING === #

    def in_order(self):
        """The lines in the order of the journal."""
        lines = sorted(self.lines.items(), key=lambda each: (each[1].date, each[1].rank, each[0]))
        return [line for _key, line in lines]

    def journal(self):
        """Their amounts."""
        return [str(line.amount) for line in self.in_order()]

    def texts(self):
        """Texts of the lines, sorted."""
        return sorted(line.text for line in self.lines.values())

    def counted(self):
        """The lines as a multiset of (date, amount)."""
        return Counter((line.date, line.amount) for line in self.lines.values())

    def in_state(self, state):
        """Rows of the feed in that state."""
        return [row for row in self.feed.values() if row.state is state]

    def doubts(self):
        """What is asked about, sorted."""
        return sorted(doubt.value for doubt, _key in self.reviews)

    def balance(self):
        """The balance of the books."""
        return sum((line.amount for line in self.lines.values()), Decimal(0))


def agreeing(books, bank_balance):
    """What the bank says of the balance, against these books as they are now."""
    return BalanceEvidence(difference=Decimal(str(bank_balance)) - books.balance())


def weak():
    return {'grade': Grade.WEAK}


def _is_wanted(row, wanted):
    near = row.date and wanted.date_from and wanted.date_from <= row.date <= wanted.date_to
    return bool(near or row.aliases & wanted.keys or row.state in wanted.states)


def _known(row, key, state, keys, earlier, policy):
    return KnownRow(
        key=key, state=state, transaction_id=row.transaction_id, amount=row.amount,
        currency=row.currency, booking_date=row.booking_date, value_date=row.value_date,
        description=row.description, counterparty=row.counterparty,
        balance_after=row.balance_after, source=policy.source,
        aliases=keys | (earlier.aliases if earlier else frozenset()),
        raised=earlier.raised if earlier else frozenset(),
    )


def _check_complete(incoming, made):
    """Every incoming row is in exactly one item of the plan."""
    items = [
        *made.bookings, *made.waiting, *made.links, *made.same, *made.pending,
        *made.quarantine, *made.skipped,
        *(review for review in made.reviews if review.doubt not in _NOT_A_ROW),
    ]
    placed = Counter(item.row.position for item in items if item.row is not None)
    assert placed == Counter(row.position for row in incoming)


# === PAGING === #

def one_page(rows):
    """The bank sends everything at once."""
    return [list(rows)]


def one_row_per_page(rows):
    """The bank sends every row by itself."""
    return [[row] for row in rows]


def overlapping_pages(rows, size=2):
    """Each page begins with the last row of the page before, if that row can be told apart."""
    pages, rows = [], list(rows)
    for start in range(0, len(rows), size):
        last = rows[start - 1] if start else None
        told_apart = last and ((last['id'] or '').strip() or (
            last.get('balance_after') and float(last['amount'])))
        pages.append(([last] if told_apart else []) + rows[start:start + size])
    return pages


PAGINGS = (one_page, one_row_per_page, overlapping_pages)
