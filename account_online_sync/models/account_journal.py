from odoo import fields, models
from odoo.addons.account_online_synchronization import legacy


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    account_online_journal_id = fields.Many2one(
        'account.online.journal',
        string="Account at the Bank (previous module)",
        index='btree_not_null',
        readonly=True,
        copy=False,
    )
    bank_statement_creation = fields.Char(
        string="Statement Creation (previous module)",
        readonly=True,
        copy=False,
        help="none, day, week, bimonthly or month, as chosen in the previous module.",
    )
    synchronization_status = fields.Char(
        string="Last Status (previous module)",
        readonly=True,
        copy=False,
    )

    def _auto_init(self):
        legacy.prepare_previous_table(self)
        return super()._auto_init()
