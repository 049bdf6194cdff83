"""Read what the matching must know, and no more: the cost follows the window, not the history."""

from datetime import timedelta

from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..matching import UnlinkedLine
from .feed_values import decimal_of, is_void, known_row

KNOWN_FIELDS = (
    'state', 'status', 'statement_line_id', 'transaction_identifier', 'amount', 'currency_code',
    'booking_date', 'value_date', 'seen_date', 'description', 'counterparty_name',
    'counterparty_account', 'counterparty_bank', 'balance_after', 'has_balance_after',
    'raised_reviews', 'source_provider', 'source_consent', 'position', 'has_position',
    'review_for_now', 'review_decision',
)
INDEX_DAY = '%Y%m%d'  # how the order of a journal's lines begins
AT_A_TIME = 5000  # rows in the cache


def load_known(account, wanted):
    """Feed rows that the incoming rows could be.

    :param wanted: :class:`~..matching.Candidates`.
    :return: list of :class:`~..matching.KnownRow`.
    """
    found = _find_known(account, wanted)
    return [
        known
        for records in split_every(AT_A_TIME, found.ids, found.browse)
        for known in _read_known(records)
    ]


def _find_known(account, wanted):
    """One search for each way to be known: together no index would serve them."""
    found = account.env['account.online.transaction.alias'].sudo().search_fetch(
        [('online_account_id', '=', account.id), ('key', 'in', list(wanted.keys))],
        ['transaction_id'],
    ).transaction_id
    conditions = [Domain('state', 'in', [state.value for state in wanted.states])]
    if wanted.date_from:
        days = (wanted.date_from, wanted.date_to)
        conditions += [
            _dated('booking_date', *days),
            Domain('booking_date', '=', False) & _dated('value_date', *days),
            _dated('seen_date', *days),
        ]
    of_account = Domain('online_account_id', '=', account.id)
    feed = _feed(account)
    parts = [feed.search(of_account & each, order='id') for each in conditions]
    return found.union(*parts).sorted('id')


def _read_known(records):
    records.fetch(KNOWN_FIELDS)
    keys_of = _keys_of(records)
    known = [
        known_row(record, keys_of.get(record.id, ()))
        for record in records if not is_void(record)
    ]
    records.invalidate_recordset()
    return known


def _keys_of(records):
    """The identity keys of feed rows, by id: several for each, not worth a record."""
    aliases = records.env['account.online.transaction.alias']
    aliases.flush_model(['transaction_id', 'key'])
    return dict(records.env.execute_query(SQL(
        "SELECT transaction_id, array_agg(key) FROM %s WHERE transaction_id = ANY(%s) GROUP BY 1",
        SQL.identifier(aliases._table), records.ids,
    )))


def _feed(account):
    return account.env['account.online.transaction'].sudo()


def _dated(field, date_from, date_to):
    return Domain(field, '>=', date_from) & Domain(field, '<=', date_to)


def load_with_neighbours(rows):
    """Feed rows that may enter the books, and the booked ones of their days, for the order.

    :return: two lists of :class:`~..matching.KnownRow`.
    """
    days = {row.booking_date or row.value_date for row in rows}
    on_day = Domain('booking_date', 'in', days) \
        | Domain('booking_date', '=', False) & Domain('value_date', 'in', days)
    booked = Domain('online_account_id', 'in', rows.online_account_id.ids) \
        & Domain('statement_line_id', '!=', False)
    neighbours = rows.search(booked & on_day, order='id') - rows
    return _read_known(rows), _read_known(neighbours)


def load_unlinked_lines(journal, spans):
    """Lines that came by hand or by file, which the bank may be about to send.

    :param spans: the days, as (first, last).
    :return: list of :class:`~..matching.UnlinkedLine`.
    """
    opening = journal.sudo().account_online_account_id.opening_line_id
    lines = journal.env['account.bank.statement.line'].sudo()
    for first, last in spans:
        lines |= lines.search([
            ('journal_id', '=', journal.id), ('online_transaction_id', '=', False),
            ('internal_index', '>=', first.strftime(INDEX_DAY)),
            ('internal_index', '<', (last + timedelta(days=1)).strftime(INDEX_DAY)),
            ('move_id.state', '=', 'posted'), ('id', 'not in', opening.ids),
        ], order='id')
    return [
        UnlinkedLine(
            key=line.id, amount=decimal_of(line.amount), date=line.date,
            label=line.payment_ref or '', reference=line.ref or '',
            partner_account=line.account_number or '',
        )
        for line in lines
    ]
