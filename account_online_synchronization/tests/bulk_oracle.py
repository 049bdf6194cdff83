"""What two ways of creating the same lines left in the database, made comparable."""
import re

from odoo.tools import SQL

# Every row of these is compared: rows that are new, and rows that were there before.
TABLES = (
    'account_move', 'account_move_line', 'account_bank_statement_line', 'account_bank_statement',
    'account_analytic_line', 'account_partial_reconcile', 'account_full_reconcile',
    'account_payment', 'account_journal', 'res_partner', 'res_partner_bank', 'res_company',
    'ir_sequence', 'ir_attachment', 'mail_message', 'mail_tracking_value', 'mail_followers',
    'mail_activity',
)
# Drawn at random or from the clock by each `create`.
NOT_COMPARED = {('mail_message', 'message_id'), ('mail_message', 'date')}
HTML_WITH_IDS = {('mail_message', 'body')}
INDEXES_WITH_ID = {
    ('account_bank_statement_line', 'internal_index'),
    ('account_bank_statement', 'first_line_index'),
}


class Snapshots:
    """Takes comparable pictures of a database: ids that are newer than the start become ranks.

    Two creations draw different ids from the same sequences, so a new row is called by its table
    and its rank among the new rows, wherever it is referred to.
    """

    def __init__(self, env):
        self.env = env
        self.references = self._read_references()
        self.highest = {table: self._highest_id(table) for table in TABLES}

    def _read_references(self):
        """{(table, column): referenced table} from the foreign keys."""
        self.env.cr.execute("""
            SELECT conrelid::regclass::text, attname, confrelid::regclass::text
              FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
             WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
        """, [list(TABLES)])
        return {(table, column): target for table, column, target in self.env.cr.fetchall()}

    def _highest_id(self, table):
        self.env.cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
        return self.env.cr.fetchone()[0]

    def take(self):
        """Return {(table, id or rank): {column: comparable text}} of all rows."""
        self.env.cr.flush()
        rows = {table: self._read(table) for table in TABLES}
        self.ranks = {
            (table, row['id']): f'new {table} {rank}'
            for table, table_rows in rows.items()
            for rank, row in enumerate(
                row for row in table_rows if int(row['id']) > self.highest[table]
            )
        }
        return {
            (table, self.ranks.get((table, row['id']), row['id'])): {
                column: self._comparable(table, column, text, row) for column, text in row.items()
            }
            for table, table_rows in rows.items() for row in table_rows
        } | self._followed_subtypes()

    def _followed_subtypes(self):
        self.env.cr.execute("""
            SELECT mail_followers_id::text, array_agg(mail_message_subtype_id ORDER BY 1)::text
              FROM mail_followers_mail_message_subtype_rel GROUP BY 1
        """)
        return {
            ('subtypes', self.ranks.get(('mail_followers', follower), follower)):
                {'subtypes': subtypes}
            for follower, subtypes in self.env.cr.fetchall()
        }

    def _read(self, table):
        self.env.cr.execute("""
            SELECT attname FROM pg_attribute
             WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """, [table])
        columns = [column for column, in self.env.cr.fetchall()]
        self.env.cr.execute(SQL(
            "SELECT %s FROM %s ORDER BY %s",
            SQL(", ").join(SQL("%s::text", SQL.identifier(column)) for column in columns),
            SQL.identifier(table), SQL.identifier(table, 'id'),
        ))
        return [dict(zip(columns, row, strict=True)) for row in self.env.cr.fetchall()]

    def _comparable(self, table, column, text, row):
        if text is None or (table, column) in NOT_COMPARED:
            return None
        if column == 'id':
            return self.ranks.get((table, text), text)
        if column == 'res_id':
            model = row.get('model') or row.get('res_model') or ''
            return self.ranks.get((model.replace('.', '_'), text), text)
        if (table, column) in INDEXES_WITH_ID:
            line_id = str(int(text[18:]))
            return text[:18] + self.ranks.get(('account_bank_statement_line', line_id), line_id)
        if column == 'inalterable_hash':
            return text[:3]  # the version; the ids of the items are part of what is hashed
        if column == 'matching_number':
            return self._comparable_match(text)
        if (table, column) in HTML_WITH_IDS:
            return re.sub(r'\d+', '#', text)
        return self.ranks.get((self.references.get((table, column)), text), text)

    def _comparable_match(self, text):
        """`P12` is partial reconciliation 12, `12` is full reconciliation 12."""
        table = 'account_partial_reconcile' if text.startswith('P') else 'account_full_reconcile'
        return self.ranks.get((table, text.removeprefix('P')), text)


def differences(one, other):
    """Lines of text that say where two snapshots differ."""
    found = [f"only the first way made {key}" for key in one.keys() - other.keys()]
    found += [f"only the second way made {key}" for key in other.keys() - one.keys()]
    for key in one.keys() & other.keys():
        found += [
            f"{key} {column}: {text!r} and {other[key][column]!r}"
            for column, text in one[key].items() if text != other[key][column]
        ]
    return sorted(found)
