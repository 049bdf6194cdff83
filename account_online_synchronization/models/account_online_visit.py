from odoo import fields, models
from odoo.tools import SQL


class AccountOnlineVisit(models.Model):
    """How far a user has seen the transactions of a journal; what came later is new to him."""

    _name = 'account.online.visit'
    _description = "Visit to the Transactions of a Journal"

    user_id = fields.Many2one('res.users', required=True, ondelete='cascade')
    journal_id = fields.Many2one('account.journal', required=True, ondelete='cascade', index=True)
    last_line_id = fields.Integer(
        required=True, help="The newest transaction at the visit; no reference, it may be deleted.",
    )

    _user_journal_uniq = models.Constraint('unique(user_id, journal_id)', "One visit is kept.")

    def _note(self, journal):
        """The user sees the transactions of this journal now.

        :return: the newest transaction of his visit before; None at his first one.
        """
        self.flush_model()
        self.env['account.bank.statement.line'].flush_model(['journal_id'])
        parameters = {'user': self.env.uid, 'journal': journal.id}
        before = self.env.execute_query(SQL(
            "SELECT last_line_id FROM account_online_visit"
            " WHERE user_id = %(user)s AND journal_id = %(journal)s", **parameters,
        ))
        # In one statement: two windows of a user may open the same journal at the same time.
        self.env.cr.execute(SQL(
            "INSERT INTO account_online_visit (user_id, journal_id, last_line_id)"
            " VALUES (%(user)s, %(journal)s, (SELECT coalesce(max(id), 0)"
            " FROM account_bank_statement_line WHERE journal_id = %(journal)s))"
            " ON CONFLICT (user_id, journal_id) DO UPDATE SET last_line_id = EXCLUDED.last_line_id",
            **parameters,
        ))
        self.invalidate_model()
        return before[0][0] if before else None
