from odoo import models


class AccountJournal(models.Model):
    """The ways from a journal to its bank, its transactions and its feed."""

    _inherit = 'account.journal'

    def action_connect_bank(self):
        """Look for the bank whose transactions this journal shall get."""
        self.ensure_one()
        self.check_access('write')
        company = self.env['res.company'].with_context(default_linked_journal_id=self.id)
        if self.type == 'credit':
            return company.setting_init_credit_card_account_action()
        return company.setting_init_bank_account_action()

    def action_open_connection(self):
        """The connection that feeds this journal."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Online Synchronization"),
            'res_model': 'account.online.link',
            'res_id': self.account_online_link_id.id,
            'view_mode': 'form',
        }

    def open_action(self):
        """Override of `account` to open the transactions themselves instead of the statements.

        A transaction outside a statement would be invisible. What other modules open, a
        reconciliation for example, stays.
        """
        action = super().open_action()
        if self.type not in ('bank', 'credit'):
            return action
        # Whatever opens shows the journal's transactions: what they were is new no more.
        self.env['account.online.visit'].sudo()._note(self)
        shows_statements = action.get('res_model') == 'account.bank.statement'
        if self.env.context.get('action_name') or not shows_statements:
            return action
        return self._open_lines([], self.env.context)

    def action_open_new_lines(self):
        """What has come since the user's last visit; before his first one, with the last run."""
        self.ensure_one()
        self.check_access('read')
        seen = self.env['account.online.visit'].sudo()._note(self)
        run = self.sudo().account_online_link_id.last_run_id
        return self._open_lines([
            ('online_transaction_id.first_run_id', '=', run.id) if seen is None
            else ('id', '>', seen),
        ], {})

    def action_show_imported(self):
        """The transactions of these journals, from the message that tells of an import."""
        journals = self.exists()  # the message stays while somebody deletes a journal
        journals.check_access('read')
        for journal in journals:
            self.env['account.online.visit'].sudo()._note(journal)
        filters = {'search_default_journal_id': journals.id} if len(journals) == 1 else {}
        return {**self._lines_action(), 'context': filters}

    def _lines_action(self):
        return self.env['ir.actions.act_window']._for_xml_id(
            'account_online_synchronization.account_bank_statement_line_action'
        )

    def _open_lines(self, domain, context):
        """The transactions of this journal, as a list."""
        return {
            **self._lines_action(),
            'domain': [('journal_id', '=', self.id), *domain],
            'context': {**context, 'default_journal_id': self.id},
        }

    def action_open_feed(self):
        """What the bank sent for this journal."""
        self.ensure_one()
        self.check_access('read')
        return self.account_online_account_id.action_open_transactions()

    def action_find_missing(self):
        """Ask the bank again for a period, and show what is not in the books."""
        self.ensure_one()
        self.check_access('read')
        return self.account_online_account_id.action_find_missing()

    def action_find_duplicates(self):
        """Show what may be in the books twice."""
        self.ensure_one()
        self.check_access('read')
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'account_online_synchronization.account_online_duplicates_action'
            ),
            'context': {'default_journal_id': self.id},
        }
