from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import OnlineSyncCommon, row

RENT = row('2026-02-02', -40, "Rent", id='T1')
SALE = row('2026-02-05', 90, "Sale", id='T2')
OLD = row('2026-01-05', -7, "Old fee", id='T0')


@tagged('post_install', '-at_install')
class TestFindMissing(OnlineSyncCommon):
    def _search(self, *rows, **bank):
        """The wizard as it stands after the bank was asked."""
        self.bank.rows['A1'] = list(rows)
        for name, value in bank.items():
            setattr(self.bank, name, value)
        wizard = self.env['account.online.missing'].create({
            'online_account_id': self.account.id, 'date_from': '2026-01-01',
        })
        with self.committing(wizard) as (committing_wizard,):
            committing_wizard.action_search()
        return wizard

    def _found(self, wizard):
        return {line.description: line.absence for line in wizard.line_ids}

    def _import(self, wizard, *texts):
        for line in wizard.line_ids:
            line.selected = line.description in texts
        return wizard.action_import()

    def test_what_the_bank_lists_late_is_found_and_imported(self):
        self.synchronize(RENT)
        wizard = self._search(RENT, SALE)
        self.assertEqual(self._found(wizard), {"Sale": 'missing'})
        self.assertEqual(len(self.lines()), 1, "nothing is imported before somebody selects it")
        self._import(wizard, "Sale")
        self.assertEqual(len(self.lines()), 2)
        self.synchronize(RENT, SALE)
        self.assertEqual(len(self.lines()), 2, "the next synchronization knows it")

    def test_only_the_selected_ones_are_imported(self):
        wizard = self._search(RENT, SALE)
        self._import(wizard, "Rent")
        self.assertEqual(self.lines(), [('2026-02-02', -40.0, "Rent")])

    def test_a_fourth_equal_payment_is_missing_when_three_are_known(self):
        fares = [row('2026-02-02', -2.4, "Tram", id=None) for _number in range(4)]
        self.synchronize(*fares[:3])
        wizard = self._search(*fares)
        self.assertEqual(wizard.line_ids.mapped('absence'), ['missing'])
        self._import(wizard, "Tram")
        self.assertEqual(len(self.lines()), 4)

    def test_a_pending_one_is_shown_and_cannot_be_imported(self):
        wizard = self._search(row('2026-03-30', -5, "Hold", id='P1', status='pending'))
        self.assertEqual(self._found(wizard), {"Hold": 'pending'})
        with self.assertRaisesRegex(UserError, "No transaction is selected"):
            self._import(wizard, "Hold")
        self.assertFalse(self.lines())

    def test_a_deleted_one_is_shown_and_restored(self):
        self.synchronize(RENT)
        self.account.transaction_ids.statement_line_id.unlink()
        wizard = self._search(RENT)
        self.assertEqual(self._found(wizard), {"Rent": 'deleted'})
        self._import(wizard, "Rent")
        self.assertEqual(self.lines(), [('2026-02-02', -40.0, "Rent")])

    def test_one_from_before_the_start_is_shown_and_imported_on_demand(self):
        self.account.import_from = '2026-02-01'
        self.synchronize(OLD, RENT)
        wizard = self._search(OLD, RENT)
        self.assertEqual(self._found(wizard), {"Old fee": 'before_start'})
        self._import(wizard, "Old fee")
        self.assertEqual(len(self.lines()), 2)
        self.synchronize(OLD, RENT)
        self.assertEqual(len(self.lines()), 2)

    def test_one_in_a_closed_period_is_shown_and_stays_out(self):
        self.env.company.hard_lock_date = '2026-01-31'
        self.synchronize(OLD, RENT)
        wizard = self._search(OLD, RENT)
        self.assertEqual(self._found(wizard), {"Old fee": 'locked'})
        self.assertFalse(wizard.line_ids.importable)

    def test_one_that_waits_for_a_decision_is_shown_and_imported(self):
        for known in (True, False):
            with self.subTest(known=known), self.env.cr.savepoint() as savepoint:
                if known:
                    self.synchronize(RENT, RENT)
                    self.assertEqual(len(self.lines()), 1)
                wizard = self._search(RENT, RENT)
                self.assertIn('to_review', wizard.line_ids.mapped('absence'))
                wizard.line_ids.selected = True
                wizard.action_import()
                self.assertEqual(len(self.lines()), 2)
                self.assertFalse(self.feed('to_review'))
                self.synchronize(RENT, RENT)
                self.assertEqual(len(self.lines()), 2)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_is_imported_takes_its_place_in_the_day(self):
        rows = [row('2026-02-02', amount, f"Row {amount}", id=f'T{amount}', balance_after=after)
                for amount, after in ((-5, '95'), (-20, '75'), (9, '84'))]
        rows[1]['duplicate'] = True
        self.synchronize(rows[0], rows[2])
        self._import(self._search(*rows), "Row -20")
        self.assertEqual([amount for _day, amount, _text in self.lines()], [-5, -20, 9])

    def test_what_is_imported_is_compared_with_the_balance_of_the_bank(self):
        self.synchronize(RENT, balance='60.00')
        self.synchronize(RENT, balance='150.00')
        self.assertEqual(self.account.balance_difference, 90.0)
        self._import(self._search(RENT, SALE), "Sale")
        self.assertEqual(self.account.balance_difference, 0.0)

    def test_an_unusable_row_is_shown_as_far_as_it_can_be_read(self):
        self.account.owner = "Holder"
        wizard = self._search(
            row(None, 7, "No day", counterparty="Somebody"),
            row('2026-02-02', 5, "Own", counterparty={'name': "HOLDER"}),
        )
        self.assertRecordValues(wizard.line_ids.sorted('position'), [
            {'amount': 7.0, 'absence': 'quarantined', 'counterparty_name': False},
            {'amount': 5.0, 'absence': 'missing', 'counterparty_name': False},
        ])

    def test_nothing_missing_is_said(self):
        self.synchronize(RENT)
        wizard = self._search(RENT)
        self.assertTrue(wizard.searched)
        self.assertFalse(wizard.line_ids)

    def test_trouble_at_the_bank_is_told_with_its_reference(self):
        with self.assertRaisesRegex(UserError, "R-TEST"):
            self._search(errors={'transactions': self.failure('institution_unavailable')})

    def test_a_billing_user_may_not_ask_the_bank(self):
        biller = new_test_user(self.env, 'finder_biller', groups='account.group_account_invoice')
        with self.assertRaises(AccessError):
            self.env['account.online.missing'].with_user(biller).create({
                'online_account_id': self.account.id,
            })


@tagged('post_install', '-at_install')
class TestFindDuplicates(OnlineSyncCommon):
    def _by_hand(self, text, day='2026-02-02', amount=-40, **values):
        return self.env['account.bank.statement.line'].create({
            'journal_id': self.journal.id, 'date': day, 'amount': amount, 'payment_ref': text,
            **values,
        })

    def _wizard(self):
        return self.env['account.online.duplicates'].create({
            'journal_id': self.journal.id, 'date_from': '2026-01-01',
        })

    def test_two_lines_with_one_identifier_are_found_and_the_younger_is_selected(self):
        first = self._by_hand("Rent", online_transaction_identifier='T1')
        second = self._by_hand("Rent again", online_transaction_identifier='T1')
        self.assertRecordValues(self._wizard().line_ids, [
            {'statement_line_id': first.id, 'ground': 'id', 'selected': False},
            {'statement_line_id': second.id, 'ground': 'id', 'selected': True},
        ])

    def test_equal_lines_are_shown_and_nothing_is_selected(self):
        self._by_hand("Tram")
        self._by_hand("Tram")
        self.assertEqual(self._wizard().line_ids.mapped('ground'), ['content', 'content'])
        self.assertFalse(any(self._wizard().line_ids.mapped('selected')))

    def test_what_is_deleted_here_is_remembered_and_stays_away(self):
        fares = [row('2026-02-02', -2.4, "Tram", id=f'T{number}') for number in range(2)]
        self.synchronize(*fares)
        wizard = self._wizard()
        wizard.line_ids[1].selected = True
        wizard.action_delete()
        self.synchronize(*fares)
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(self.feed('ignored').line_deleted_by_id, self.env.user)

    def test_what_is_selected_on_the_screen_goes(self):
        self._by_hand("Tram")
        self._by_hand("Tram")
        wizards = self.env['account.online.duplicates'].with_context(
            default_journal_id=self.journal.id, default_date_from='2026-01-01',
        )
        with Form(wizards) as form, form.line_ids.edit(1) as line:
            line.selected = True
        form.save().action_delete()
        self.assertEqual(len(self.lines()), 1)

    def test_what_the_bank_contradicts_comes_last(self):
        self.synchronize(*(
            row('2026-02-02', -2.4, "Fare", id=f'T{number}', balance_after=f'{100 - number}.00')
            for number in range(2)
        ))
        self._by_hand("Tram")
        self._by_hand("Tram")
        self.assertEqual(
            self._wizard().line_ids.mapped('contradicted'), [False, False, True, True],
        )

    def test_what_the_provider_suspects_only_later_is_found(self):
        fares = [row('2026-02-02', -2.4, "Tram", id=f'T{number}') for number in range(2)]
        self.synchronize(*fares)
        self.synchronize({**fares[0], 'duplicate': True}, fares[1])
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(self._wizard().line_ids.mapped('ground'), ['hint', 'hint'])
        self.assertEqual(
            self._wizard().line_ids[0].statement_line_id.online_transaction_identifier, 'T1')

    def test_nothing_selected_deletes_nothing(self):
        self._by_hand("Tram")
        self._by_hand("Tram")
        with self.assertRaisesRegex(UserError, "No transaction is selected"):
            self._wizard().action_delete()
        self.assertEqual(len(self.lines()), 2)

    def test_a_billing_user_may_not_delete_duplicates(self):
        self._by_hand("Rent", online_transaction_identifier='T1')
        self._by_hand("Rent", online_transaction_identifier='T1')
        biller = new_test_user(self.env, 'biller', groups='account.group_account_invoice')
        with self.assertRaises(AccessError):
            self._wizard().with_user(biller).action_delete()
        self.assertEqual(len(self.lines()), 2)
