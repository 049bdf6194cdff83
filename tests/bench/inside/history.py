"""Gives a journal a long history, and synchronizes a few new transactions on top of it."""
import re
from collections import Counter
from unittest.mock import patch

import requests

from odoo.addons.account_online_synchronization.sync.balance_proof import books_balance
from odoo.sql_db import Cursor

from . import stopwatch, tell
from .links import make_link, register
from .past import STATEMENT, TABLES, Past

NEW = 10  # transactions of a synchronization
WARMING = 3  # synchronizations; with them what is kept of older ones is there, too
LONG = {*TABLES} - {STATEMENT}  # grow with every transaction


def prepare(env, proxy_url):
    """A link with one synchronized transaction of yesterday: the template of all others."""
    register(env, proxy_url)
    make_link(env, proxy_url, 0)
    env.cr.commit()
    _synchronize(env, proxy_url, new=1, balance=1000.0)


def lengthen(env, lines, a_day=100):
    """As if the link had synchronized so many lines in the past, so many a day."""
    Past(env, a_day).write(lines)
    env.cr.commit()


def let_balances_never_fit(env):
    """As if the bank had sent running balances with every transaction, none of them the books'."""
    env.cr.execute(
        "UPDATE account_online_transaction SET has_balance_after = true, balance_after = -1")
    env.cr.commit()


def remove_statements(env):
    """As if the journal had never had any."""
    journal = _account(env).journal_id
    journal.bank_statement_creation_groupby = 'none'
    env.flush_all()
    env.cr.execute("UPDATE account_bank_statement_line SET statement_id = NULL")
    env.cr.execute("UPDATE account_move_line SET statement_id = NULL")
    env.cr.execute("DELETE FROM account_bank_statement")
    env.cr.commit()


def read_in_all_cases(env, proxy_url, lines):
    """Tell what one synchronization costs after so many lines, in each of some cases."""
    lengthen(env, lines)
    synchronize(env, proxy_url, times=1)
    let_balances_never_fit(env)
    synchronize(env, proxy_url, times=1, unlike=True)
    remove_statements(env)
    synchronize(env, proxy_url, times=1)


def synchronize(env, proxy_url, times, unlike=False):
    """Tell what each of some synchronizations cost, the first ones of the process left out.

    :param unlike: the bank tells another difference from the books each time.
    """
    env.cr.execute("ANALYZE")
    env.cr.commit()
    for number in range(-WARMING, times):
        account = _account(env)
        balance = books_balance(account) + (number + WARMING + 1) * unlike
        before = _rows_read(env)
        with stopwatch(env) as watch:
            _synchronize(env, proxy_url, new=NEW, balance=balance)
        rows_read = _rows_read(env) - before
        lines = env['account.bank.statement.line'].search_count(
            [('journal_id', '=', account.journal_id.id)])
        if account.balance_proof['state'] != ('differs' if unlike else 'equal'):
            raise AssertionError(f"The books came out otherwise: {account.balance_proof}")
        env.cr.commit()
        if number >= 0:
            tell({
                'lines': lines, 'seconds': watch.seconds, 'cpu_seconds': watch.cpu_seconds,
                'rows_read': rows_read.total(), 'tables': rows_read,
            })


def _rows_read(env):
    """Rows of each long table that the database has read for anybody so far."""
    env.cr.commit()
    env.cr.execute("SELECT pg_stat_force_next_flush()")
    env.cr.commit()
    env.cr.execute("""
        SELECT relname, seq_tup_read + sum(idx_tup_read)
          FROM pg_stat_user_tables JOIN pg_stat_user_indexes USING (relid, relname)
         WHERE relname = ANY(%s) GROUP BY relname, seq_tup_read
    """, [list(LONG)])
    return Counter({table: int(rows) for table, rows in env.cr.fetchall()})


def explain(env, proxy_url):
    """Tell which steps of PostgreSQL's plans read a long table from end to end.

    The plans are those of the statements of one synchronization, at the size that the tables have.
    """
    statements, execute = set(), Cursor.execute

    def remember(cursor, *args, **kwargs):
        execute(cursor, *args, **kwargs)
        statements.add(cursor._obj.query.decode())

    with patch.object(Cursor, 'execute', remember):
        _synchronize(env, proxy_url, new=NEW, balance=books_balance(_account(env)))
    whole = set()
    for statement in statements:
        if re.match(r'\s*(SELECT|WITH|UPDATE|DELETE)\b', statement):
            env.cr.execute(f'EXPLAIN (FORMAT JSON) {statement}')  # with the statement's own values
            whole |= set(_whole_readings(env.cr.fetchone()[0][0]['Plan']))
    env.cr.rollback()
    tell({'statements': len(statements), 'whole_readings': sorted(whole)})


def _whole_readings(step, limited=False):
    """Whoever wants only the first rows in an index's order reads no further."""
    kind, table = step['Node Type'], step.get('Relation Name')
    if table in LONG and kind == 'Seq Scan':
        yield f"{kind} on {table}"
    if table in LONG and kind.startswith('Index') and not (limited or 'Index Cond' in step):
        yield f"{kind} on {table} without a condition"
    for part in step.get('Plans', ()):
        handed_on = limited and kind in ('Result', 'Subquery Scan', 'LockRows')
        yield from _whole_readings(part, kind == 'Limit' or handed_on)


def _account(env):
    return env['account.online.account'].search([])


def _synchronize(env, proxy_url, **banks):
    requests.post(f'{proxy_url}/settings', json=banks, timeout=10).raise_for_status()
    result = env['account.online.link'].search([])._synchronize('cron')
    if result.new != banks['new']:
        raise AssertionError(f"{result.new} of {banks['new']} transactions were booked: {result}")
