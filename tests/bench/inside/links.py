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
    return make_links(env, proxy_url, [number])


def make_links(env, proxy_url, numbers):
    """The same for each of these numbers, made together."""
    currency = env.ref('base.USD')
    links = env['account.online.link'].create([{
        'name': f"Bank {number}", 'client_id': f'link-{number}', 'state': 'connected',
        'proxy_url': proxy_url,
    } for number in numbers])
    accounts = env['account.online.account'].create([{
        'name': f"Account {number}", 'online_identifier': f'account-{number}',
        'identity': f'identity-{number}', 'account_online_link_id': link.id,
        'company_id': env.company.id, 'currency_id': currency.id, 'currency_code': 'USD',
    } for number, link in zip(numbers, links, strict=True)])
    for account, journal in zip(accounts, _make_journals(env, currency, numbers), strict=True):
        account._link_to_journal(journal)
    return links


def _make_journals(env, currency, numbers):
    other_currency = currency.id if env.company.currency_id != currency else False
    # Odoo looks for a free code of an account from the first one on, for each journal again.
    ledger = env['account.account'].create([{
        'name': f"Bank {number}", 'code': f'9BANK{number:04}', 'account_type': 'asset_cash',
        'currency_id': other_currency,
    } for number in numbers])
    return env['account.journal'].create([{
        'name': f"Bank {number}", 'type': 'bank', 'code': f'B{number:04}',
        'default_account_id': account.id, 'currency_id': other_currency,
    } for number, account in zip(numbers, ledger, strict=True)])
