from odoo import Command


def post_init_hook(env):
    """Journals may have been left behind by a former installation of the same technical name."""
    env['account.journal']._disconnect_orphan_online_sources()


def uninstall_hook(env):
    """Leave nothing behind but the books."""
    journals = env['account.journal'].with_context(active_test=False)
    journals.search([('bank_statements_source', '=', 'online_sync')]).write(
        {'bank_statements_source': 'undefined'}
    )
    env.ref('account.group_account_manager').write(
        {'implied_ids': [Command.unlink(env.ref('account.group_account_basic').id)]}
    )
    env['ir.config_parameter'].sudo().search(
        [('key', '=like', 'account_online_synchronization.%')]
    ).unlink()
