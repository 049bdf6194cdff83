"""Somebody corrects an old entry at the very moment in which older entries are added up."""

import pytest

JOURNAL = """
from unittest.mock import patch
from psycopg2.errors import SerializationFailure
from odoo.addons.account_online_synchronization.models import account_online_subtotal

account_online_subtotal.RECENT = account_online_subtotal.STEP = 3
registry, user = env.registry, env.uid
journal = lines = None


def begin(number):
    global journal, lines
    env.cr.rollback()
    journal = env['account.journal'].create(
        {'name': "Races", 'code': f'RA{number}', 'type': 'bank'})
    lines = env['account.bank.statement.line'].create([
        {'journal_id': journal.id, 'date': '2026-03-01', 'payment_ref': "Old", 'amount': 1}
        for _number in range(12)
    ])
    env.cr.commit()


class Transaction:
    def __init__(self):
        self.cr = registry.cursor()
        self.env = env(cr=self.cr)
        self.cr.execute("SELECT count(*) FROM account_bank_statement_line")  # its snapshot is taken

    @property
    def subtotals(self):
        return self.env['account.online.subtotal']

    @property
    def kept(self):
        return self.subtotals.search([('journal_id', '=', journal.id)])

    def carry_on(self):
        self.subtotals._carry_on(journal.with_env(self.env), False)
        return self

    def sum(self):
        return self.subtotals._sum_outside_statements(journal.with_env(self.env), False)

    def change(self):
        lines[1].with_env(self.env).amount = 101
        return self

    def end(self):
        self.cr.commit()
        self.cr.close()


def look(what):
    transaction = Transaction()
    found = what(transaction)
    transaction.end()
    return found
"""
STORIES = {
    'a sum waits for whoever began before it was announced': """
earlier = Transaction()
Transaction().carry_on().end()
Transaction().carry_on().end()
assert look(lambda now: (now.kept.until, bool(now.kept.announced))) == (0, True)
earlier.end()
Transaction().carry_on().end()
assert look(lambda now: now.kept.until) == lines[8].id
assert look(lambda now: now.kept.amount) == 9
assert look(Transaction.sum) == 12
""",
    'whoever does not see the announcement is counted all the same': """
unaware = Transaction()
Transaction().carry_on().end()
unaware.change()
Transaction().carry_on().end()
unaware.end()
Transaction().carry_on().end()
assert look(lambda now: now.kept.amount) == 109
assert look(Transaction.sum) == 112
""",
    'a new entry that is written slowly is counted all the same': """
slow = Transaction()
slow.env['account.bank.statement.line'].create(
    {'journal_id': journal.id, 'date': '2026-03-01', 'payment_ref': "Slow", 'amount': 1000})
more = Transaction()
more.env['account.bank.statement.line'].create([
    {'journal_id': journal.id, 'date': '2027-03-01', 'payment_ref': "More", 'amount': 1}
    for _number in range(9)
])
more.end()
Transaction().carry_on().end()
Transaction().carry_on().end()
slow.end()
Transaction().carry_on().end()
assert look(lambda now: now.kept.amount) == 1018
assert look(Transaction.sum) == 1021
""",
    'a change and a sum of the same entry do not both go through': """
Transaction().carry_on().end()
late = Transaction()
while not look(lambda now: now.kept._is_settled()):  # others work in the same server
    late.end()
    late = Transaction()
Transaction().carry_on().end()
with patch('odoo.sql_db._logger'):
    try:
        late.change().cr.commit()
    except SerializationFailure:  # Odoo does it once more then
        late.cr.rollback()
    else:
        raise AssertionError("The change was not noticed")
late.change().end()
assert look(lambda now: now.kept.until) == 0
assert look(Transaction.sum) == 112
""",
    'a sum that was restored into another server is announced anew': """
Transaction().carry_on().end()
other = Transaction()
other.kept.announced_by = str(10 ** 18)
other.end()
Transaction().carry_on().end()
assert look(lambda now: now.kept.announced) == 0
for _time in range(2):
    Transaction().carry_on().end()
assert look(lambda now: now.kept.amount) == 9
""",
}


@pytest.fixture(scope='module')
def told(workshop):
    """What the stories say that came to their ends, each with a journal of its own."""
    server = workshop.new_server(workshop.new_database(('account_online_synchronization',)))
    return server.shell(JOURNAL + ''.join(
        f'begin({number})\n{script}print({story!r})\n'
        for number, (story, script) in enumerate(STORIES.items())
    ))


@pytest.mark.parametrize('story', STORIES)
def test_that(told, story):
    assert story in told
