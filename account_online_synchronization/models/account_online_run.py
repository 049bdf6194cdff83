from odoo import api, fields, models

from ..const import RUN_STATES, RUN_TRIGGERS


class AccountOnlineRun(models.Model):
    """One synchronization of one connection: when, why, what it brought, how it ended."""

    _name = 'account.online.run'
    _description = "Bank Synchronization Run"
    _order = 'started desc, id desc'

    link_id = fields.Many2one(
        'account.online.link', string="Connection", required=True, readonly=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one(related='link_id.company_id', store=True, precompute=True)
    trigger = fields.Selection(RUN_TRIGGERS, required=True, readonly=True, default='cron')
    user_id = fields.Many2one('res.users', readonly=True)
    state = fields.Selection(RUN_STATES, required=True, readonly=True, default='running')
    started = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    finished = fields.Datetime(readonly=True)
    duration = fields.Float(
        string="Seconds", compute='_compute_duration', store=True, aggregator='avg',
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)

    received_count = fields.Integer(string="Received", readonly=True)
    new_count = fields.Integer(string="New", readonly=True)
    same_count = fields.Integer(string="Known", readonly=True)
    pending_count = fields.Integer(string="Pending", readonly=True)
    waiting_count = fields.Integer(string="Waiting", readonly=True)
    review_count = fields.Integer(string="To Review", readonly=True)
    quarantined_count = fields.Integer(string="Quarantined", readonly=True)
    linked_count = fields.Integer(
        string="Linked", readonly=True, help="Found among the entries made by hand or by file.",
    )
    before_start_count = fields.Integer(string="Before the Start", readonly=True)

    error_code = fields.Char(readonly=True)
    error_message = fields.Text(readonly=True)
    error_reference = fields.Char(string="Reference", readonly=True)

    told = fields.Boolean(
        readonly=True, help="Whoever asked for it has been shown how it ended.",
    )
    error_count = fields.Integer(
        string="Errors", compute='_compute_error_count', store=True,
        help="1 for a synchronization that failed, for an account or altogether, or that the bank"
             " wanted the user for.",
    )

    # A connection has had thousands of runs after some years; each looks at the latest ones.
    _link_idx = models.Index('(link_id, id)')
    _running_idx = models.Index("(link_id) WHERE state = 'running'")

    def claim_message(self):
        """Whether whoever asked for this run is still to be told how it ended: true only once.

        Every window gets the message, a new one also those of the last minute; the first window
        that he looks at shows it.
        """
        run = self.exists()  # it goes with its connection
        if not run or run.told or run.user_id != self.env.user:
            return False
        run.sudo().told = True
        return True

    @api.depends('state')
    def _compute_error_count(self):
        for run in self:
            run.error_count = int(run.state in ('failed', 'partial', 'user_action'))

    @api.depends('started', 'finished')
    def _compute_duration(self):
        for run in self:
            run.duration = (run.finished - run.started).total_seconds() if run.finished else 0.0

    @api.depends('link_id', 'started')
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.link_id.name} {fields.Datetime.to_string(run.started)}"
