import uuid

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from ..services import authentication, pages
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

    # === BUILDERS === #

    def look_at(self, cr):
        """What each request does when it has found its client."""
        cr.execute(HASTE)
        env = api.Environment(cr, SUPERUSER_ID, {})
        call = Call(env=env, events=EventLog(env, 'page', 'test'), base_url=ADDRESS)
        authentication.check_usable(env['online.proxy.client'].browse(self.client_id), call)

    def in_own_transaction(self, work):
        """What ``work`` returns of the client, in a transaction of its own that is committed."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return work(env['online.proxy.client'].browse(self.client_id))
