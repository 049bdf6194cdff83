from odoo import api, models


class AccountSetupBankManualConfig(models.TransientModel):
    _inherit = 'account.setup.bank.manual.config'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to let accounting administrators finish what they may begin.

        The wizard is theirs, but in Community the bank account that it makes is not, unless they
        may also create contacts. The account always belongs to the company's own partner.
        """
        self.check_access('create')
        created = super(AccountSetupBankManualConfig, self.sudo()).create(vals_list)
        return created.with_env(self.env)
