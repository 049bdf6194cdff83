"""Rows of the feed made in bulk are those that the ORM makes."""
from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..bulk import create_records, link_lines, records
from .common import OnlineSyncCommon

ROWS = [
    {
        'state': 'imported', 'status': 'booked', 'transaction_identifier': 'T1', 'position': 3,
        'has_position': True, 'booking_date': date(2026, 3, 1), 'value_date': None,
        'amount': -12.5, 'currency_code': 'USD', 'description': "Two\nlines é", 'raw': {'a': [1]},
        'foreign_amount': 10.123456, 'foreign_currency_code': 'EUR', 'reason': False,
        'review_candidate_ids': [(5,)], 'is_own_transfer': True, 'counterparty_name': '',
    },
    {
        'state': 'quarantined', 'status': False, 'reason_data': {'k': None}, 'raw': {},
        'description': False, 'amount': 0.0, 'review_candidate_ids': [(5,)],
    },
]


@tagged('post_install', '-at_install')
class TestBulkRecords(OnlineSyncCommon):

    @property
    def feed(self):
        return self.env['account.online.transaction'].sudo()

    def values(self):
        return [{**values, 'online_account_id': self.account.id} for values in ROWS]

    def create(self, values):
        return create_records(self.feed, values, {'company_id': self.account.company_id.id})

    def stored(self, rows):
        """All columns of the rows but their ids, as text."""
        rows.flush_model()
        self.env.cr.execute(SQL(
            "SELECT to_jsonb(row) - 'id' FROM account_online_transaction row"
            " WHERE id = ANY(%s) ORDER BY id", rows.ids))
        return [row for row, in self.env.cr.fetchall()]

    def test_every_column_is_the_one_that_the_orm_stores(self):
        with patch.object(records, '_insert', wraps=records._insert) as insert:
            made = self.create(self.values())
        self.assertTrue(insert.called, "taken way")
        self.assertEqual(self.stored(made), self.stored(self.feed.create(self.values())))

    def test_what_is_shown_of_the_account_counts_the_new_rows(self):
        before = self.account.quarantined_count, len(self.account.transaction_ids)
        made = self.create(self.values())
        self.assertEqual(made.mapped('transaction_identifier'), ['T1', False])
        self.assertEqual(
            (self.account.quarantined_count, len(self.account.transaction_ids)),
            (before[0] + 1, before[1] + 2))

    def test_a_relation_that_is_filled_is_the_orm_s_affair(self):
        first = self.create(self.values())
        values = self.values()
        values[0]['review_candidate_ids'] = [Command.set(first.ids)]
        self.assertEqual(self.create(values)[0].review_candidate_ids, first)

    def test_a_module_that_takes_part_is_heard(self):
        heard = []

        def create(records, vals_list):
            heard.append(len(vals_list))
            return original(records, vals_list)

        original = type(self.feed).create
        with patch.object(records, 'OWN_MODULES', frozenset({'odoo', 'base'})), \
                patch.object(type(self.feed), 'create', create):
            made = self.create(self.values())
        self.assertEqual((len(made), heard), (2, [2]))

    def test_rows_and_their_lines_know_each_other(self):
        rows = self.create(self.values())
        lines = self.env['account.bank.statement.line'].create([
            {
                'journal_id': self.journal.id, 'date': '2026-03-01', 'amount': 1.0,
                'payment_ref': "Line", 'online_transaction_id': row.id,
            }
            for row in rows
        ])
        link_lines(rows, lines)
        self.assertEqual([row.statement_line_id for row in rows], list(lines))
