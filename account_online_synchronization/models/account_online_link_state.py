import logging
import zlib

from odoo import api, fields, models
from odoo.tools import email_split, plaintext2html

from ..error_messages import explain

_logger = logging.getLogger(__name__)

DEFAULT_INTERVAL_HOURS = 12
JITTER_MINUTES = 60
RETRY_HOURS = 1
CRONS = (
    'ir_cron_synchronize', 'ir_cron_help_synchronizing_1', 'ir_cron_help_synchronizing_2',
    'ir_cron_help_synchronizing_3', 'ir_cron_book_waiting', 'ir_cron_offer_renewal',
)
TRANSIENT = (
    'institution_unavailable',
    'provider_error',
    'internal',
    'proxy_unreachable',
    'unexpected',
)
# What the user presses when the bank wants him.
SOLVED_BY = {
    'user_action_required': 'refresh',
    'consent_expired': 'reconnect',
    'client_disconnected': 'reconnect',
}


class AccountOnlineLink(models.Model):
    """The only places where the state of a connection changes, and what people are told then."""

    _inherit = 'account.online.link'

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links._activate_crons()
        return links

    def unlink(self):
        """A connection that is thrown away ends its consent at the bank, as far as it goes."""
        for link in self.filtered(lambda each: each.client_id and each.state != 'disconnected'):
            link._disconnect_for_user()
        self.account_ids.journal_ids.write({'bank_statements_source': 'undefined'})
        self.sudo().run_ids.unlink()
        return super().unlink()

    @api.model
    def _activate_crons(self):
        """The scheduled actions sleep until there is something to synchronize."""
        for name in CRONS:
            cron = self.env.ref(f'account_online_synchronization.{name}', raise_if_not_found=False)
            if cron and not cron.sudo().active:
                cron.sudo().active = True

    # === STATE === #

    def _set_connected(self):
        """All is well; earlier trouble is forgotten."""
        self.sudo().write(
            {
                'state': 'connected',
                'needs_user': False,
                'connect_mode': False,
                'limited_until': False,
                'last_error_code': False,
                'last_error_message': False,
                'last_error_reference': False,
            }
        )

    def _set_success(self):
        """A synchronization went through to its end."""
        now = fields.Datetime.now()
        self._set_connected()
        self.sudo().write({
            'last_success': now, 'sync_job': False, 'sync_user_id': False,
            'only_rest_to_import': False,
        })
        limits = [
            account.limited_until for account in self.account_ids
            if account.limited_until and account.limited_until > now
        ]
        self._schedule(min([self._regular_next_refresh(now), *limits]))

    def _set_disconnected(self, reason=None):
        """Nothing is fetched until somebody presses Reconnect."""
        self.sudo().write({
            'state': 'disconnected', 'needs_user': False, 'connect_mode': 'reconnect',
            'next_refresh': False, 'sync_job': False, 'sync_user_id': False,
        })
        if reason:
            self.sudo().last_error_message = reason

    def _set_error(self, error):
        """Note a failure: state, next attempt, and one message per kind of trouble."""
        self.ensure_one()
        link_sudo = self.sudo().with_context(lang=self._reader_lang())
        text = explain(link_sudo.env, error, self.name)
        shown = explain(link_sudo.env, error, self.name, with_reference=False)
        is_news = error.code != self.last_error_code
        link_sudo.write({
            'state': self._state_after(error),
            'needs_user': error.code in SOLVED_BY,
            'connect_mode': self._solution(error),
            'limited_until': error.until if error.code == 'rate_limited' else False,
            'last_error_code': error.code,
            'last_error_message': shown,
            'last_error_reference': error.reference,
            'sync_job': False,
            'sync_user_id': False,
        })
        link_sudo._schedule(self._next_refresh_after(error))
        if is_news and error.code != 'rate_limited':
            link_sudo.message_post(body=text)
            if error.code in SOLVED_BY:
                link_sudo._tell_renewal_contacts(text)

    @staticmethod
    def _solution(error):
        """See ``CONNECT_MODES``; False where nobody here can do anything."""
        if error.code == 'client_blocked' and error.connect_url:
            return 'reactivate'
        return SOLVED_BY.get(error.code, False)

    @staticmethod
    def _state_after(error):
        if error.code in ('rate_limited', 'unattended_refused'):
            return 'connected'
        return 'disconnected' if error.code == 'client_disconnected' else 'error'

    # === RHYTHM === #

    def _schedule(self, when):
        self.sudo().next_refresh = when

    def _regular_next_refresh(self, now):
        """Every 12 hours, spread over an hour so that a thousand links don't ask at once."""
        hours = int(self.env['ir.config_parameter'].sudo().get_param(
            'account_online_synchronization.interval_hours', DEFAULT_INTERVAL_HOURS,
        ))
        jitter = zlib.crc32(f'{self.env.cr.dbname}:{self.id}'.encode()) % JITTER_MINUTES
        return fields.Datetime.add(now, hours=hours, minutes=jitter)

    def _next_refresh_after(self, error):
        now = fields.Datetime.now()
        if error.code == 'client_disconnected':
            return False
        if error.until and error.until > now:
            return error.until
        if error.code in (*TRANSIENT, 'client_blocked'):  # somebody may have let us in again
            return fields.Datetime.add(now, hours=RETRY_HOURS)
        return self._regular_next_refresh(now)

    # === TELLING PEOPLE === #

    def _reader_lang(self):
        """Language of what is written down for later readers."""
        return self.sudo().company_id.partner_id.lang or self.env.lang

    def _tell_renewal_contacts(self, text):
        """Mail those whom the journals name, besides the followers."""
        contacts = {
            address for journal in self.account_ids.journal_ids
            for address in email_split(journal.renewal_contact_email or '')
        }
        if contacts:
            address = f'{self.get_base_url()}/odoo/online-synchronization/{self.id}'
            self.env['mail.mail'].create({
                'subject': self.env._("%(bank)s needs you", bank=self.name),
                'body_html': plaintext2html(f"{text}\n\n{address}"),
                'email_to': ", ".join(sorted(contacts)),
            })

    def _notification(self, kind, message, sticky=False):
        """A message; the bank's name before it unless it says that name itself."""
        name = self[:1].name or ''
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': kind, 'title': '' if name in message else name, 'message': message,
                'sticky': sticky,
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
