import uuid

from odoo import models
from odoo.exceptions import UserError
from odoo.http import request

from ..error_messages import explain
from ..proxy_client import OnlineSyncError


class AccountOnlineLink(models.Model):
    """Going back to the bank for a connection that exists, and leaving it for good."""

    _inherit = 'account.online.link'

    def connect_again(self, mode):
        """A new way to the bank, after the user has turned back or its page became too old.

        :param mode: see ``CONNECT_MODES``; what the user was sent to the bank for.
        :return: ``{link_id, connect_url}``; no address when the bank wants nobody any more.
        """
        self.ensure_one()
        self.check_access('write')
        return {'link_id': self.id, 'connect_url': self._begin_at_bank(mode)}

    def _connect_for_user(self, mode):
        """Send the user to the bank, or do at once what needs nobody."""
        self.ensure_one()
        if not self.client_id or self._belongs_elsewhere():
            mode = 'reconnect'
        url = self._begin_at_bank(mode)
        return self._connect_action(url, mode) if url else self.action_after_connection(mode)

    def _begin_at_bank(self, mode):
        """Let the proxy prepare its pages; returns their address, None when they aren't needed."""
        if not self.client_id or self._belongs_elsewhere():
            return self._begin_anew()
        values = {'mode': mode, 'lang': self._lang_tag()}
        if request:
            values['return_url'] = f'{request.httprequest.host_url}odoo/bank-connect?mode={mode}'
        answer = self._call_proxy(lambda client: client.connect(self.client_id, values))
        if not answer.get('connect_url'):
            self._store_link(self._call_proxy(lambda client: client.link(self.client_id)))
        return answer.get('connect_url')

    def _begin_anew(self):
        """The proxy does not know this connection (another proxy, a copy, a former module)."""
        if not self.institution_identifier:
            raise UserError(self.env._(
                "This connection comes from a former module and cannot be renewed. Connect the bank"
                " again with Add a Bank Account: its journal and history are recognised and kept."
            ))
        institution = self.institution_identifier
        answer = self._call_proxy(lambda client: client.create_link(
            self._new_link_values(institution, self.provider_type, self.journal_ids[:1], False),
            key=uuid.uuid4().hex,
        ))
        self.sudo().write({
            'client_id': answer['link_id'],
            'proxy_url': self.env['account.online.registration']._proxy_url(),
        })
        return answer['connect_url']

    def _connect_action(self, connect_url, mode):
        return {
            'type': 'ir.actions.client',
            'tag': 'account_online_synchronization.connect',
            'name': self.name,
            'target': 'new',
            'params': {
                'connect_url': connect_url, 'link_id': self.id, 'mode': mode, 'name': self.name,
            },
        }

    # === DISCONNECT === #

    def _disconnect_for_user(self):
        """End the consent at the bank; whatever comes of it, nothing is fetched any more."""
        self.ensure_one()
        revoked = detail = None
        if self.client_id and self.state != 'disconnected':
            try:
                answer = self._proxy_client().delete_link(self.client_id)
                revoked, detail = answer.get('revoked'), answer.get('detail')
            except OnlineSyncError as error:
                detail = explain(self.env, error, self.name)
        self._set_disconnected()
        if revoked:
            message = self.env._("Disconnected. The bank confirmed that the consent has ended.")
        else:
            message = self.env._(
                "Disconnected here, but the bank did not confirm that the consent has ended: you"
                " may have to end it in your online banking. %(detail)s",
                detail=detail or "",
            )
        self.message_post(body=message)
        return self._notification('success' if revoked else 'warning', message)
