import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..matching import release, spans_around
from ..sync.balance_proof import prove
from ..sync.conversation import converse
from ..sync.importer import Importer
from ..sync.known import load_unlinked_lines, load_with_neighbours

BUSY = timedelta(minutes=5)  # until rows of an account that is being synchronized are tried again


class AccountOnlineAccount(models.Model):
    """Rows of the feed that may enter the books later, without asking the bank again."""

    _inherit = 'account.online.account'

    @api.model
    def _cron_book_waiting(self):
        """Book what waited for a lock that was lifted, or moved back, since."""
        cron = self.env['ir.cron']
        accounts = self.env['account.online.transaction']._read_group(
            [('state', '=', 'waiting')], ['online_account_id'],
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
            account._let_in(account.env['account.online.transaction'].sudo().search([
                ('online_account_id', '=', account.id), ('state', '=', 'waiting'),
            ], order='booking_date, position, id'))
            account._note_change_of_books()

    def _let_in(self, rows, beside_entries=False):
        """Book feed rows that have no line.

        Those that are in the books by hand already are linked, or asked about; those in a closed
        period wait.

        :param beside_entries: book them whatever entries by hand there are: a person said so.
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
        converse(importer.book(todo.bookings, math.inf, lambda _done: ()))

    def _note_change_of_books(self, closely=True):
        """Compare with the bank's balance again; call the accountant off when nothing is open.

        An account that is being synchronized at this moment is compared at the end of that.

        :param closely: look for the first day of a difference, which reads the whole history.
        """
        for account in self.sudo().try_lock_for_update(allow_referencing=True):
            prove(account, closely)
        for link in self.account_online_link_id:
            link._tell_accountants()
