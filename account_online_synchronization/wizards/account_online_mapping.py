from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AccountOnlineMapping(models.TransientModel):
    """Which account at the bank goes into which journal, and from which day on."""

    _name = 'account.online.mapping'
    _description = "Choose Journals for Bank Accounts"

    link_id = fields.Many2one('account.online.link', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='link_id.company_id')
    line_ids = fields.One2many(
        'account.online.mapping.line', 'mapping_id',
        compute='_compute_line_ids', store=True, readonly=False,
    )
    selected_count = fields.Integer(compute='_compute_selected_count')

    @api.depends('link_id')
    def _compute_line_ids(self):
        for mapping in self:
            mapping.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in mapping._prepare_lines()),
            ]

    @api.depends('line_ids.selected')
    def _compute_selected_count(self):
        for mapping in self:
            mapping.selected_count = len(mapping.line_ids.filtered('selected'))

    def _prepare_lines(self):
        """One line per account without a journal; new journals get codes of their own."""
        unmapped = self.link_id.account_ids.filtered(
            lambda account: account.in_consent and not account.journal_ids
        )
        proposals, journals = [], self.env['account.journal']
        for account in unmapped:
            proposal = account._propose()
            proposal['journal'] -= journals
            journals |= proposal['journal']
            proposals.append(proposal)
        codes = self._propose_codes(proposals)
        for proposal in proposals:
            yield {
                'online_account_id': proposal['account'].id,
                'selected': proposal['selected'],
                'journal_id': proposal['journal'].id,
                'journal_name': proposal['journal_name'],
                'journal_code': codes[proposal['account']],
                'import_from': proposal['import_from'] or proposal['history_from'],
            }

    def _propose_codes(self, proposals):
        """A code for each account; those that need a new journal get the first ones."""
        codes = {}
        for proposal in sorted(proposals, key=lambda each: bool(each['journal'])):
            codes[proposal['account']] = self.env['account.journal']._get_next_journal_default_code(
                proposal['journal_type'], self.company_id, list(codes.values()),
            )
        return codes

    def action_import(self):
        """Link the selected accounts, and begin to import their transactions."""
        self.ensure_one()
        self.link_id.check_access('write')
        selected = self.line_ids.filtered('selected')
        if not selected:
            raise UserError(self.env._(
                "No account is selected, so no transaction would be imported. Select at least one"
                " account, or choose Not Now."
            ))
        selected._check_one_account_per_journal()
        for line in selected:
            line._link()
        (self.line_ids - selected).online_account_id.declined = True
        self.link_id._start_first_import()
        self.env['onboarding.onboarding.step'].sudo().with_company(
            self.company_id
        ).action_validate_step(
            'account_online_synchronization.onboarding_step_bank'
        )
        return self._open_dashboard()

    def action_not_now(self):
        """Keep the connection; its accounts can be mapped later from its page."""
        self.ensure_one()
        self.link_id.check_access('write')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.online.link',
            'res_id': self.link_id.id,
            'view_mode': 'form',
        }

    def _open_dashboard(self):
        """The cards show how the import goes on."""
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'account.open_account_journal_dashboard_kanban'
            ),
            'target': 'main',
        }


class AccountOnlineMappingLine(models.TransientModel):
    _name = 'account.online.mapping.line'
    _description = "Journal for a Bank Account"
    _rec_name = 'online_account_id'

    mapping_id = fields.Many2one('account.online.mapping', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='mapping_id.company_id')
    online_account_id = fields.Many2one(
        'account.online.account', string="Account", required=True, readonly=True,
        ondelete='cascade',
    )
    name = fields.Char(related='online_account_id.name')
    account_number = fields.Char(related='online_account_id.account_number')
    account_type = fields.Selection(related='online_account_id.account_type')
    currency_code = fields.Char(related='online_account_id.currency_code')
    currency_id = fields.Many2one(related='online_account_id.currency_id')
    balance = fields.Monetary(related='online_account_id.balance')
    closed = fields.Boolean(related='online_account_id.closed')

    selected = fields.Boolean(string="Import")
    available_journal_ids = fields.Many2many(
        'account.journal', compute='_compute_available_journal_ids',
    )
    journal_id = fields.Many2one(
        'account.journal', string="Existing Journal",
        domain="[('id', 'in', available_journal_ids)]",
        help="Empty: a new journal with the name and the code beside it.",
    )
    journal_name = fields.Char(string="New Journal")
    journal_code = fields.Char(string="Code", size=5)
    import_from = fields.Date(
        help="Transactions booked before this day are not imported."
        " Empty: everything that the bank gives.",
    )
    history_from = fields.Date(compute='_compute_history_from')
    warning = fields.Char(compute='_compute_warning')

    @api.depends('online_account_id')
    def _compute_available_journal_ids(self):
        for line in self:
            line.available_journal_ids = line.online_account_id._free_journals()

    @api.depends('online_account_id')
    def _compute_history_from(self):
        today = fields.Date.context_today(self)
        for line in self:
            days = line.mapping_id.link_id.history_days
            line.history_from = fields.Date.subtract(today, days=days) if days else False

    @api.depends('selected', 'journal_id', 'import_from', 'history_from', 'closed')
    def _compute_warning(self):
        for line in self:
            line.warning = line._get_warning() if line.selected else False

    def _get_warning(self):
        """One sentence on what the user may not expect; False when there is nothing."""
        if self.closed:
            return self.env._("The bank says that this account is closed.")
        if self.history_from and (not self.import_from or self.import_from < self.history_from):
            return self.env._(
                "The bank gives transactions from %(date)s on. Import older ones from a file.",
                date=fields.Date.to_string(self.history_from),
            )
        return False

    @api.onchange('journal_id')
    def _onchange_journal_id(self):
        for line in self:
            journal = line.journal_id
            line.import_from = (
                (journal and journal._default_online_import_from()) or line.history_from
            )

    def _check_one_account_per_journal(self):
        for journal in self.journal_id:
            lines = self.filtered(lambda line, journal=journal: line.journal_id == journal)
            if len(lines) > 1:
                raise UserError(self.env._(
                    "%(journal)s is chosen for %(accounts)s. A journal has one online account, else"
                    " its balance would mean nothing: choose another journal for one of them.",
                    journal=journal.display_name,
                    accounts=", ".join(lines.mapped('name')),
                ))

    def _link(self):
        """Give the account its journal, made now if the user left it to us."""
        self.ensure_one()
        journal = self.journal_id or self.online_account_id._create_journal(
            self.journal_name, self.journal_code, self.online_account_id._journal_type(),
        )
        return self.online_account_id._link_to_journal(journal, self.import_from)
