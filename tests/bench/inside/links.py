"""Links to the banks of the bench."""


def register(env, proxy_url):
    env['ir.config_parameter'].set_param('account_online_synchronization.proxy_url', proxy_url)
    registrations = env['account.online.registration'].sudo()
    registrations.create({
        'proxy_url': proxy_url, 'client_identifier': 'bench', 'secret': 'bench',
        'database_uuid': registrations._database_uuid(),
    })


def make_link(env, proxy_url, number):
    """A link that knows nothing yet, with one account that feeds a journal of its own."""
    currency = env.ref('base.USD')
    link = env['account.online.link'].create({
        'name': f"Bank {number}", 'client_id': f'link-{number}', 'state': 'connected',
        'proxy_url': proxy_url,
    })
    account = env['account.online.account'].create({
        'name': f"Account {number}", 'online_identifier': f'account-{number}',
        'identity': f'identity-{number}', 'account_online_link_id': link.id,
        'company_id': env.company.id, 'currency_id': currency.id, 'currency_code': 'USD',
    })
    account._link_to_journal(env['account.journal'].create({
        'name': f"Bank {number}", 'type': 'bank', 'code': f'B{number:04}',
        'currency_id': currency.id if env.company.currency_id != currency else False,
    }))
    return link
