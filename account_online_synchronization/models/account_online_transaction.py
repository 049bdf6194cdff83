from odoo import api, fields, models

from ..const import FEED_STATES, REVIEW_DECISIONS, REVIEW_KINDS


class AccountOnlineTransaction(models.Model):
    """What the bank said about one transaction, kept raw, for ever."""

    _name = 'account.online.transaction'
    _description = "Bank Feed Transaction"
    _order = 'booking_date desc, position desc, id desc'
    _check_company_auto = True

    online_account_id = fields.Many2one(
        'account.online.account', string="Account", required=True, readonly=True, index=True,
        ondelete='restrict',
    )
    account_online_link_id = fields.Many2one(
        related='online_account_id.account_online_link_id', string="Connection",
    )
    company_id = fields.Many2one(
        related='online_account_id.company_id', store=True, precompute=True, index=True,
    )
    journal_id = fields.Many2one(
        'account.journal', compute='_compute_journal_id', search='_search_journal_id',
    )
    state = fields.Selection(FEED_STATES, required=True, readonly=True, index=True)
    status = fields.Selection(
        [('booked', "Booked"), ('pending', "Pending")], string="Status at the Bank", readonly=True,
    )
    reason = fields.Char(
        readonly=True, help="Why the transaction is not simply imported, in one sentence.",
    )
    reason_code = fields.Char(readonly=True)
    reason_data = fields.Json(readonly=True)
    acknowledged = fields.Boolean(
        readonly=True, copy=False,
        help="Somebody has seen that the row cannot be used; nobody is reminded of it any more.",
    )

    # === WHAT THE BANK SAID === #
    transaction_identifier = fields.Char(readonly=True)
    booking_date = fields.Date(readonly=True)
    value_date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related='online_account_id.currency_id')
    currency_code = fields.Char(readonly=True)
    description = fields.Text(readonly=True)
    counterparty_name = fields.Char(readonly=True)
    counterparty_account = fields.Char(readonly=True)
    counterparty_bank = fields.Char(readonly=True)
    structured_reference = fields.Char(readonly=True)
    end_to_end_reference = fields.Char(string="End-to-End Reference", readonly=True)
    mandate_reference = fields.Char(readonly=True)
    creditor_reference = fields.Char(readonly=True)
    foreign_amount = fields.Float(digits=0, readonly=True)
    foreign_currency_code = fields.Char(readonly=True)
    foreign_rate = fields.Char(readonly=True)
    balance_after = fields.Monetary(readonly=True)
    has_balance_after = fields.Boolean(readonly=True)
    transaction_code = fields.Char(readonly=True)
    position = fields.Integer(readonly=True, help="Order within the day; later ones are larger.")
    has_position = fields.Boolean(readonly=True)
    is_own_transfer = fields.Boolean(
        string="Own Transfer", readonly=True, help="The other side is an account of this company.",
    )
    raw = fields.Json(readonly=True, groups='account.group_account_basic')

    # === WHAT THE BOOKS SAY === #
    statement_line_id = fields.Many2one(
        'account.bank.statement.line',
        string="Bank Transaction",
        readonly=True,
        ondelete='set null',
        index='btree_not_null',
        copy=False,
    )
    line_deleted_by_id = fields.Many2one('res.users', string="Deleted By", readonly=True)
    line_deleted_at = fields.Datetime(string="Deleted On", readonly=True)
    restored_at = fields.Datetime(string="Restored On", readonly=True)
    lock_date = fields.Date(readonly=True, help="The lock date that keeps the transaction waiting.")
    lock_name = fields.Char(readonly=True)

    bank_updates = fields.Json(
        readonly=True, help="Other wordings in which the bank sent this transaction later.",
    )

    # === REVIEW: WHAT THE BANK SAYS NOW === #
    review_kind = fields.Selection(REVIEW_KINDS, readonly=True)
    review_booking_date = fields.Date(string="Date at the Bank", readonly=True)
    review_amount = fields.Monetary(string="Amount at the Bank", readonly=True)
    review_description = fields.Text(string="Description at the Bank", readonly=True)
    review_counterparty_name = fields.Char(string="Counterparty at the Bank", readonly=True)
    review_raw = fields.Json(readonly=True)
    review_candidate_ids = fields.Many2many(
        'account.online.transaction', 'account_online_transaction_candidate_rel',
        'transaction_id', 'candidate_id', string="Known Transactions It Could Be", readonly=True,
    )
    review_line_ids = fields.Many2many(
        'account.bank.statement.line', 'account_online_transaction_line_candidate_rel',
        'transaction_id', 'line_id', string="Entries It Could Be", readonly=True,
    )
    raised_reviews = fields.Json(
        readonly=True, help="Questions asked already, so that each is asked once.",
    )
    review_for_now = fields.Boolean(
        string="Asked for Now", readonly=True,
        help="A part of the bank's list raised the question; a complete one may answer it.",
    )
    review_decision = fields.Selection(REVIEW_DECISIONS, readonly=True)
    review_user_id = fields.Many2one('res.users', string="Decided By", readonly=True)
    review_date = fields.Datetime(string="Decided On", readonly=True)
    same_as_id = fields.Many2one(
        'account.online.transaction', readonly=True, copy=False,
        index='btree_not_null', help="The known transaction that this one proved to be.",
    )

    # === HISTORY === #
    seen_date = fields.Date(
        readonly=True, help="The date under which the bank listed the row last.",
    )
    source_provider = fields.Char(readonly=True, help="Provider by which the row was last seen.")
    source_consent = fields.Char(readonly=True, help="Consent under which the row was last seen.")
    alias_ids = fields.One2many('account.online.transaction.alias', 'transaction_id', readonly=True)
    pending_transaction_id = fields.Many2one(
        'account.online.transaction', readonly=True, index='btree_not_null',
        help="The pending row that became this one.",
    )
    first_run_id = fields.Many2one(
        'account.online.run', readonly=True, ondelete='set null', index='btree_not_null',
    )
    last_run_id = fields.Many2one('account.online.run', readonly=True, ondelete='set null')

    _account_date_idx = models.Index("(online_account_id, booking_date)")
    _account_value_date_idx = models.Index(
        "(online_account_id, value_date) WHERE booking_date IS NULL"
    )
    _account_seen_date_idx = models.Index(
        "(online_account_id, seen_date) WHERE seen_date IS NOT NULL"
    )
    _account_open_idx = models.Index("(online_account_id, state) WHERE state != 'imported'")
    _account_running_balance_idx = models.Index("(online_account_id) WHERE has_balance_after")
    _line_uniq = models.UniqueIndex(
        '(statement_line_id) WHERE statement_line_id IS NOT NULL',
        "A bank transaction belongs to one row of the feed.",
    )

    # === COMPUTE METHODS === #

    @api.depends('description', 'counterparty_name', 'booking_date')
    def _compute_display_name(self):
        for row in self:
            text = (row.description or row.counterparty_name or '').split('\n')[0]
            row.display_name = " ".join(
                part for part in (fields.Date.to_string(row.booking_date), text) if part
            ) or self.env._("Bank transaction")

    @api.depends('online_account_id.journal_ids')
    def _compute_journal_id(self):
        for row in self:
            row.journal_id = row.online_account_id.journal_id

    def _search_journal_id(self, operator, value):
        return [('online_account_id.journal_ids', operator, value)]
