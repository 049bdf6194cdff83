from odoo import api, fields, models

from ..const import ACCOUNT_TYPES, ID_GRADES


class AccountOnlineAccount(models.Model):
    """One account at the bank, over all consents and providers that ever showed it."""

    _name = 'account.online.account'
    _description = "Online Bank Account"
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    account_online_link_id = fields.Many2one(
        'account.online.link', string="Connection", ondelete='set null', index=True, readonly=True,
        check_company=True,
    )
    company_id = fields.Many2one('res.company', required=True, index=True, readonly=True)
    active = fields.Boolean(default=True)

    # === IDENTITY === #
    online_identifier = fields.Char(
        readonly=True, copy=False, help="The account's identifier under the present consent.",
    )
    identity = fields.Char(
        readonly=True,
        copy=False,
        help="Recognises the account over consents and providers: IBAN, or the provider's hash.",
    )
    account_number = fields.Char(readonly=True)
    iban = fields.Char(string="IBAN", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    currency_code = fields.Char(readonly=True)
    account_type = fields.Selection(ACCOUNT_TYPES, readonly=True, default='checking')
    owner = fields.Char(readonly=True)
    closed = fields.Boolean(readonly=True)
    in_consent = fields.Boolean(
        readonly=True, copy=False, default=True, help="The present consent shows this account.",
    )

    # === BALANCE AS THE BANK STATES IT === #
    balance = fields.Monetary(readonly=True, copy=False, help="The bank's booked balance.")
    balance_date = fields.Datetime(readonly=True, copy=False)
    available = fields.Monetary(readonly=True, copy=False)
    books_balance = fields.Monetary(
        readonly=True, copy=False, help="The journal's balance when the bank's was last compared.",
    )
    balance_difference = fields.Monetary(
        readonly=True, copy=False, help="Bank minus books at the last comparison.",
    )
    balance_differs_since = fields.Date(
        readonly=True, copy=False, help="The first day on which bank and books differ.",
    )
    balance_proof = fields.Json(
        readonly=True, copy=False,
        help="How the last comparison came out, with the rows that could explain a difference.",
    )

    opening_balance = fields.Monetary(
        readonly=True, copy=False,
        help="The bank's balance before the first transaction that was received.",
    )
    opening_known = fields.Boolean(readonly=True, copy=False)
    # The day of the balance that the opening was taken from; none if the journal had its own.
    opening_date = fields.Date(readonly=True, copy=False)

    # === PROGRESS === #
    cursor = fields.Char(
        readonly=True,
        copy=False,
        help="Opaque; where the next synchronization begins at the proxy.",
    )
    last_sync = fields.Date(
        string="Complete Until", readonly=True, copy=False,
        help="The last day for which the feed is known to be complete.",
    )
    id_grade = fields.Selection(
        ID_GRADES, readonly=True, copy=False, default='strong',
        help="How far the transactions' identifiers can be trusted; lowered by evidence.",
    )
    feed_is_blind = fields.Boolean(
        readonly=True, copy=False,
        help="The bank tells only what is new, and without identifiers: what it changes or takes"
             " back later cannot be recognised.",
    )
    import_from = fields.Date(help="Transactions booked before this day are not imported.")

    # === BOOKS === #
    journal_ids = fields.One2many(
        'account.journal', 'account_online_account_id', string="Linked Journals",
    )
    journal_id = fields.Many2one('account.journal', compute='_compute_journal_id')
    transaction_ids = fields.One2many('account.online.transaction', 'online_account_id')
    waiting_count = fields.Integer(compute='_compute_state_counts')
    review_count = fields.Integer(compute='_compute_state_counts')
    quarantined_count = fields.Integer(compute='_compute_state_counts')

    _identity_uniq = models.UniqueIndex(
        '(company_id, identity, currency_code) WHERE identity IS NOT NULL AND active',
        "This bank account is known already.",
    )
    _identifier_uniq = models.UniqueIndex(
        '(account_online_link_id, online_identifier)'
        ' WHERE account_online_link_id IS NOT NULL AND online_identifier IS NOT NULL',
        "This bank account is known already.",
    )

    # === COMPUTE METHODS === #

    @api.depends('name', 'account_number', 'currency_code')
    def _compute_display_name(self):
        for account in self:
            shown = [account.name, account.account_number, account.currency_code]
            account.display_name = " ".join(part for part in shown if part)

    @api.depends('journal_ids')
    def _compute_journal_id(self):
        for account in self:
            account.journal_id = account.journal_ids[:1]

    @api.depends('transaction_ids.state')
    def _compute_state_counts(self):
        counts = {
            (account, state): count
            for account, state, count in self.env['account.online.transaction']._read_group(
                [('online_account_id', 'in', self.ids), ('acknowledged', '=', False)],
                ['online_account_id', 'state'],
                ['__count'],
            )
        }
        for account in self:
            account.waiting_count = counts.get((account, 'waiting'), 0)
            account.review_count = counts.get((account, 'to_review'), 0)
            account.quarantined_count = counts.get((account, 'quarantined'), 0)

    # === ACTION METHODS === #

    def action_open_transactions(self):
        """The feed of this account."""
        self.check_access('read')
        return self.account_online_link_id._feed_action([('online_account_id', 'in', self.ids)])
