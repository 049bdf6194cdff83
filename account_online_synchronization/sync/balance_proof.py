"""Compare the bank's booked balance with the books, and keep how it came out."""

from odoo.fields import Domain

from .statements import first_statement, settle

UNBOOKED = ('waiting', 'quarantined', 'ignored', 'to_review')


def prove(account):
    """Store the difference between bank and books on the online account, with its first day.

    The books are all posted lines of the journal, plus what its first statement starts with.
    """
    journal = account.journal_id
    if not journal or not account.balance_date:
        return
    currency = journal._online_currency()
    if not account.opening_known:
        _take_opening(account)
    books = books_balance(account)
    difference = currency.round(account.balance - books)
    account.write({
        'books_balance': books,
        'balance_difference': difference,
        'balance_differs_since': False if currency.is_zero(difference) else _differs_since(account),
        'balance_proof': {
            'state': _state(account, currency.is_zero(difference)),
            'unbooked': _unbooked(account),
        },
    })


def _state(account, agree):
    if not account.opening_known:
        return 'unknown'
    return 'equal' if agree else 'differs'


def _take_opening(account):
    """At the first synchronization: what the bank had before everything that it sent.

    It stays open while a row came with unusable data: its amount would count as opening.
    A journal that had entries before keeps its own opening, and shows the difference if any.
    """
    journal = account.journal_id
    feed = account.env['account.online.transaction'].sudo()
    account.opening_known = not feed.search_count(
        [('online_account_id', '=', account.id), ('state', '=', 'quarantined')], limit=1,
    )
    lines = account.env['account.bank.statement.line'].sudo()
    if lines.search_count(
        [('journal_id', '=', journal.id), ('online_transaction_id', '=', False)], limit=1,
    ):
        return
    received = feed._read_group(
        [
            ('online_account_id', '=', account.id), ('status', '=', 'booked'),
            ('state', 'in', ('imported', 'waiting', 'to_review')),
        ],
        [], ['amount:sum'],
    )[0][0]
    account.opening_balance = account.balance - received
    first = first_statement(journal.sudo())
    if first.online_period_start:
        first.balance_start = account.opening_balance
        settle(journal.sudo(), first.online_period_start)


def books_balance(account):
    """All posted lines of the journal on top of its opening, in the journal's currency.

    The opening is the first statement's, which counts the lines before it too; a journal without
    statements has that of the first synchronization.
    """
    journal = account.journal_id.sudo()
    first = first_statement(journal)
    posted = Domain('journal_id', '=', journal.id) & Domain('move_id.state', '=', 'posted')
    if first:
        opening = first.balance_start
        posted &= Domain('internal_index', '>=', first.first_line_index)
    else:
        opening = account.opening_balance
    total = journal.env['account.bank.statement.line']._read_group(posted, [], ['amount:sum'])[0][0]
    return journal._online_currency().round(opening + total)


def _unbooked(account):
    """Sum and number of booked rows that are not in the books, per state: they could explain it."""
    groups = account.env['account.online.transaction'].sudo()._read_group(
        [
            ('online_account_id', '=', account.id), ('state', 'in', UNBOOKED),
            ('statement_line_id', '=', False), ('status', '=', 'booked'),
        ],
        ['state'], ['amount:sum', '__count'],
    )
    return {state: {'amount': amount, 'count': count} for state, amount, count in groups}


def _differs_since(account):
    """First day whose closing balance at the bank is not that of the books; False when unknown."""
    lines = account.env['account.bank.statement.line'].sudo().search(
        [('online_account_id', '=', account.id)], order='internal_index',
    )
    if not lines:
        return False
    rows = lines.online_transaction_id
    closing = {}
    for line in lines:
        row = line.online_transaction_id
        if row in rows and row.has_balance_after:
            closing[line.date] = (row.balance_after, line)
    currency = account.journal_id._online_currency()
    for day, (bank, line) in closing.items():
        if currency.compare_amounts(bank, line.running_balance):
            return day
    return False
