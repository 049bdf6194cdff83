"""What the account held before everything that the bank sent.

The first synchronization takes it: the bank's balance without all that was received. Of what
comes later and is dated before that day some was in this balance already (earlier history, a list
that lagged behind), some was not (booked late). The bank's balance of now tells which.
"""

from datetime import timedelta

from odoo.fields import Domain

from ..matching.balance import Moment, explain
from .feed_values import decimal_of
from .statements import first_statement, settle

# A balance may lag behind its list over a weekend: only older transactions are in it for certain.
LAG = timedelta(days=3)
FEW = 10  # of so many transactions that came later, some may have been in the opening
MANY = 500  # more are not kept in mind until the next time


def take_opening(account):
    """At the first synchronization: what the bank had before everything that it sent.

    It stays open while a row came with unusable data, or may have been sent twice: its amount
    would count as opening. What was received is added up then and once it is clear, not every time
    in between. A journal that had entries before keeps its own opening, and shows the difference
    if any.
    """
    of_account = Domain('online_account_id', '=', account.id)
    feed = account.env['account.online.transaction'].sudo()
    lines = account.env['account.bank.statement.line'].sudo()
    has_entries = lines.search_count(
        [('journal_id', '=', account.journal_id.id), ('online_transaction_id', '=', False)],
        limit=1,
    )
    unclear = ('quarantined',) if has_entries else ('quarantined', 'to_review')
    account.opening_known = not feed.search_count(
        of_account & Domain('state', 'in', unclear) & Domain('acknowledged', '=', False), limit=1,
    )
    if has_entries or (account.opening_date and not account.opening_known):
        return
    at_the_bank = Domain('state', 'in', ('imported', 'to_import', 'waiting', 'to_review')) \
        | Domain('state', '=', 'ignored') & Domain('line_deleted_at', '!=', False)
    received = feed._read_group(
        of_account & Domain('status', '=', 'booked') & at_the_bank, [], ['amount:sum'],
    )[0][0]
    account.opening_date = _day_of_balance(account)
    account.opening_balance = account.balance - received
    journal_sudo = account.journal_id.sudo()
    first = first_statement(journal_sudo)
    # Lines of a former synchronization are in no statement: the first one begins with them.
    outside = lines._read_group([
        ('journal_id', '=', journal_sudo.id), ('move_id.state', '=', 'posted'),
        ('internal_index', '<', first.first_line_index or ''),
    ], [], ['amount:sum'])[0][0]
    _move_start(journal_sudo, first, account.opening_balance + outside)


def correct_opening(account, difference, later):
    """Take out of the opening what came later and was in it, if that explains the difference.

    An opening that is booked is an entry like any other, and stays.

    :param difference: bank minus books.
    :param later: ids of entries or None, see :func:`came_later`.
    :return: whether bank and books agree now.
    """
    if later is None or not account.opening_date or account.opening_line_id:
        return False
    if not explain(-decimal_of(difference), _moments(account, later), searched=FEW):
        return False
    account.opening_balance += difference
    journal_sudo = account.journal_id.sudo()
    first = first_statement(journal_sudo)
    _move_start(journal_sudo, first, first.balance_start + difference)
    return True


def newest_line(account):
    """A mark to tell later which entries came after this moment."""
    lines = account.env['account.bank.statement.line'].sudo()
    return lines.search([], order='id desc', limit=1).id


def came_later(account):
    """Entries since bank and books agreed last that the opening's balance may cover.

    However long ago that was, only those are looked for that came since the last look.

    :return: their ids; None when they are too many to keep in mind.
    """
    proof = account.balance_proof or {}
    known = proof.get('later', [])
    if known is None or not account.opening_date:
        return known
    return known + account.env['account.bank.statement.line'].sudo().search([
        ('journal_id', '=', account.journal_id.id), ('online_transaction_id', '!=', False),
        ('id', '>', proof.get('seen_line') or proof.get('newest_line', 0)),
        ('date', '<=', account.opening_date),
    ], order='id').ids


def kept_in_mind(later):
    """For the next comparison: what :func:`came_later` has found, unless it is too much."""
    return later if later is not None and len(later) <= MANY else None


def _moments(account, ids):
    """Those of the entries that are booked, of days that the opening's balance may cover by now."""
    until = min(account.opening_date, _day_of_balance(account) - LAG)
    lines = account.env['account.bank.statement.line'].sudo().search_fetch(
        [('id', 'in', ids), ('date', '<=', until), ('move_id.state', '=', 'posted')],
        ['date', 'amount'],
    )
    return [Moment(date=line.date, amount=decimal_of(line.amount)) for line in lines]


def _day_of_balance(account):
    return account.last_sync or account.balance_date.date()


def _move_start(journal_sudo, first, start):
    """The statements that the feed made begin with another balance."""
    if first.online_period_start:
        first.balance_start = start
        settle(journal_sudo, first.online_period_start)
