"""Imports transactions in one way and says how long that took.

Read by `odoo shell` from its standard input. `BENCH` holds {'way', 'sizes'}; every measurement is a
line "BENCH {json}". Each import is rolled back, so that the next one meets the same books.
"""
import datetime
import json
import os
import random
import resource
import time
from pathlib import Path

BENCH = json.loads(os.environ['BENCH'])
DAYS = 90
LAST_DAY = datetime.date(2026, 3, 31)


def make_transactions(env, journal, count):
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


def plain(journal, transactions):
    return journal.env['account.bank.statement.line'].create(transactions)


def bulk(journal, transactions):
    from odoo.addons.account_online_synchronization.bulk import create_statement_lines
    return create_statement_lines(journal, transactions)


def oca(journal, transactions):
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


def prepare(env):
    env.ref('base.EUR').active = True
    env.ref('base.USD').active = True
    env['res.partner'].create([{'name': f"Bench {number}"} for number in range(200)])
    env.cr.flush()
    return env['account.journal'].search([('type', '=', 'bank')], limit=1)


def cpu_seconds(env):
    """What this process and its database connection have worked, however busy the machine is.

    A database server on another machine isn't counted.
    """
    env.cr.execute("SELECT pg_backend_pid()")
    try:
        stat = Path(f'/proc/{env.cr.fetchone()[0]}/stat').read_text()
    except FileNotFoundError:
        return time.process_time()
    user, system = stat.rpartition(')')[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')


def run(env, way, count):
    journal = prepare(env)
    transactions = list(make_transactions(env, journal, count))
    start, cpu_start = time.perf_counter(), cpu_seconds(env)
    lines = way(journal, transactions)
    env.cr.flush()
    seconds, cpu = time.perf_counter() - start, cpu_seconds(env) - cpu_start
    posted = lines.filtered(lambda line: line.state == 'posted')
    assert len(posted) == count, f"{len(posted)} of {count} transactions were booked"
    env.cr.rollback()
    return {
        'lines': count, 'seconds': seconds, 'cpu_seconds': cpu,
        'peak_kb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


chosen = {'plain': plain, 'bulk': bulk, 'oca': oca}[BENCH['way']]
run(env, chosen, 60)  # noqa: F821 of the shell; imports, caches and query plans are warm from now on
for size in BENCH['sizes']:
    print("BENCH " + json.dumps(run(env, chosen, size)), flush=True)  # noqa: F821 of the shell
