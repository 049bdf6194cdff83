from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..sync.bank_balance import read_balance
from .common import ANSWERS, TODAY, OnlineSyncCommon, ScriptedBank, row


@tagged('post_install', '-at_install')
class TestSynchronize(OnlineSyncCommon):
    def test_booked_transactions_become_lines(self):
        result = self.synchronize(row('2026-03-02', 100, "Salary"), row('2026-03-03', -40, "Rent"))
        self.assertEqual(result.new, 2, result.error)
        self.assertEqual(
            self.lines(), [('2026-03-02', 100.0, "Salary"), ('2026-03-03', -40.0, "Rent")],
        )

    def test_a_second_synchronization_adds_nothing(self):
        rows = [row('2026-03-02', 100, "Salary"), row('2026-03-03', -40, "Rent")]
        self.synchronize(*rows)
        result = self.synchronize(*rows)
        self.assertEqual((result.new, result.same), (0, 2))
        self.assertEqual(len(self.lines()), 2)

    def test_pages_of_any_size_bring_the_same(self):
        rows = [row('2026-03-02', amount, f"Row {amount}") for amount in range(1, 8)]
        self.synchronize(*rows, page_size=3)
        self.assertEqual(len(self.lines()), 7)

    def test_pending_transactions_are_shown_but_not_booked(self):
        result = self.synchronize(row('2026-03-02', -5, "Hold", status='pending'))
        self.assertEqual(result.pending, 1)
        self.assertFalse(self.lines())
        self.assertEqual(self.feed('pending').description, "Hold")

    def test_an_unusable_row_is_set_aside_and_the_others_go_on(self):
        self.synchronize(row('2026-03-02', 'NaN', "Bad"), row('2026-03-02', 7, "Good"))
        self.assertEqual(self.lines(), [('2026-03-02', 7.0, "Good")])
        bad = self.feed('quarantined')
        self.assertEqual(bad.raw['amount'], 'NaN')
        self.assertIn('NaN', bad.reason)

    def test_references_and_counterparty_reach_the_line(self):
        self.synchronize(row(
            '2026-03-02', -12, "Invoice 7\nThank you", value_date='2026-03-04', code='PMNT',
            counterparty={'name': "ACME", 'account_number': 'DE89370400440532013000'},
            references={
                'structured': 'RF18', 'end_to_end': 'E2E-1', 'mandate': 'M-1', 'creditor': 'C-1',
            },
        ))
        line = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', self.journal.id)]
        )
        self.assertRecordValues(line, [{
            'payment_ref': "Invoice 7 Thank you", 'partner_name': "ACME",
            'account_number': 'DE89370400440532013000', 'transaction_type': 'PMNT',
            'online_structured_reference': 'RF18', 'online_end_to_end_reference': 'E2E-1',
            'online_mandate_reference': 'M-1', 'online_creditor_reference': 'C-1',
            'online_account_id': self.account.id,
        }])
        self.assertEqual(str(line.online_value_date), '2026-03-04')
        self.assertEqual(line.online_transaction_id.statement_line_id, line)

    def test_the_holder_is_never_the_counterparty(self):
        self.account.owner = "My Company Ltd"
        self.synchronize(
            row('2026-03-02', -12, "Card shop", counterparty={'name': "MY COMPANY LTD"})
        )
        self.assertFalse(self.feed().counterparty_name)

    def test_both_legs_of_an_own_transfer_are_booked_and_marked(self):
        journal = self.env['account.journal'].create({'name': "Two", 'type': 'bank', 'code': 'TWO'})
        self.account.iban = 'DE89370400440532013000'
        other = self._online_account('A2', "Savings", iban='BE71096123456769')
        other._link_to_journal(journal)
        there = {'name': "Me", 'account_number': 'BE71 0961 2345 6769'}
        back = {'name': "Me", 'account_number': 'DE89 3704 0044 0532 0130 00'}
        self.bank.rows['A2'] = [row('2026-03-02', 50, "Savings", id='T', counterparty=back)]
        self.synchronize(row('2026-03-02', -50, "Savings", id='T', counterparty=there))
        self.assertEqual((len(self.lines()), len(self.lines(journal))), (1, 1))
        self.assertEqual(self.feed().mapped('is_own_transfer'), [True, True])

    def test_a_run_records_what_came(self):
        self.synchronize(row('2026-03-02', 100), row('2026-03-03', 1, status='pending'))
        self.assertRecordValues(self.link.run_ids, [{
            'state': 'done', 'trigger': 'user', 'received_count': 2, 'new_count': 1,
            'pending_count': 1, 'error_code': False,
        }])
        self.assertTrue(self.link.last_success)
        self.assertGreater(self.link.next_refresh, self.link.last_success)

    def test_only_the_first_window_of_whoever_asked_tells_how_it_ended(self):
        self.synchronize(row('2026-03-02', 1))
        run = self.link.last_run_id
        stranger = self.env.ref('base.user_admin')
        self.assertNotEqual(stranger, run.user_id)
        self.assertFalse(run.with_user(stranger).claim_message())
        self.assertTrue(run.claim_message())
        self.assertFalse(run.claim_message())
        run.sudo().unlink()
        self.assertFalse(run.claim_message(), "Its connection was removed meanwhile.")

    def test_the_cursor_moves_with_the_rows(self):
        self.synchronize(row('2026-03-02', 100))
        self.assertEqual(self.account.cursor, 'end-1')

    def test_a_bank_without_lasting_cursor_is_asked_by_day_again(self):
        rows = [row('2026-03-02', amount, f"Row {amount}") for amount in range(1, 8)]
        self.synchronize(*rows, page_size=3, lasting_cursor=False)
        self.assertFalse(self.account.cursor)
        result = self.synchronize(*rows)
        self.assertEqual((result.same, result.review), (7, 0))

    def test_a_failed_fetch_moves_nothing(self):
        self.bank.errors['A1'] = self.failure('institution_unavailable')
        result = self.synchronize(row('2026-03-02', 100))
        self.assertEqual(result.outcome, 'failed')
        self.assertFalse(self.account.cursor)
        self.assertFalse(self.feed())
        self.assertFalse(self.link.last_success)

    def test_after_an_outage_everything_is_caught_up(self):
        self.bank.errors['A1'] = self.failure('institution_unavailable')
        self.synchronize(row('2026-03-02', 100))
        self.bank.errors.clear()
        self.synchronize(row('2026-03-02', 100), row('2026-03-05', 3))
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(self.link.state, 'connected')
        self.assertFalse(self.link.last_error_code)

    def test_after_a_part_of_the_history_all_of_it_is_asked_for_again(self):
        rows = [row('2025-02-02', 1, "Old"), row('2026-03-02', 2, "New")]
        self.synchronize(rows[1], window=None, lasting_cursor=False)
        self.assertFalse(self.account.last_sync)
        self.assertIsNone(self.account._fetch_since())
        self.synchronize(*rows, window=('2025-01-01', TODAY))
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(str(self.account.last_sync), TODAY)
        self.synchronize(rows[1], window=None)
        self.assertEqual(str(self.account.last_sync), TODAY)

    def test_a_balance_that_is_no_number_or_of_another_currency_is_no_balance(self):
        for nonsense in ('n/a', 'NaN', '1,5', ''):
            with self.subTest(nonsense):
                self.synchronize(row('2026-03-02', 100), balance=nonsense)
                self.assertEqual(self.account.balance_state, 'unknown')
        euros = {'amount': '5.00', 'currency': 'EUR', 'at': None, 'available': None}
        self.assertIsNone(read_balance(euros, 'USD'))
        self.assertEqual(read_balance({**euros, 'available': 'x'}, 'EUR'), (5, None, None))
        self.assertEqual(len(self.lines()), 1)

    def _answer_in_pages(self, *pages):
        """News of a cursor: (rows, ids taken back) for each page."""
        def transactions(bank, parts, query, body):
            number = int((query.get('cursor') or 'p0')[1:]) % 100
            rows, removed = pages[number]
            more = number + 1 < len(pages)
            return {
                'transactions': rows, 'removed': removed, 'more': more, 'restarted': False,
                'cursor': f'p{number + 1 if more else 100}', 'window': None, 'balance': None,
                'id_grade': 'strong', 'as_of': f'{TODAY}T12:00:00+00:00', 'simulated_today': TODAY,
            }

        with patch.dict(ANSWERS, transactions=transactions):
            self.synchronize()

    def test_what_a_later_page_takes_back_never_was(self):
        rent = row('2026-02-02', -40, "Rent", id='T1')
        self._answer_in_pages(([rent], []), ([], ['T1']))
        self.assertFalse(self.lines())
        self.assertFalse(self.feed())
        self._answer_in_pages(([rent], []), ([], ['T1']), ([rent], []))
        self.assertEqual(len(self.lines()), 1)
        self.assertFalse(self.feed('to_review'))

    def test_a_change_that_a_later_page_takes_back_is_a_removal(self):
        self._answer_in_pages(([row('2026-02-02', -40, "Rent", id='T1')], []))
        self._answer_in_pages(
            ([row('2026-02-02', -41, "Rent", id='T1')], []), ([], ['T1']))
        self.assertEqual(self.lines(), [('2026-02-02', -40.0, "Rent")])
        self.assertEqual(self.feed('to_review').review_kind, 'removed')

    def test_a_row_that_is_changed_within_one_answer_is_one_line(self):
        self._answer_in_pages(
            ([row('2026-02-02', -40, "Rent", id='T1')], []),
            ([row('2026-02-02', -41, "Rent", id='T1')], []),
        )
        self.assertEqual(self.lines(), [('2026-02-02', -41.0, "Rent")])
        self.assertEqual(self.feed('to_review').review_kind, 'id_conflict')
        self.assertEqual(self.account.id_grade, 'strong')

    def test_pages_that_lead_back_to_themselves_are_told_with_a_reference(self):
        with patch.object(ScriptedBank, '_cursor', lambda *_args: 'p1'):
            self.synchronize(row('2026-02-02', 1), row('2026-02-03', 2), row('2026-02-04', 3),
                             page_size=1)
        self.assertIn('L-', self.link.last_error_reference)
        self.assertFalse(self.lines())

    def test_pages_that_begin_anew_replace_those_before_them(self):
        fares = [row('2026-02-02', -2.4, "Tram", id=None) for _number in range(3)]
        for rejects in (1, 2):
            with self.subTest(rejects=rejects), self.env.cr.savepoint() as savepoint:
                result = self.synchronize(*fares, page_size=1, rejects=rejects)
                self.assertEqual((result.received, result.new), (3, 3))
                self.assertEqual(len(self.lines()), 3)
                self.assertFalse(self.feed('to_review'))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_pages_that_begin_anew_without_end_are_an_error_and_move_nothing(self):
        result = self.synchronize(
            row('2026-02-02', 1), row('2026-02-03', 2), page_size=1, rejects=9)
        self.assertEqual(result.outcome, 'failed')
        self.assertFalse(self.feed())
        self.assertFalse(self.account.cursor)

    def test_a_history_that_is_told_again_brings_no_news(self):
        rows = [row('2026-02-02', -2.4, "Tram", id=None)]
        self.synchronize(*rows, window=None)
        self.synchronize(*rows, rejects=1)
        self.assertEqual(len(self.lines()), 1)
        self.assertFalse(self.feed('to_review'))

    def test_the_bank_may_need_more_time(self):
        self.bank.refresh_answers = [{'status': 'in_progress', 'job': 'J', 'retry_after': 3600}]
        result = self.synchronize(row('2026-03-02', 100))
        self.assertEqual(result.outcome, 'in_progress')
        self.assertEqual(self.link.sync_job, 'J')
        self.synchronize()
        self.assertEqual(len(self.lines()), 1)
        self.assertFalse(self.link.sync_job)

    def test_an_account_that_somebody_writes_to_is_gone_on_with_in_a_minute(self):
        accounts = self.env.registry['account.online.account']
        with patch.object(accounts, 'try_lock_for_update', lambda records, **_options: records[:0]):
            result = self.synchronize(row('2026-03-02', 100))
        self.assertEqual((result.outcome, result.error), ('in_progress', None))
        self.assertEqual((self.link.state, self.link.last_error_code), ('connected', False))
        soon = fields.Datetime.add(fields.Datetime.now(), minutes=2)
        self.assertLess(self.link.next_refresh, soon)
        self.synchronize()
        self.assertEqual(len(self.lines()), 1)

    def test_an_account_without_journal_is_not_fetched(self):
        self.account.action_unlink_journal()
        result = self.synchronize(row('2026-03-02', 100))
        self.assertEqual(result.outcome, 'nothing_linked')
        self.assertFalse(self.bank.calls)

    def test_a_closed_account_does_not_stop_the_others(self):
        journal = self.env['account.journal'].create(
            {'name': "Second", 'type': 'bank', 'code': 'SEC'}
        )
        self._online_account('A2', "Savings")._link_to_journal(journal)
        self.bank.errors['A1'] = self.failure('account_closed')
        self.synchronize(row('2026-03-02', 100), account='A2')
        self.assertEqual(len(self.lines(journal)), 1)
        self.assertTrue(self.account.closed)

    def test_transactions_before_the_start_are_left_out(self):
        self.account.import_from = '2026-03-03'
        result = self.synchronize(row('2026-03-02', 100), row('2026-03-03', 1, "First"))
        self.assertEqual(result.before_start, 1)
        self.assertEqual(self.lines(), [('2026-03-03', 1.0, "First")])
