import hmac
import logging
import re
import time

from odoo import api, fields, models, release
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.http import request
from odoo.tools import str2bool

from ..error_messages import explain
from ..proxy_client import HttpsTransport, InProcessTransport, OnlineSyncError, ProxyClient
from ..proxy_client.signing import Credentials, signature

_logger = logging.getLogger(__name__)

ROTATION_DAYS = 30
PING_SKEW = 300  # seconds between the clocks of proxy and database


class AccountOnlineRegistration(models.Model):
    """Who this database is to the proxy. One row per proxy, read by the system alone."""

    _name = 'account.online.registration'
    _description = "Registration at the Bank Proxy"
    _rec_name = 'client_identifier'

    proxy_url = fields.Char(required=True, readonly=True)
    client_identifier = fields.Char(required=True, readonly=True, copy=False)
    secret = fields.Char(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    secret_date = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)
    database_uuid = fields.Char(
        required=True, readonly=True, copy=False,
        help="The database that registered. A copy has another one, and must register itself.",
    )
    contract_until = fields.Date(readonly=True)

    _proxy_uniq = models.UniqueIndex('(proxy_url)', "This database is registered already.")

    # === THE PROXY IN USE === #

    @api.model
    def _proxy_url(self):
        """Address of the proxy in use; empty when it runs in this database."""
        url = self.env['ir.config_parameter'].sudo().get_param(
            'account_online_synchronization.proxy_url'
        )
        return (url or '').strip().rstrip('/')

    @api.model
    def _database_uuid(self):
        return self.env['ir.config_parameter'].sudo().get_param('database.uuid')

    @api.model
    def _client(self):
        """The way to the proxy in use.

        :raise OnlineSyncError: when there is none, or this database must not use it.
        """
        parameters = self.env['ir.config_parameter'].sudo()
        if str2bool(parameters.get_param('database.is_neutralized') or '', default=False):
            raise OnlineSyncError('neutralized', "A neutralized database contacts nobody.")
        url = self._proxy_url()
        transport = (
            HttpsTransport(url, self._credentials(url)) if url else self._in_process_transport()
        )
        person = request.httprequest if request else None
        return ProxyClient(
            transport, lang=(self.env.lang or 'en').replace('_', '-'),
            user_ip=person and person.remote_addr,
            user_agent=person and person.headers.get('User-Agent'),
        )

    @api.model
    def _is_from_proxy(self, method, path, headers, body):
        """Whether a request was signed with a secret this database shares with a proxy, just now.

        :param headers: names are read in any case.
        :param body: the raw bytes.
        """
        client_identifier = headers.get('X-Client-Id') or ''
        timestamp = headers.get('X-Timestamp') or ''
        if not client_identifier.isprintable() or not re.fullmatch(r'[0-9]{1,12}', timestamp):
            return False
        registration_sudo = self.sudo().search([
            ('client_identifier', '=', client_identifier),
            ('database_uuid', '=', self._database_uuid()),
        ], limit=1)
        if not registration_sudo:
            return False
        expected = signature(
            registration_sudo.secret, method, path, registration_sudo.client_identifier,
            registration_sudo.database_uuid, timestamp, headers.get('X-Nonce') or '', body,
        )
        claimed = headers.get('X-Signature') or ''
        timely = abs(int(timestamp) - time.time()) <= PING_SKEW
        return hmac.compare_digest(expected.encode(), claimed.encode()) and timely

    @api.model
    def _in_process_transport(self):
        if 'online.proxy.service' not in self.env:
            raise OnlineSyncError('proxy_missing', "No proxy is set up.")
        return InProcessTransport(self.env['online.proxy.service'].sudo()._door())

    @api.model
    def _credentials(self, url):
        registration_sudo = self.sudo().search([('proxy_url', '=', url)], limit=1)
        if not registration_sudo:
            raise OnlineSyncError('not_registered', "The database is not registered at this proxy.")
        if registration_sudo.database_uuid != self._database_uuid():
            raise OnlineSyncError(
                'client_disconnected', "The registration belongs to another database."
            )
        return Credentials(
            registration_sudo.client_identifier, registration_sudo.secret,
            registration_sudo.database_uuid,
        )

    # === REGISTRATION === #

    @api.model
    def _register_database(self, subscription_code):
        """Make this database known at the proxy in use; what it was before becomes void.

        :raise OnlineSyncError: when the proxy refuses.
        """
        url, uuid = self._proxy_url(), self._database_uuid()
        answer = ProxyClient(HttpsTransport(url)).register({
            'database_uuid': uuid,
            'subscription_code': (subscription_code or '').strip(),
            'contact_email': self.env.user.email or self.env.company.email or '',
            'database_url': self.get_base_url(),
            'database_name': self.env.cr.dbname,
            'odoo_version': release.version,
        })
        self.sudo().search([('proxy_url', '=', url)]).unlink()
        return self.sudo().create({
            'proxy_url': url,
            'client_identifier': answer['client_id'],
            'secret': answer['secret'],
            'database_uuid': uuid,
            'contract_until': answer.get('contract_until') or False,
        })

    @api.model
    def _register_for_user(self, subscription_code):
        """Button of the settings: register, and say how it went."""
        if not self._proxy_url():
            raise UserError(self.env._(
                "Enter the address of the bank proxy first. A proxy that is installed in this"
                " database needs no registration."
            ))
        try:
            self._register_database(subscription_code)
        except OnlineSyncError as error:
            raise UserError(explain(self.env, error)) from error
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("This database is registered at the bank proxy."),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    @api.model
    def _rotate_when_old(self):
        """Renew the secret now and then.

        The old one stays valid until the new one is used, which happens after this transaction at
        the earliest: whatever becomes of the transaction, the database keeps a valid secret.
        """
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=ROTATION_DAYS)
        registration_sudo = self.sudo().search(
            [('proxy_url', '=', self._proxy_url()), ('secret_date', '<', limit)], limit=1,
        )
        if not registration_sudo:
            return
        try:
            secret = self._client().rotate()
        except OnlineSyncError as error:
            _logger.warning("The secret of the bank proxy was not renewed: %s", error)
            return
        registration_sudo.write({'secret': secret, 'secret_date': fields.Datetime.now()})
