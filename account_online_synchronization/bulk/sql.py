"""Reading and writing whole rows as text, for the tables that creation fills."""
from odoo.tools import SQL

ENTRY, ITEM, STATEMENT_LINE = 'account_move', 'account_move_line', 'account_bank_statement_line'
MESSAGE, FOLLOWER = 'mail_message', 'mail_followers'
FOLLOWED = 'mail_followers_mail_message_subtype_rel'


class Tables:
    """The tables of one database, with the types of their columns.

    Columns that PostgreSQL generates from others are its own affair.
    """

    def __init__(self, env):
        self._cr = env.cr
        self._cr.execute("""
            SELECT attrelid::regclass::text, attname, format_type(atttypid, NULL)
              FROM pg_attribute
             WHERE attrelid = ANY(%s::regclass[]) AND attnum > 0 AND NOT attisdropped
               AND attgenerated = ''
             ORDER BY attrelid, attnum
        """, [[ENTRY, ITEM, STATEMENT_LINE, MESSAGE, FOLLOWER, FOLLOWED]])
        self.types = {}
        for table, column, column_type in self._cr.fetchall():
            self.types.setdefault(table, {})[column] = column_type

    def read(self, table, where):
        """Rows of a table in the order of creation: a list of {column: text or None}."""
        columns = list(self.types[table])
        self._cr.execute(SQL(
            "SELECT %s FROM %s WHERE %s ORDER BY %s",  # by the number, not by its text
            SQL(", ").join(SQL("%s::text", SQL.identifier(column)) for column in columns),
            SQL.identifier(table), where, SQL.identifier(table, 'id'),
        ))
        return [dict(zip(columns, row, strict=True)) for row in self._cr.fetchall()]

    def followed_subtypes(self, follower_id):
        """Ids of the message subtypes that a follower gets."""
        self._cr.execute(SQL(
            "SELECT mail_message_subtype_id FROM %s WHERE mail_followers_id = %s ORDER BY 1",
            SQL.identifier(FOLLOWED), follower_id,
        ))
        return [subtype for subtype, in self._cr.fetchall()]

    def changes(self):
        """{table: [rows inserted, updated, deleted]} of this transaction, as PostgreSQL counts."""
        self._cr.execute("""
            SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
             WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
        """)
        return {table: counts for table, *counts in self._cr.fetchall()}

    def forget_plans(self):
        """Let PostgreSQL plan its foreign key checks anew, for tables that have grown.

        It keeps the plan of its first checks. In a young database that is a scan of a table that
        was empty then, and the time of an import would grow with the square of its size.
        """
        self._cr.execute("DISCARD PLANS")

    def draw_ids(self, table, count):
        """Draw `count` primary keys."""
        if not count:
            return []
        self._cr.execute("""
            SELECT nextval(sequence)
              FROM pg_get_serial_sequence(%s, 'id') AS sequence, generate_series(1, %s)
        """, [table, count])
        return [row_id for row_id, in self._cr.fetchall()]

    def insert(self, table, rows):
        """Insert rows, each a pair (sample, columns that differ from the sample)."""
        if rows:
            self._cr.execute(self.insertion(table, rows))

    def insertion(self, table, rows):
        """Return the statement that inserts `rows`: what is equal everywhere is written once."""
        fixed, varying = _split_columns(rows)
        cast = {name: SQL(column_type) for name, column_type in self.types[table].items()}
        return SQL(
            "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) AS line(%s)",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, [*fixed, *varying])),
            SQL(", ").join([
                *(SQL("%s::%s", text, cast[name]) for name, text in fixed.items()),
                *(SQL("%s::%s", SQL.identifier('line', name), cast[name]) for name in varying),
            ]),
            SQL(", ").join(SQL("%s::text[]", texts) for texts in varying.values()),
            SQL(", ").join(map(SQL.identifier, varying)),
        )


def _split_columns(rows):
    """Return ({column: the text that all rows share}, {column: [text of each row]}).

    Columns that are empty in all rows are left out.
    """
    samples = list({id(sample): sample for sample, _columns in rows}.values())
    overlaid = set().union(*(columns for _sample, columns in rows))
    fixed, varying = {}, {}
    for name in {**samples[0], **dict.fromkeys(overlaid)}:
        shared = {sample.get(name) for sample in samples}
        if name in overlaid or len(shared) > 1:
            texts = [
                columns[name] if name in columns else sample.get(name) for sample, columns in rows
            ]
            if any(text is not None for text in texts):
                varying[name] = texts
        elif (text := shared.pop()) is not None:
            fixed[name] = text
    return fixed, varying
