from odoo import api, fields, models
from odoo.tools import formatLang

from ..error_messages import explain
from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import CAUSES
from .account_online_link_sync import INTERACTIVE_SECONDS


class AccountOnlineLink(models.Model):
    """What a synchronization brought, said in sentences to those who wait for it."""

    _inherit = 'account.online.link'

    last_error_text = fields.Text(
        string="Last Error", compute='_compute_last_error_text',
        help="The last error in the language of whoever reads it.",
    )

    @api.depends('last_error_code', 'last_error_message', 'connect_mode', 'name')
    @api.depends_context('lang')
    def _compute_last_error_text(self):
        for link in self:
            link.last_error_text = link._error_for_reader()

    def _error_for_reader(self):
        """What was noted in the company's language, unless it was somebody's own words."""
        noted = self.last_error_message
        if not noted or not self.last_error_code:
            return noted
        writer = self.with_context(lang=self._reader_lang())
        for cause in (None, *CAUSES):
            error = OnlineSyncError(
                self.last_error_code, cause=cause,
                # The page's address is not kept, it is soon too old; that there was one matters.
                connect_url='#' if self.connect_mode == 'reactivate' else None,
            )
            if noted == explain(writer.env, error, self.name, with_reference=False):
                return explain(self.env, error, self.name, with_reference=False)
        return noted

    def _synchronize_for_user(self):
        """Synchronize now and say what came; connections wait for each other, in turn.

        :return: the action that follows: a message, or the way to the bank.
        """
        results = [
            (link, link._synchronize(trigger='user', seconds=INTERACTIVE_SECONDS)) for link in self
        ]
        if self.env.user.has_group('account.group_account_manager'):
            for link, result in results:
                if result.error and (action := link._way_out(result.error)):
                    return action
        kind = 'success'
        if any(
            result.outcome in ('in_progress', 'busy', 'nothing_linked') for _link, result in results
        ):
            kind = 'info'
        has_troubles = any(result.troubles for _link, result in results)
        if has_troubles:
            kind = 'warning'
        codes = {result.error.code for _link, result in results if result.error}
        if codes:
            kind = 'warning' if codes == {'rate_limited'} else 'danger'
        message = "\n".join(link._result_message(result) for link, result in results)
        return self._notification(kind, message, sticky=kind == 'danger' or has_troubles)

    def _way_out(self, error):
        """Where a person settles this trouble; None when that is nowhere to be clicked."""
        if error.code in ('user_action_required', 'consent_expired'):
            mode = self.connect_mode or 'reconnect'
            if error.connect_url:
                return self._connect_action(error.connect_url, mode)
            return self._connect_for_user(mode)
        if error.code == 'client_blocked' and error.connect_url:
            return {'type': 'ir.actions.act_url', 'url': error.connect_url, 'target': 'new'}
        return None

    def _result_message(self, result):
        """One or a few complete sentences."""
        if result.error:
            return " ".join(self._trouble_sentences(result))
        if result.outcome == 'busy':
            return self.env._("%(bank)s is being synchronized already.", bank=self.name)
        if result.outcome == 'nothing_linked':
            return self.env._(
                "No account of %(bank)s is linked to a journal yet, so there is nothing to fetch.",
                bank=self.name,
            )
        sentences = [
            self._new_sentence(result), *self._remark_sentences(result),
            *self._trouble_sentences(result),
        ]
        if result.outcome == 'in_progress':
            sentences.append(
                self.env._(
                    "%(bank)s is still working; the rest follows by itself in a moment.",
                    bank=self.name,
                )
            )
        return " ".join(sentences)

    def _trouble_sentences(self, result):
        """What failed, of the connection or of some of its accounts, and who must act."""
        if result.error:
            return [explain(self.env, result.error, self.name)]
        return [account._trouble_sentence(error) for account, error in result.troubles]

    def _new_sentence(self, result):
        if result.new == 1:
            return self.env._("1 new transaction from %(bank)s.", bank=self.name)
        if result.new:
            return self.env._(
                "%(count)s new transactions from %(bank)s.",
                count=self._count(result.new), bank=self.name,
            )
        if not result.received:
            return self._nothing_sentence()
        if not result.same:  # what is said next explains it
            return self.env._("No new transactions from %(bank)s.", bank=self.name)
        return self.env._("No new transactions from %(bank)s: all are known.", bank=self.name)

    def _count(self, number):
        """A whole number as the reader's language writes it."""
        return formatLang(self.env, number, digits=0)

    def _nothing_sentence(self):
        """The bank has shown nothing at all; ever, perhaps, because it does not look far back."""
        feed = self.env['account.online.transaction'].sudo()
        if self.history_days and not feed.search_count(
            [('online_account_id', 'in', self.account_ids.ids)], limit=1,
        ):
            return self.env._(
                "%(bank)s has no transactions of the last %(days)s days, and gives no older ones."
                " Import those from a file.",
                bank=self.name, days=self._count(self.history_days),
            )
        return self.env._("%(bank)s has no new transactions.", bank=self.name)

    def _remark_sentences(self, result):
        """Everything that was received but not imported, so that nothing is missing silently."""
        remarks = {
            'linked': self.env._(
                "Found among the existing entries: %(count)s.", count=self._count(result.linked),
            ),
            'pending': self.env._(
                "Pending at the bank: %(count)s.", count=self._count(result.pending),
            ),
            'waiting': self.env._(
                "Waiting because their period is locked: %(count)s.",
                count=self._count(result.waiting),
            ),
            'review': self.env._(
                "To be decided by you: %(count)s.", count=self._count(result.review),
            ),
            'quarantined': self.env._(
                "Set aside because their data are unusable: %(count)s.",
                count=self._count(result.quarantined),
            ),
            'before_start': self.env._(
                "Older than the start of the import: %(count)s.",
                count=self._count(result.before_start),
            ),
        }
        return [sentence for name, sentence in remarks.items() if getattr(result, name)]

    def _tell_accountants(self):
        """One activity per connection as long as rows wait for a decision or an open period."""
        counts = self._open_counts()
        activity_type = 'mail.mail_activity_data_warning'
        existing = self.sudo().activity_search([activity_type])
        if not counts:
            if existing:
                existing.action_feedback(feedback=self.env._("Nothing is left to decide."))
        elif not existing:
            self.sudo().activity_schedule(
                activity_type,
                fields.Date.context_today(self),
                summary=self.env._("Bank transactions need a decision"),
                note=self.env._(
                    "To review: %(review)s. Waiting for an open period: %(waiting)s."
                    " Set aside: %(bad)s.",
                    review=self._count(counts.get('to_review', 0)),
                    waiting=self._count(counts.get('waiting', 0)),
                    bad=self._count(counts.get('quarantined', 0)),
                ),
                user_id=self._accountant().id,
            )

    def _open_counts(self):
        """Number of rows per state that wait for somebody; the others are not looked at."""
        return dict(self.env['account.online.transaction'].sudo()._read_group(
            [
                ('online_account_id', 'in', self.account_ids.ids),
                ('state', 'in', ('waiting', 'to_review', 'quarantined')),
                ('acknowledged', '=', False),
            ],
            ['state'], ['__count'],
        ))

    def _accountant(self):
        """Who decides: whoever connected the bank, unless that was the system."""
        creator = self.create_uid
        return (
            creator
            if creator.active and not creator._is_superuser()
            else self.env.ref('base.user_admin')
        )
