from odoo.tests import tagged

from .common import OnlineSyncCommon, ScriptedBank, row

TRAM = row('2026-03-02', -2.4, "Tram", id='T1')
AGAIN = row('2026-03-02', -2.4, "Tram", id='T2')


@tagged('post_install', '-at_install')
class TestSettledQuestions(OnlineSyncCommon):
    """What a part of the bank's list had to ask, its complete list answers: nobody is bothered."""

    def setUp(self):
        super().setUp()
        for told in (TRAM, AGAIN):
            self.synchronize(told, window=None, lasting_cursor=False)
        self.asked = self.feed('to_review')
        self.assertEqual(self.asked.review_candidate_ids, self.feed('imported'))
        self.assertEqual(self._to_do(), 1)

    def _to_do(self):
        return len(self.link.activity_ids)

    def _tell_all(self, *rows):
        self.synchronize(*rows, window=ScriptedBank().window)

    def _assert_settled(self, state):
        self.assertRecordValues(self.asked, [{
            'state': state, 'review_kind': False, 'review_decision': 'settled',
            'review_user_id': False, 'review_for_now': False,
        }])
        self.assertTrue(self.asked.review_date)
        self.assertFalse(self.asked.review_candidate_ids)
        self.assertFalse(self.feed('to_review'))
        self.assertFalse(self._to_do(), "The accountant is called off.")

    def test_both_are_listed_so_both_are_booked(self):
        for _again in range(2):
            self._tell_all(TRAM, AGAIN)
            self._assert_settled('imported')
            self.assertEqual(len(self.lines()), 2)
        self.assertTrue(self.asked.statement_line_id)

    def test_one_is_listed_under_its_new_identifier(self):
        for _again in range(2):
            self._tell_all(AGAIN)
            self._assert_settled('removed')
            self.assertEqual(len(self.lines()), 1)
        known = self.feed('imported')
        self.assertEqual(self.asked.same_as_id, known)
        self.assertIn("only once", self.asked.reason)
        self.assertEqual(known.transaction_identifier, 'T2')
        self.assertIn('v2:id:T2', known.alias_ids.mapped('key'))
        self.assertFalse(self.asked.alias_ids)

    def test_a_person_who_was_faster_has_decided(self):
        self.asked.action_keep_books()
        self._tell_all(TRAM, AGAIN)
        self.assertRecordValues(self.asked, [{
            'state': 'ignored', 'review_decision': 'keep_books', 'review_user_id': self.env.uid,
        }])
        self.assertEqual(len(self.lines()), 1)
