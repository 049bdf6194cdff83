from odoo import api, models


class AccountOnlineLink(models.Model):
    """From a connected bank to journals."""

    _inherit = 'account.online.link'

    def action_choose_journals(self):
        """Choose again which account feeds which journal."""
        self.ensure_one()
        self.check_access('write')
        return self._open_mapping()

    def _open_mapping(self):
        """The screen that gives each account that feeds no journal yet its journal."""
        mapping = self.env['account.online.mapping'].create({'link_id': self.id})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Import the transactions of %(bank)s", bank=self.name),
            'res_model': 'account.online.mapping',
            'res_id': mapping.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'dialog_size': 'extra-large'},
        }

    @api.model
    def action_connection_returned(self, client_id, mode='connect'):
        """What follows when the bank's page came back in the same tab.

        :param client_id: the connection at the proxy, as the page names it. How it ended is asked
            of the proxy, whatever the page says.
        :param mode: what the user was sent to the bank for.
        :return: an action, or False when the connection is not known.
        """
        self.check_access('create')
        link = self.browse(self.find_connection(client_id) or [])
        if not link:
            return False
        status = link.get_connection_status()
        if status['status'] == 'connected':
            return link.action_after_connection(mode)
        return link._notification('warning', status['message'] or self.env._(
            "Nothing was connected: the page of %(bank)s was left before the end.", bank=link.name,
        ))
