from odoo import fields, models

from ..services import jobs


class OnlineProxyDisconnect(models.TransientModel):
    """The operator ends links or clients, and says why."""

    _name = 'online.proxy.disconnect'
    _description = 'Disconnect from the Bank Proxy'

    link_ids = fields.Many2many('online.proxy.link')
    client_ids = fields.Many2many('online.proxy.client')
    reason = fields.Char(required=True, help="The user reads it: say what he can do.")

    def action_confirm(self):
        """Revoke at the providers, then disconnect with the reason."""
        self.check_access('write')
        self.client_ids.check_access('write')
        for link in self.link_ids | self.client_ids.link_ids:
            jobs.attempt(
                self.env, 'disconnect',
                lambda call, link=link: jobs.disconnect_link(
                    # Its history names who did it.
                    call, link.with_env(call.env(user=self.env.uid, su=True)), self.reason,
                ),
            )
        self.env.invalidate_all()
        self.client_ids.write({'state': 'disconnected', 'reason': self.reason})
