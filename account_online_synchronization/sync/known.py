"""Read what the matching must know, and no more: the cost follows the window, not the history."""

from collections import defaultdict

from odoo.fields import Domain

from ..matching import UnlinkedLine
from .feed_values import decimal_of, known_row


def load_known(account, wanted):
    """Feed rows that the incoming rows could be.

    :param wanted: :class:`~..matching.Candidates`.
    :return: list of :class:`~..matching.KnownRow`.
    """
    aliases = account.env['account.online.transaction.alias'].sudo()
    by_key = aliases.search_fetch(
        [('online_account_id', '=', account.id), ('key', 'in', list(wanted.keys))],
        ['transaction_id'],
    ).transaction_id
    matches = Domain('id', 'in', by_key.ids)
    matches |= Domain('state', 'in', [state.value for state in wanted.states])
    if wanted.date_from:
        days = (wanted.date_from, wanted.date_to)
        matches |= _dated('booking_date', *days)
        matches |= Domain('booking_date', '=', False) & _dated('value_date', *days)
        matches |= _dated('seen_date', *days)
    records = account.env['account.online.transaction'].sudo().search(
        Domain('online_account_id', '=', account.id) & matches, order='id',
    )
    keys_of = defaultdict(set)
    for alias in aliases.search_fetch(
        [('transaction_id', 'in', records.ids)], ['transaction_id', 'key'], order='id',
    ):
        keys_of[alias.transaction_id.id].add(alias.key)
    return [known_row(record, keys_of[record.id]) for record in records]


def _dated(field, date_from, date_to):
    return Domain(field, '>=', date_from) & Domain(field, '<=', date_to)


def load_unlinked_lines(journal, wanted):
    """Lines that came by hand or by file, which the bank may be about to send.

    :param wanted: :class:`~..matching.Candidates`.
    :return: list of :class:`~..matching.UnlinkedLine`.
    """
    if not wanted.date_from:
        return []
    lines = journal.env['account.bank.statement.line'].sudo().search([
        ('journal_id', '=', journal.id), ('online_transaction_id', '=', False),
        ('date', '>=', wanted.date_from), ('date', '<=', wanted.date_to),
        ('move_id.state', '=', 'posted'),
        ('id', 'not in', journal.sudo().account_online_account_id.opening_line_id.ids),
    ], order='id')
    return [
        UnlinkedLine(
            key=line.id, amount=decimal_of(line.amount), date=line.date,
            label=line.payment_ref or '', reference=line.ref or '',
            partner_account=line.account_number or '',
        )
        for line in lines
    ]
