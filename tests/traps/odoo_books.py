"""The driver of `tests/matching/books.py`, with Odoo's tables behind it instead of dictionaries."""

import math
from decimal import Decimal
from unittest.mock import patch

from matching import Doubt, Policy
from matching.normalize import to_number

from tests.matching.books import Books, Line, day, one_page


class Records:
    """A bank journal in euros that one online account feeds, with nothing in it."""

    def __init__(self, env, name):
        euro = env.ref('base.EUR')
        euro.active = True
        self.journal = env['account.journal'].create({
            'name': f"Bank {name}", 'type': 'bank', 'code': f'TRAP{name}',
            'currency_id': euro.id if env.company.currency_id != euro else False,
        })
        link = env['account.online.link'].create({'name': "Bank", 'client_id': f'TRAPS-{name}'})
        self.account = env['account.online.account'].create({
            'name': "Account", 'online_identifier': name, 'identity': name, 'currency_code': 'EUR',
            'currency_id': euro.id, 'account_online_link_id': link.id, 'company_id': env.company.id,
        })
        self.account._link_to_journal(self.journal)
        # A row without a run counts as imported by a former service.
        self.run = env['account.online.run'].create({'link_id': link.id, 'trigger': 'user'})


class OdooBooks(Books):
    """What a test does with one journal.

    :param ready: the records of some names, where they are made already.
    """

    def __init__(self, env, ready, name='A', **policy):
        super().__init__(name, **policy)
        records = ready.get(name) or Records(env, name)
        self.env = env
        self.as_sent = {}
        self.answered = {}  # what was asked about a row and is answered
        self.journal_record, self.account, self.run = records.journal, records.account, records.run
        self.statement_lines = env['account.bank.statement.line'].with_context(
            default_journal_id=self.journal_record.id,
        )

    def sync(self, transactions, window='complete', dates=None, paging=None, **policy):
        from odoo.addons.account_online_synchronization.matching import planner
        from odoo.addons.account_online_synchronization.models import account_online_account_sync
        from odoo.addons.account_online_synchronization.sync.conversation import converse
        from odoo.addons.account_online_synchronization.sync.fetch import Fetched
        from odoo.addons.account_online_synchronization.sync.spool import Spool

        policy = Policy(**{**self.settings, **policy})
        self._remember_amounts(transactions)
        made, before = [], dict(self.lines)

        def window_of(_account, _fetched):
            rows = self.account._read_rows(fetched, policy.today)
            return window if not isinstance(window, str) else self.window(rows, window, dates)

        def plan(incoming, known, *others):
            known = list(known)
            self.looked_at = len(known)
            made.append(planner.plan(incoming, known, *others))
            return made[0]

        fetched = Fetched(start_cursor=None, today=policy.today)
        fetched.pages = Spool.of((paging or one_page)(list(transactions)))
        with (
            self._deciding_by(policy), patch.object(self.account_class, '_window', window_of),
            patch.object(account_online_account_sync, 'plan', plan),
        ):
            converse(self.account._import(fetched, self.run, math.inf))
        if made[0].demotion:
            assert self.account.id_grade == made[0].demotion.grade.value
            self.settings['grade'] = made[0].demotion.grade
        self._read_back()
        assert all(self.lines.get(key) == line for key, line in before.items())
        return made[0]

    @property
    def account_class(self):
        return self.env.registry['account.online.account']

    def _deciding_by(self, policy):
        return patch.object(
            self.account_class, '_policy', lambda _account, _today, _balance: policy)

    def _remember_amounts(self, transactions):
        for transaction in transactions:
            number = to_number(transaction['amount'])
            if number is not None:
                self.as_sent[number] = str(transaction['amount'])

    def _read_back(self):
        """What the database holds now, in the words of the driver."""
        from odoo.addons.account_online_synchronization.sync.feed_values import known_row

        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.account.transaction_ids
        self.feed = {row.id: known_row(row, row.alias_ids.mapped('key')) for row in rows}
        lines = self.statement_lines.search([('journal_id', '=', self.journal_record.id)])
        self.lines = {
            line.id: Line(line.date, Decimal(f'{line.amount:.2f}'), _text(line), -line.sequence)
            for line in lines
        }
        self.line_of = {
            line.online_transaction_id.id: line.id for line in lines if line.online_transaction_id
        }
        self.reviews = [
            (doubt, row.id) for row in rows if row.state == 'to_review'
            for doubt in _doubts_of(row, self.answered.get(row.id, ()))
        ]

    # === WHAT A USER DOES === #

    def enter(self, booked, amount, text='', rank=0):
        self.as_sent[Decimal(str(amount))] = str(amount)
        line = self.statement_lines.create({
            'date': day(booked), 'amount': float(amount), 'payment_ref': text or '/',
        })
        self._read_back()
        return line.id

    def delete(self, amount, booked=None):
        key = next(
            key for key, line_key in self.line_of.items()
            if self.lines[line_key].amount == Decimal(str(amount))
            and booked in (None, self.lines[line_key].date)
        )
        self.statement_lines.browse(self.line_of[key]).unlink()
        self._read_back()
        return key

    def restore(self, key):
        self._decide(self.account.transaction_ids.browse(key).action_restore)

    def merge(self, kept, dropped):
        """By the finder of duplicates: one line goes, and stays known."""
        rows = self.account.transaction_ids
        finder = self.env['account.online.duplicates'].create({
            'journal_id': self.journal_record.id, 'date_from': '2026-01-01',
        })
        pair = {line.statement_line_id: line for line in finder.line_ids}
        assert rows.browse(kept).statement_line_id in pair
        pair[rows.browse(dropped).statement_line_id].selected = True
        self._decide(finder.action_delete)

    def reopen(self):
        self._decide(self.account._book_waiting)

    def answer(self, bank_is_right):
        _doubt, key = self.reviews[-1]
        row = self.account.transaction_ids.browse(key)
        self.answered[key] = row.raised_reviews or ()
        self._decide(row.action_accept_bank if bank_is_right else row.action_keep_books)

    def _decide(self, action):
        with self._deciding_by(Policy(**self.settings)):
            action()
        self._read_back()

    # === LOOKING === #

    def journal(self):
        """Amounts in the order in which Odoo shows them, the oldest first."""
        lines = self.statement_lines.search(
            [('journal_id', '=', self.journal_record.id)], order='internal_index',
        )
        return [self.as_sent[Decimal(f'{line.amount:.2f}')] for line in lines]


def _doubts_of(row, answered):
    """A row shows its latest question; that there were others is in what was raised."""
    if not row.statement_line_id:
        return [Doubt(row.review_kind)]
    raised = [token.partition(':')[0] for token in row.raised_reviews if token not in answered]
    return [Doubt(kind) for kind in raised if kind in ('changed', 'removed')]


def _text(line):
    return '' if line.payment_ref == '/' else line.payment_ref
