from odoo import api, models


class AccountLockException(models.Model):
    _inherit = 'account.lock_exception'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: an exception for everybody opens the period for the feed, too."""
        exceptions = super().create(vals_list)
        exceptions.filtered(lambda each: not each.user_id).company_id._book_waiting_soon()
        return exceptions
