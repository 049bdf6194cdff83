from odoo import api, models

from .. import legacy


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    def _auto_init(self):
        legacy.prepare_table(self)
        return super()._auto_init()

    @api.model
    def _cron_fetch_online_transactions(self):
        """What a scheduled action of the previous module calls, if somebody switches it on."""
        self.env['account.online.link']._cron_synchronize()
