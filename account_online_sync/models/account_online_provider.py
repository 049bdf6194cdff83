from odoo import api, fields, models
from odoo.addons.account_online_synchronization import legacy
from odoo.exceptions import UserError

NEW_MODULE = 'account_online_synchronization'
PREVIOUS_MODULE = 'account_online_sync'


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

    def _auto_init(self):
        legacy.prepare_previous_table(self)
        return super()._auto_init()

    @api.model
    def action_open_previous(self):
        """The menu: these synchronizations where the new module shows them, else as they are."""
        self.check_access('read')
        if action := self._successor_action():
            return {**action, 'context': {'search_default_previous': 1}}
        return self.env['ir.actions.act_window']._for_xml_id(
            f'{PREVIOUS_MODULE}.action_account_online_provider'
        )

    def action_open_successor(self):
        """Open this synchronization in the new module, or say that it has to be installed."""
        self.ensure_one()
        self.check_access('read')
        action = self._successor_action()
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
        successor = self.env[action['res_model']].search(
            [('previous_provider_id', '=', self.id)], limit=1
        )
        if successor:
            action.update(res_id=successor.id, views=[(False, 'form')], view_mode='form')
        return action

    @api.model
    def _successor_action(self):
        """Online Synchronization of the new module; empty when it is not installed."""
        action = self.env.ref(f'{NEW_MODULE}.account_online_link_action', raise_if_not_found=False)
        return action._get_action_dict() if action else {}
