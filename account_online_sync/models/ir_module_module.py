from odoo import models
from odoo.exceptions import UserError

from .account_online_provider import NEW_MODULE


class IrModuleModule(models.Model):
    _inherit = 'ir.module.module'

    def button_uninstall(self):
        """Override of `base`: the previous module stays while its successor reads its data."""
        removed = self | self.downstream_dependencies()
        successor = self.search([('name', '=', NEW_MODULE), ('state', '=', 'installed')])
        if 'account_online_sync' in removed.mapped('name') and successor - removed:
            raise UserError(
                self.env._(
                    "“%(previous)s” must stay installed as long as “%(new)s” is. It no longer"
                    " synchronizes anything, but it holds the identifiers of the transactions that"
                    " it once imported: without them the new synchronization could import these"
                    " transactions a second time. To remove both, uninstall “%(new)s” first.",
                    previous=self.env.ref('base.module_account_online_sync').shortdesc,
                    new=successor.shortdesc,
                )
            )
        return super().button_uninstall()
