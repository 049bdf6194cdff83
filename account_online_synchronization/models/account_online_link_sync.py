import logging
import time
from functools import partial
from itertools import takewhile

from odoo import fields, models
from odoo.http import request

from ..error_messages import explain
from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import local_reference, parse_instant
from ..sync.conversation import converse
from ..sync.exclusive import AccountBusy, exclusively
from ..sync.result import SyncResult

_logger = logging.getLogger(__name__)

INTERACTIVE_SECONDS = 20  # how long a person waits before the scheduled action takes over
CRON_SECONDS = 60
BUSY_SECONDS = 60
MOST_RUNS = 50  # of one import
PROGRESS_EVENT = 'account_online_synchronization.progress'


class AccountOnlineLink(models.Model):
    """Synchronizing: refresh at the bank, fetch pages, import, account for it."""

    _inherit = 'account.online.link'

    # === ONE CONNECTION === #

    def _synchronize(self, trigger='cron', seconds=CRON_SECONDS):
        """Fetch and import everything new, now.

        :param trigger: see ``RUN_TRIGGERS``; at ``user`` somebody waits, and the bank is told so.
        :param seconds: after which the rest is left to the scheduled action.
        :return: :class:`SyncResult`; failures are noted on the connection, never raised.
        """
        return converse(self._conversation(trigger, seconds))

    def _conversation(self, trigger, seconds, only_when_due=False):
        """Fetch and import everything new; see :mod:`..sync.conversation`.

        Commits on its way, so that no lock is held while a bank is asked, and that what was
        imported stays whatever happens next.

        :param only_when_due: leave it alone if somebody else has synchronized it meanwhile.
        """
        self.ensure_one()
        self._checkpoint()
        with exclusively(self.env.cr, self._table, self.id) as mine:
            self._checkpoint()  # what the last one who had the lock has committed is seen now
            if not mine or (only_when_due and not self._is_due()):
                return SyncResult(outcome='busy')
            user = self.sync_user_id or self.env.user
            run = self._start_run(trigger, user)
            result = SyncResult()
            try:
                yield from self._fetch_and_import(
                    run, result, trigger == 'user', time.monotonic() + seconds,
                )
            except AccountBusy:
                self.env.cr.rollback()
                result.outcome = 'in_progress'
                self._come_back({'retry_after': BUSY_SECONDS})
            except OnlineSyncError as error:
                self.env.cr.rollback()
                self._fail(result, error)
            except Exception:  # noqa: BLE001 -- one connection's failure stops no other
                self.env.cr.rollback()
                self._fail(result, self._unexpected_error())
            self._finish_run(run, result, user)
            return result

    def _fetch_and_import(self, run, result, attended, deadline):
        accounts = self._accounts_to_fetch()
        if not accounts:
            result.outcome = 'nothing_linked'
            self._schedule(self._regular_next_refresh(fields.Datetime.now()))
            return
        for account in accounts:
            result.add((yield from account._import_rest(deadline)))
        if result.unfinished:
            self._go_on_importing(result)
            return
        if self.only_rest_to_import:
            self._set_success()
            return
        client = self._proxy_client()
        answer = yield from self._refresh(client, accounts, attended, deadline)
        if answer['status'] != 'done':
            result.outcome = 'in_progress'
            self._come_back(answer)
            return
        self.sudo().by_hand_from = parse_instant(answer.get('by_hand_from')) or False
        for account in accounts:
            if limit := account._limit_still_said(answer):
                result.troubles.append((account, limit))
            else:
                yield from self._import_account(client, account, run, result, attended, deadline)
        self._settle_troubles(accounts, result)
        if result.unfinished:
            self.sudo().only_rest_to_import = not result.has_trouble_to_retry
            self._go_on_importing(result)
            return
        self._set_success()
        if result.troubles:
            result.outcome = 'partial'
            self._schedule(min(self._next_refresh_after(each) for _who, each in result.troubles))

    def _go_on_importing(self, result):
        result.outcome = 'in_progress'
        self._come_back({'retry_after': 0})

    def _accounts_to_fetch(self):
        return self.account_ids.filtered(
            lambda account: account.journal_ids and account.in_consent and not account.closed
        )

    def _refresh(self, client, accounts, attended, deadline):
        """Let the provider fetch from the bank; wait as long as a person would.

        :return: the last answer; ``limited`` has all that was left out since the first one, and
            ``continued`` says whether that first one was heard by an earlier run.
        """
        call = {
            'link_id': self.client_id, 'attended': attended, 'user_ip': self._user_ip(),
            'account_ids': accounts.mapped('online_identifier'), 'job': self.sync_job or None,
        }
        self._checkpoint()
        continued, limited = bool(call['job']), {}
        while True:
            answer = yield partial(client.refresh, **call)
            limited |= answer.get('limited') or {}
            answer = {**answer, 'limited': limited, 'continued': continued}
            pause = answer.get('retry_after') or 5
            if answer['status'] == 'done' or time.monotonic() + pause > deadline:
                return answer
            call['job'] = answer['job']
            yield pause

    def _come_back(self, answer):
        """The bank or we need more time: the scheduled action goes on where this stopped."""
        when = fields.Datetime.add(fields.Datetime.now(), seconds=answer.get('retry_after') or 0)
        values = {'next_refresh': when, 'sync_job': answer.get('job')}
        if not self.sync_user_id and self.env.user.active and request:
            values['sync_user_id'] = self.env.user.id
        self.sudo().write(values)
        self._trigger_cron(when)

    # === RUN RECORDS === #

    def _start_run(self, trigger, user):
        """Say durably that a synchronization has begun; an interrupted one is closed first."""
        runs_sudo = self.env['account.online.run'].sudo()
        runs_sudo.search([('link_id', '=', self.id), ('state', '=', 'running')]).write({
            'state': 'failed', 'finished': fields.Datetime.now(), 'error_code': 'interrupted',
        })
        run_sudo = runs_sudo.create({
            'link_id': self.id, 'trigger': trigger, 'user_id': user.id,
        })
        self.sudo().write({'last_refresh': run_sudo.started, 'last_run_id': run_sudo.id})
        self._send_progress(user, 'running')
        self._checkpoint()
        return run_sudo

    def _finish_run(self, run, result, user):
        values = {
            'finished': fields.Datetime.now(),
            'state': RUN_STATE.get(result.outcome, 'done'),
            **result.as_run_values(),
        }
        errors = [result.error] if result.error else [error for _who, error in result.troubles]
        if errors:
            values.update({
                'error_code': errors[0].code,
                'error_message': "\n".join(self._trouble_sentences(result)),
                'error_reference': errors[0].reference,
            })
        run.write(values)
        result.new += self._imported_before(run)
        self._tell_accountants()
        state = {
            'failed': 'failed', 'user_action': 'failed', 'partial': 'partial',
            'in_progress': 'running',
        }
        self._send_progress(user, state.get(result.outcome, 'done'), result)
        self._checkpoint()

    def _imported_before(self, run):
        """How much the former runs imported of what this one has brought to its end."""
        earlier = run.search_fetch(
            [('link_id', '=', self.id), ('id', '<', run.id)], ['state', 'new_count'],
            order='id desc', limit=MOST_RUNS,
        )
        return sum(
            each.new_count for each in takewhile(lambda each: each.state == 'in_progress', earlier)
        )

    def _fail(self, result, error):
        self._set_error(error)
        result.error = error
        result.outcome = 'user_action' if self.needs_user else 'failed'
        if error.code in ('client_disconnected', 'not_registered'):
            self._disconnect_siblings(error)

    def _disconnect_siblings(self, error):
        """The proxy does not know this database any more: no connection of it works."""
        if error.code == 'client_disconnected' and error.account_id is None \
                and self._registration_is_void():
            siblings = self.sudo().search(
                [
                    ('id', '!=', self.id),
                    ('proxy_url', '=', self.proxy_url),
                    ('state', '!=', 'disconnected'),
                ]
            )
            siblings._set_disconnected(explain(self.env, error))

    def _registration_is_void(self):
        registration_sudo = self.env['account.online.registration'].sudo().search(
            [('proxy_url', '=', self.env['account.online.registration']._proxy_url())], limit=1,
        )
        return bool(registration_sudo) and (
            registration_sudo.database_uuid
            != self.env['account.online.registration']._database_uuid()
        )

    def _unexpected_error(self):
        """An error of our own: the log has everything under the reference that people see."""
        reference = local_reference()
        _logger.exception(  # noqa: LOG004 -- called by the handler
            "Synchronization of connection %s failed, reference %s", self.id, reference,
        )
        return OnlineSyncError('unexpected', "An error in the database.", reference=reference)

    # === PLUMBING === #

    def _checkpoint(self):
        """Commit: what was done is safe, no lock and no open transaction is taken along."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    @staticmethod
    def _user_ip():
        return request.httprequest.remote_addr if request else None

    def _send_import_progress(self, account, booked):
        """The card of a journal counts along while a long import goes on."""
        (self.sync_user_id or self.env.user)._bus_send(PROGRESS_EVENT, {
            'link_id': self.id, 'journal_id': account.journal_id.id, 'state': 'running',
            'imported': booked,
        })

    def _send_progress(self, user, state, result=None):
        payload = {
            'link_id': self.id, 'journal_ids': self.account_ids.journal_ids.ids, 'state': state,
            'run_id': self.last_run_id.id,
        }
        if result:
            payload.update({
                'received': result.received, 'imported': result.new, 'waiting': result.waiting,
                'review': result.review, 'pending': result.pending,
                # Who waits for the answer of this very request is told by it.
                'message': not request and (
                    self.with_context(lang=user.lang)._result_message(result)
                ),
                'reference': result.error.reference if result.error else None,
            })
        user._bus_send(PROGRESS_EVENT, payload)


RUN_STATE = {
    'done': 'done', 'nothing_linked': 'done', 'partial': 'partial', 'in_progress': 'in_progress',
    'user_action': 'user_action', 'failed': 'failed',
}
