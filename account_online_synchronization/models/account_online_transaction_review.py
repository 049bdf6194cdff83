from odoo import fields, models
from odoo.exceptions import UserError

from ..const import HELD_BACK
from ..matching.party import is_own_transfer
from ..sync.feed_values import NO_REVIEW, values_of
from ..sync.line_values import corrected_values
from ..sync.locks import locks_of


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
        rows_sudo = self.sudo()._under_review()
        for row in rows_sudo:
            row._ACCEPT[row.review_kind](row)
            row._note_decision('accept_bank')
        rows_sudo.online_account_id._note_change_of_books()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_keep_books(self):
        """Review: the books are right.

        A row that was held back makes no entry, and is linked to the one by hand that it is; an
        entry stays as it is, and the same difference is not asked about again.
        """
        self._check_may_review()
        rows_sudo = self.sudo()._under_review()
        for row in rows_sudo:
            if entry := row._entry_by_hand():
                row._link_line(entry)
            else:
                row.state = 'ignored' if row.review_kind in HELD_BACK else 'imported'
            row._note_decision('keep_books')
        rows_sudo.online_account_id._note_change_of_books()
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
        row_sudo.online_account_id._note_change_of_books()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_restore(self):
        """Book transactions again whose line was deleted, or that were decided to stay out."""
        self._check_may_review()
        rows_sudo = self.sudo().try_lock_for_update().filtered(
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
        rows_sudo.online_account_id._note_change_of_books()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_leave_out(self):
        """Unusable rows: they have been seen. If the bank corrects them they come in after all."""
        self._check_may_review()
        rows_sudo = self.sudo().filtered(lambda row: row.state == 'quarantined')
        rows_sudo.acknowledged = True
        rows_sudo.online_account_id._note_change_of_books()
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
            account._let_in(rows)

    def _book_beside_entries(self):
        """A person saw the entries that it could be: it is none of them."""
        self.online_account_id._let_in(self, beside_entries=True)

    def _entry_by_hand(self):
        """Which of the entries that it could be the row is: the nearest, they differ in days."""
        day = self.booking_date or self.value_date
        free = self.review_line_ids.filtered(
            lambda line: not line.online_transaction_id and line.journal_id == self.journal_id
        )
        return free.sorted(lambda line: (abs((line.date - day).days), line.id))[:1]

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
        """Who decided. Letting a row in may lead to a wait, or to a further question."""
        self.write({
            'review_decision': decision,
            'review_user_id': self.env.user.id,
            'review_date': fields.Datetime.now(),
        })
        if self.state != 'to_review':
            self.write({
                'reason': self.state == 'waiting' and self.reason,
                'review_candidate_ids': NO_REVIEW['review_candidate_ids'],
                'review_line_ids': NO_REVIEW['review_line_ids'],
            })

    def _correct_line(self):
        """The entry takes over what the bank says now."""
        self._check_line_is_free(self.review_booking_date)
        account = self.online_account_id
        said = account._read_row(self.review_raw)
        self.write({
            **values_of(said), 'state': 'imported',
            'is_own_transfer': is_own_transfer(said.counterparty, account._holder()),
        })
        self.statement_line_id._take_over(
            corrected_values(self, self.statement_line_id.journal_id))

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
        'ambiguous_link': _book_beside_entries,
    }
