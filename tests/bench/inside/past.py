"""A long history by set-based SQL: each row as Odoo and the addon would have stored it."""
from odoo.tools import SQL

ENTRY, ITEM, LINE = 'account_move', 'account_move_line', 'account_bank_statement_line'
STATEMENT = 'account_bank_statement'
ROW, ALIAS = 'account_online_transaction', 'account_online_transaction_alias'
TABLES = ENTRY, ITEM, LINE, STATEMENT, ROW, ALIAS

# Columns that grow with a transaction's amount.
AMOUNTS = {
    ENTRY: ('amount_total', 'amount_total_signed', 'amount_total_in_currency_signed'),
    ITEM: ('balance', 'debit', 'credit', 'amount_currency', 'amount_residual', 'price_subtotal',
           'amount_residual_currency', 'price_total'),
    LINE: ('amount', 'amount_residual'),
    ROW: ('amount',),
}


class Past:
    """Copies the one synchronized line of a database into the past.

    A copy is number `n` of `lines`; later numbers are later days, the last ones are as young as
    the line itself.
    """

    def __init__(self, env, a_day):
        self.cr = env.cr
        self.a_day = a_day  # transactions
        env.flush_all()

    def write(self, lines):
        self._hurry()
        indexes = self._drop_indexes()
        self.cr.execute(SQL("CREATE TEMPORARY TABLE past AS %s", self._plan(lines)))
        self.cr.execute("ANALYZE past")
        self._copy_statements()
        copied = {table: self._copy(table, columns) for table, columns in self._columns().items()}
        # Each of these refers to another one.
        self.cr.execute(SQL(
            "WITH entries AS (%s), rows AS (%s) %s", copied[ENTRY], copied[ROW], copied[LINE]))
        self.cr.execute(copied[ITEM])
        self.cr.execute(copied[ALIAS])
        self._settle_statements()
        for table in TABLES:
            self.cr.execute(SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM %s))",
                table, SQL.identifier(table)))
        for index in indexes:
            self.cr.execute(index)

    def _plan(self, lines):
        """Day, month, factor of the amount and ids of each copy."""
        return SQL(
            """WITH latest AS (SELECT max(date) AS day FROM account_move
                                WHERE statement_line_id IS NOT NULL),
                    days AS (SELECT n, day AS latest, day - (%(lines)s - n) / %(a_day)s AS day
                               FROM latest, generate_series(1, %(lines)s) AS n)
               SELECT n, day, 1 + mod(n, 50) AS factor,
                      (date_part('year', latest) * 12 + date_part('month', latest)
                       - date_part('year', day) * 12 - date_part('month', day))::int AS months,
                      (SELECT max(id) FROM account_move) + n AS move_id,
                      (SELECT max(id) FROM account_bank_statement_line) + n AS line_id,
                      (SELECT max(id) FROM account_online_transaction) + n AS row_id,
                      (SELECT max(id) FROM account_bank_statement) AS statement_id
                 FROM days""",
            lines=lines, a_day=self.a_day,
        )

    def _columns(self):
        statement = SQL("p.statement_id + p.months")
        return {
            ENTRY: {
                'id': SQL("p.move_id"), 'name': _name('name'), 'date': SQL("p.day"),
                'sequence_prefix': SQL(
                    "regexp_replace(t.sequence_prefix, '[0-9]{4}/$', '')"
                    " || to_char(p.day, 'YYYY/')"),
                'sequence_number': SQL("p.n + 1"), 'statement_line_id': SQL("p.line_id"),
            },
            LINE: {
                'id': SQL("p.line_id"), 'move_id': SQL("p.move_id"), 'statement_id': statement,
                'internal_index': SQL(
                    "to_char(p.day, 'YYYYMMDD') || substr(t.internal_index, 9, 10)"
                    " || lpad(p.line_id::text, 10, '0')"),
                'payment_ref': SQL("t.payment_ref || ' ' || p.n"),
                'online_transaction_id': SQL("p.row_id"),
                'online_value_date': SQL("p.day"),
                'online_transaction_identifier': SQL(
                    "t.online_transaction_identifier || '-' || p.n"),
            },
            ITEM: {
                'id': SQL("t.id + 2 * p.n"), 'move_id': SQL("p.move_id"),
                'move_name': _name('move_name'),
                'date': SQL("p.day"), 'name': SQL("t.name || ' ' || p.n"),
                'statement_line_id': SQL("p.line_id"), 'statement_id': statement,
            },
            ROW: {
                'id': SQL("p.row_id"), 'booking_date': SQL("p.day"), 'value_date': SQL("p.day"),
                'transaction_identifier': SQL("t.transaction_identifier || '-' || p.n"),
                'description': SQL("t.description || ' ' || p.n"),
                'statement_line_id': SQL("p.line_id"),
            },
            ALIAS: {
                'id': SQL("t.id + (SELECT count(*) FROM account_online_transaction_alias) * p.n"),
                'transaction_id': SQL("p.row_id"), 'key': SQL("t.key || '-' || p.n"),
            },
        }

    def _copy(self, table, columns):
        """The statement that copies what the table holds of the one line."""
        columns = columns | {
            name: SQL("t.%s * p.factor", SQL.identifier(name)) for name in AMOUNTS.get(table, ())
        }
        return self._insertion(table, columns, SQL("past p"))

    def _insertion(self, table, columns, copies):
        self.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped", [table])
        names = [name for name, in self.cr.fetchall()]
        return SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s t, %s",
            SQL.identifier(table), SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(columns.get(name, SQL.identifier('t', name)) for name in names),
            SQL.identifier(table), copies,
        )

    def _copy_statements(self):
        first = SQL("(date_trunc('month', t.date) - make_interval(months => p.months))::date")
        last = SQL("(date_trunc('month', t.date) - make_interval(months => p.months - 1)"
                   " - interval '1 day')::date")
        self.cr.execute(self._insertion(STATEMENT, {
            'id': SQL("t.id + p.months"), 'date': last, 'online_period_start': first,
            'online_period_end': last, 'name': SQL("t.name || ' - ' || p.months"),
        }, SQL("(SELECT DISTINCT months FROM past WHERE months > 0) p")))

    def _settle_statements(self):
        """Balances that follow each other; the oldest statement begins with the opening."""
        self.cr.execute("""
            WITH sums AS (
                SELECT statement_id, sum(amount) AS amount, min(internal_index) AS first
                  FROM account_bank_statement_line GROUP BY 1
            ), balances AS (
                SELECT *, sum(amount) OVER (ORDER BY first) AS so_far FROM sums
            ), opening AS (
                SELECT opening_balance FROM account_online_account
            )
            UPDATE account_bank_statement s
               SET balance_start = opening_balance + so_far - amount,
                   balance_end = opening_balance + so_far,
                   balance_end_real = opening_balance + so_far, first_line_index = first
              FROM balances, opening WHERE s.id = balances.statement_id
        """)

    def _hurry(self):
        """Copies refer to what their originals refer to: nobody needs to look that up again."""
        self.cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
        self.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if self.cr.fetchone()[0]:
            self.cr.execute("SET LOCAL session_replication_role = replica")

    def _drop_indexes(self):
        """Drop what only slows the filling down; returns the statements that bring it back."""
        self.cr.execute("""
            SELECT relname, pg_get_indexdef(indexrelid)
              FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
             WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """, [list(TABLES)])
        indexes = self.cr.fetchall()
        for name, _definition in indexes:
            self.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        return [definition for _name, definition in indexes]


def _name(column):
    """The name of a copy's entry: the line's, with another year and number."""
    return SQL(
        "regexp_replace(t.%s, '[0-9]{4}/[0-9]+$', '') || to_char(p.day, 'YYYY/')"
        # lpad would cut what is longer
        " || lpad((p.n + 1)::text, greatest(5, length((p.n + 1)::text)), '0')",
        SQL.identifier(column),
    )
