"""What moved the balance of an account, the newest day first, read no further than one asks."""

from collections import defaultdict
from datetime import date
from itertools import groupby

from odoo.fields import Domain

from ..matching.balance import Moment
from .feed_values import decimal_of

NOT_IN_BOOKS = [
    ('state', 'in', ('to_import', 'waiting', 'ignored', 'to_review', 'quarantined')),
    ('status', '=', 'booked'), ('statement_line_id', '=', False),
]
AT_A_TIME = 500  # lines


def unbooked_moments(account):
    """Booked rows of the bank that are not in the books.

    :return: list of :class:`~..matching.balance.Moment`.
    """
    rows = _feed(account).search([('online_account_id', '=', account.id), *NOT_IN_BOOKS])
    return [_moment(row, row.booking_date or row.value_date or date.max, False) for row in rows]


def days_back(account, unbooked):
    """Yield the moments of each day, the newest day first.

    Nothing where the bank sends no running balances: they alone tell on which day it differs.

    :param unbooked: see :func:`unbooked_moments`.
    """
    if not _feed(account).search_count(
        [('online_account_id', '=', account.id), ('has_balance_after', '=', True)], limit=1,
    ):
        return
    missing = defaultdict(list)
    for moment in unbooked:
        missing[moment.date].append(moment)
    for day, moments in groupby(_lines_back(account), key=lambda moment: moment.date):
        for later in sorted((each for each in missing if each > day), reverse=True):
            yield missing.pop(later)
        yield [*moments, *missing.pop(day, ())]
    for day in sorted(missing, reverse=True):
        yield missing[day]


def _lines_back(account):
    """Moments of the journal's lines, the last one first, a few of them in the cache."""
    lines = account.env['account.bank.statement.line'].sudo()
    before = Domain.TRUE
    while found := lines.search_fetch(
        Domain('journal_id', '=', account.journal_id.id) & before,
        ['internal_index', 'date', 'amount', 'state', 'online_transaction_id'],
        order='internal_index desc', limit=AT_A_TIME,
    ):
        for line in found:
            row, booked = line.online_transaction_id, line.state == 'posted'
            if row.online_account_id == account:
                yield _moment(row, line.date, booked, line.amount)
            elif booked:
                yield Moment(date=line.date, amount=decimal_of(line.amount))
        before = Domain('internal_index', '<', found[-1].internal_index)
        for records in (found.online_transaction_id, found.move_id, found):
            records.invalidate_recordset()


def _moment(row, day, booked, amount=None):
    return Moment(
        date=day, amount=decimal_of(row.amount if amount is None else amount), booked=booked,
        balance_after=decimal_of(row.balance_after) if row.has_balance_after else None,
        order=row.position, key=row.id,
    )


def _feed(account):
    return account.env['account.online.transaction'].sudo()
