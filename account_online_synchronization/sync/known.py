"""Read what the matching must know, and no more: the cost follows the window, not the history."""

from collections import defaultdict

from odoo.fields import Domain

from ..matching import UnlinkedLine
from .feed_values import decimal_of, known_row

OPEN_STATES = ('pending', 'waiting', 'to_review', 'quarantined')


def load_known(account, keys, date_from, date_to):
    """Feed rows that the incoming rows could be.

    :param keys: identity keys of the incoming rows.
    :return: list of :class:`KnownRow`.
    """
    aliases = account.env['account.online.transaction.alias'].sudo()
    by_key = aliases.search_fetch(
        [('online_account_id', '=', account.id), ('key', 'in', list(keys))], ['transaction_id'],
    ).transaction_id
    in_account = Domain('online_account_id', '=', account.id)
    wanted = Domain('id', 'in', by_key.ids) | Domain('state', 'in', OPEN_STATES)
    if date_from and date_to:
        wanted |= _dated('booking_date', date_from, date_to)
        wanted |= Domain('booking_date', '=', False) & _dated('value_date', date_from, date_to)
    records = account.env['account.online.transaction'].sudo().search(in_account & wanted, order='id')
    keys_of = defaultdict(set)
    for alias in aliases.search_fetch(
        [('transaction_id', 'in', records.ids)], ['transaction_id', 'key'], order='id',
    ):
        keys_of[alias.transaction_id.id].add(alias.key)
    return [known_row(record, keys_of[record.id]) for record in records]


def _dated(field, date_from, date_to):
    return Domain(field, '>=', date_from) & Domain(field, '<=', date_to)


def load_unlinked_lines(journal, date_from, date_to, margin):
    """Lines that came by hand or by file, which the bank may be about to send.

    :param margin: timedelta around the window.
    :return: list of :class:`UnlinkedLine`.
    """
    if not date_from or not date_to:
        return []
    lines = journal.env['account.bank.statement.line'].sudo().search([
        ('journal_id', '=', journal.id), ('online_transaction_id', '=', False),
        ('date', '>=', date_from - margin), ('date', '<=', date_to + margin),
        ('move_id.state', '=', 'posted'),
    ], order='id')
    return [
        UnlinkedLine(
            key=line.id, amount=decimal_of(line.amount), date=line.date,
            label=line.payment_ref or '', reference=line.ref or '',
            partner_account=line.account_number or '',
        )
        for line in lines
    ]
