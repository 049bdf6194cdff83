from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestHistory(OnlineSyncCommon):
    """The last days of a connection at a glance."""

    def test_transactions_durations_and_errors_are_shown_by_day(self):
        today = fields.Date.today()
        booked = fields.Date.to_string(today - timedelta(days=2))
        self.synchronize(row(booked, -5, id='A'), row(booked, -7, id='B'))
        now = fields.Datetime.now()
        self.env['account.online.run'].sudo().create([
            {'link_id': self.link.id, 'state': 'done', 'started': now - timedelta(days=5),
             'finished': now - timedelta(days=5, seconds=-seconds)} for seconds in (4, 6)
        ])
        self.env['account.online.run'].sudo().create({
            'link_id': self.link.id, 'state': 'failed', 'started': now - timedelta(days=400),
        })
        self.bank.errors['POST/links/refresh'] = self.failure('provider_error')
        self.synchronize()
        history = {day['date']: day for day in self.link.get_history()}
        self.assertEqual(len(history), 30)
        self.assertEqual(history[booked]['transactions'], 2)
        former = history[fields.Date.to_string(today - timedelta(days=5))]
        self.assertEqual((former['runs'], former['errors'], former['seconds']), (2, 0, 5.0))
        latest = history[fields.Date.to_string(today)]
        self.assertEqual((latest['runs'], latest['errors']), (2, 1))

    def test_a_bookkeeper_sees_it(self):
        keeper = new_test_user(self.env, login='keeper', groups='account.group_account_basic')
        self.assertTrue(self.link.with_user(keeper).get_history())
