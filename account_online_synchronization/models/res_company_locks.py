from odoo import models

from ..sync.locks import LOCK_FIELDS


class ResCompany(models.Model):
    _inherit = 'res.company'

    def write(self, vals):
        """Override of `account`: transactions that wait for a lock may enter when it is lifted."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(LOCK_FIELDS):
            self._book_waiting_soon()
        return result

    def _book_waiting_soon(self):
        """Let the scheduled action look again, if anything waits in these companies."""
        waits = self.env['account.online.transaction'].sudo().search_count(
            [('company_id', 'child_of', self.ids), ('state', '=', 'waiting')], limit=1,
        )
        if waits:
            self.env.ref('account_online_synchronization.ir_cron_book_waiting').sudo()._trigger()
