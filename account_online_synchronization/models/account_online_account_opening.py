from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sync.locks import locks_of
from ..sync.statements import first_statement


class AccountOnlineAccount(models.Model):
    """What the account held before the first transaction that the bank gave."""

    _inherit = 'account.online.account'

    opening_line_id = fields.Many2one(
        'account.bank.statement.line', string="Opening Transaction", readonly=True, copy=False,
        ondelete='set null', index='btree_not_null',
    )
    opening_proposal = fields.Monetary(
        compute='_compute_opening_proposal',
        help="Statements start with this amount; the ledger gets it with an opening transaction.",
    )

    @api.depends('opening_known', 'opening_balance', 'opening_line_id', 'journal_ids')
    def _compute_opening_proposal(self):
        for account in self:
            proposed = account.opening_known and account.journal_id and not account.opening_line_id
            account.opening_proposal = account.opening_balance if proposed else 0.0

    def action_book_opening(self):
        """Book what the account held before its first transaction, on the day before."""
        self.ensure_one()
        self.check_access('read')
        lines = self.env['account.bank.statement.line']
        lines.check_access('create')
        account_sudo = self.sudo()
        amount = account_sudo.opening_proposal
        if not amount:
            raise UserError(self.env._(
                "There is no opening balance to book for %(account)s: it is booked already, or"
                " the account was empty before its first transaction.", account=self.display_name,
            ))
        day = account_sudo._opening_day()
        account_sudo.opening_line_id = lines.create({
            'journal_id': self.journal_id.id, 'date': day, 'amount': amount,
            'payment_ref': self.env._("Opening balance"),
        })
        if not first_statement(self.journal_id):
            # Without statements the books begin with the opening itself, which is a line now.
            account_sudo.opening_balance = 0.0
        return account_sudo.opening_line_id.action_open_journal_entry()

    def _opening_day(self):
        """The day before the journal's first transaction; refused in a closed period."""
        first = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', self.journal_id.id)], order='internal_index', limit=1,
        )
        day = first.date - timedelta(days=1)
        if any(day <= lock.last_day for lock in locks_of(self.journal_id)):
            raise UserError(self.env._(
                "The opening balance belongs to %(date)s, which lies in a closed period. Reopen the"
                " period first, or book the opening balance by hand on a day of your choice.",
                date=fields.Date.to_string(day),
            ))
        return day
