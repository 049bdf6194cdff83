"""Former accounts get what recognises them; every journal with imported lines has one."""

import re

from stdnum.iso7064 import mod_97_10

from odoo.tools import SQL

from .layout import LINES, LONGEST_IDENTIFIER, columns


def complete_accounts(env):
    """Give former accounts their IBAN and currency, and journals with imported lines an account."""
    _give_journals_accounts(env)
    every_account = env['account.online.account'].sudo().with_context(active_test=False)
    taken = {
        (account.company_id, account.identity, account.currency_code)
        for account in every_account.search([('identity', '!=', False)])
    }
    # Former versions cloned an account at each new consent: one of the clones is the account, the
    # one that feeds a journal before all.
    candidates = every_account.search(
        [('currency_code', '=', False)], order='last_sync desc nulls last, id desc',
    ).sorted(lambda account: not account.journal_ids)
    for account in candidates:
        journal = account.journal_ids[:1]
        # What was booked is in the journal's currency, whatever the account was said to be in.
        currency = (
            (journal and journal._online_currency())
            or account.currency_id or account.company_id.currency_id
        )
        identity = _iban(account.account_number) or _iban(journal.bank_acc_number)
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


def identifier_of_line(cr):
    """SQL for the identifier that any former version gave to a line; None when none did."""
    found = [
        SQL("NULLIF(LEFT(TRIM(line.%s::text), %s), '')", SQL.identifier(name), LONGEST_IDENTIFIER)
        for name in ('online_transaction_identifier', 'online_identifier')
        if name in columns(cr, LINES)
    ]
    return SQL("COALESCE(%s)", SQL(", ").join(found))


def _give_journals_accounts(env):
    """A journal that is no longer fed gets the account of its lines back, else one of its own.

    The new connection continues the account of the journal: what was imported before into it is
    only recognised there.
    """
    env['account.journal'].flush_model(['account_online_account_id'])
    env.cr.execute(
        SQL(
            """
        SELECT journal.id, (
               SELECT account.id
                 FROM account_bank_statement_line line
                 JOIN account_online_account account ON account.id = line.online_account_id
                WHERE line.journal_id = journal.id AND account.company_id = journal.company_id
                  AND NOT EXISTS (SELECT 1 FROM account_journal other
                                   WHERE other.account_online_account_id = account.id)
                ORDER BY line.internal_index DESC LIMIT 1)
          FROM account_journal journal
         WHERE account_online_account_id IS NULL AND EXISTS (
               SELECT 1 FROM account_bank_statement_line line
                WHERE line.journal_id = journal.id AND %s IS NOT NULL
                  AND line.online_transaction_id IS NULL)
         ORDER BY journal.id
            """,
            identifier_of_line(env.cr),
        )
    )
    journals = env['account.journal'].sudo().with_context(active_test=False)
    accounts = env['account.online.account'].sudo()
    for journal_id, account_id in env.cr.fetchall():
        journal = journals.browse(journal_id)
        account = accounts.browse(account_id)
        if not account or account.journal_ids:
            account = _make_account(env, journal)
        journal.account_online_account_id = account


def _make_account(env, journal):
    """For lines whose account is gone, the journal itself stands for it."""
    link = env['account.online.link'].sudo().create(
        {
            'name': env._("Previous synchronization of %(journal)s", journal=journal.name),
            'previous_institution': journal.bank_id.name,
            'company_id': journal.company_id.id,
            'state': 'disconnected',
            'auto_sync': False,
            'is_previous': True,
        }
    )
    return env['account.online.account'].sudo().create(
        {
            'account_online_link_id': link.id,
            'company_id': journal.company_id.id,
            'name': journal.name,
            'account_number': journal.bank_acc_number,
        }
    )
