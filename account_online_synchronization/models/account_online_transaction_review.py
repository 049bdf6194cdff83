from odoo import fields, models
from odoo.exceptions import UserError

from ..const import HELD_BACK
from ..sync.feed_values import NO_REVIEW
from ..sync.importer import Importer
from ..sync.locks import locks_of
from ..sync.reasons import reason_of_lock


class AccountOnlineTransaction(models.Model):
    """Decisions about feed rows that only a person may take."""

    _inherit = 'account.online.transaction'

    # === ACTION METHODS === #

    def action_accept_bank(self):
        """Review: what the bank says is right.

        A row that was held back is booked. An entry that differs is corrected, one that the bank
        took back is deleted; both only where nothing was reconciled or locked since.
        """
        self._check_may_review()
        for row in self.sudo()._under_review():
            row._ACCEPT[row.review_kind](row)
            row._note_decision('accept_bank')
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_keep_books(self):
        """Review: the books are right.

        A row that was held back stays out of the books; an entry stays as it is, and the same
        difference is not asked about again.
        """
        self._check_may_review()
        for row in self.sudo()._under_review():
            row.state = 'ignored' if row.review_kind in HELD_BACK else 'imported'
            row._note_decision('keep_books')
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_link_line(self, line_id):
        """Review: the row is this entry, which came by hand or by file."""
        self.ensure_one()
        self._check_may_review()
        row_sudo = self.sudo()._under_review()
        line = self.env['account.bank.statement.line'].browse(line_id)
        line.check_access('write')
        if line.online_transaction_id or line.journal_id != row_sudo.journal_id:
            raise UserError(self.env._(
                "%(entry)s belongs to another bank transaction or journal. Choose another entry.",
                entry=line.display_name,
            ))
        row_sudo._link_line(line)
        row_sudo._note_decision('keep_books')
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_restore(self):
        """Book transactions again whose line was deleted, or that were decided to stay out."""
        self._check_may_review()
        rows_sudo = self.sudo().filtered(
            lambda row: row.state == 'ignored' and not row.statement_line_id
        )
        if not rows_sudo:
            raise UserError(
                self.env._(
                    "There is nothing to restore: the transaction is in the books, or was never"
                    " deleted."
                )
            )
        rows_sudo._book()
        rows_sudo.write({
            'restored_at': fields.Datetime.now(),
            'line_deleted_by_id': False, 'line_deleted_at': False,
        })
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_open_statement_line(self):
        """The entry in the books."""
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.bank.statement.line',
            'res_id': self.statement_line_id.id,
            'view_mode': 'form',
        }

    # === BUSINESS METHODS === #

    def _check_may_review(self):
        """Bookkeepers decide: those who may write bank transactions."""
        self.check_access('read')
        self.env['account.bank.statement.line'].check_access('write')

    def _under_review(self):
        """The rows that wait for a decision, locked so that two people don't decide at once."""
        return self.try_lock_for_update().filtered(lambda row: row.state == 'to_review')

    def _book(self):
        """Make statement lines of rows that have none; those in a closed period wait."""
        for account, rows in self.grouped('online_account_id').items():
            if not account.journal_id:
                raise UserError(self.env._(
                    "%(account)s is not linked to a journal. Link it first.",
                    account=account.display_name,
                ))
            lock = max(
                locks_of(account.journal_id), key=lambda lock: lock.last_day, default=None,
            )
            shut = rows._dated_until(lock.last_day) if lock else self.browse()
            if shut:
                shut.write({'state': 'waiting', **reason_of_lock(self.env, lock)})
            (rows - shut)._book_in_open_period(account)

    def _dated_until(self, last_day):
        return self.filtered(lambda row: (row.booking_date or row.value_date) <= last_day)

    def _book_in_open_period(self, account):
        if not self:
            return
        self.write({'state': 'imported', 'reason': False, 'lock_date': False, 'lock_name': False})
        Importer(account, source=None, run=self.env['account.online.run']).make_lines(self)

    def _link_line(self, line):
        """Row and entry are one: remembered on both sides, the entry's figures are not touched."""
        self.write({'state': 'imported', 'statement_line_id': line.id})
        line.sudo().write({
            'online_account_id': self.online_account_id.id,
            'online_transaction_id': self.id,
            'online_transaction_identifier': self.transaction_identifier,
        })

    def _remember_deletion(self):
        """A user deleted the lines: they stay away, and can be restored."""
        self.write({
            'state': 'ignored',
            'line_deleted_by_id': self.env.user.id,
            'line_deleted_at': fields.Datetime.now(),
            'reason': self.env._("Deleted from the books."),
        })

    def _note_decision(self, decision):
        self.write({
            'review_decision': decision,
            'review_user_id': self.env.user.id,
            'review_date': fields.Datetime.now(),
            'reason': False,
            'review_candidate_ids': NO_REVIEW['review_candidate_ids'],
            'review_line_ids': NO_REVIEW['review_line_ids'],
        })

    def _correct_line(self):
        """The entry takes over what the bank says now."""
        self._check_line_is_free(self.review_booking_date)
        self.statement_line_id.write({
            'date': self.review_booking_date or self.statement_line_id.date,
            'amount': self.review_amount,
            'payment_ref': self.review_description or self.statement_line_id.payment_ref,
        })
        self.write({
            'state': 'imported', 'amount': self.review_amount,
            'booking_date': self.review_booking_date or self.booking_date,
            'description': self.review_description or self.description,
        })
        self.statement_line_id._settle_online_statements()

    def _take_back_line(self):
        """The entry goes, as the bank's transaction did."""
        self._check_line_is_free()
        self.statement_line_id.with_context(online_taken_back=True).unlink()
        self.state = 'removed'

    def _check_line_is_free(self, new_day=None):
        """What was reconciled or locked is corrected by a person, not by a button."""
        line = self.statement_line_id
        days = [day for day in (line.date, new_day) if day]
        if any(day <= lock.last_day for lock in locks_of(line.journal_id) for day in days):
            raise UserError(self.env._(
                "%(entry)s lies in a closed period. Reopen the period first, or keep the books as"
                " they are and correct the difference in an open period.", entry=line.display_name,
            ))
        if line.is_reconciled and line.amount:
            raise UserError(self.env._(
                "%(entry)s is reconciled. Undo the reconciliation first, then decide again.",
                entry=line.display_name,
            ))

    _ACCEPT = {
        'changed': _correct_line,
        'removed': _take_back_line,
        **dict.fromkeys(HELD_BACK, _book),
    }
