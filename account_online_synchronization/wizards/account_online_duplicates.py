from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..matching.duplicates import BookedLine, By, find_duplicates
from ..sync.feed_values import decimal_of

LOOK_BACK = timedelta(days=365)

GROUNDS = [
    (By.ID.value, "Same identifier"),
    (By.HINT.value, "The bank's provider suspects it"),
    (By.CONTENT.value, "Same day, amount and account"),
]


class AccountOnlineDuplicates(models.TransientModel):
    """Show lines of a journal that may be there twice; the user decides which of them go."""

    _name = 'account.online.duplicates'
    _description = "Find Duplicate Transactions"

    journal_id = fields.Many2one(
        'account.journal', required=True, ondelete='cascade',
        domain="[('type', 'in', ('bank', 'credit', 'cash'))]",
    )
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    date_from = fields.Date(
        string="From", required=True,
        default=lambda self: fields.Date.context_today(self) - LOOK_BACK,
    )
    line_ids = fields.One2many(
        'account.online.duplicates.line', 'duplicates_id', string="Possible Duplicates",
        compute='_compute_line_ids', store=True, readonly=False,
    )
    selected_count = fields.Integer(compute='_compute_selected_count')

    @api.depends('journal_id')
    def _compute_currency_id(self):
        for wizard in self:
            journal = wizard.journal_id
            wizard.currency_id = journal._online_currency() if journal else False

    @api.depends('journal_id', 'date_from')
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(), *(Command.create(values) for values in wizard._line_values()),
            ]

    @api.depends('line_ids.selected')
    def _compute_selected_count(self):
        for wizard in self:
            wizard.selected_count = len(wizard.line_ids.filtered('selected'))

    # === ACTION METHODS === #

    def action_delete(self):
        """Delete what is selected. The feed remembers it: it stays away, and can be restored."""
        self.ensure_one()
        self.check_access('read')
        self.env['account.bank.statement.line'].check_access('unlink')
        lines = self.line_ids.filtered('selected').statement_line_id
        if not lines:
            raise UserError(self.env._(
                "No transaction is selected. Select those that are there twice, or close."
            ))
        reconciled = lines.filtered(lambda line: line.is_reconciled and line.amount)
        if reconciled:
            raise UserError(self.env._(
                "%(entry)s is matched with other entries. Undo its matching first, or delete the"
                " other one of the pair.", entry=reconciled[0].display_name,
            ))
        lines.unlink()
        return {
            'type': 'ir.actions.client', 'tag': 'soft_reload',
        }

    # === BUSINESS METHODS === #

    def _line_values(self):
        if not self.journal_id or not self.date_from:
            return
        lines = self.env['account.bank.statement.line'].search([
            ('journal_id', '=', self.journal_id.id), ('date', '>=', self.date_from),
            ('state', '=', 'posted'),
        ])
        # What the bank itself contradicts comes last.
        suspicions = sorted(
            find_duplicates(map(self._booked, lines)), key=lambda each: each.contradicted,
        )
        for number, suspicion in enumerate(suspicions, start=1):
            for booked in (suspicion.first, *suspicion.others):
                yield {
                    'number': number,
                    'statement_line_id': booked.key,
                    'ground': suspicion.by.value,
                    'contradicted': suspicion.contradicted,
                    # Content alone is a question, not an answer: equal payments do happen.
                    'selected': (
                        booked is not suspicion.first and suspicion.by is By.ID
                        and not suspicion.contradicted
                    ),
                }

    @staticmethod
    def _booked(line):
        row_sudo = line.sudo().online_transaction_id
        balance = row_sudo.balance_after
        return BookedLine(
            key=line.id, date=line.date, amount=decimal_of(line.amount),
            transaction_id=line.online_transaction_identifier or None,
            account_number=line.account_number or '',
            balance_after=decimal_of(balance) if row_sudo.has_balance_after else None,
            duplicate_hint=(row_sudo.raw or {}).get('duplicate') is True
            or 'duplicate_hint' in (row_sudo.bank_updates or {}),
        )


class AccountOnlineDuplicatesLine(models.TransientModel):
    _name = 'account.online.duplicates.line'
    _description = "Possible Duplicate"
    _order = 'number, statement_line_id'

    duplicates_id = fields.Many2one('account.online.duplicates', required=True, ondelete='cascade')
    number = fields.Integer(string="Pair", readonly=True)
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', string="Transaction", required=True, readonly=True,
        ondelete='cascade',
    )
    date = fields.Date(related='statement_line_id.date')
    amount = fields.Monetary(related='statement_line_id.amount')
    currency_id = fields.Many2one(related='statement_line_id.currency_id')
    payment_ref = fields.Char(related='statement_line_id.payment_ref', string="Description")
    partner_name = fields.Char(related='statement_line_id.partner_name', string="Counterparty")
    is_reconciled = fields.Boolean(related='statement_line_id.is_reconciled', string="Matched")
    ground = fields.Selection(GROUNDS, string="Why", readonly=True)
    contradicted = fields.Boolean(
        string="Balances Differ", readonly=True,
        help="The bank reported different balances after these transactions: both seem to be real.",
    )
    selected = fields.Boolean(string="Delete")
