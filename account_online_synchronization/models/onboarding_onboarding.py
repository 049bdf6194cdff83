from odoo import api, models

PANEL = 'account.onboarding_onboarding_account_dashboard'
# Steps that only somebody can finish who may change the company.
OF_THE_COMPANY = (
    'account.onboarding_onboarding_step_company_data',
    'account.onboarding_onboarding_step_fiscal_year',
)


class OnboardingOnboarding(models.Model):
    """The first steps of a new company, above the cards of its accounting dashboard.

    Odoo keeps them, and Community shows them nowhere.
    """

    _inherit = 'onboarding.onboarding'

    @api.model
    def get_first_accounting_steps(self):
        """What is left to do before the books run by themselves.

        :return: list of ``{id, title, description, action, done}``, to be run on
            ``onboarding.onboarding.step``; empty once a bank transaction is there, all is done, or
            somebody has closed the bar, and for those who set up nothing.
        """
        # Nothing is written: the cards of the dashboard are read at the same time.
        panel_sudo = self._first_accounting_panel()
        if not panel_sudo or panel_sudo.is_onboarding_closed or self._has_bank_transactions():
            return []
        steps = [
            {
                'id': step_sudo.id,
                'title': step_sudo.title,
                'description': step_sudo.description,
                'action': step_sudo.panel_step_open_action_name,
                'done': step_sudo.current_step_state != 'not_done',
            }
            for step_sudo in panel_sudo.step_ids - self._steps_beyond_the_user()
        ]
        return [] if all(step['done'] for step in steps) else steps

    @api.model
    def close_first_accounting_steps(self):
        """The company does not want to see them any more."""
        panel_sudo = self._first_accounting_panel()
        panel_sudo._search_or_create_progress()
        panel_sudo.action_close()

    def _first_accounting_panel(self):
        """Odoo's onboarding of the dashboard; nothing for users who may not connect a bank."""
        nothing_sudo = self.browse().sudo()
        if not self.env['account.online.link'].has_access('create'):
            return nothing_sudo
        panel = self.env.ref(PANEL, raise_if_not_found=False)
        return panel.sudo() if panel else nothing_sudo

    def _steps_beyond_the_user(self):
        steps_sudo = self.env['onboarding.onboarding.step'].sudo()
        if self.env.company.has_access('write'):
            return steps_sudo
        found = (self.env.ref(name, raise_if_not_found=False) for name in OF_THE_COMPANY)
        return steps_sudo.union(*(step.sudo() for step in found if step))

    def _has_bank_transactions(self):
        lines_sudo = self.env['account.bank.statement.line'].sudo()
        return bool(lines_sudo.search_count(
            [('company_id', '=', self.env.company.id)], limit=1,
        ))
