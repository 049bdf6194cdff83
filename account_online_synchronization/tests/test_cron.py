from datetime import timedelta
from threading import Barrier
from unittest.mock import patch

from psycopg2.errors import DivisionByZero

from odoo import fields
from odoo.tests import RecordCapturer, tagged

from ..sync.conversation import converse
from ..sync.exclusive import exclusively
from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestCron(OnlineSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref('account_online_synchronization.ir_cron_synchronize')
        cls.past = fields.Datetime.now() - timedelta(hours=1)
        cls.link.next_refresh = cls.past

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _second_link(self):
        journal = self.env['account.journal'].create({'name': "Two", 'type': 'bank', 'code': 'TWO'})
        link = self.env['account.online.link'].create({
            'name': "Second Bank", 'client_id': 'LINK2', 'state': 'connected',
            'next_refresh': self.past,
        })
        self._online_account('B1', "Other", link=link)._link_to_journal(journal)
        return link, journal

    def test_due_connections_are_synchronized(self):
        self.bank.rows['A1'] = [row('2026-03-02', 100)]
        self._run_cron()
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(self.link.run_ids.trigger, 'cron')
        self.assertGreater(self.link.next_refresh, fields.Datetime.now() + timedelta(hours=11))

    def test_a_failing_connection_stops_no_other(self):
        _link, journal = self._second_link()
        self.bank.errors['A1'] = ZeroDivisionError("A defect")
        self.bank.rows['B1'] = [row('2026-03-02', 5)]
        with self.assertLogs('odoo.addons.account_online_synchronization', 'ERROR'):
            self._run_cron()
        self.assertEqual(len(self.lines(journal)), 1)
        self.assertEqual(self.link.last_error_code, 'unexpected')

    def test_a_failing_connection_is_not_asked_in_a_loop(self):
        self.bank.errors['POST/links/refresh'] = self.failure('provider_error')
        self._run_cron()
        self.assertEqual(self.bank.calls.count(('POST', '/links/LINK/refresh')), 1)

    def test_a_connection_that_is_switched_off_is_left_alone(self):
        self.link.auto_sync = False
        self._run_cron()
        self.assertFalse(self.bank.calls)

    def test_a_disconnected_connection_is_left_alone(self):
        self.link.state = 'disconnected'
        self._run_cron()
        self.assertFalse(self.bank.calls)

    def test_what_a_person_asked_for_is_fetched_although_automatic_is_off(self):
        self.link.auto_sync = False
        self.bank.rows['A1'] = [row('2026-03-02', 100)]
        with RecordCapturer(self.env['ir.cron.trigger'].sudo(), []) as triggers:
            self.link._start_first_import()
        self.assertTrue(triggers.records)
        self._run_cron()
        self.assertEqual(len(self.lines()), 1)

    def test_the_bank_that_needs_time_is_asked_again_later(self):
        self.bank.refresh_answers = [{'status': 'in_progress', 'job': 'J', 'retry_after': 3600}]
        self._run_cron()
        self.assertGreater(self.link.next_refresh, fields.Datetime.now() + timedelta(minutes=50))
        self.assertEqual(self.link.run_ids.state, 'in_progress')

    def test_connections_are_spread_over_an_hour(self):
        links = [self.link, *(self.link.copy({'client_id': f'L{number}'}) for number in range(20))]
        now = fields.Datetime.now()
        self.assertGreater(len({link._regular_next_refresh(now) for link in links}), 10)

    def test_a_synchronization_under_way_is_not_started_twice(self):
        with patch(
            'odoo.addons.account_online_synchronization.models.account_online_link_sync.exclusively',
        ) as exclusive:
            exclusive.return_value.__enter__.return_value = False
            result = self.synchronize(row('2026-03-02', 100))
        self.assertEqual(result.outcome, 'busy')
        self.assertFalse(self.bank.calls)

    def test_two_sessions_never_work_on_one_connection(self):
        with self.registry.cursor() as one, self.registry.cursor() as other, \
                exclusively(one, 'a_table', 7) as first, exclusively(other, 'a_table', 7) as second:
            self.assertEqual((first, second), (True, False))

    def test_an_interrupted_run_is_closed_by_the_next(self):
        run = self.env['account.online.run'].sudo().create({'link_id': self.link.id})
        self.synchronize()
        self.assertRecordValues(run, [{'state': 'failed', 'error_code': 'interrupted'}])

    def test_a_run_out_of_time_goes_on_where_it_stopped(self):
        rows = [row('2026-03-02', number, f"Row {number}") for number in range(1, 8)]
        with patch('odoo.addons.account_online_synchronization.sync.importer.BATCH', 3):
            self.bank.rows['A1'] = rows
            with self.committing(self.link) as (link,):
                result = link._synchronize(trigger='cron', seconds=0)
        self.assertTrue(result.unfinished)
        self.assertEqual(len(self.lines()), 3)
        self.assertEqual(len(self.feed('to_import')), 4)
        self.assertFalse(self.link.activity_ids)
        calls = len(self.bank.calls)
        result = self.synchronize()
        self.assertEqual(result.new, 7)  # a person is told of all of them
        self.assertEqual(len(self.bank.calls), calls)
        self.assertEqual([text for _day, _amount, text in self.lines()], [
            f"Row {number}" for number in range(1, 8)])
        self.synchronize()
        self.assertGreater(len(self.bank.calls), calls)
        self.assertEqual(len(self.lines()), 7)

    def test_a_period_closed_in_the_middle_of_an_import_makes_the_rest_wait(self):
        self.bank.rows['A1'] = [row(f'2026-03-0{day}', day, f"Row {day}") for day in range(1, 6)]
        with patch('odoo.addons.account_online_synchronization.sync.importer.BATCH', 2), \
                self.committing(self.link) as (link,):
            link._synchronize(trigger='cron', seconds=0)
        # A period with entries that are not reconciled can't be closed.
        self.env['account.bank.statement.line'].search(
            [('journal_id', '=', self.journal.id)]).unlink()
        self.company.fiscalyear_lock_date = '2026-03-04'
        self.synchronize()
        self.assertEqual([amount for _day, amount, _text in self.lines()], [5])
        self.assertRecordValues(self.feed('waiting'), [{'reason_code': 'locked'}] * 2)
        self.company.fiscalyear_lock_date = False
        self.account._book_waiting()
        self.assertEqual([amount for _day, amount, _text in self.lines()], [3, 4, 5])

    def test_a_crash_between_batches_loses_and_doubles_nothing(self):
        rows = [row('2026-03-02', 5, "Equal", id=None) for _number in range(6)]
        importer = 'odoo.addons.account_online_synchronization.sync.importer'
        made = []

        def crash(journal, values_list):
            if made:
                raise MemoryError
            made.append(journal)
            return journal.env['account.bank.statement.line'].create(values_list)

        with patch(f'{importer}.BATCH', 2), patch(f'{importer}.create_statement_lines', crash), \
                self.assertLogs('odoo.addons.account_online_synchronization', 'ERROR'):
            self.synchronize(*rows)
        self.assertEqual(len(self.lines()), 2)
        self.synchronize()
        self.assertEqual(len(self.lines()), 6)

    def test_a_lock_is_given_back_even_when_the_transaction_has_failed(self):
        with self.registry.cursor() as one, self.registry.cursor() as other:
            with self.assertRaises(DivisionByZero), exclusively(one, 'a_table', 7):
                one.execute("SELECT 1 / 0", log_exceptions=False)
            with exclusively(other, 'a_table', 7) as mine:
                self.assertTrue(mine)

    def test_a_connection_that_another_worker_has_synchronized_is_left_alone(self):
        with self.committing(self.link) as (link,):
            conversation = link._scheduled_conversation()
            link.next_refresh = fields.Datetime.now() + timedelta(hours=12)
            self.assertEqual(converse(conversation).outcome, 'busy')
        self.assertFalse(self.bank.calls)

    def test_a_connection_that_was_deleted_meanwhile_stops_no_other(self):
        _link, journal = self._second_link()
        self.bank.rows['B1'] = [row('2026-03-02', 5)]
        with self.committing(self.link, _link) as (link, second):
            both = link + second
            self.env.cr.execute("SELECT 1")
            link.unlink()
            both._synchronize_due()
        self.assertEqual(len(self.lines(journal)), 1)

    def test_banks_are_waited_for_at_the_same_time(self):
        self._second_link()
        both = Barrier(2, timeout=20)  # passes when both calls are under way
        answer = self.bank.send

        def slow(method, path, *args):
            if path.endswith('/refresh'):
                both.wait()
            return answer(method, path, *args)

        self.bank.send = slow
        self._run_cron()
        self.assertEqual(self.env['account.online.run'].search([]).mapped('state'), ['done'] * 2)

    def test_many_due_connections_call_helpers(self):
        with RecordCapturer(self.env['ir.cron.trigger'].sudo(), []) as triggers:
            self.link._call_helpers(63)
            self.assertFalse(triggers.records)
            self.link._activate_crons()
            self.link._call_helpers(500)
        self.assertEqual(len(triggers.records), 3)
