"""Every line that was imported before gets its row in the feed, with its old identifier."""

import re

from psycopg2.extras import execute_values
from stdnum.iso7064 import mod_97_10

from odoo.tools import SQL

from ..matching.keys import id_keys
from .layout import columns

BATCH = 5000


def complete_accounts(env):
    """Give accounts of former versions what recognises them: IBAN, currency, a journal's lines."""
    _adopt_journals_without_account(env)
    every_account = env['account.online.account'].sudo().with_context(active_test=False)
    taken = {
        (account.company_id, account.identity, account.currency_code)
        for account in every_account.search([('identity', '!=', False)])
    }
    for account in every_account.search(
        [('currency_code', '=', False)],
        order='last_sync desc nulls last, id desc',
    ):
        journal = account.journal_ids[:1]
        currency = account.currency_id or journal.currency_id or account.company_id.currency_id
        identity = _iban(account.account_number or journal.bank_acc_number)
        # Former versions cloned an account at each new consent: one of the clones is the account.
        recognised_by = (account.company_id, identity, currency.name)
        if recognised_by in taken:
            identity = False
        taken.add(recognised_by)
        account.write(
            {
                'currency_id': currency.id,
                'currency_code': currency.name,
                'identity': identity,
                'iban': identity,
            }
        )


def _iban(number):
    """The number in the form in which a provider states an IBAN; False for any other number."""
    number = re.sub(r'[\s.-]', '', number or '').upper()
    shaped = re.fullmatch(r'[A-Z]{2}\d{2}[A-Z0-9]{11,30}', number)
    # `stdnum.iban` reads a data file that it does not find under Odoo's import hooks.
    return number if shaped and mod_97_10.is_valid(number[4:] + number[:4]) else False


def _adopt_journals_without_account(env):
    """For lines in a journal that was no longer fed, the journal stands for the account."""
    if 'online_identifier' not in columns(env.cr, 'account_bank_statement_line'):
        return
    env.cr.execute(
        """
        SELECT id FROM account_journal journal
         WHERE account_online_account_id IS NULL AND EXISTS (
               SELECT 1 FROM account_bank_statement_line line
                WHERE line.journal_id = journal.id AND line.online_identifier IS NOT NULL
                  AND line.online_transaction_id IS NULL)
         ORDER BY id
        """
    )
    for journal in env['account.journal'].sudo().browse([row[0] for row in env.cr.fetchall()]):
        link = (
            env['account.online.link']
            .sudo()
            .create(
                {
                    'name': env._("Previous synchronization of %(journal)s", journal=journal.name),
                    'company_id': journal.company_id.id,
                    'state': 'disconnected',
                    'auto_sync': False,
                    'is_previous': True,
                }
            )
        )
        journal.account_online_account_id = (
            env['account.online.account']
            .sudo()
            .create(
                {
                    'account_online_link_id': link.id,
                    'company_id': journal.company_id.id,
                    'name': journal.name,
                    'account_number': journal.bank_acc_number,
                }
            )
        )


def adopt_identities(env):
    """Make a feed row for every identified line that has none. Returns how many were made."""
    _take_over_previous_identifiers(env.cr)
    total = 0
    while made := _adopt_batch(env):
        total += made
    return total


def _take_over_previous_identifiers(cr):
    if 'online_identifier' in columns(cr, 'account_bank_statement_line'):
        cr.execute(
            """
            UPDATE account_bank_statement_line line
               SET online_account_id = journal.account_online_account_id,
                   online_transaction_identifier = COALESCE(
                       line.online_transaction_identifier, line.online_identifier)
              FROM account_journal journal
             WHERE journal.id = line.journal_id AND line.online_identifier IS NOT NULL
               AND line.online_account_id IS NULL AND journal.account_online_account_id IS NOT NULL
            """
        )


def _adopt_batch(env):
    """One statement per batch; the books are read, never written."""
    env.cr.execute(
        SQL(
            """
        INSERT INTO account_online_transaction (
               online_account_id, company_id, state, status, statement_line_id,
               transaction_identifier, booking_date, amount, currency_code, description,
               counterparty_name, counterparty_account, position,
               create_uid, create_date, write_uid, write_date)
        SELECT line.online_account_id, account.company_id, 'imported', 'booked', line.id,
               line.online_transaction_identifier, move.date, line.amount, account.currency_code,
               line.payment_ref,
               line.partner_name, line.account_number, 0,
               %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
          FROM account_bank_statement_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN account_online_account account ON account.id = line.online_account_id
         WHERE line.online_transaction_identifier IS NOT NULL AND line.online_transaction_id IS NULL
         ORDER BY line.id LIMIT %(batch)s
     RETURNING id, statement_line_id, online_account_id, transaction_identifier
        """,
            uid=env.uid,
            batch=BATCH,
        )
    )
    rows = env.cr.fetchall()
    if rows:
        execute_values(
            env.cr._obj,
            "UPDATE account_bank_statement_line line SET online_transaction_id = known.id"
            " FROM (VALUES %s) AS known (id, line_id) WHERE line.id = known.line_id",
            [(row_id, line_id) for row_id, line_id, _account, _identifier in rows],
            page_size=BATCH,
        )
        execute_values(
            env.cr._obj,
            "INSERT INTO account_online_transaction_alias (online_account_id, transaction_id, key)"
            " VALUES %s",
            [
                (account, row_id, key)
                for row_id, _line, account, identifier in rows
                for key in id_keys(identifier)
            ],
            page_size=BATCH,
        )
    return len(rows)
