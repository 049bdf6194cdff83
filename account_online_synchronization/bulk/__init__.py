"""Many bank statement lines at once: what Odoo's `create` stores, twenty times as fast.

Odoo writes some 130 columns for one bank statement line, over four tables, and computes them one
record at a time. For two lines of the same *kind* (same sign, same currencies, with or without
partner...) nearly all of these columns are equal. So:

1. `reasons` looks whether it may be done at all: no unknown module takes part in the creation of
   these records, and neither the journal, the company nor the values ask for something special.
2. `sample` lets Odoo itself create two lines of each kind in a savepoint, reads every column of
   every row that came of it, and rolls back. The first is the template of its kind. Both must be,
   column by column, what `rows` predicts from the template; a row that appears in a table we don't
   know of, or a hook that waits for the commit, ends the attempt.
3. `numbering` asks Odoo for the first name of each period, under the lock that Odoo takes, and
   counts on from there.
4. `insert` writes the rows with a handful of statements for a thousand lines.

Whenever one of these steps is in doubt, the same lines go through Odoo's own `create`, in batches,
and the reason is logged (level debug). Nobody has to know which way was taken: the result is the
same. `tests/test_bulk_oracle.py` compares every stored column, and what can be done with the lines
afterwards.
"""
from .create import create_statement_lines
from .reasons import reason_for_plain_create
from .records import create_records, link_lines

__all__ = [
    'create_records', 'create_statement_lines', 'link_lines', 'reason_for_plain_create',
]
