"""Links and accounts of the previous module (before December 2020), as those of today."""

from collections import defaultdict

from odoo import fields
from odoo.tools import SQL

from .layout import GROUPING_MARKER, JOURNALS, PROVIDER_ACCOUNTS, PROVIDERS, columns

# The largest id of `account_online_provider` that was taken over: a link that the user deletes
# afterwards does not come back with the next update.
MARKER = 'account_online_synchronization.previous_providers_until'


def adopt_providers(env):
    """Show each provider of the previous module once. Returns the new links."""
    _keep_groupings(env)
    links = env['account.online.link'].sudo().with_context(tracking_disable=True)
    parameters = env['ir.config_parameter'].sudo()
    providers = _rows(
        env.cr, PROVIDERS, ('name', 'provider_type', 'last_refresh', 'company_id'),
        after=int(parameters.get_param(MARKER, 0)),
    )
    if not providers:
        return links
    accounts = defaultdict(list)
    for row in _rows(
        env.cr, PROVIDER_ACCOUNTS,
        ('account_online_provider_id', 'name', 'account_number', 'last_sync', 'provider_name'),
    ):
        accounts[row['account_online_provider_id']].append(row)
    journals = _fed_journals(env)
    links = links.create(
        [
            _link_values(env, provider, accounts[str(provider['id'])], journals)
            for provider in providers
        ]
    )
    of_link = [
        (link, row)
        for provider, link in zip(providers, links, strict=True)
        for row in accounts[str(provider['id'])]
    ]
    _adopt_accounts(env, of_link, journals)
    parameters.set_param(MARKER, max(provider['id'] for provider in providers))
    return links


def _link_values(env, provider, accounts, journals):
    """Values of the link that shows a provider, with the institution as far as it was named."""
    names = [provider['name'], *(row['provider_name'] for row in accounts)]
    institution = next(filter(None, map(_text, names)), False)
    companies = env['res.company'].sudo()
    named = companies.browse(_integer(provider['company_id']) or []).exists()
    fed = companies.union(*(journals[row['id']].company_id for row in accounts))
    return {
        'name': institution or env._("Previous synchronization"),
        'previous_institution': institution,
        'previous_provider_id': provider['id'],
        'company_id': (named or fed[:1] or companies.search([], order='id', limit=1)).id,
        'provider_type': _text(provider['provider_type']),
        'last_refresh': _time(provider['last_refresh']),
        'state': 'disconnected',
        'auto_sync': False,
        'is_previous': True,
    }


def _adopt_accounts(env, of_link, journals):
    """Accounts of today for those of old, feeding the journals that these fed.

    Where a journal is of another company, or fed already, it is taken over on its own if it has
    imported lines (see ``accounts``).
    """
    accounts = env['account.online.account'].sudo().create(
        [
            {
                'account_online_link_id': link.id,
                'company_id': link.company_id.id,
                'name': _text(row['name']) or env._("Bank account"),
                'account_number': _text(row['account_number']),
                'last_sync': _time(row['last_sync']),
            }
            for link, row in of_link
        ]
    )
    for account, (_link, row) in zip(accounts, of_link, strict=True):
        fed = journals[row['id']].filtered(
            lambda journal, account=account: journal.company_id == account.company_id
        )
        fed[:1].account_online_account_id = account


def _fed_journals(env):
    """Journals without an account, by the id of the old account that fed them."""
    journals = env['account.journal'].sudo()
    fed = defaultdict(lambda: journals)
    if 'account_online_journal_id' in columns(env.cr, JOURNALS):
        env.cr.execute(
            "SELECT id, account_online_journal_id::text FROM account_journal"
            " WHERE account_online_journal_id IS NOT NULL AND account_online_account_id IS NULL"
            " ORDER BY id"
        )
        for journal_id, row_id in env.cr.fetchall():
            fed[_integer(row_id)] |= journals.browse(journal_id)
    return fed


def _keep_groupings(env):
    """How the previous module grouped transactions in statements; once, then the user decides."""
    parameters = env['ir.config_parameter'].sudo()
    if parameters.get_param(GROUPING_MARKER) or (
        'bank_statement_creation' not in columns(env.cr, JOURNALS)
    ):
        return
    env.cr.execute(
        """
        UPDATE account_journal SET bank_statement_creation_groupby =
               CASE bank_statement_creation::text
               WHEN 'bimonthly' THEN 'fortnight' ELSE bank_statement_creation::text END
         WHERE bank_statement_creation::text IN ('none', 'day', 'week', 'bimonthly', 'month')
        """
    )
    env['account.journal'].invalidate_model(['bank_statement_creation_groupby'])
    parameters.set_param(GROUPING_MARKER, 'True')


# === READING WHAT MAY BE OF ANY TYPE === #


def _rows(cr, table, wanted, after=0):
    """Rows of ``table`` with a larger id, as dicts of the ``wanted`` columns and the id.

    Values are texts. A column that this database lacks reads None; a table that it lacks has no
    rows.
    """
    found = columns(cr, table)
    if 'id' not in found:
        return []
    selected = SQL(", ").join(
        SQL("%s::text AS %s", _english(name, found[name]), SQL.identifier(name))
        if name in found else SQL("NULL AS %s", SQL.identifier(name))
        for name in wanted
    )
    cr.execute(
        SQL(
            "SELECT id, %s FROM %s WHERE id > %s ORDER BY id",
            selected,
            SQL.identifier(table),
            after,
        )
    )
    return cr.dictfetchall()


def _english(name, sql_type):
    """SQL for a value that may have become a translated one on the way here."""
    if sql_type == 'jsonb':
        return SQL("COALESCE(%(name)s ->> 'en_US', %(name)s #>> '{}')", name=SQL.identifier(name))
    return SQL.identifier(name)


def _text(value):
    return (value or '').strip() or False


def _integer(value):
    value = (value or '').strip()
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _time(value):
    """The time in the first characters of ``value``; False where there is none of our days."""
    for length in (19, 10):
        try:
            time = fields.Datetime.to_datetime((value or '').strip()[:length])
        except ValueError:
            continue
        return time if time and 1900 <= time.year < 2200 else False
    return False
