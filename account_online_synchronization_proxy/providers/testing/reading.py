"""Cases: what one synchronization brings."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from datetime import date, timedelta

from .driver import Feature
from .harness import Harness

PAGE_SIZES = (1, 2, 3, 100)
ZONES = ('UTC', 'Pacific/Auckland', 'America/New_York', 'Etc/GMT+11', 'Etc/GMT-14')
HOSTILE_TEXTS = (
    "<script>alert('bank')</script>",
    "Robert'); DROP TABLE account_move;--",
    'He said "100 %" & left, {{ 7 * 7 }} ${x} %s {0}',
    'Café 👩‍👩‍👧 Ω≈ç√ مدفوعات \u202eback\u202c 两千字',
    'x' * 2000,
)


class ReadingCases(Harness):

    def test_an_account_without_transactions_is_read_to_its_end(self):
        self.connect()
        pages = self.pages()
        self.assertEqual(self.rows(pages), [])
        self.assertFalse(pages[-1].more)

    def test_every_row_of_the_bank_arrives(self):
        self.connect()
        expected = self.book(12)
        self.assert_arrived(self.rows(), expected)

    def test_rows_have_the_normal_form(self):
        self.connect()
        self.book(3)
        for row in self.rows():
            self.assertIn(row.status, ('booked', 'pending'))
            self.assertRegex(row.amount, r'^-?\d+(\.\d+)?$')
            self.assertRegex(row.currency, r'^[A-Z]{3}$')
            self.assertEqual(row.booking_date, date.fromisoformat(row.booking_date).isoformat())
            self.assertTrue(row.id is None or isinstance(row.id, str))
            self.assertIsInstance(row.description, str)
            self.assertEqual(json.loads(json.dumps(row.raw)), row.raw)

    def test_money_that_leaves_is_negative(self):
        self.connect()
        self.book(amount='-12.50')
        self.assertEqual([row.amount for row in self.rows()], ['-12.50'])

    def test_money_that_comes_is_positive(self):
        self.connect()
        self.book(amount='12.50')
        self.assertEqual([row.amount for row in self.rows()], ['12.50'])

    def test_rows_without_money_arrive(self):
        self.connect()
        self.book(amount='0.00')
        self.assertEqual([float(row.amount) for row in self.rows()], [0.0])

    def test_no_cent_is_lost(self):
        self.connect()
        for number, amount in enumerate(('0.10', '-0.01', '1234567.89', '-99999999.99')):
            self.book(key=f'cent-{number}', amount=amount)
        found = sorted(row.amount for row in self.rows())
        self.assertEqual(found, sorted(('0.10', '-0.01', '1234567.89', '-99999999.99')))

    def test_the_other_side_is_named_whoever_pays(self):
        self.connect()
        self.book(key='out', amount='-5.00', party='Blue Kettle Ltd')
        self.book(key='in', amount='5.00', party='Acorn Supplies')
        names = {row.amount: row.counterparty.name for row in self.rows()}
        self.assertIn(names['-5.00'], (None, 'Blue Kettle Ltd'))
        self.assertIn(names['5.00'], (None, 'Acorn Supplies'))

    def test_booking_days_stay_what_the_bank_said(self):
        self.connect()
        expected = [self.today - timedelta(days=number) for number in range(4)]
        for number, day in enumerate(expected):
            self.book(key=f'day-{number}', day=day)
        for zone in ZONES:
            with self.subTest(zone=zone), _process_zone(zone):
                found = sorted(row.booking_date for row in self.rows())
                self.assertEqual(found, sorted(str(day) for day in expected))

    def test_pages_of_every_size_bring_the_same_rows(self):
        self.need(Feature.PAGES)
        self.connect()
        expected = self.book(7)
        for size in PAGE_SIZES:
            with self.subTest(size=size):
                self.driver.set_page_size(size)
                self.assert_arrived(self.rows(), expected)

    def test_a_full_last_page_is_the_end(self):
        self.need(Feature.PAGES)
        self.connect()
        self.driver.set_page_size(3)
        expected = self.book(6)
        self.assert_arrived(self.rows(), expected)

    def test_a_page_that_is_asked_for_again_comes_again(self):
        self.need(Feature.PAGES)
        self.connect()
        self.driver.set_page_size(2)
        self.book(5)
        cursor = self.page().cursor
        first, second = self.page(cursor=cursor), self.page(cursor=cursor)
        self.assertEqual(first.transactions, second.transactions)

    def test_equal_rows_all_arrive(self):
        self.connect()
        for number in range(3):
            self.book(key=f'fare-{number}', amount='-2.40', text='Tram', day=self.today)
        self.assertEqual([row.amount for row in self.rows()], ['-2.40'] * 3)

    def test_only_the_last_page_states_a_window(self):
        self.need(Feature.PAGES)
        self.connect()
        self.driver.set_page_size(2)
        self.book(5)
        pages = self.pages()
        self.assertEqual([page.window for page in pages[:-1]], [None] * (len(pages) - 1))

    def test_a_window_holds_every_row_of_its_days(self):
        self.need(Feature.WINDOW)
        self.connect()
        since = self.today - timedelta(days=9)
        booked = self.book(15)
        pages = self.pages(since=since)
        window = pages[-1].window
        self.assertIsNotNone(window)
        self.assertLessEqual(window.date_from, window.date_to)
        inside = [row for row in booked if window.date_from <= row.day <= window.date_to]
        arrived = [
            row
            for row in self.rows(pages)
            if window.date_from <= date.fromisoformat(row.booking_date) <= window.date_to
        ]
        self.assert_arrived(arrived, inside)

    def test_a_window_promises_nothing_before_the_day_that_was_asked(self):
        self.need(Feature.WINDOW)
        self.connect()
        since = self.today - timedelta(days=9)
        self.book(15)
        self.assertGreaterEqual(self.pages(since=since)[-1].window.date_from, since)

    def test_the_day_that_is_asked_for_belongs_to_the_answer(self):
        self.connect()
        since = self.today - timedelta(days=5)
        self.book(day=since)
        self.assertEqual(len(self.rows(self.pages(since=since))), 1)

    def test_rows_before_the_day_that_is_asked_for_stay_away(self):
        self.need(Feature.SINCE)
        self.connect()
        since = self.today - timedelta(days=5)
        self.book(day=since - timedelta(days=3))
        self.assertEqual(self.rows(self.pages(since=since)), [])

    def test_hostile_texts_arrive_unchanged(self):
        self.connect()
        for number, text in enumerate(HOSTILE_TEXTS):
            self.book(key=f'text-{number}', text=text)
        self.assertCountEqual(
            [row.description for row in self.rows()],
            [self.driver.text(text) for text in HOSTILE_TEXTS],
        )

    def test_rows_of_one_account_stay_in_it(self):
        self.need(Feature.SECOND_ACCOUNT)
        self.connect()
        self.book(key='first', amount='1.11')
        self.book(key='second', amount='2.22', account=1)
        self.assertEqual([row.amount for row in self.rows(self.pages())], ['1.11'])
        self.assertEqual([row.amount for row in self.rows(self.pages(account=1))], ['2.22'])


@contextmanager
def _process_zone(name: str):
    """Let the process live in another time zone for a while."""
    before = os.environ.get('TZ')
    os.environ['TZ'] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ['TZ']
        else:
            os.environ['TZ'] = before
        time.tzset()
