from odoo import api, models

from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import LOCAL_CODES
from .account_online_link_state import TRANSIENT


class AccountOnlineLink(models.Model):
    """Going on after the proxy has blocked this database, and let it in again."""

    _inherit = 'account.online.link'

    @api.model
    def resume_after_block(self):
        """Ask whether the proxy lets this database in again, and synchronize then what it refused.

        :return: whether it does, also where somebody else has asked before.
        """
        self.check_access('write')
        blocked = self.search([('last_error_code', '=', 'client_blocked')]).filtered(
            lambda link: not link._belongs_elsewhere(),
        )
        if not blocked:
            return True
        if not blocked[0]._is_let_in():
            return False
        blocked._set_connected()
        blocked._request_synchronization(self.env.user)
        return True

    def _is_let_in(self):
        """Whether the proxy answers about this connection; what it answers is no matter."""
        try:
            self._proxy_client().link(self.client_id)
        except OnlineSyncError as error:
            return error.code not in (*TRANSIENT, *LOCAL_CODES, 'client_blocked')
        return True
