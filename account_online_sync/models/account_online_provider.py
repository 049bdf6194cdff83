from odoo import fields, models
from odoo.exceptions import UserError

NEW_MODULE = 'account_online_synchronization'


class AccountOnlineProvider(models.Model):
    """A synchronization of the previous module, kept for reading. It never calls out."""

    _name = 'account.online.provider'
    _description = 'Previous Bank Synchronization'
    _inherit = ['mail.thread']
    _check_company_auto = True

    name = fields.Char(string="Institution", readonly=True)
    provider_type = fields.Char(readonly=True)
    provider_identifier = fields.Char(readonly=True)
    provider_account_identifier = fields.Char(readonly=True)
    status = fields.Char(readonly=True)
    status_code = fields.Char(readonly=True)
    message = fields.Char(string="Last Message", readonly=True)
    action_required = fields.Boolean(readonly=True)
    last_refresh = fields.Datetime(readonly=True)
    next_refresh = fields.Datetime(readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    account_online_journal_ids = fields.One2many(
        'account.online.journal',
        'account_online_provider_id',
        string="Accounts",
        readonly=True,
    )

    def action_open_successor(self):
        """Open Online Synchronization of the new module, or say that it has to be installed."""
        self.check_access('read')
        action = self.env.ref(f'{NEW_MODULE}.account_online_link_action', raise_if_not_found=False)
        if not action:
            raise UserError(
                self.env._(
                    "This synchronization belongs to the previous module, which no longer reaches"
                    " any bank. Ask an administrator to install “Bank Synchronization” (%(module)s)"
                    " from Apps; the bank can then be connected again from Configuration ‣ Online"
                    " Synchronization.",
                    module=NEW_MODULE,
                )
            )
        return action._get_action_dict()
