from odoo import models

from .. import legacy


class AccountOnlineAccount(models.Model):
    _inherit = 'account.online.account'

    def _auto_init(self):
        # Odoo may come to this table before it comes to the links'.
        legacy.prepare(self.env.cr)
        legacy.ensure_field_columns(self)
        return super()._auto_init()
