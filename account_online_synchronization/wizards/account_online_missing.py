import math
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..error_messages import explain
from ..matching import Plan
from ..matching.missing import Absence, find_missing
from ..proxy_client import OnlineSyncError
from ..sync.conversation import converse
from ..sync.fetch import Fetched, fetch
from ..sync.importer import Importer
from ..sync.spool import Spool

LOOK_BACK = timedelta(days=90)

ABSENCES = [
    (Absence.MISSING.value, "Not in the books"),
    (Absence.BEFORE_START.value, "Booked before the first day to import"),
    (Absence.LOCKED.value, "Waits for an open period"),
    (Absence.DELETED.value, "Deleted from the books"),
    (Absence.TO_REVIEW.value, "Waits for a decision"),
    (Absence.QUARANTINED.value, "Cannot be read"),
    (Absence.PENDING.value, "Pending at the bank"),
]


class AccountOnlineMissing(models.TransientModel):
    """Ask the bank again for a period, and show what of it is not in the books."""

    _name = 'account.online.missing'
    _description = "Find Missing Transactions"

    online_account_id = fields.Many2one(
        'account.online.account', string="Account", required=True, ondelete='cascade',
        domain="[('journal_ids', '!=', False), ('in_consent', '=', True)]",
    )
    currency_id = fields.Many2one(related='online_account_id.currency_id')
    journal_id = fields.Many2one(related='online_account_id.journal_id')
    date_from = fields.Date(
        string="From", required=True,
        default=lambda self: fields.Date.context_today(self) - LOOK_BACK,
    )
    searched = fields.Boolean(readonly=True)
    answer = fields.Json(readonly=True, groups='base.group_system')  # the bank's, to plan it again
    line_ids = fields.One2many('account.online.missing.line', 'missing_id', string="Missing")
    selected_count = fields.Integer(compute='_compute_selected_count')

    @api.depends('line_ids.selected')
    def _compute_selected_count(self):
        for missing in self:
            missing.selected_count = len(missing.line_ids.filtered('selected'))

    # === ACTION METHODS === #

    def action_search(self):
        """Ask the bank, and list what is missing with the reason for each."""
        self._check_may_import()
        missing_sudo = self.sudo()
        missing_sudo.answer = missing_sudo._ask_bank()
        plan = missing_sudo._plan(self.online_account_id.import_from)
        missing_sudo.write({'searched': True, 'line_ids': [
            (5,), *((0, 0, values) for values in missing_sudo._line_values(plan)),
        ]})
        return self._reopen()

    def action_import(self):
        """Import what is selected; what was deleted before is restored."""
        self._check_may_import()
        selected = self.line_ids.filtered(lambda line: line.selected and line.importable)
        if not selected:
            raise UserError(self.env._(
                "No transaction is selected. Select those that are to be imported, or close."
            ))
        lines = self.sudo()._import(selected)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Imported Transactions"),
            'res_model': 'account.bank.statement.line',
            'view_mode': 'list,form',
            'domain': [('id', 'in', lines.ids)],
        }

    # === BUSINESS METHODS === #

    def _check_may_import(self):
        """Bookkeepers look for what is missing: those who may write bank transactions."""
        self.ensure_one()
        self.check_access('read')
        self.online_account_id.check_access('read')
        self.env['account.bank.statement.line'].check_access('create')

    def _ask_bank(self):
        """All pages from the first day on, without a cursor, as JSON."""
        account = self.online_account_id
        link = account.account_online_link_id
        link._checkpoint()
        try:
            fetched = converse(fetch(
                link._proxy_client(), link.client_id, account.online_identifier, self.date_from,
                cursor=None, attended=True,
            ))
        except OnlineSyncError as error:
            raise UserError(explain(self.env, error, link.name)) from error
        return {
            'rows': [row for page in fetched.pages for row in page],
            'date_from': fetched.date_from and fetched.date_from.isoformat(),
            'date_to': fetched.date_to and fetched.date_to.isoformat(),
            'today': fetched.today and fetched.today.isoformat(),
        }

    def _fetched(self):
        answer = self.answer
        days = {name: answer[name] and date.fromisoformat(answer[name])
                for name in ('date_from', 'date_to', 'today')}
        return Fetched(start_cursor=None, pages=Spool.of([answer['rows']]), **days)

    def _plan(self, import_from):
        """What a synchronization would do with the bank's answer.

        :param import_from: first day to import, or False for all.
        """
        return self.online_account_id._plan_window(self._fetched(), import_from)[0]

    def _line_values(self, plan):
        for found in find_missing(plan):
            row = found.row
            day = getattr(row, 'date', None)
            if row is None or (day and day < self.date_from):
                continue
            raw, other_side = row.raw, getattr(row, 'counterparty', None)
            yield {
                'position': row.position,
                'transaction_id': found.known.key if found.known else False,
                'booking_date': day,
                'amount': float(row.amount or 0),
                'description': raw.get('description') or False,
                'counterparty_name': (other_side and other_side.name) or False,
                'absence': found.why.value,
                'importable': found.importable,
            }

    def _import(self, selected):
        """Statement lines of the selected rows.

        What was deleted is restored, what waited for a decision is decided, the rest is booked as
        a synchronization would, or linked, or waits.
        """
        deleted = selected.filtered(lambda line: line.absence == Absence.DELETED.value)
        asked = selected.filtered(lambda line: line.absence == Absence.TO_REVIEW.value)
        if deleted:
            deleted.transaction_id.action_restore()
        fetched = (selected - deleted).filtered(
            lambda line: line not in asked or not line.transaction_id
        )
        row_of = self._import_fetched(set(fetched.mapped('position')))
        decided = asked.transaction_id.union(
            *(row_of[position] for position in asked.mapped('position') if position in row_of)
        )
        decided.filtered(lambda row: row.state == 'to_review').action_accept_bank()
        self.online_account_id._note_change_of_books()
        return (deleted.transaction_id | decided).union(*row_of.values()).statement_line_id

    def _import_fetched(self, positions):
        """Apply what a synchronization would do with these rows of the answer, and nothing else.

        :return: the feed row at each position.
        """
        account = self.online_account_id
        plan, source = account._plan_window(self._fetched(), import_from=False)
        run = self.env['account.online.run'].create({
            'link_id': account.account_online_link_id.id, 'trigger': 'finder',
            'user_id': self.env.uid, 'state': 'done', 'finished': fields.Datetime.now(),
        })
        importer = Importer(account, source, run)
        chosen = self._only(plan, positions)
        importer.apply_notes(chosen)
        run.new_count = converse(importer.book(chosen.bookings, math.inf, lambda _done: ()))
        return importer.of_position

    @staticmethod
    def _only(plan, positions):
        """The part of a plan that concerns these rows."""
        def of(items):
            return tuple(item for item in items if item.row and item.row.position in positions)

        return Plan(
            bookings=of(plan.bookings), waiting=of(plan.waiting), links=of(plan.links),
            reviews=of(plan.reviews),
        )

    def _reopen(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Find Missing Transactions"),
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
        }


class AccountOnlineMissingLine(models.TransientModel):
    _name = 'account.online.missing.line'
    _description = "Missing Transaction"
    _order = 'booking_date desc, position'

    missing_id = fields.Many2one('account.online.missing', required=True, ondelete='cascade')
    currency_id = fields.Many2one(related='missing_id.currency_id')
    position = fields.Integer(readonly=True)
    transaction_id = fields.Many2one(
        'account.online.transaction', readonly=True, ondelete='cascade',
    )
    booking_date = fields.Date(string="Date", readonly=True)
    amount = fields.Monetary(readonly=True)
    description = fields.Char(readonly=True)
    counterparty_name = fields.Char(string="Counterparty", readonly=True)
    absence = fields.Selection(ABSENCES, string="Why", readonly=True)
    importable = fields.Boolean(readonly=True)
    selected = fields.Boolean(string="Import")
