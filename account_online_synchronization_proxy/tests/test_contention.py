import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg2.errors

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from ..services import abuse, authentication, contention, pages, phone
from ..services.call import Call
from ..services.events import EventLog

ADDRESS = 'https://proxy.example'
HASTE = SQL("SET LOCAL lock_timeout = '2s'")  # who waits for a lock has failed


@tagged('post_install', '-at_install')
class TestContention(TransactionCase):
    """Requests of one client at the same time, on real cursors: none waits, none fails."""

    client_id = ()

    def setUp(self):
        super().setUp()
        self.client_id = self.in_own_transaction(lambda clients: clients.create({
            'name': "Customer", 'identifier': str(uuid.uuid4()), 'is_local': True,
            'database_uuid': str(uuid.uuid4()),
        }).id)
        self.addCleanup(self.in_own_transaction, lambda client: client.unlink())

    def test_who_was_seen_at_the_same_moment_is_served(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self.look_at(first)
            self.look_at(second)
            second.commit()
            first.commit()
        self.assertTrue(self.in_own_transaction(lambda client: client.last_seen))

    def test_who_was_seen_a_moment_ago_is_served(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            first.execute("SELECT 1")  # from here on it sees the past
            self.look_at(second)
            second.commit()
            self.look_at(first)
            first.commit()
        self.assertTrue(self.in_own_transaction(lambda client: client.last_seen))

    def test_a_page_that_lost_a_race_is_worked_out_anew(self):
        attempts = []

        def page(call):
            client = call.env['online.proxy.client'].browse(self.client_id)
            client.name  # noqa: B018 (from here on it sees the past)
            if not attempts:
                self.in_own_transaction(lambda client: client.write({'name': "Other"}))
            attempts.append(1)
            client.name = "Mine"
            return pages.Page('result')

        with mute_logger('odoo.sql_db'):
            answer = pages.on_own_cursor(self.registry, 'show', page, base_url=ADDRESS)
        self.assertEqual((answer.template, len(attempts)), ('result', 2))

    def test_a_page_that_always_loses_says_so(self):
        def page(call):
            raise psycopg2.errors.SerializationFailure()

        with self.assertLogs('odoo.addons.account_online_synchronization_proxy', 'ERROR'):
            answer = pages.on_own_cursor(self.registry, 'show', page, base_url=ADDRESS)
        self.assertEqual((answer.template, answer.status), ('error', 500))

    def test_of_a_request_that_is_sent_twice_at_once_one_is_taken(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            for cr in (first, second):
                cr.execute("SELECT 1")  # from here on both see the past
            taken = [
                authentication._use_nonce(self.client_of(cr), 'n' * 32, fields.Datetime.now())
                for cr in (first, second)
            ]
        self.assertEqual(taken, [True, False])

    def test_who_registers_twice_at_once_is_registered_once(self):
        database = str(uuid.uuid4())

        def register(call, _client):
            clients = call.env['online.proxy.client']
            looked = threading.Event()

            def find_or_make():
                known = clients.search([('database_uuid', '=', database)])
                if not looked.is_set():
                    looked.set()
                    both_have_looked.wait()
                return (known or clients.create({
                    'name': "Hasty", 'identifier': str(uuid.uuid4()), 'database_uuid': database,
                    'is_local': True,
                })).id

            return contention.race(call.env.cr, find_or_make)

        both_have_looked = threading.Barrier(2, timeout=20)
        with mute_logger('odoo.sql_db'):
            made = self.at_once(2, register)
        self.addCleanup(self.in_own_transaction, lambda client: client.browse(made).unlink())
        self.assertEqual(len(set(made)), 1)

    def test_who_asks_for_many_codes_at_once_gets_no_more_than_others(self):
        number, most = '+32470123456', min(phone.MOST_CODES.values())
        outcomes = self.at_once(most + 3, lambda call, client: phone.send(
            call, client, 'verify', number, simulated=True,
        ))
        self.assertEqual(outcomes.count('sent'), most)
        codes = self.in_own_transaction(lambda client: client.code_ids.mapped('expires_at'))
        self.assertEqual(sum(until > fields.Datetime.now() for until in codes), 1)

    def test_who_guesses_many_codes_at_once_has_no_more_attempts_than_others(self):
        self.at_once(1, lambda call, client: phone.send(
            call, client, 'verify', '+32470123456', simulated=True,
        ))
        outcomes = self.at_once(phone.MOST_ATTEMPTS + 3, lambda call, client: phone.check(
            call, client, 'verify', 'none',
        ))
        self.assertEqual(outcomes.count('wrong'), phone.MOST_ATTEMPTS - 1)
        self.assertEqual(outcomes.count('spent'), 4)

    def test_who_is_blocked_twice_at_once_is_blocked(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            for cr in (first, second):
                self.client_of(cr).name  # noqa: B018 (from here on both see the past)
            for cr in (first, second):
                with mute_logger('odoo.sql_db'):
                    abuse._block(self.client_of(cr), "Very many banks")
                cr.commit()  # pylint: disable=invalid-commit  # its own cursor
        self.assertEqual(self.in_own_transaction(lambda client: client.state), 'blocked')

    # === BUILDERS === #

    def at_once(self, times, work):
        """What ``work`` returns to requests of the client that arrive at the same moment."""
        start = threading.Barrier(times, timeout=20)

        def ask(cr, call, client):
            start.wait()
            result = work(call, client)
            cr.commit()  # pylint: disable=invalid-commit  # its own cursor; others may wait
            return result

        with ExitStack() as stack, ThreadPoolExecutor(times) as hands:
            # Made here: while tests run, no other thread is given the registry.
            cursors = [stack.enter_context(self.registry.cursor()) for _number in range(times)]
            return list(hands.map(
                ask, cursors, map(self.call_of, cursors), map(self.client_of, cursors),
            ))

    def client_of(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})['online.proxy.client'].browse(self.client_id)

    @staticmethod
    def call_of(cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return Call(env=env, events=EventLog(env, 'page', 'test'), base_url=ADDRESS)

    def look_at(self, cr):
        """What each request does when it has found its client."""
        cr.execute(HASTE)
        authentication.check_usable(self.client_of(cr), self.call_of(cr))

    def in_own_transaction(self, work):
        """What ``work`` returns of the client, in a transaction of its own that is committed."""
        with self.registry.cursor() as cr:
            return work(self.client_of(cr))
