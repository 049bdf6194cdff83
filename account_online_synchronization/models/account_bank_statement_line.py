from odoo import fields, models

from ..sync.statements import carry_opening_on, group_lines, opening_of, settle


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    online_account_id = fields.Many2one(
        'account.online.account', readonly=True, copy=False,
        index='btree_not_null', groups='account.group_account_basic,account.group_account_readonly',
    )
    online_transaction_identifier = fields.Char(readonly=True, copy=False, index='btree_not_null')
    online_transaction_id = fields.Many2one(
        'account.online.transaction', string="Bank Feed", readonly=True, copy=False,
        groups='account.group_account_basic,account.group_account_readonly',
    )
    online_value_date = fields.Date(string="Value Date", readonly=True, copy=False)
    online_structured_reference = fields.Char(
        string="Structured Reference", readonly=True, copy=False,
    )
    online_end_to_end_reference = fields.Char(
        string="End-to-End Reference", readonly=True, copy=False,
    )
    online_mandate_reference = fields.Char(string="Mandate", readonly=True, copy=False)
    online_creditor_reference = fields.Char(string="Creditor Reference", readonly=True, copy=False)

    _online_transaction_uniq = models.UniqueIndex(
        '(online_transaction_id) WHERE online_transaction_id IS NOT NULL',
        "This bank transaction is in the books already.",
    )

    _not_from_feed_idx = models.Index(
        '(journal_id, internal_index) WHERE online_transaction_id IS NULL'
    )
    _outside_statements_idx = models.Index('(journal_id, id) WHERE statement_id IS NULL')

    def write(self, vals):
        """Override of `account`: sums of entries outside statements follow their changes."""
        if not vals.keys().isdisjoint({'amount', 'statement_id', 'sequence', 'move_id'}):
            self._forget_subtotals()
        return super().write(vals)

    def unlink(self):
        """Override of `account`: remember that the line was deleted, by whom and when.

        The feed leaves such a transaction alone from now on; it can be restored from there.
        """
        rows_sudo = self.sudo().online_transaction_id
        accounts = self.sudo().journal_id.account_online_account_id
        days = self._leave_online_statements()
        self._forget_subtotals()
        result = super().unlink()
        if not self.env.context.get('online_taken_back'):
            rows_sudo._remember_deletion()
        for journal, day in days.items():
            settle(journal, day)
        accounts._note_change_of_books(closely=bool(rows_sudo))
        return result

    def _forget_subtotals(self):
        self.env['account.online.subtotal'].sudo()._note_changes(self.sudo())

    def _leave_online_statements(self):
        """Take lines out of the statements that the feed made.

        Odoo refuses to delete from a valid statement, rightly so for statements of the bank; ours
        only group what came and follow it.

        :return: per journal the first day from which statements have to be settled.
        """
        ours = self.filtered(lambda line: line.statement_id.online_period_start)
        days = {
            journal: min(lines.statement_id.mapped('online_period_start'))
            for journal, lines in ours.grouped('journal_id').items()
        }
        openings = {journal: opening_of(journal) for journal in days}
        statements = ours.statement_id
        if ours:
            ours.statement_id = False
            statements.filtered(lambda statement: not statement.line_ids).unlink()
        for journal, opening in openings.items():
            carry_opening_on(journal, *opening, leaving=ours)
        return days

    def _take_over(self, values):
        """Correct a line: it goes into the statement of its day, and balances follow."""
        days = self._leave_online_statements()
        self.write(values)
        if days:
            group_lines(self.journal_id, self)
        settle(self.journal_id, min([self.date, *days.values()]))
