import re
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from .common import OnlineSyncCommon, row

# Tables that grow with every transaction.
LONG = (
    'account_move', 'account_move_line', 'account_bank_statement_line',
    'account_online_transaction', 'account_online_transaction_alias',
)


@tagged('post_install', '-at_install')
class TestHistoryCost(OnlineSyncCommon):
    """A synchronization costs the same in a journal of a thousand lines and of a million."""

    def _statements_of(self, *rows):
        statements, execute = set(), Cursor.execute

        def remember(cursor, *args, **kwargs):
            execute(cursor, *args, **kwargs)
            statements.add(cursor._obj.query.decode())

        with patch.object(Cursor, 'execute', remember):
            self.synchronize(*rows, balance='100.00')
        return {text for text in statements if re.match(r'\s*(SELECT|WITH|UPDATE|DELETE)\b', text)}

    def _plan(self, statement):
        self.cr.execute(f'EXPLAIN {statement}')
        return '\n'.join(line for (line,) in self.cr.fetchall())

    def test_no_query_reads_a_long_table_from_end_to_end(self):
        self.synchronize(row('2026-03-01', 1, "Before"))
        statements = self._statements_of(row('2026-03-01', 1, "Before"), row('2026-03-02', 2))
        self.assertTrue(any('account_online_transaction_alias' in text for text in statements))
        # The planner reads from end to end only where no index serves.
        self.cr.execute("SET LOCAL enable_seqscan = off")
        scanned = re.compile(rf'Seq Scan on ({"|".join(LONG)})\b')
        for statement in sorted(statements):
            with self.subTest(statement[:80]):
                self.assertNotRegex(self._plan(statement), scanned, statement)
