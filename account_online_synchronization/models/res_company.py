from odoo import api, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    @api.model
    def setting_init_bank_account_action(self):
        """Override of `account` to look for the bank first; by hand stays one click away."""
        return self._search_institution_action('bank') or super().setting_init_bank_account_action()

    @api.model
    def setting_init_credit_card_account_action(self):
        """Override of `account`, as for bank accounts."""
        return (
            self._search_institution_action('credit')
            or super().setting_init_credit_card_account_action()
        )

    @api.model
    def action_add_bank_by_hand(self):
        """Odoo's own way: an account number, and a journal without a feed."""
        self.env['account.setup.bank.manual.config'].check_access('create')
        company = self.with_context(bank_by_hand=True)
        if self.env.context.get('journal_type') == 'credit':
            return company.setting_init_credit_card_account_action()
        return company.setting_init_bank_account_action()

    def _search_institution_action(self, journal_type):
        """The institution search; None where the user asked for, or may only do, it by hand."""
        if self.env.context.get('bank_by_hand'):
            return None
        if not self.env['account.online.link'].has_access('create'):
            return None
        action = self.env['ir.actions.client']._for_xml_id(
            'account_online_synchronization.action_search_institution'
        )
        action['params'] = {
            'journal_type': journal_type,
            'journal_id': self.env.context.get('default_linked_journal_id', False),
        }
        return action
