"""What moved the balance of an account, the newest day first, read no further than one asks."""

import heapq
from collections import defaultdict
from datetime import date
from itertools import groupby
from operator import itemgetter

from odoo.tools import SQL

from ..matching.balance import Moment
from .feed_values import decimal_of

NOT_IN_BOOKS = [
    ('state', 'in', ('to_import', 'waiting', 'ignored', 'to_review', 'quarantined')),
    ('status', '=', 'booked'), ('statement_line_id', '=', False),
]
AT_A_TIME = 500  # lines
LATEST = 1000  # lines


def unbooked_moments(account):
    """Booked rows of the bank that are not in the books.

    :return: list of :class:`~..matching.balance.Moment`.
    """
    rows = _feed(account).search([('online_account_id', '=', account.id), *NOT_IN_BOOKS])
    return [_moment(row, row.booking_date or row.value_date or date.max, False) for row in rows]


class DaysBack:
    """Iterates over the moments of each day, the newest day first.

    Nothing where the bank sends no running balances: they alone tell on which day it differs.

    :param unbooked: see :func:`unbooked_moments`.
    :param to_the_end: else it stops after the ``LATEST`` lines, as soon as none is among them that
        came since the last comparison.
    :ivar stopped: it stopped before the journal's beginning.
    """

    def __init__(self, account, unbooked, to_the_end):
        self._account = account
        self._unbooked = unbooked
        self._to_the_end = to_the_end
        self._seen_line = (account.balance_proof or {}).get('seen_line', 0)
        self.stopped = False

    def __iter__(self):
        if not _feed(self._account).search_count([
            ('online_account_id', '=', self._account.id), ('has_balance_after', '=', True),
        ], limit=1):
            return
        missing = defaultdict(list)
        for moment in self._unbooked:
            missing[moment.date].append(moment)
        for day, moments in groupby(self._lines(), key=lambda moment: moment.date):
            for later in sorted((each for each in missing if each > day), reverse=True):
                yield missing.pop(later)
            whole_day = list(moments)
            if self.stopped:
                return  # the rest of this day is not read
            yield [*whole_day, *missing.pop(day, ())]
        if not self.stopped:
            for day in sorted(missing, reverse=True):
                yield missing[day]

    def _lines(self):
        """Moments of the journal's lines, the last one first, a few of them in the cache."""
        company = self._account.journal_id.company_id
        branches = company.sudo().search([('id', 'child_of', company.id)])
        # An index tells the order of one company's lines only.
        lines = heapq.merge(*map(self._lines_of, branches), key=itemgetter(0), reverse=True)
        return (moment for _index, moment in lines)

    def _lines_of(self, company):
        account, before, count = self._account, None, 0
        while found := self._page(company, before):
            found.fetch(['internal_index', 'amount', 'online_transaction_id', 'date', 'state'])
            for line in found:
                row, booked = line.online_transaction_id, line.state == 'posted'
                if row.online_account_id == account:
                    yield line.internal_index, _moment(row, line.date, booked, line.amount)
                elif booked:
                    moment = Moment(date=line.date, amount=decimal_of(line.amount))
                    yield line.internal_index, moment
            before = found[-1].internal_index
            count += len(found)
            self.stopped = (
                not self._to_the_end and count >= LATEST and len(found) == AT_A_TIME
                and max(found.ids) <= self._seen_line
            )
            for records in (found.online_transaction_id, found.move_id, found):
                records.invalidate_recordset()
            if self.stopped:
                return

    def _page(self, company, before):
        """Lines in the order of an index.

        A domain would ask the entries for their journal, and the whole of it would be sorted.
        """
        lines = self._account.env['account.bank.statement.line'].sudo()
        lines.flush_model(['journal_id', 'company_id', 'internal_index'])
        return lines.browse(id_ for id_, in lines.env.execute_query(SQL(
            """SELECT id FROM account_bank_statement_line
                WHERE journal_id = %s AND company_id = %s %s
                ORDER BY internal_index DESC LIMIT %s""",
            self._account.journal_id.id, company.id,
            SQL("AND internal_index < %s", before) if before else SQL(), AT_A_TIME,
        )))


def _moment(row, day, booked, amount=None):
    return Moment(
        date=day, amount=decimal_of(row.amount if amount is None else amount), booked=booked,
        balance_after=decimal_of(row.balance_after) if row.has_balance_after else None,
        order=row.position, key=row.id,
    )


def _feed(account):
    return account.env['account.online.transaction'].sudo()
