import logging
import random
import time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..sync.conversation import converse_together
from ..sync.result import SyncResult
from .account_online_link_sync import CRON_SECONDS

_logger = logging.getLogger(__name__)

CALLS = 32  # at the same time, by one worker
HELPERS = 3
LOOK_AHEAD = 8  # connections that are looked at together, shortly before their turn
WORTH_HELPING = 2 * CALLS  # connections for each worker


class AccountOnlineLink(models.Model):
    """Synchronizing by itself: many connections at a time, by several workers if there are many."""

    _inherit = 'account.online.link'

    @api.model
    def _cron_synchronize(self):
        """Synchronize what is due; a failure of one connection stops no other."""
        self.env['account.online.registration']._rotate_when_old()
        self._finish_visits()
        due = self.search(self._due_domain(), order='next_refresh, id')
        self._call_helpers(len(due))
        due._synchronize_due()

    @api.model
    def _cron_help_synchronizing(self):
        """Synchronize what is due beside the other workers: each takes what nobody has taken."""
        due = self.search(self._due_domain(), order='next_refresh, id')
        # Whoever starts elsewhere meets the others late.
        self.browse(random.sample(due.ids, len(due)))._synchronize_due()

    def _synchronize_due(self):
        """Synchronize these connections, most of them while others wait for their banks."""
        cron = self.env['ir.cron']
        end = time.monotonic() + cron._commit_progress(remaining=len(self))
        waiting = self._still_due()
        for _result in converse_together(
            (link._scheduled_conversation() for link in waiting), self._call_limit(),
            may_open=lambda: time.monotonic() < end,
        ):
            cron._commit_progress(1)
        if not next(waiting, None):
            cron._commit_progress(remaining=0)

    def _still_due(self):
        """These connections in their order, without those that others synchronize meanwhile."""
        for ids in split_every(LOOK_AHEAD, self.ids, list):
            due = self.search(Domain('id', 'in', ids) & self._due_domain())
            yield from due.sorted(lambda link, ids=ids: ids.index(link.id))

    def _scheduled_conversation(self):
        try:
            if not self.exists():
                return SyncResult(outcome='busy')
            trigger = 'user' if self.sync_user_id else 'cron'
            return (yield from self.with_company(self.company_id)._conversation(
                trigger, CRON_SECONDS, only_when_due=True,
            ))
        except Exception:
            # Not even the failure could be noted. The others go on; this one is due again.
            self.env.cr.rollback()
            _logger.exception("The synchronization of connection %s was lost", self.id)
            return SyncResult(outcome='failed')

    def _is_due(self):
        """Whether nobody has synchronized it since it was chosen."""
        return bool(self.filtered_domain(self._due_domain()))

    @api.model
    def _due_domain(self):
        return Domain('next_refresh', '<=', fields.Datetime.now()) \
            & Domain('state', '!=', 'disconnected') \
            & (Domain('auto_sync', '=', True) | Domain('sync_user_id', '!=', False))

    @api.model
    def _call_limit(self):
        """How many calls one worker makes at the same time."""
        return int(self.env['ir.config_parameter'].sudo().get_param(
            'account_online_synchronization.calls_at_once', CALLS,
        ))

    # === WHO WORKS === #

    @api.model
    def _note_news(self, client_id):
        """The proxy says that the bank has something new: do not wait for the next turn.

        :param client_id: the connection at the proxy; one that is unknown here is no matter.
        """
        now = fields.Datetime.now()
        link_sudo = self.sudo().search([
            ('client_id', '=', client_id), ('auto_sync', '=', True), ('needs_user', '=', False),
            ('state', '!=', 'disconnected'),
            '|', ('limited_until', '=', False), ('limited_until', '<=', now),
        ])
        link_sudo |= self.sudo().search([('client_id', '=', client_id)])._abandoned()
        if link_sudo:
            link_sudo._schedule(now)
            link_sudo._trigger_cron()

    @api.model
    def _note_moved_clock(self, provider_code, seconds):
        """The clock of pretend banks was moved on: what they granted later, they grant now.

        :param seconds: negative when it was set back.
        """
        for link_sudo in self.sudo().search([
            ('provider_type', '=', provider_code), ('proxy_url', 'in', [False, '']),
        ]):
            link_sudo.write({
                name: fields.Datetime.subtract(link_sudo[name], seconds=seconds)
                for name in ('limited_until', 'by_hand_from') if link_sudo[name]
            })

    def _request_synchronization(self, user):
        """Let the scheduled action synchronize as soon as it can, for a person who asked for it."""
        self.sudo().write({
            'next_refresh': fields.Datetime.now(), 'sync_user_id': user.id,
            'only_rest_to_import': False,
        })
        self._trigger_cron()

    def _trigger_cron(self, at=None):
        self._activate_crons()
        self.env.ref('account_online_synchronization.ir_cron_synchronize').sudo()._trigger(at)

    @api.model
    def _call_helpers(self, due):
        """Odoo runs a scheduled action once at a time: helpers are actions of their own."""
        wanted = min(due // WORTH_HELPING, HELPERS)
        for number in range(1, wanted + 1):
            helper = self.env.ref(
                f'account_online_synchronization.ir_cron_help_synchronizing_{number}',
            )
            helper.sudo()._trigger()

    def _start_first_import(self):
        """Import what the mapping screen has linked, in the background; returns at once."""
        for link in self:
            link._request_synchronization(self.env.user)
