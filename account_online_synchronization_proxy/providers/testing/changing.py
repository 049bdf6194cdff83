"""Cases: what later synchronizations bring, when rows come, change and go."""

from __future__ import annotations

from datetime import timedelta

from ..interface import IdGrade
from .driver import BankRow, Feature
from .harness import Harness

OVERLAP = timedelta(days=14)


class ChangingCases(Harness):

    def next_pages(self, pages):
        """The synchronization after this one: from its cursor, else from some days before."""
        if pages[-1].cursor:
            return self.pages(cursor=pages[-1].cursor)
        return self.pages(since=self.today - OVERLAP)

    def test_where_nothing_happened_nothing_new_comes(self):
        self.connect()
        self.book(6)
        first = self.pages()
        second = self.rows(self.next_pages(first))
        known = [(row.booking_date, row.amount, row.description) for row in self.rows(first)]
        for row in second:
            self.assertIn((row.booking_date, row.amount, row.description), known)
        if Feature.CURSOR in self.driver.features:
            self.assertEqual(second, [])

    def test_a_new_row_comes_once(self):
        self.connect()
        self.book(4)
        first = self.pages()
        self.book(key='new', amount='77.70', day=self.today)
        second = self.next_pages(first)
        self.assertEqual([row.amount for row in self.rows(second)].count('77.70'), 1)

    def test_a_row_that_is_dated_back_comes(self):
        self.connect()
        self.book(4)
        first = self.pages()
        self.driver.move_on(1)
        self.book(key='late', amount='88.80', day=self.today - timedelta(days=8))
        self.assertIn('88.80', [row.amount for row in self.rows(self.next_pages(first))])

    def test_a_cursor_can_be_used_again(self):
        self.need(Feature.CURSOR)
        self.connect()
        self.book(4)
        cursor = self.pages()[-1].cursor
        self.book(key='new', amount='77.70', day=self.today)
        first, second = self.pages(cursor=cursor), self.pages(cursor=cursor)
        self.assertEqual(
            [row.amount for row in self.rows(first)], [row.amount for row in self.rows(second)])

    def test_an_answer_with_changes_alone_states_no_window(self):
        self.need(Feature.CURSOR)
        self.connect()
        self.book(4)
        second = self.pages(cursor=self.pages()[-1].cursor)
        self.assertEqual([page.window for page in second], [None] * len(second))

    def test_strong_ids_are_unique_and_stay(self):
        if self.driver.id_grade != IdGrade.STRONG:
            self.skipTest('The ids of this provider are not graded strong')
        self.connect()
        self.book(6)
        first = {row.id: row.amount for row in self.rows()}
        self.driver.move_on(1)
        self.book(key='newer', amount='77.70', day=self.today)
        second = {row.id: row.amount for row in self.rows()}
        self.assertEqual(len(first), 6)
        self.assertNotIn(None, first)
        self.assertEqual({**second, **first}, second)

    def test_pending_rows_are_told_from_booked_ones(self):
        self.need(Feature.PENDING)
        self.connect()
        self.driver.hold(BankRow('hold', '-50.00', self.today, 'Grill'))
        pages = self.pages()
        self.assertEqual(self.rows(pages), [])
        self.assertEqual([row.amount for row in self.rows(pages, 'pending')], ['-50.00'])

    def test_a_booked_row_leaves_no_pending_one(self):
        self.need(Feature.PENDING)
        self.connect()
        self.driver.hold(BankRow('hold', '-50.00', self.today, 'Grill'))
        first = self.pages()
        self.driver.move_on(1)
        self.driver.release('hold')
        self.book(key='booked', amount='-60.00', day=self.today, text='Grill Berlin')
        second = self.next_pages(first)
        self.assertEqual([row.amount for row in self.rows(second)], ['-60.00'])
        self.assertEqual(self.rows(second, 'pending'), [])
        if Feature.CURSOR in self.driver.features:
            held = self.rows(first, 'pending')[0].id
            self.assertIn(held, [row_id for page in second for row_id in page.removed])

    def test_an_edited_row_comes_again_under_its_id(self):
        self.need(Feature.EDITS)
        self.connect()
        row = self.book(3)[1]
        first = self.pages()
        known = {found.amount: found.id for found in self.rows(first)}
        self.driver.move_on(1)
        self.driver.edit(BankRow(row.key, '12.00', row.day, row.text))
        second = {found.amount: found.id for found in self.rows(self.next_pages(first))}
        self.assertEqual(second.get('12.00'), known[row.amount])

    def test_a_removed_row_is_named(self):
        self.need(Feature.REMOVALS)
        self.connect()
        row = self.book(3)[1]
        first = self.pages()
        known = {found.amount: found.id for found in self.rows(first)}
        self.driver.move_on(1)
        self.driver.remove(row.key)
        removed = [row_id for page in self.next_pages(first) for row_id in page.removed]
        self.assertEqual(removed, [known[row.amount]])

    def test_a_removed_row_is_named_once_whatever_the_pages(self):
        self.need(Feature.REMOVALS, Feature.PAGES)
        self.connect()
        rows = self.book(6)
        first = self.pages()
        self.driver.set_page_size(1)
        self.driver.move_on(1)
        self.driver.remove(rows[0].key)
        removed = [row_id for page in self.next_pages(first) for row_id in page.removed]
        self.assertEqual(len(removed), 1)
