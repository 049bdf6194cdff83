import logging

from odoo import api, fields, models

from ..proxy_client import OnlineSyncError

_logger = logging.getLogger(__name__)

KEPT_DAYS = 1  # the pages at the bank are valid for less


class AccountOnlineLink(models.Model):
    """Connections that somebody began at a bank's page and never finished."""

    _inherit = 'account.online.link'

    def discard_connection(self):
        """Forget a connection when the user turns back before it was made; others are kept."""
        self.check_access('unlink')
        self._abandoned()._forget()

    @api.autovacuum
    def _gc_abandoned_connections(self):
        """Forget what was begun in a browser that nobody came back to."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        abandoned = self.search([
            ('state', '=', 'disconnected'), ('create_date', '<', yesterday),
            ('last_refresh', '=', False), ('client_id', '!=', False), ('account_ids', '=', False),
        ])._abandoned()
        abandoned._look_for_accounts()
        abandoned._abandoned()._forget()

    @api.model
    def _finish_visits(self):
        """Take over connections that the bank made while no browser was there to tell."""
        self.search([
            ('state', '=', 'disconnected'), ('next_refresh', '<=', fields.Datetime.now()),
        ])._abandoned()._look_for_accounts()

    def _look_for_accounts(self):
        for link in self:
            link.next_refresh = False
            try:
                answer = link._proxy_client().link(link.client_id)
            except OnlineSyncError as error:
                _logger.info("Link %s is not known to be finished: %s", link.client_id, error)
                continue
            if answer['state'] == 'connected' and answer.get('accounts'):
                link.with_company(link.company_id)._store_link(answer)

    def _abandoned(self):
        return self.filtered(lambda link: (
            link.state == 'disconnected'
            and link.client_id
            and not link.account_ids
            and not link.last_refresh
        ))

    def _forget(self):
        for link in self:
            try:
                link._proxy_client().delete_link(link.client_id)
            except OnlineSyncError as error:
                # The proxy forgets it as well when its page expires.
                _logger.info("Link %s was not deleted at the proxy: %s", link.client_id, error)
        self.unlink()
