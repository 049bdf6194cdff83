from odoo import fields, models
from odoo.addons.account_online_synchronization import legacy


class AccountOnlineJournal(models.Model):
    """An account at the bank as the previous module knew it, kept for reading."""

    _name = 'account.online.journal'
    _description = 'Account of a Previous Bank Synchronization'

    name = fields.Char(readonly=True)
    account_online_provider_id = fields.Many2one(
        'account.online.provider',
        string="Synchronization",
        index=True,
        readonly=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one(related='account_online_provider_id.company_id')
    account_number = fields.Char(readonly=True)
    balance = fields.Float(readonly=True, help="In the account's currency, when last seen.")
    online_identifier = fields.Char(readonly=True)
    provider_name = fields.Char(string="Institution", readonly=True)
    last_sync = fields.Date(string="Synchronized Until", readonly=True)
    journal_ids = fields.One2many(
        'account.journal', 'account_online_journal_id', string="Journals", readonly=True
    )

    def _auto_init(self):
        legacy.prepare_previous_table(self)
        return super()._auto_init()
