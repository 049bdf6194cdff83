from collections import Counter
from datetime import timedelta

from odoo import models
from odoo.addons.base.models.res_bank import sanitize_account_number

from .. import legacy
from ..matching import IncomingRow
from ..sync.feed_values import decimal_of

MARGIN = timedelta(days=7)  # how far before the start known rows are compared with the bank's
PROOF_OF_SIGN = 3  # so many rows with the opposite sign are no coincidence


class AccountOnlineAccount(models.Model):
    """An account of a new connection goes on where a previous synchronization stopped."""

    _inherit = 'account.online.account'

    def _auto_init(self):
        legacy.prepare_table(self)
        return super()._auto_init()

    # === THE JOURNALS OF BEFORE === #

    def _store(self, link, answer):
        """Override: an account that a previous synchronization fed goes on by itself."""
        was_previous = self._recognise(link, answer).account_online_link_id.is_previous
        account = super()._store(link, answer)
        if was_previous:
            account._resume_after_previous()
        return account

    def _resume_after_previous(self):
        """The number says which journal it is: synchronize it from its last transaction on."""
        for journal in self.journal_ids:
            self._link_to_journal(journal, journal._default_online_import_from())

    def _may_succeed(self, predecessor):
        """Override: the number of a previous account was typed in by somebody, if it is there.

        The user knows better whether it is the same.
        """
        if predecessor != self and predecessor.account_online_link_id.is_previous:
            return predecessor.currency_id == self.currency_id
        return super()._may_succeed(predecessor)

    def _merge_into(self, predecessor):
        """Override: what the bank says of the account replaces what the former module knew."""
        told = {
            name: self[name] for name in ('account_number', 'iban', 'owner', 'account_type')
            if self[name]
        }
        account = super()._merge_into(predecessor)
        account.write(told)
        return account

    def _matching_journal(self):
        """Override: when a previous synchronization is connected anew, its journals are meant."""
        journal = super()._matching_journal()
        former = self.account_online_link_id.previous_link_id.account_ids.journal_ids
        free = former & self._free_journals()
        number = sanitize_account_number(self.account_number)
        is_certain = number and number == journal.bank_account_id.sudo().sanitized_acc_number
        if is_certain or not free:
            return journal
        return self._former_journal(free) or journal

    def _former_journal(self, free):
        """The one of the journals that is meant: same ending of the number, same name, only one."""
        siblings = self.account_online_link_id._unmapped_accounts()
        for key in (_ending, lambda record: (record.name or '').strip().lower()):
            same = free.filtered(
                lambda journal, key=key: key(self)
                and key(self) in (key(journal.account_online_account_id), key(journal))
            )
            if len(same) == 1:
                return same
        alike = siblings.filtered(lambda account: account.currency_id == self.currency_id)
        return free if len(free) == len(alike) == 1 else self.env['account.journal']

    # === THE TRANSACTIONS OF BEFORE === #

    def _fetch_since(self):
        """Override: ask for some days that are known, to tell from them what is new.

        Two services may date a transaction a day apart; at the very start of the import only the
        days before show which is which.
        """
        since = super()._fetch_since()
        if not since or since != self.import_from:
            return since
        days = [('booking_date', '>=', since - MARGIN), ('booking_date', '<', since)]
        return since - MARGIN if self._former_rows(days, limit=1) else since

    def _read_rows(self, fetched, today):
        """Override: rows of before are compared with the sign that the bank gives them."""
        rows = super()._read_rows(fetched, today)
        self._turn_former_signs([row for row in rows if isinstance(row, IncomingRow)])
        return rows

    def _turn_former_signs(self, incoming):
        """Some lines of before carry the opposite sign of what the bank says.

        Where that is certain the feed takes the bank's; else the rows are asked about like others
        that nothing matches. The books stay as they are; their balance shows the difference.
        """
        days = [row.day for row in incoming if row.day]
        former = days and self._former_rows(
            [('booking_date', '>=', min(days)), ('booking_date', '<=', max(days))]
        )
        if not former:
            return
        known = Counter((row.booking_date, decimal_of(row.amount)) for row in former)
        if _has_opposite_sign(known, Counter((row.day, row.amount) for row in incoming)):
            for row in self._former_rows():
                row.amount = -row.amount
            self.account_online_link_id.message_post(body=self.env._(
                "%(account)s: the former bank synchronization imported its transactions with the"
                " opposite sign of what the bank says. They are recognised all the same, and stay"
                " in the books as they are.",
                account=self.display_name,
            ))

    def _former_rows(self, domain=(), limit=None):
        """Rows that a former synchronization imported, and that no connection has shown since."""
        return self.env['account.online.transaction'].sudo().search(
            [
                ('online_account_id', '=', self.id), ('state', '=', 'imported'),
                ('source_provider', '=', False), ('first_run_id', '=', False), *domain,
            ],
            limit=limit,
        )


def _has_opposite_sign(known, listed):
    """Whether several known rows, most of them, are listed with the other sign, and none as it is.

    A day that lists an amount with both signs tells nothing of it.

    :param known: Counter of (day, amount), as ``listed``.
    """
    telling = Counter({
        (day, amount): count for (day, amount), count in known.items()
        if amount and not (listed[day, amount] and listed[day, -amount])
    })
    turned = Counter({(day, -amount): count for (day, amount), count in telling.items()}) & listed
    return (
        not telling & listed
        and turned.total() >= PROOF_OF_SIGN and 2 * turned.total() > telling.total()
    )


def _ending(record):
    """The last digits of an account number: banks and former modules hide the others."""
    number = record.account_number if 'account_number' in record else record.bank_acc_number
    digits = sanitize_account_number(number) or ''
    return digits[-4:] if len(digits) >= 4 else ''
