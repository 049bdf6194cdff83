from collections import Counter

from odoo import api, fields, models

from ..const import CONNECT_MODES, LINK_STATES


class AccountOnlineLink(models.Model):
    """One consent of one user at one institution."""

    _name = 'account.online.link'
    _description = "Bank Connection"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, help="The institution's name.")
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company,
    )
    state = fields.Selection(
        LINK_STATES,
        required=True,
        readonly=True,
        default='disconnected',
        tracking=True,
        copy=False,
    )
    client_id = fields.Char(
        string="Client ID", readonly=True, copy=False,
        help="The connection's identifier at the proxy. The operator's support looks it up.",
    )
    consent_number = fields.Integer(
        readonly=True, copy=False, default=1,
        help="Counts the renewals of the consent, after which the bank's identifiers may be new.",
    )
    preferred_journal_id = fields.Many2one(
        'account.journal', readonly=True, copy=False, ondelete='set null', check_company=True,
        help="The journal from which the connection was started; proposed for its first account.",
    )
    proxy_url = fields.Char(
        readonly=True, copy=False,
        help="Where this connection was made; empty when the proxy runs in this database.",
    )

    # === INSTITUTION AND PROVIDER === #
    institution_identifier = fields.Char(readonly=True, copy=False)
    institution_logo_url = fields.Char(readonly=True)
    institution_country_id = fields.Many2one('res.country', readonly=True)
    provider_type = fields.Char(string="Provider Code", readonly=True)
    provider_name = fields.Char(string="Provider", readonly=True)
    history_days = fields.Integer(
        readonly=True,
        help="How many days back the bank gives transactions; 0 when it sets no limit.",
    )
    unattended_allowed = fields.Boolean(
        string="Automatic Synchronization Possible", readonly=True, default=True,
        help="Some institutions hand out transactions only while somebody waits for them.",
    )

    # === RHYTHM === #
    auto_sync = fields.Boolean(string="Automatic Synchronization", default=True, tracking=True)
    last_refresh = fields.Datetime(
        string="Last Synchronization", readonly=True, copy=False, help="The last attempt.",
    )
    last_success = fields.Datetime(readonly=True, copy=False)
    next_refresh = fields.Datetime(
        string="Next Synchronization", readonly=True, copy=False, index='btree_not_null',
    )
    limited_until = fields.Datetime(
        readonly=True, copy=False,
        help="The bank or the provider grants no further synchronization before this time.",
    )
    by_hand_from = fields.Datetime(
        string="Possible Again", readonly=True, copy=False,
        help="The bank or the provider grants no synchronization by hand before this time.",
    )
    next_by_hand = fields.Datetime(
        compute='_compute_next_by_hand', help="Empty when a synchronization is possible now.",
    )
    sync_job = fields.Char(
        readonly=True, copy=False, help="The refresh that the provider is still working on.",
    )
    only_rest_to_import = fields.Boolean(
        readonly=True, copy=False,
        help="The bank has told everything; the next run need not ask it to import the rest.",
    )
    sync_user_id = fields.Many2one(
        'res.users', readonly=True, copy=False, help="Who asked for the synchronization under way.",
    )
    expiring_synchronization_date = fields.Date(
        string="Consent Expires On", readonly=True, copy=False,
    )
    expiring_in_days = fields.Integer(
        compute='_compute_expiring_in_days',
        help="Days until the consent ends; negative afterwards.",
    )

    # === TROUBLE === #
    needs_user = fields.Boolean(
        string="Waits for You", readonly=True, copy=False,
        help="The bank wants something from the user before it hands out transactions.",
    )
    connect_mode = fields.Selection(
        CONNECT_MODES, string="Next Step", readonly=True, copy=False,
        help="The button that solves the present trouble.",
    )
    last_error_code = fields.Char(readonly=True, copy=False)
    last_error_message = fields.Text(string="Error", readonly=True, copy=False)
    last_error_reference = fields.Char(string="Reference", readonly=True, copy=False)

    # === WHAT IT BRINGS === #
    account_ids = fields.One2many(
        'account.online.account', 'account_online_link_id', string="Accounts",
    )
    troubled_account_ids = fields.One2many(
        'account.online.account', 'account_online_link_id', string="Accounts in Trouble",
        domain=[('trouble_code', '!=', False)], readonly=True,
    )
    run_ids = fields.One2many('account.online.run', 'link_id', string="Synchronizations")
    journal_ids = fields.One2many('account.journal', 'account_online_link_id', string="Journals")
    account_count = fields.Integer(compute='_compute_counts')
    journal_count = fields.Integer(compute='_compute_counts')
    transaction_count = fields.Integer(compute='_compute_counts')
    waiting_count = fields.Integer(compute='_compute_counts')
    review_count = fields.Integer(compute='_compute_counts')
    quarantined_count = fields.Integer(compute='_compute_counts')
    last_run_id = fields.Many2one('account.online.run', readonly=True, copy=False)

    _client_uniq = models.UniqueIndex(
        '(client_id) WHERE client_id IS NOT NULL', "This bank connection exists already.",
    )
    _due_idx = models.Index("(next_refresh) WHERE auto_sync AND state != 'disconnected'")

    # === COMPUTE METHODS === #

    @api.depends('expiring_synchronization_date')
    def _compute_expiring_in_days(self):
        today = fields.Date.context_today(self)
        for link in self:
            expiry = link.expiring_synchronization_date
            link.expiring_in_days = (expiry - today).days if expiry else 0

    @api.depends('limited_until', 'by_hand_from')
    def _compute_next_by_hand(self):
        now = fields.Datetime.now()
        for link in self:
            limits = filter(None, (link.limited_until, link.by_hand_from))
            link.next_by_hand = max((limit for limit in limits if limit > now), default=False)

    @api.depends('account_ids.journal_ids')
    def _compute_counts(self):
        totals, counts = Counter(), Counter()
        for link, state, seen, count in self.env['account.online.transaction']._read_group(
            [('account_online_link_id', 'in', self.ids)],
            ['account_online_link_id', 'state', 'acknowledged'], ['__count'],
        ):
            totals[link] += count
            counts[link, state] += 0 if seen else count
        for link in self:
            accounts = link.account_ids
            link.account_count = len(accounts)
            link.journal_count = len(accounts.journal_ids)
            link.transaction_count = totals[link]
            link.waiting_count = counts[link, 'waiting']
            link.review_count = counts[link, 'to_review']
            link.quarantined_count = counts[link, 'quarantined']
