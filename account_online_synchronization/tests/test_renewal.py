from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import OnlineSyncCommon

ACTIVITY = 'account_online_synchronization.mail_activity_type_renewal'


@tagged('post_install', '-at_install')
class TestRenewal(OnlineSyncCommon):
    """The consent is renewed before it ends, while transactions still arrive."""

    def setUp(self):
        super().setUp()
        self.journal.renewal_contact_email = "Ada <ada@example.com>, bo@example.com"

    def days_left(self, days):
        """Let the scheduled action see a consent that ends in so many days."""
        self.link.expiring_synchronization_date = fields.Date.today() + timedelta(days=days)
        self.run_cron()

    def run_cron(self):
        with self.committing(self.link) as (link,):
            link._cron_offer_renewal()

    def days_pass(self, days):
        self.link.write({
            'expiring_synchronization_date':
                self.link.expiring_synchronization_date - timedelta(days=days),
            'renewal_offered_for': self.link.renewal_offered_for - timedelta(days=days),
        })
        self.run_cron()

    def mails(self):
        return self.env['mail.mail'].search([('email_to', 'ilike', 'ada@example.com')])

    def test_nobody_is_bothered_fifteen_days_before(self):
        self.days_left(15)
        self.assertFalse(self.mails())
        self.assertFalse(self.link.activity_search([ACTIVITY]))

    def test_fourteen_days_before_there_is_an_activity_and_a_mail(self):
        self.days_left(14)
        activity = self.link.activity_search([ACTIVITY])
        self.assertEqual(activity.date_deadline, self.link.expiring_synchronization_date)
        self.assertEqual(activity.user_id, self.link._accountant())
        mail = self.mails()
        self.assertEqual(mail.email_to, 'ada@example.com, bo@example.com')
        self.assertIn('in 14 days', mail.body_html)
        self.assertIn(f'/odoo/online-synchronization/{self.link.id}', mail.body_html)

    def test_each_of_the_three_times_is_told_once(self):
        self.days_left(14)
        self.run_cron()
        self.assertEqual(len(self.mails()), 1)
        for days, mails in ((6, 1), (1, 2), (5, 2), (1, 3), (1, 3)):  # left: 8, 7, 2, 1, 0
            self.days_pass(days)
            self.assertEqual(len(self.mails()), mails, self.link.expiring_in_days)
        self.assertEqual(len(self.link.activity_search([ACTIVITY])), 1)

    def test_a_server_that_slept_tells_what_matters_now(self):
        self.days_left(5)
        self.assertIn('in 5 days', self.mails().body_html)
        self.assertEqual(self.link.renewal_offered_days, 7)

    def test_the_last_day_is_named(self):
        self.days_left(1)
        self.assertIn('tomorrow', self.mails().body_html)

    def test_a_renewed_consent_settles_it(self):
        self.days_left(3)
        self.bank.accounts = []
        self.assertEqual(self.link.get_connection_status()['status'], 'connected')
        self.assertFalse(self.link.activity_search([ACTIVITY]))
        self.assertFalse(self.link.renewal_offered_for)

    def test_a_consent_that_is_not_renewed_keeps_its_activity(self):
        self.days_left(3)
        end = self.link.expiring_synchronization_date
        self.link._store_link({'state': 'connected', 'consent_expires_at': f'{end}T10:00:00+00:00'})
        self.assertTrue(self.link.activity_search([ACTIVITY]))

    def test_who_left_the_bank_is_left_alone(self):
        self.link._set_disconnected()
        self.days_left(3)
        self.assertFalse(self.mails())

    def test_the_feed_runs_on(self):
        self.days_left(1)
        self.assertEqual(self.link.state, 'connected')
        self.assertFalse(self.link.needs_user)
