from odoo import api, fields, models

from ..const import STATEMENT_GROUPINGS


class AccountJournal(models.Model):
    # The class keeps Odoo's own name because `__get_bank_statements_available_sources` is
    # mangled with it.
    _inherit = 'account.journal'

    account_online_account_id = fields.Many2one(
        'account.online.account', string="Online Account", copy=False, index='btree_not_null',
        check_company=True, groups='account.group_account_basic', ondelete='set null',
    )
    account_online_link_id = fields.Many2one(
        related='account_online_account_id.account_online_link_id', string="Connection", store=True,
        index='btree_not_null', groups='account.group_account_basic',
    )
    account_online_link_state = fields.Selection(
        related='account_online_link_id.state', string="Connection State",
        groups='account.group_account_basic',
    )
    bank_statement_creation_groupby = fields.Selection(
        STATEMENT_GROUPINGS,
        string="Group Transactions in Statements",
        default='month',
        required=True,
        help="One statement for all synchronized transactions of a period.",
    )
    online_import_from = fields.Date(
        string="Import From", copy=False,
        help="Transactions booked before this day are not imported. Empty: the day after the"
        " journal's last transaction when the account was linked.",
    )
    renewal_contact_email = fields.Char(
        help="Who is told, besides the followers, when the bank wants a renewed consent."
        " Several addresses are separated by commas.",
    )

    _online_account_uniq = models.UniqueIndex(
        '(account_online_account_id) WHERE account_online_account_id IS NOT NULL',
        "An online account can feed one journal only.",
    )

    def __get_bank_statements_available_sources(self):
        sources = super().__get_bank_statements_available_sources()
        return [*sources, ('online_sync', self.env._("Online Synchronization"))]

    @api.model
    def _disconnect_orphan_online_sources(self):
        """Journals that claim to be synchronized, but that no online account feeds, are told so."""
        self.with_context(active_test=False).search(
            [
                ('bank_statements_source', '=', 'online_sync'),
                ('account_online_account_id', '=', False),
            ]
        ).write({'bank_statements_source': 'undefined'})

    def _online_currency(self):
        """The currency in which the journal is kept."""
        return self.currency_id or self.company_id.sudo().currency_id

    def _default_online_import_from(self):
        """The day after the journal's last transaction; False when it has none."""
        self.ensure_one()
        if self.online_import_from:
            return self.online_import_from
        last = self.env['account.bank.statement.line'].sudo().search(
            [('journal_id', '=', self.id)], order='internal_index desc', limit=1,
        )
        return fields.Date.add(last.date, days=1) if last else False

    def write(self, vals):
        """Override of `account`: the journal's own start of the import holds for its account."""
        result = super().write(vals)
        if 'online_import_from' in vals:
            self.sudo().account_online_account_id.write({'import_from': vals['online_import_from']})
        return result

    # === ACTION METHODS === #

    def action_online_synchronize(self):
        """Synchronize Now on the dashboard card."""
        self.ensure_one()
        self.check_access('read')
        self.env['account.bank.statement.line'].check_access('create')
        return self.sudo().account_online_link_id._synchronize_for_user()

    def fetch_online_sync_favorite_institutions(self):
        """Banks to offer on an empty card, in the layout that Odoo's dashboard expects."""
        self.check_access('read')
        country = self.company_id[:1].sudo().country_id.code or False
        overview = self.env['account.online.link'].get_institution_overview(country)
        return [
            {
                'id': institution['id'],
                'name': institution['name'],
                'picture': institution.get('logo_url') or False,
                'country': (institution.get('countries') or [False])[0],
            }
            for institution in overview.get('favourites') or []
        ]
