import math
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..matching import release, spans_around
from ..sync.balance_proof import FAR, NOWHERE, prove
from ..sync.conversation import converse
from ..sync.exclusive import AccountBusy
from ..sync.importer import BATCH, Importer
from ..sync.known import load_unlinked_lines, load_with_neighbours
from ..sync.result import SyncResult

TO_IMPORT = ('to_import',)
ACCEPTED = (*TO_IMPORT, 'waiting')
BUSY = timedelta(minutes=5)  # until rows of an account that is being synchronized are tried again


class AccountOnlineAccount(models.Model):
    """Rows of the feed that may enter the books later, without asking the bank again."""

    _inherit = 'account.online.account'

    @api.model
    def _cron_book_waiting(self):
        """Book what waited for a lock that was lifted, or moved back, since; or for its turn."""
        cron = self.env['ir.cron']
        accounts = self.env['account.online.transaction']._read_group(
            [('state', 'in', ACCEPTED)], ['online_account_id'],
        )
        cron._commit_progress(remaining=len(accounts))
        for (account,) in accounts:
            account.with_company(account.company_id)._book_waiting_of_one()
            if not cron._commit_progress(1):
                break

    def _book_waiting_of_one(self):
        """The trouble of one account stops no other; it is told where the account is connected."""
        try:
            self._book_waiting()
        except Exception:  # noqa: BLE001 -- noted with a reference, and logged
            self.env.cr.rollback()
            self._note_trouble(self.account_online_link_id._unexpected_error())

    def _book_waiting(self):
        """Book the waiting rows whose period is open; also called when a lock date changes."""
        for account in self:
            if not account.journal_id:
                continue
            if not account.try_lock_for_update(allow_referencing=True):
                self.env.ref('account_online_synchronization.ir_cron_book_waiting').sudo() \
                    ._trigger(fields.Datetime.now() + BUSY)
                continue
            converse(account._book_by_days(ACCEPTED, math.inf, account._forget_what_is_done))
            account._note_change_of_books()

    def _import_rest(self, deadline):
        """Book what a former run has stored and had no time to book; a conversation.

        :param deadline: of ``time.monotonic()``.
        :return: :class:`SyncResult` of this account.
        :raise AccountBusy: while somebody else writes to the account; what is booked stays.
        """
        self.ensure_one()
        if not self._has_rest():
            return SyncResult()
        if not self.try_lock_for_update(allow_referencing=True):
            raise AccountBusy
        booked = yield from self._book_by_days(TO_IMPORT, deadline, self._let_others_go_on)
        unfinished = self._has_rest()
        if not unfinished:
            prove(self)
        return SyncResult(new=booked, unfinished=unfinished)

    def _book_by_days(self, states, deadline, checkpoint):
        """Book rows of the feed, whole days at a time and few at once; a conversation.

        :param checkpoint: conversation held between two batches, given the number booked so far.
        :return: how many were booked.
        """
        booked = 0
        for number, days in enumerate(self._batches_of_days(states)):
            if number:
                yield from checkpoint(booked)
                if time.monotonic() > deadline:
                    break
            booked += self._let_in(self.env['account.online.transaction'].sudo().search(
                self._domain_in(states) & Domain('booking_date', 'in', days),
                order='booking_date, position, id',
            ))
        return booked

    def _batches_of_days(self, states):
        """The days with rows in these states, as lists of days with about one batch of rows."""
        batch, size = [], 0
        for day, count in self.env['account.online.transaction'].sudo()._read_group(
            self._domain_in(states), ['booking_date:day'], ['__count'], order='booking_date:day',
        ):
            batch.append(day)
            size += count
            if size >= BATCH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _domain_in(self, states):
        return Domain('online_account_id', '=', self.id) & Domain('state', 'in', states)

    def _has_rest(self):
        return bool(self.env['account.online.transaction'].sudo().search_count(
            self._domain_in(TO_IMPORT), limit=1,
        ))

    def _forget_what_is_done(self, _booked):
        """Keep no more in memory than one batch needs."""
        self.env.flush_all()
        self.env.invalidate_all()
        return iter(())

    def _let_in(self, rows, beside_entries=False):
        """Book feed rows that have no line.

        Those that are in the books by hand already are linked, or asked about; those in a closed
        period wait.

        :param beside_entries: book them whatever entries by hand there are: a person said so.
        :return: how many were booked.
        """
        self.ensure_one()
        if not self.journal_id:
            raise UserError(self.env._(
                "%(account)s is not linked to a journal. Link it first.",
                account=self.display_name,
            ))
        policy = self._policy(fields.Date.context_today(self), None)
        held, neighbours = load_with_neighbours(rows)
        spans = [] if beside_entries else spans_around((row.date for row in held), policy)
        todo = release(
            held, neighbours, load_unlinked_lines(self.journal_id, spans), policy,
        )
        importer = Importer(self, source=None, run=self.env['account.online.run'])
        importer.apply_notes(todo)
        return converse(importer.book(todo.bookings, math.inf, lambda _done: ()))

    def _note_change_of_books(self, closely=True):
        """Compare with the bank's balance again; call the accountant off when nothing is open.

        An account that is being synchronized at this moment is compared at the end of that.

        :param closely: look for the first day of a difference, which reads the whole history.
        """
        for account in self.sudo().try_lock_for_update(allow_referencing=True):
            prove(account, FAR if closely else NOWHERE)
        for link in self.account_online_link_id:
            link._tell_accountants()
