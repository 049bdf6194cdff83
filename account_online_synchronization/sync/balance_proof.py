"""Compare the bank's booked balance with the books, and keep how it came out."""

from odoo.fields import Domain

from ..matching.balance import prove as prove_history
from .balance_history import NOT_IN_BOOKS, days_back, unbooked_moments
from .feed_values import decimal_of
from .opening import correct_opening, newest_line, take_opening
from .statements import first_statement


def prove(account, closely=True):
    """Store the difference between bank and books on the online account, with its first day.

    The books are all posted lines of the journal, plus what its first statement starts with.

    :param closely: look for the day, and for what explains the difference; else the next
        synchronization does.
    """
    journal = account.journal_id
    if not journal or not account.balance_date:
        return
    currency, proof = journal._online_currency(), account.balance_proof or {}
    if not account.opening_known:
        take_opening(account)
    books = books_balance(account)
    difference = currency.round(account.balance - books)
    if not currency.is_zero(difference) and correct_opening(account, difference):
        books, difference = books_balance(account), 0.0
    agree = currency.is_zero(difference)
    unbooked = _unbooked(account)
    first_day, explained_by = False, []
    if not agree:
        first_day, explained_by = _explain(account, books, difference, unbooked, closely)
    account.write({
        'books_balance': books,
        'balance_difference': difference,
        'balance_differs_since': first_day,
        'balance_proof': {
            'state': _state(account, agree), 'unbooked': unbooked, 'explained_by': explained_by,
            'newest_line': newest_line(account) if agree else proof.get('newest_line', 0),
        },
    })


def _explain(account, books, difference, unbooked, closely):
    """First day of the difference and the feed rows that explain it.

    Looking for them may read far back: what was found holds as long as nothing changes.
    """
    proof = account.balance_proof or {}
    if (
        proof.get('state') == 'differs' and proof.get('unbooked') == unbooked
        and account.balance_differs_since
        and not account.currency_id.compare_amounts(account.balance_difference, difference)
    ):
        return account.balance_differs_since, proof.get('explained_by', [])
    if not closely:
        return False, []
    history = _compare_histories(account, books)
    return history.first_day, [moment.key for moment in history.explained_by]


def _state(account, agree):
    if not account.opening_known:
        return 'unknown'
    return 'equal' if agree else 'differs'


def books_balance(account):
    """All posted lines of the journal on top of its opening, in the journal's currency.

    The opening is the first statement's, which counts the lines before it too; a journal without
    statements has that of the first synchronization.
    """
    journal = account.journal_id.sudo()
    first = first_statement(journal)
    posted = Domain('journal_id', '=', journal.id) & Domain('move_id.state', '=', 'posted')
    if not first:
        return journal._online_currency().round(account.opening_balance + _sum_of(journal, posted))
    outside = Domain('statement_id', '=', False) \
        & Domain('internal_index', '>=', first.first_line_index)
    return journal._online_currency().round(
        first.balance_start + _sum_of_statements(journal) + _sum_of(journal, posted & outside)
    )


def _sum_of_statements(journal):
    """All posted lines in statements, as Odoo has added them up: a sum of few, not of all."""
    statements = journal.env['account.bank.statement']
    end, start = statements._read_group(
        [('journal_id', '=', journal.id)], [], ['balance_end:sum', 'balance_start:sum'],
    )[0]
    return end - start


def _sum_of(journal, domain):
    return journal.env['account.bank.statement.line']._read_group(domain, [], ['amount:sum'])[0][0]


def _unbooked(account):
    """Sum and number of booked rows that are not in the books, per state: they could explain it."""
    groups = (
        account.env['account.online.transaction']
        .sudo()
        ._read_group(
            [('online_account_id', '=', account.id), *NOT_IN_BOOKS],
            ['state'],
            ['amount:sum', '__count'],
        )
    )
    return {state: {'amount': amount, 'count': count} for state, amount, count in groups}


def _compare_histories(account, books):
    """Where bank and books part, found from the running balances that the bank sent."""
    unbooked = unbooked_moments(account)
    return prove_history(
        decimal_of(account.balance), decimal_of(books), days_back(account, unbooked), unbooked,
    )
