from odoo import models

from .. import legacy


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def _auto_init(self):
        legacy.prepare_table(self)
        return super()._auto_init()
