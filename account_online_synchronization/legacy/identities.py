"""Every line that was imported before gets its row in the feed, with its old identifier."""

from psycopg2.extras import execute_values

from odoo.tools import SQL

from ..matching.keys import id_keys
from .accounts import identifier_of_line

BATCH = 5000


def adopt_identities(env):
    """Make a feed row for every identified line that has none. Returns how many were made."""
    total = 0
    while made := _adopt_batch(env):
        total += made
    return total


def _adopt_batch(env):
    """One statement per batch; the books are read, never written.

    A row belongs to the account that feeds the journal now, whichever clone of it brought the line.
    Some lines of old carry the opposite sign of their entry: the entry is what counts.
    No provider is noted: identifiers may be those that the new connection gives, or may not.
    """
    env.cr.execute(
        SQL(
            """
        INSERT INTO account_online_transaction (
               online_account_id, company_id, state, status, statement_line_id,
               transaction_identifier, booking_date, amount, currency_code, description,
               counterparty_name, counterparty_account, position,
               create_uid, create_date, write_uid, write_date)
        SELECT account.id, account.company_id, 'imported', 'booked', line.id,
               %(identifier)s, move.date,
               CASE WHEN line.amount = -(
                    SELECT SUM(item.amount_currency) FROM account_move_line item
                     WHERE item.move_id = move.id AND item.account_id = journal.default_account_id)
                    THEN -line.amount ELSE line.amount END,
               account.currency_code, line.payment_ref,
               line.partner_name, line.account_number, 0,
               %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
          FROM account_bank_statement_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN account_journal journal ON journal.id = line.journal_id
          JOIN account_online_account account ON account.id = journal.account_online_account_id
         WHERE %(identifier)s IS NOT NULL AND line.online_transaction_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM account_online_transaction known
                            WHERE known.statement_line_id = line.id)
         ORDER BY line.id LIMIT %(batch)s
     RETURNING id, statement_line_id, online_account_id, transaction_identifier
        """,
            uid=env.uid,
            batch=BATCH,
            identifier=identifier_of_line(env.cr),
        )
    )
    rows = env.cr.fetchall()
    if rows:
        _note_on_lines(env.cr, rows)
        _remember_identifiers(env.cr, rows)
    return len(rows)


def _note_on_lines(cr, rows):
    execute_values(
        cr._obj,
        "UPDATE account_bank_statement_line line SET online_transaction_id = known.id,"
        "       online_account_id = known.account, online_transaction_identifier = known.identifier"
        "  FROM (VALUES %s) AS known (id, line_id, account, identifier)"
        " WHERE line.id = known.line_id",
        rows,
        page_size=BATCH,
    )


def _remember_identifiers(cr, rows):
    execute_values(
        cr._obj,
        "INSERT INTO account_online_transaction_alias (online_account_id, transaction_id, key)"
        " VALUES %s",
        [
            (account, row_id, key)
            for row_id, _line, account, identifier in rows
            for key in id_keys(identifier)
        ],
        page_size=BATCH,
    )
