from datetime import date, timedelta
from itertools import pairwise

from odoo.tests import BaseCase

from ..sync.statements import period_of


class TestStatementPeriods(BaseCase):
    def test_a_month_ends_on_its_last_day(self):
        self.assertEqual(
            period_of(date(2024, 2, 10), 'month'), (date(2024, 2, 1), date(2024, 2, 29))
        )

    def test_a_week_begins_on_monday(self):
        self.assertEqual(period_of(date(2026, 3, 1), 'week'), (date(2026, 2, 23), date(2026, 3, 1)))

    def test_a_day_is_its_own_period(self):
        self.assertEqual(period_of(date(2026, 3, 1), 'day'), (date(2026, 3, 1), date(2026, 3, 1)))

    def test_fortnights_cover_every_day_once(self):
        day = date(2025, 12, 1)
        periods = sorted({period_of(day + timedelta(days=n), 'fortnight') for n in range(120)})
        for (start, end), (following, _end) in pairwise(periods):
            self.assertEqual((end - start).days, 13)
            self.assertEqual(following, end + timedelta(days=1))
