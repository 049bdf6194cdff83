"""Sums of older entries are kept, and what is changed, deleted or moved is never missed."""

import random
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import account_online_subtotal
from ..sync.balance_proof import books_balance, prove
from .common import OnlineSyncCommon, row

SUBTOTAL = 'account.online.subtotal'


@tagged('post_install', '-at_install')
class TestSubtotal(OnlineSyncCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(account_online_subtotal, 'RECENT', 3))
        self.startPatcher(patch.object(account_online_subtotal, 'STEP', 3))
        # All of a test is one transaction, which sees its own announcements.
        self.settled = self.startPatcher(patch.object(
            self.env.registry[SUBTOTAL], '_is_settled', return_value=True,
        ))
        self.journal.bank_statement_creation_groupby = 'none'
        self._receive_days(12, balance='1078.00')
        self.line_ids = self.account.transaction_ids.statement_line_id.sorted('id')

    @property
    def kept(self):
        return self.env[SUBTOTAL].search([('journal_id', '=', self.journal.id)])

    def _receive_days(self, count, **bank):
        self.synchronize(*(row(f'2026-02-{day:02}', day) for day in range(1, count + 1)), **bank)

    def _carry_on(self, times=2):
        for _time in range(times):
            prove(self.account)

    def _assert_sum_is_of_all_lines(self):
        """What is added up in parts is what the lines are, read one by one."""
        lines = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', self.journal.id)])
        first = self.env['account.bank.statement'].search(
            [('journal_id', '=', self.journal.id), ('first_line_index', '!=', False)],
            order='first_line_index', limit=1)
        counted = lines.filtered(lambda line: line.state == 'posted' and (
            not first or line.internal_index >= first.first_line_index))
        start = first.balance_start if first else self.account.opening_balance
        self.assertAlmostEqual(
            books_balance(self.account), start + sum(counted.mapped('amount')), places=2)

    def test_older_entries_are_added_up_once(self):
        self.assertEqual(self.kept.announced, self.line_ids[8].id)
        self._carry_on(1)
        self.assertRecordValues(
            self.kept, [{'until': self.line_ids[8].id, 'amount': 45.0, 'announced': 0}])
        self.kept.sudo().amount = 1045.0  # as nobody would do
        self.assertEqual(books_balance(self.account), 2078.0)

    def test_a_sum_grows_with_the_entries_that_come(self):
        self._carry_on()
        self._receive_days(19, balance='1190.00')
        self._carry_on()
        self.assertRecordValues(self.kept, [{'amount': 136.0, 'announced': 0}])
        self._assert_sum_is_of_all_lines()

    def test_an_announcement_waits_for_those_who_cannot_see_it(self):
        self.settled.return_value = False
        self._carry_on(5)
        self.assertRecordValues(
            self.kept, [{'until': 0, 'amount': 0.0, 'announced': self.line_ids[8].id}])

    def test_an_entry_that_is_in_a_sum_is_changed(self):
        self._carry_on()
        self.line_ids[2].amount = 103.0
        self.assertFalse(self.kept.until)
        self.assertEqual(books_balance(self.account), 1178.0)

    def test_an_entry_that_is_in_a_sum_is_reset_to_draft(self):
        self._carry_on()
        self.line_ids[2].move_id.button_draft()
        self.assertEqual(books_balance(self.account), 1075.0)
        self._carry_on()
        self.line_ids[2].move_id.action_post()
        self.assertEqual(books_balance(self.account), 1078.0)

    def test_an_entry_that_is_in_a_sum_is_deleted(self):
        self._carry_on()
        self.line_ids[2].unlink()
        self.assertEqual(books_balance(self.account), 1075.0)

    def test_the_entry_of_a_line_that_is_in_a_sum_is_deleted(self):
        self._carry_on()
        move = self.line_ids[2].move_id
        move.button_draft()
        self._carry_on()
        move.unlink()
        self._assert_sum_is_of_all_lines()

    def test_a_change_among_the_latest_entries_leaves_the_sum_alone(self):
        self._carry_on()
        self.line_ids[-1].amount = 112.0
        self.assertTrue(self.kept.until)
        self.assertEqual(books_balance(self.account), 1178.0)

    def test_a_change_takes_back_an_announcement_only_where_it_is_covered(self):
        self._carry_on()
        until = self.kept.until
        self._receive_days(19, balance='1190.00')
        self.assertTrue(self.kept.announced)
        self.account.transaction_ids.statement_line_id.sorted('id')[10].amount = 111.0
        self.assertRecordValues(self.kept, [{'until': until, 'announced': 0}])
        self._carry_on(1)
        self._assert_sum_is_of_all_lines()

    def test_whatever_happens_to_entries_the_sum_is_theirs(self):
        """Ten random stories of what people do to a journal, compared after each step."""
        for seed in range(10):
            savepoint = self.cr.savepoint()
            dice = random.Random(seed)
            with self.subTest(seed=seed):
                for _step in range(12):
                    dice.choice(self._deeds())(dice)
                    if dice.random() < 0.7:
                        self.settled.return_value = dice.random() < 0.7
                        self._carry_on(1)
                    self._assert_sum_is_of_all_lines()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _deeds(self):
        return (
            self._enter, self._change, self._move_to_another_day, self._reset, self._post,
            self._delete, self._delete_entry, self._make_statement, self._delete_statement,
            self._leave_statement, self._let_the_bank_tell_more,
        )

    def _lines(self, **conditions):
        return self.env['account.bank.statement.line'].search(
            [('journal_id', '=', self.journal.id), *((k, '=', v) for k, v in conditions.items())])

    def _some(self, dice, lines):
        return lines.browse(dice.sample(lines.ids, min(len(lines), dice.randint(1, 3))))

    def _day(self, dice):
        return fields.Date.to_date(f'2026-{dice.randint(1, 3):02}-{dice.randint(1, 28):02}')

    def _enter(self, dice):
        self.env['account.bank.statement.line'].create([
            {'journal_id': self.journal.id, 'date': self._day(dice), 'payment_ref': "By hand",
             'amount': dice.randint(-50, 50)} for _number in range(dice.randint(1, 8))
        ])

    def _change(self, dice):
        for line in self._some(dice, self._lines()):
            line.amount = dice.randint(-500, 500)

    def _move_to_another_day(self, dice):
        self._some(dice, self._lines(statement_id=False)).date = self._day(dice)

    def _reset(self, dice):
        self._some(dice, self._lines(state='posted')).move_id.button_draft()

    def _post(self, dice):
        self._some(dice, self._lines(state='draft')).move_id.action_post()

    def _delete(self, dice):
        self._some(dice, self._lines(statement_id=False)).unlink()

    def _delete_entry(self, dice):
        moves = self._some(dice, self._lines(statement_id=False, state='posted')).move_id
        moves.button_draft()
        moves.unlink()

    def _make_statement(self, dice):
        lines = self._some(dice, self._lines(statement_id=False))
        if lines:
            self.env['account.bank.statement'].create({
                'name': "By hand", 'line_ids': [(6, 0, lines.ids)],
            })

    def _delete_statement(self, dice):
        self._some(dice, self._lines().statement_id).unlink()

    def _leave_statement(self, dice):
        self._some(dice, self._lines().filtered('statement_id')).statement_id = False

    def _let_the_bank_tell_more(self, dice):
        self.bank.rows['A1'].append(row(f'2026-03-{dice.randint(1, 28):02}', dice.randint(-9, 9),
                                        f"More {dice.random()}"))
        self.synchronize()
