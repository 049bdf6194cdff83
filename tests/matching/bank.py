"""A truthful bank that is as awkward as banks are.

It never lies about what it has booked. But it renumbers, drops or reuses ids, books late, lists
rows in any order, on overlapping pages, in part only, rewrites texts, renews consents with all
ids new, and is reached through another provider that dates and words everything differently.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, count

from tests.matching.books import overlapping_pages

AMOUNTS = ('-2.40', '-2.40', '-2.40', '-5.00', '5.00', '-30.00', '0.00', '1900.00')
TEXTS = ('tram ticket', 'corner bakery', 'salary acme', 'rent house 7')
FIRST_DAY = date(2026, 3, 1)


@dataclass
class Entry:
    """One transaction as the bank has it in its own books."""

    number: int
    date: date
    amount: Decimal
    text: str
    booked: bool = True
    names: dict = field(default_factory=dict)  # the id under each consent


class Bank:
    """One account. ``chance`` is a ``random.Random``; ``ids`` a grade, or ``new``: called strong,
    but other ones at every fetch."""

    def __init__(self, chance, ids, balances):
        self.chance, self.ids, self.balances = chance, ids, balances
        self.today, self.entries, self.numbers = FIRST_DAY, [], count()
        self.provider, self.consent, self.told = 'A', 1, 0

    # === WHAT HAPPENS AT THE BANK === #

    def pass_days(self, days):
        """Time goes by, with transactions on most days, some of them booked late."""
        for _day in range(days):
            self.today += timedelta(days=1)
            for _entry in range(self.chance.choice((0, 1, 1, 2, 3))):
                late = self.chance.choice((0, 0, 0, 0, 0, 0, 1, 4, 12))
                self.add(max(FIRST_DAY, self.today - timedelta(days=late)))

    def add(self, booked_on):
        """Book one transaction; some are only announced for now."""
        self.entries.append(Entry(
            number=next(self.numbers), date=booked_on, text=self.chance.choice(TEXTS),
            amount=Decimal(self.chance.choice(AMOUNTS)), booked=self.chance.random() > 0.15,
        ))

    def post_pending(self):
        """Announced transactions are booked, later and for another amount, or vanish."""
        for index, entry in enumerate(self.entries):
            if not entry.booked and self.chance.random() < 0.5:
                self.entries[index] = replace(
                    entry, booked=True, date=self.today, names={},
                    amount=entry.amount * self.chance.choice((1, 1, 2)),
                )
        if self.chance.random() < 0.2:
            self.entries = [entry for entry in self.entries if entry.booked]

    def reword(self):
        """Texts are written anew, the names in them stay."""
        for entry in self.entries:
            if self.chance.random() < 0.2 and entry.text in TEXTS:
                entry.text = f'{entry.date:%d.%m} {entry.text}'

    def rewrite(self):
        """Texts are replaced altogether."""
        for entry in self.entries:
            if self.chance.random() < 0.1:
                entry.text = self.chance.choice(TEXTS)

    def correct(self):
        """The bank changes its mind about what it has booked."""
        for entry in list(self.entries):
            if entry.booked and self.chance.random() < 0.1:
                if self.chance.random() < 0.5:
                    self.entries.remove(entry)
                else:
                    entry.amount += self.chance.choice((Decimal('-1'), Decimal('-0.10')))

    def renew(self):
        """A new consent: all ids are new."""
        self.consent += 1

    def switch(self):
        """Another provider: other ids, other texts, other dates."""
        self.provider = chr(ord(self.provider) + 1)
        self.renew()

    # === WHAT IT TELLS === #

    @property
    def booked(self):
        """The truth, in the order of the bank's books."""
        rows = [entry for entry in self.entries if entry.booked]
        return sorted(rows, key=lambda entry: (self.day_of(entry), entry.number))

    def day_of(self, entry):
        """The date that the present provider gives an entry: no two are two days apart."""
        later = self.provider != 'A' and (entry.number * ord(self.provider) // 5) % 2
        return entry.date + timedelta(days=later)

    def listing(self, first, last):
        """All rows of those days, the oldest first, as the proxy returns them."""
        self.told += 1
        after = list(accumulate(entry.amount for entry in self.booked))
        rows = [
            self._row(entry, balance)
            for entry, balance in zip(self.booked, after, strict=True)
            if first <= self.day_of(entry) <= last
        ]
        return self._numbered(rows)

    def pending(self):
        """What is announced; under a new id each time it is asked."""
        self.told += 1
        return [
            {**self._row(entry, Decimal(0)), 'status': 'pending', 'balance_after': None,
             'id': f'p{self.told}-{entry.number}'}
            for entry in self.entries if not entry.booked
        ]

    def _row(self, entry, balance):
        text = entry.text if self.provider == 'A' else f'{self.provider}/{entry.text.upper()}'
        return {
            'id': self._name(entry), 'status': 'booked', 'currency': 'EUR',
            'booking_date': self.day_of(entry).isoformat(), 'value_date': None,
            'amount': str(entry.amount), 'description': text,
            'balance_after': str(balance) if self.balances else None,
        }

    def _name(self, entry):
        if self.ids in ('absent', 'positional'):
            return None
        if self.ids == 'new':
            return f'{self.told}:{entry.number}'
        name = entry.names.setdefault(self.consent, f'{self.consent}:{entry.number}')
        if self.ids == 'weak':
            fate = self.chance.random()
            if entry.number % 11 == 0:
                return 'TAX77'
            if fate < 0.1:
                return self.chance.choice((None, '', '  '))
            if fate < 0.2:
                entry.names[self.consent] = name = f'{name}x'
        return name

    def _numbered(self, rows):
        """Positional ids: the place among the rows of the day, the newest first."""
        if self.ids != 'positional':
            return rows
        places, numbered = {}, []
        for row in reversed(rows):
            place = places[row['booking_date']] = places.get(row['booking_date'], -1) + 1
            numbered.append({**row, 'id': f"{row['booking_date']}.{place}"})
        return numbered[::-1]


def any_pages(chance):
    """Oldest first, newest first or shuffled, on pages of any size, with or without overlap.

    Overlapping pages of a shuffled feed are only told apart by ids.
    """
    size, overlap = chance.choice((1, 2, 5)), chance.random() < 0.5
    order = chance.choice(('rising', 'falling', 'shuffled'))

    def paging(rows):
        if order != 'rising':
            rows = rows[::-1] if order == 'falling' else chance.sample(rows, len(rows))
        if overlap and (order != 'shuffled' or all((row['id'] or '').strip() for row in rows)):
            return overlapping_pages(rows, size)
        return [rows[start:start + size] for start in range(0, len(rows), size)]

    return paging
