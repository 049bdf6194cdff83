"""Compare the bank's booked balance with the books, and keep how it came out."""

from ..matching.balance import prove as prove_history
from .balance_history import NOT_IN_BOOKS, DaysBack, unbooked_moments
from .feed_values import decimal_of
from .opening import came_later, correct_opening, kept_in_mind, newest_line, take_opening
from .statements import first_statement

NOWHERE, NEARBY, FAR = range(3)  # how far back one looks for the day of a difference


def prove(account, look_back=NEARBY):
    """Store the difference between bank and books on the online account, with its first day.

    The books are all posted lines of the journal, plus what its first statement starts with.

    :param look_back: where to look for the day of a new difference, and for what explains it:
        ``NEARBY`` among the latest lines, so that the cost of a synchronization does not grow with
        the history; ``FAR`` as far back as it takes; ``NOWHERE``: the next one looks far.
    """
    journal = account.journal_id
    if not journal or not account.balance_date:
        return
    currency, proof = journal._online_currency(), account.balance_proof or {}
    if not account.opening_known:
        take_opening(account)
    books = books_balance(account)
    difference = currency.round(account.balance - books)
    later = []
    if not currency.is_zero(difference):
        later = came_later(account)
        if correct_opening(account, difference, later):
            books, difference = books_balance(account), 0.0
    agree, seen_line = currency.is_zero(difference), newest_line(account)
    unbooked = _unbooked(account)
    first_day, explained_by = False, []
    if not agree:
        first_day, explained_by = _explain(account, books, difference, unbooked, look_back)
    account.write({
        'books_balance': books,
        'balance_difference': difference,
        'balance_differs_since': first_day,
        'balance_proof': {
            'state': _state(account, agree), 'unbooked': unbooked, 'explained_by': explained_by,
            'newest_line': seen_line if agree else proof.get('newest_line', 0),
            'seen_line': seen_line, 'later': [] if agree else kept_in_mind(later),
            'unexplained': not agree and look_back == NOWHERE,
        },
    })
    if look_back == NEARBY:
        subtotals, journal_sudo = _subtotals(account)
        subtotals._carry_on(journal_sudo, first_statement(journal_sudo).first_line_index)


def _explain(account, books, difference, unbooked, look_back):
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
    if look_back == NOWHERE:
        return False, []
    if proof.get('unexplained') or not proof:
        look_back = FAR
    history, stopped = _compare_histories(account, books, look_back)
    first_day = history.first_day
    if stopped:  # it is as old as it was, or nobody knows
        first_day = account.balance_differs_since
    return first_day, [moment.key for moment in history.explained_by]


def _state(account, agree):
    if not account.opening_known:
        return 'unknown'
    return 'equal' if agree else 'differs'


def books_balance(account):
    """All posted lines of the journal on top of its opening, in the journal's currency.

    The opening is the first statement's, which counts the lines before it too; a journal without
    statements has that of the first synchronization.
    """
    subtotals, journal_sudo = _subtotals(account)
    first = first_statement(journal_sudo)
    opening = first.balance_start if first else account.opening_balance
    outside = subtotals._sum_outside_statements(journal_sudo, first.first_line_index)
    return journal_sudo._online_currency().round(
        opening + _sum_of_statements(journal_sudo) + outside
    )


def _subtotals(account):
    return account.env['account.online.subtotal'].sudo(), account.journal_id.sudo()


def _sum_of_statements(journal):
    """All posted lines in statements, as Odoo has added them up: a sum of few, not of all."""
    statements = journal.env['account.bank.statement']
    end, start = statements._read_group(
        [('journal_id', '=', journal.id)], [], ['balance_end:sum', 'balance_start:sum'],
    )[0]
    return end - start


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


def _compare_histories(account, books, look_back):
    """Where bank and books part, found from the running balances that the bank sent.

    :return: what was found, and whether the search was given up before the end.
    """
    unbooked = unbooked_moments(account)
    days = DaysBack(account, unbooked, look_back == FAR)
    return prove_history(
        decimal_of(account.balance), decimal_of(books), days, unbooked,
    ), days.stopped
