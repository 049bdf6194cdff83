from odoo.tests import tagged

from .common import OnlineSyncCommon, row


@tagged('post_install', '-at_install')
class TestConnectedAnew(OnlineSyncCommon):
    """A journal that a former synchronization fed is connected: nothing doubles or is lost."""

    def setUp(self):
        super().setUp()
        self.link.client_id = 'ANOTHER'
        self.former = self._journal("Old Bank", 'OLD')

    def _journal(self, name, code, number=None):
        journal = self.env['account.journal'].create({'name': name, 'code': code, 'type': 'bank'})
        if number:
            journal.set_bank_account(number)
        return journal

    def _imported_before(self, *lines, journal=None, **values):
        """Lines of a former synchronization; returns what shows it today."""
        journal = journal or self.former
        self.env['account.bank.statement.line'].create([
            {
                'journal_id': journal.id, 'date': day, 'amount': amount, 'payment_ref': text,
                'online_transaction_identifier': f'old:{day}:{amount}', **values,
            }
            for day, amount, text in lines
        ])
        self.env.flush_all()
        self.env['account.online.link']._adopt_previous_synchronizations()
        self.env.invalidate_all()
        return journal.account_online_account_id.account_online_link_id

    def _connect_anew(self, former, *accounts):
        """Go through the bank's pages from the button of a previous synchronization."""
        self.bank.accounts = [{'currency': 'USD', 'type': 'checking', **each} for each in accounts]
        params = former.action_connect_anew()['params']
        links = self.env['account.online.link']
        link = links.browse(
            links.start_connection('test-bank', journal_id=params['journal_id'])['link_id']
        )
        self.assertEqual(link.get_connection_status()['status'], 'connected')
        return link

    def _import(self, link, import_from=None):
        mapping = self.env['account.online.mapping'].create({'link_id': link.id})
        if import_from:
            mapping.line_ids.import_from = import_from
        mapping.action_import()

    def test_the_journal_is_preset_and_what_was_imported_is_recognised(self):
        former = self._imported_before(
            ('2026-03-02', -9.99, "Netflix"), ('2026-03-04', 1900, "Salary"),
        )
        self.assertRecordValues(former, [{'is_previous': True, 'state': 'disconnected'}])
        link = self._connect_anew(former, {'id': 'B1', 'name': "Current", 'identity': 'X'})
        self.assertEqual(link.previous_link_id, former)
        mapping = self.env['account.online.mapping'].create({'link_id': link.id})
        self.assertEqual(mapping.line_ids.journal_id, self.former)
        self.assertEqual(str(mapping.line_ids.import_from), '2026-03-05')
        self._import(link, '2026-01-01')
        self.synchronize(
            row('2026-03-01', -9.99, "NETFLX"), row('2026-03-04', 1900, "SALARY"),
            row('2026-03-20', -7, "Kiosk"), link=link, account='B1',
        )
        self.assertEqual(self.lines(self.former), [
            ('2026-03-02', -9.99, "Netflix"), ('2026-03-04', 1900, "Salary"),
            ('2026-03-20', -7, "Kiosk"),
        ])
        self.assertFalse(self.feed('to_review'))

    def _synchronize_anew(self, former, *rows):
        link = self._connect_anew(former, {'id': 'B1', 'name': "Current", 'identity': 'X'})
        self._import(link, '2026-01-01')
        self.synchronize(*rows, link=link, account='B1')
        return link

    def test_bank_and_books_agree_on_top_of_what_was_imported_before(self):
        former = self._imported_before(
            ('2026-03-02', -9.99, "Netflix"), ('2026-03-04', 1900, "Salary"),
        )
        link = self._connect_anew(former, {'id': 'B1', 'name': "Current", 'identity': 'X'})
        self._import(link, '2026-01-01')
        self.synchronize(
            row('2026-03-02', -9.99, "NETFLX"), row('2026-03-04', 1900, "SALARY"),
            row('2026-03-20', -7, "Kiosk"), link=link, account='B1', balance='5000.00',
        )
        self.assertRecordValues(self.former.account_online_account_id, [{
            'balance': 5000, 'books_balance': 5000, 'balance_difference': 0,
        }])

    def test_lines_with_the_opposite_sign_are_recognised_and_stay(self):
        known = [
            ('2026-03-02', 9.99, "Netflix"), ('2026-03-04', -1900, "Salary"),
            ('2026-03-05', 25, "Shoes"), ('2026-03-05', -25, "Shoes returned"),
            ('2026-03-06', 3, "Bakery"),
        ]
        link = self._synchronize_anew(
            self._imported_before(*known),
            row('2026-03-02', -9.99, "NETFLX"), row('2026-03-04', 1900, "SALARY"),
            row('2026-03-05', -25, "SHOES"), row('2026-03-05', 25, "SHOES RETURNED"),
            row('2026-03-06', -3, "BAKERY"), row('2026-03-20', -7, "Kiosk"),
        )
        self.assertEqual(self.lines(self.former), [*known, ('2026-03-20', -7, "Kiosk")])
        self.assertFalse(self.feed('to_review'))
        self.assertIn("opposite sign", link.message_ids[0].body)

    def _assert_signs_are_asked_about(self, known, *rows):
        link = self._synchronize_anew(self._imported_before(*known), *rows)
        self.assertEqual(self.lines(self.former), known)
        held = self.feed('to_review').filtered(lambda each: not each.statement_line_id)
        self.assertTrue(held)
        self.assertNotIn("opposite sign", ''.join(link.message_ids.mapped('body')))

    def test_one_line_with_the_opposite_sign_proves_nothing(self):
        self._assert_signs_are_asked_about(
            [('2026-03-02', 9.99, "Netflix"), ('2026-03-04', 5, "Gift")],
            row('2026-03-02', -9.99, "NETFLX"), row('2026-03-04', 5, "GIFT"),
        )

    def test_a_line_with_the_same_sign_contradicts_many_with_the_opposite_one(self):
        self._assert_signs_are_asked_about(
            [*((f'2026-03-0{day}', day, "Netflix") for day in (2, 3, 4, 5)),
             ('2026-03-06', 7, "Gift")],
            *(row(f'2026-03-0{day}', -day, "NETFLX") for day in (2, 3, 4, 5)),
            row('2026-03-06', 7, "GIFT"),
        )

    def test_an_equal_payment_on_the_first_day_is_not_taken_for_the_last_one_known(self):
        former = self._imported_before(('2026-03-10', -5, "Bakery"))
        link = self._connect_anew(former, {'id': 'B1', 'name': "Current", 'identity': 'X'})
        self._import(link)
        self.synchronize(
            row('2026-03-10', -5, "Bakery"), row('2026-03-11', -5, "Bakery"),
            link=link, account='B1', window=('2026-03-04', '2026-03-31'),
        )
        asked = [str(each.booking_date) for each in self.feed('to_review')]
        self.assertEqual(
            [day for day, _amount, _text in self.lines(self.former)] + asked,
            ['2026-03-10', '2026-03-11'],
        )

    def test_lines_of_all_clones_of_an_account_are_recognised_in_its_journal(self):
        clone = self._online_account('CLONE', "Clone of an earlier consent", identity=False)
        self._imported_before(('2026-03-02', -9.99, "Netflix"), online_account_id=clone.id)
        former = self._imported_before(('2026-03-04', 1900, "Salary"))
        link = self._connect_anew(former, {'id': 'B1', 'name': "Current", 'identity': 'X'})
        self._import(link, '2026-01-01')
        self.synchronize(
            row('2026-03-02', -9.99, "NETFLX"), row('2026-03-04', 1900, "SALARY"),
            link=link, account='B1',
        )
        self.assertEqual(len(self.lines(self.former)), 2)
        self.assertFalse(self.feed('to_review'))

    def test_the_journals_of_several_accounts_are_preset_by_the_end_of_their_numbers(self):
        second = self._journal("Old Savings", 'OLS', "0000111122")
        self.former.set_bank_account("0000333344")
        former = self._imported_before(('2026-03-02', -9.99, "Netflix"))
        other = self._imported_before(('2026-03-02', 1, "Interest"), journal=second)
        other.account_ids.account_online_link_id = former
        link = self._connect_anew(
            former, {'id': 'B1', 'name': "Savings", 'number': 'xx1122'},
            {'id': 'B2', 'name': "Current", 'number': 'xx3344'},
        )
        mapping = self.env['account.online.mapping'].create({'link_id': link.id})
        self.assertEqual(
            {line.name: line.journal_id for line in mapping.line_ids},
            {"Savings": second, "Current": self.former},
        )

    def test_an_account_with_a_known_iban_goes_on_by_itself_after_its_last_transaction(self):
        iban = 'BE68539007547034'
        self.former.set_bank_account('BE68 5390 0754 7034')
        former = self._imported_before(('2026-03-02', -9.99, "Netflix"))
        link = self._connect_anew(
            former, {'id': 'B1', 'name': "Current", 'identity': iban, 'iban': iban},
        )
        self.assertRecordValues(self.former, [
            {'account_online_link_id': link.id, 'bank_statements_source': 'online_sync'},
        ])
        self.assertEqual(str(self.former.online_import_from), '2026-03-03')
        self.assertFalse(link._unmapped_accounts())

    def test_a_former_number_that_is_another_does_not_stop_the_user(self):
        self.former.set_bank_account('BE68 5390 0754 7034')
        former = self._imported_before(('2026-03-02', -9.99, "Netflix"))
        iban = 'NL91ABNA0417164300'
        link = self._connect_anew(
            former, {'id': 'B1', 'name': "Current", 'identity': iban, 'iban': iban},
        )
        self._import(link)
        account = self.former.account_online_account_id
        self.assertRecordValues(account, [{'account_online_link_id': link.id, 'iban': iban}])
        self.assertIn(link, former.successor_ids)
