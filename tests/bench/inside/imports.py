"""Imports transactions in one of three ways, and rolls each back: all meet the same books."""
import datetime
import random

from . import stopwatch, tell

DAYS = 90
LAST_DAY = datetime.date(2026, 3, 31)
WARM_UP = 60  # transactions


def compare(env, way, sizes):
    """Import as many transactions as `sizes` says, one import after the other."""
    for count in [WARM_UP, *sizes]:  # imports, caches and query plans are warm from the second on
        result = _import(env, WAYS[way], count)
        if count != WARM_UP:
            tell(result)


def _import(env, way, count):
    journal = _prepare(env)
    transactions = list(_make_transactions(env, journal, count))
    with stopwatch(env) as watch:
        lines = way(journal, transactions)
        env.cr.flush()
    posted = len(lines.filtered(lambda line: line.state == 'posted'))
    env.cr.rollback()
    if posted != count:
        raise AssertionError(f"{posted} of {count} transactions were booked")
    return {'lines': count, 'seconds': watch.seconds, 'cpu_seconds': watch.cpu_seconds}


def _prepare(env):
    env.ref('base.EUR').active = True
    env.ref('base.USD').active = True
    env['res.partner'].create([{'name': f"Bench {number}"} for number in range(200)])
    env.cr.flush()
    return env['account.journal'].search([('type', '=', 'bank')], limit=1)


def _make_transactions(env, journal, count):
    """A bank account as companies have them: a third known partners, some foreign amounts."""
    chance = random.Random(count)
    partners = env['res.partner'].search([('name', '=like', 'Bench %')]).ids
    currency = env.ref('base.EUR')
    for number in range(count):
        amount = chance.choice([1, -1, -1]) * chance.randint(1, 500_000) / 100
        values = {
            'journal_id': journal.id,
            'date': LAST_DAY - datetime.timedelta(days=DAYS - number * DAYS // count),
            'amount': amount,
            'payment_ref': f"Invoice {chance.randint(1, 10**6)} of {number}",
            'partner_name': f"Partner {chance.randint(1, 500)}",
            'account_number': f'BE{chance.randint(10**13, 10**14)}',
        }
        if chance.random() < 1 / 3:
            values['partner_id'] = chance.choice(partners)
        if chance.random() < 0.05:
            values['foreign_currency_id'] = currency.id
            values['amount_currency'] = round(amount * 0.9, 2) or amount
        yield values


def _plain(journal, transactions):
    return journal.env['account.bank.statement.line'].create(transactions)


def _bulk(journal, transactions):
    from odoo.addons.account_online_synchronization.bulk import create_statement_lines
    return create_statement_lines(journal, transactions)


def _oca(journal, transactions):
    """Pull one month after the other, as the module's scheduled job does."""
    providers = journal.env['online.bank.statement.provider']
    provider = providers.create({
        'journal_id': journal.id, 'service': 'dummy', 'statement_creation_mode': 'monthly',
    })

    def obtain(_provider, since, until):
        lines = [
            {**values, 'unique_import_id': str(number)}
            for number, values in enumerate(transactions)
            if since.date() <= values['date'] < until.date()
        ]
        for values in lines:
            values['date'] = datetime.datetime.combine(values['date'], datetime.time(12))
        return lines, {}

    type(providers)._obtain_statement_data = obtain
    first_day = min(values['date'] for values in transactions)
    provider._pull(
        datetime.datetime.combine(first_day, datetime.time()),
        datetime.datetime.combine(LAST_DAY + datetime.timedelta(days=1), datetime.time()),
    )
    return journal.env['account.bank.statement.line'].search([('journal_id', '=', journal.id)])


WAYS = {'plain': _plain, 'bulk': _bulk, 'oca': _oca}
