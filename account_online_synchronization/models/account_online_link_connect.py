import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..error_messages import explain
from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import parse_instant
from .account_online_link_state import TRANSIENT


class AccountOnlineLink(models.Model):
    """Connecting: from the search for a bank to a connection with its accounts."""

    _inherit = 'account.online.link'

    # === SEARCH === #

    @api.model
    def search_institutions(self, query='', country=False, audience=False, limit=30, offset=0):
        """Institutions that fit a text, BIC or country.

        :return: ``{institutions, total}`` in the proxy's shapes.
        """
        self.check_access('create')
        return self._call_proxy(lambda client: client.institutions(
            q=query, country=country or None, audience=audience or None,
            limit=min(limit, 50), offset=offset,
        ))

    @api.model
    def get_institution_overview(self, country=False):
        """:return: ``{count, favourites}`` of a country, for empty bank cards."""
        self.check_access('create')
        return self._call_proxy(lambda client: client.institution_count(country or None))

    # === CONNECT === #

    @api.model
    def start_connection(self, institution_id, provider=False, journal_id=False, return_url=False):
        """Begin a new connection.

        :param journal_id: journal to propose for the first account.
        :return: ``{link_id, connect_url, expires_at}``; ``link_id`` is the record's.
        """
        self.check_access('create')
        journal = self.env['account.journal'].browse(journal_id or []).exists()
        journal.check_access('write')
        institution, answer = self._call_proxy(lambda client: (
            client.institution(institution_id),
            client.create_link(
                self._new_link_values(institution_id, provider, journal, return_url),
                key=uuid.uuid4().hex,
            ),
        ))
        link = self.create({
            'name': institution['name'],
            'client_id': answer['link_id'],
            'proxy_url': self.env['account.online.registration']._proxy_url(),
            'preferred_journal_id': journal.id,
            **self._institution_values(institution),
        })
        return {
            'link_id': link.id,
            'connect_url': answer['connect_url'],
            'expires_at': answer.get('expires_at'),
        }

    def _new_link_values(self, institution_id, provider, journal, return_url):
        company = self.env.company
        values = {
            'institution_id': institution_id,
            'mode': 'connect',
            'lang': self._lang_tag(),
            'country': company.country_id.code or None,
            'user_name': self.env.user.name,
            'return_url': return_url or None,
            'phone_country': company.country_id.code or None,
        }
        if provider:
            values['provider'] = provider
        start = journal and journal._default_online_import_from()
        if start:
            values['history_from'] = fields.Date.to_string(start)
        return values

    @api.model
    def find_connection(self, client_id):
        """Record id of a connection that the bank's page names on its way back; False if none."""
        self.check_access('read')
        return self.search([('client_id', '=', client_id)], limit=1).id

    def get_connection_status(self):
        """Ask the proxy how far the user is at the bank; polled while the pop-up is open.

        :return: ``{status, message, reference}``; ``status`` is waiting | connected | cancelled |
            expired | error | unknown. At ``connected`` the accounts are stored; at ``unknown``
            the question should be asked again.
        """
        self.ensure_one()
        self.check_access('write')
        try:
            answer = self._proxy_client().link(self.client_id)
        except OnlineSyncError as error:
            # That the proxy stumbles says nothing about the user, who is still at the bank.
            status = 'unknown' if error.code in TRANSIENT else 'error'
            return self._status_of_trouble(status, error)
        status = _status_of(answer)
        if status == 'connected' or (status == 'error' and answer['state'] != 'connected'):
            self._store_link(answer)
        if status == 'error':
            return self._status_of_trouble(status, OnlineSyncError.from_answer(
                409, {}, {'error': answer.get('error') or {'code': 'user_action_required'}},
            ))
        return {'status': status, 'message': '', 'reference': None}

    def _status_of_trouble(self, status, error):
        if error.code == 'user_action_required' and not error.cause:
            message = self.env._(
                "%(bank)s did not let you in. Try again, and check what you enter.", bank=self.name,
            )
        elif status == 'error' and error.code in TRANSIENT:  # nobody but the user tries it again
            message = self.env._(
                "%(bank)s, or the service that connects to it, does not work at the moment. Try"
                " again in a while; if the bank offers several ways to connect, choose another one."
                " If it lasts, give the reference to the support of your bank proxy.",
                bank=self.name,
            )
        else:
            message = explain(self.env, error, self.name, with_reference=False)
        return {'status': status, 'message': message, 'reference': error.reference}

    def action_after_connection(self, mode='connect'):
        """What follows when the user is back from the bank.

        :return: the action that lets the user map accounts, or a message of what came.
        """
        self.ensure_one()
        self.check_access('write')
        if mode in ('reconnect', 'update_credentials'):
            self._set_connected()
        if mode == 'reconnect':
            self.consent_number += 1
        if self._unmapped_accounts():
            return self._open_mapping()
        return self._synchronize_for_user()

    def _propose_mapping(self):
        """What the mapping screen offers: one proposal for each account without a decision.

        :return: list of dicts, see ``_propose`` of the account.
        """
        self.ensure_one()
        self.check_access('write')
        proposals = [account._propose() for account in self._unmapped_accounts()]
        taken = self.env['account.journal']
        for proposal in proposals:
            if proposal['journal'] & taken:
                proposal['journal'] = self.env['account.journal']
                proposal['import_from'] = False
            taken |= proposal['journal']
        return proposals

    def action_open_accounts(self):
        """The accounts of this connection."""
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Online Accounts"),
            'res_model': 'account.online.account',
            'view_mode': 'list,form',
            'domain': [('account_online_link_id', 'in', self.ids)],
        }

    # === STORE WHAT THE PROXY SAYS === #

    def _store_link(self, answer):
        """Take over a Link as the proxy sees it, with its accounts and error."""
        self_sudo = self.sudo()
        expires = parse_instant(answer.get('consent_expires_at'))
        self_sudo.write({
            **self._institution_values(answer.get('institution') or {}),
            'expiring_synchronization_date': expires and expires.date(),
            'history_days': answer.get('history_days') or 0,
            'unattended_allowed': answer.get('unattended', True),
            'provider_type': (answer.get('provider') or {}).get('code') or self.provider_type,
            'provider_name': (answer.get('provider') or {}).get('name') or self.provider_name,
        })
        self_sudo._settle_renewal()
        if answer['state'] == 'connected':
            self._set_connected()
            self_sudo._store_accounts(answer.get('accounts') or [])
        elif answer['state'] == 'error':
            self._set_error(OnlineSyncError.from_answer(409, {}, {'error': answer.get('error')}))
        elif answer['state'] == 'disconnected':
            error = OnlineSyncError.from_answer(401, {}, {'error': answer.get('error')})
            if error.cause:
                error.code = 'client_disconnected'
                self._set_error(error)
            else:
                self._set_disconnected(answer.get('reason'))

    @api.model
    def _institution_values(self, institution):
        if not institution:
            return {}
        codes = institution.get('countries') or []
        return {
            'institution_identifier': institution.get('id'),
            'institution_logo_url': institution.get('logo_url'),
            'institution_country_id': self.env['res.country'].search(
                [('code', 'in', codes)], limit=1,
            ).id if len(codes) == 1 else False,
        }

    def _store_accounts(self, answers):
        """Create, refresh or recognise the accounts that the consent shows."""
        self.ensure_one()
        model = self.env['account.online.account'].with_company(self.company_id)
        accounts = model.union(*(model._store(self, answer) for answer in answers))
        (self.account_ids - accounts).write({'in_consent': False})
        return accounts

    def _unmapped_accounts(self):
        return self.account_ids.filtered(
            lambda account: account.in_consent and not account.journal_ids and not account.declined
        )

    # === PLUMBING === #

    def _lang_tag(self):
        return (self.env.lang or self.env.user.lang or 'en').replace('_', '-')

    def _belongs_elsewhere(self):
        return (self.proxy_url or '') != self.env['account.online.registration']._proxy_url()

    @api.model
    def _proxy_client(self):
        return self.env['account.online.registration']._client()

    def _call_proxy(self, call):
        """Call the proxy for a person who waits for it; failures become sentences."""
        try:
            return call(self._proxy_client())
        except OnlineSyncError as error:
            raise UserError(explain(self.env, error, self[:1].name)) from error


def _status_of(answer):
    """How the user's way through the bank's pages stands, from a Link of the proxy."""
    flow = answer.get('flow')
    if flow == 'open':
        return 'waiting'
    if flow in ('cancelled', 'expired', 'error'):
        return flow
    if flow == 'connected' or answer['state'] == 'connected':
        return 'connected'
    return 'waiting' if answer['state'] == 'new' else 'error'
