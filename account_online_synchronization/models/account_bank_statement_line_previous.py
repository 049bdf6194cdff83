from odoo import models

from .. import legacy


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def _auto_init(self):
        # Odoo may come to this table before it comes to those of the connections.
        legacy.prepare(self.env.cr)
        legacy.ensure_field_columns(self)
        return super()._auto_init()
