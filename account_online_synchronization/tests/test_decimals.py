from odoo.tests import tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestDecimals(OnlineSyncCommon):
    """Currencies without decimals or with three, while ids and consents change."""

    def _feed_in(self, code):
        currency = self.env.ref(f'base.{code}')
        currency.active = True
        journal = self.env['account.journal'].create({
            'name': code, 'type': 'bank', 'code': code, 'currency_id': currency.id,
        })
        account = self._online_account(
            code, code, currency_id=currency.id, currency_code=currency.name)
        account._link_to_journal(journal)
        return account, journal

    def _amounts(self, journal):
        return sorted(amount for _day, amount, _text in self.lines(journal))

    def test_three_decimals_tell_payments_apart_and_survive_a_renewal(self):
        account, journal = self._feed_in('TND')
        rows = [
            row('2026-03-02', amount, "Café", currency='TND', id=None)
            for amount in ('-1.234', '-1.235', '-1.235', '1.234', '99999999999.999')
        ]
        for consent in (1, 2):
            self.link.consent_number = consent
            self.synchronize(*rows, account='TND')
            self.assertEqual(
                self._amounts(journal), [-1.235, -1.235, -1.234, 1.234, 99999999999.999])
        self.assertFalse(self.feed('to_review', 'quarantined'))
        account.transaction_ids.statement_line_id[:1].unlink()
        self.synchronize(*rows, account='TND')
        self.assertEqual(len(self.lines(journal)), 4)

    def test_more_decimals_than_the_currency_has_are_set_aside_until_they_are_right(self):
        for code, wrong, right in (('JPY', '-120.5', '-120.0'), ('TND', '-1.2345', '-1.234')):
            _account, journal = self._feed_in(code)
            self.synchronize(row('2026-03-02', wrong, id='x', currency=code), account=code)
            self.assertFalse(self.lines(journal))
            self.assertEqual(len(self.feed('quarantined')), 1)
            self.synchronize(row('2026-03-02', right, id='x', currency=code), account=code)
            self.assertEqual(self._amounts(journal), [float(right)])
            self.assertFalse(self.feed('quarantined'))
            self.bank.rows.clear()
