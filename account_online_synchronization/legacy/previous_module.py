"""Links and accounts of the previous module (before December 2020), as those of today."""

from odoo.tools import SQL

from .layout import columns

# The largest id of `account_online_provider` that was taken over: a link that the user deletes
# afterwards does not come back with the next update.
MARKER = 'account_online_synchronization.previous_providers_until'


def adopt_providers(env):
    """Show each provider of the previous module once. Returns the new links."""
    links = env['account.online.link'].sudo().with_context(tracking_disable=True)
    parameters = env['ir.config_parameter'].sudo()
    providers = _rows(
        env.cr,
        'account_online_provider',
        ('id', 'name', 'provider_type', 'last_refresh', 'company_id'),
        after=int(parameters.get_param(MARKER, 0)),
    )
    if not providers:
        return links
    fallback = env['res.company'].sudo().search([], order='id', limit=1).id
    links = links.create(
        [
            {
                'name': (provider['name'] or '').strip() or env._("Previous synchronization"),
                'company_id': provider['company_id'] or fallback,
                'provider_type': provider['provider_type'],
                'last_refresh': provider['last_refresh'],
                'state': 'disconnected',
                'auto_sync': False,
                'is_previous': True,
            }
            for provider in providers
        ]
    )
    _adopt_accounts(
        env, {provider['id']: link for provider, link in zip(providers, links, strict=True)}
    )
    parameters.set_param(MARKER, max(provider['id'] for provider in providers))
    return links


def _adopt_accounts(env, link_of_provider):
    rows = [
        row
        for row in _rows(
            env.cr,
            'account_online_journal',
            (
                'id',
                'account_online_provider_id',
                'name',
                'account_number',
                'last_sync',
            ),
        )
        if row['account_online_provider_id'] in link_of_provider
    ]
    links = [link_of_provider[row['account_online_provider_id']] for row in rows]
    accounts = (
        env['account.online.account']
        .sudo()
        .create(
            [
                {
                    'account_online_link_id': link.id,
                    'company_id': link.company_id.id,
                    'name': (row['name'] or '').strip() or env._("Bank account"),
                    'account_number': row['account_number'],
                    'last_sync': row['last_sync'],
                }
                for row, link in zip(rows, links, strict=True)
            ]
        )
    )
    _feed_journals(env, {row['id']: account for row, account in zip(rows, accounts, strict=True)})


def _feed_journals(env, account_of_row):
    """The journals that the old accounts fed, where they are of the same company and free.

    Any other journal with imported lines is taken over on its own (see ``identities``).
    """
    if 'account_online_journal_id' not in columns(env.cr, 'account_journal'):
        return
    env.cr.execute(
        "SELECT id, account_online_journal_id FROM account_journal"
        " WHERE account_online_journal_id IS NOT NULL AND account_online_account_id IS NULL"
        " ORDER BY id"
    )
    for journal_id, row_id in env.cr.fetchall():
        journal = env['account.journal'].sudo().browse(journal_id)
        account = account_of_row.get(row_id)
        if account and account.company_id == journal.company_id and not account.journal_ids:
            journal.account_online_account_id = account


def _rows(cr, table, wanted, after=0):
    """Rows of ``table`` with a larger id, as dicts of the ``wanted`` columns.

    A column that this database lacks reads None; a table that it lacks has no rows.
    """
    found = columns(cr, table)
    if not found:
        return []
    selected = SQL(", ").join(
        SQL.identifier(name) if name in found else SQL("NULL AS %s", SQL.identifier(name))
        for name in wanted
    )
    cr.execute(
        SQL(
            "SELECT %s FROM %s WHERE id > %s ORDER BY id",
            selected,
            SQL.identifier(table),
            after,
        )
    )
    return cr.dictfetchall()
