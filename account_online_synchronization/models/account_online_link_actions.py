from odoo import models


class AccountOnlineLink(models.Model):
    """The buttons of a bank connection.

    A button that needs the user at the bank returns the client action
    ``account_online_synchronization.connect`` with ``params`` ``connect_url``, ``link_id`` (ours)
    and ``mode``; the others return a notification, or an action that shows what they brought.
    """

    _inherit = 'account.online.link'

    def action_fetch_transactions(self):
        """Fetch Transactions: synchronize now, as a person who waits for it."""
        self.check_access('write')
        return self._synchronize_for_user()

    def action_fetch_accounts(self):
        """Fetch Accounts: look for accounts that were opened since; the user may have to agree."""
        self.check_access('write')
        return self._connect_for_user('fetch_accounts')

    def action_update_credentials(self):
        """Update Credentials: tell the provider the new password, under the same consent."""
        self.check_access('write')
        return self._connect_for_user('update_credentials')

    def action_reconnect(self):
        """Reconnect: renew a consent that has ended or is about to."""
        self.check_access('write')
        return self._connect_for_user('reconnect')

    def action_disconnect(self):
        """Disconnect: end the consent at the bank; journals and transactions stay."""
        self.check_access('write')
        return self._disconnect_for_user()

    def action_remove(self):
        """Remove: forget a connection; journals, transactions and bank feed stay.

        A consent that still lasts is ended at the bank first.

        :return: the list of connections, with a message of what became of the consent.
        """
        self.ensure_one()
        self.check_access('unlink')
        was_connected = self.client_id and self.state != 'disconnected'
        notification = self._disconnect_for_user() if was_connected else self._notification(
            'success', self.env._(
                "%(bank)s was removed. Its journals and their transactions stay.", bank=self.name,
            ),
        )
        self.unlink()
        notification['params']['next'] = {
            **self.env['ir.actions.act_window']._for_xml_id(
                'account_online_synchronization.account_online_link_action'
            ),
            'target': 'main',
        }
        return notification

    def action_solve(self):
        """The one button that solves the present trouble, see ``connect_mode``."""
        self.check_access('write')
        return self._connect_for_user(self.connect_mode or 'reconnect')

    def action_open_transactions(self):
        """The feed of this connection."""
        self.check_access('read')
        return self._feed_action([('account_online_link_id', 'in', self.ids)])

    def action_open_reviews(self):
        """What waits for a decision."""
        self.check_access('read')
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'account_online_synchronization.account_online_transaction_action_review'
            ),
            'domain': [('account_online_link_id', 'in', self.ids), ('state', '=', 'to_review')],
        }

    def _feed_action(self, domain):
        """The bank feed; the button's context may preset a filter."""
        filters = {
            key: value for key, value in self.env.context.items()
            if key.startswith('search_default_')
        }
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'account_online_synchronization.account_online_transaction_action'
            ),
            'domain': domain,
            'context': filters,
        }
