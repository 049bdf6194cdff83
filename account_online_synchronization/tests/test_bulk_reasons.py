"""When lines are left to Odoo's own create, and that nothing is left behind by the attempt."""
from datetime import date
from functools import wraps
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..bulk import create_statement_lines, insert, reason_for_plain_create, reasons
from .bulk_common import BulkOracleCase

WRAPPER = """
def wrapped(original):
    @wraps(original)
    def method(*args, **kwargs):
        return original(*args, **kwargs)
    return method
"""
LOGGER = 'odoo.addons.account_online_synchronization.bulk.create'


@tagged('post_install', '-at_install')
class TestBulkReasons(BulkOracleCase):

    def values(self, count=30, **vals):
        return [
            {'journal_id': self.journal.id, 'date': date(2025, 3, 1), 'amount': 10.0 + number,
             'payment_ref': f"Line {number}", **vals}
            for number in range(count)
        ]

    def reason(self, **vals):
        return reason_for_plain_create(self.journal, self.values(**vals))

    def logged_reason(self, values):
        """Create the lines, which must go plainly, and return what was logged."""
        with self.assertLogs(LOGGER, 'DEBUG') as logs:
            lines = create_statement_lines(self.journal, values)
        self.assertEqual(lines.mapped('amount'), [vals['amount'] for vals in values])
        self.assertEqual(set(lines.move_id.mapped('state')), {'posted'})
        self.assertIn("go through Odoo's own create", logs.output[-1])
        return logs.output[-1]

    def replaced(self, model_name, method_name, replacement, module):
        """Let `replacement(original, records, ...)` stand for a method, as a module would."""
        model = self.env.registry[model_name]
        original = getattr(model, method_name)

        def method(records, *args, **kwargs):
            return replacement(original, records, *args, **kwargs)

        method.__module__ = f'odoo.addons.{module}.models.{model_name}'
        method.__name__ = method_name
        for attribute in ('_api_model', '_api_private'):
            if hasattr(original, attribute):
                setattr(method, attribute, getattr(original, attribute))
        return patch.object(model, method_name, method)

    def test_ordinary_lines_need_no_reason(self):
        self.assertIsNone(self.reason())

    def test_few_lines_are_not_worth_a_sample(self):
        with patch.object(reasons, 'FEWEST_LINES', 50):
            self.assertEqual(self.reason(), "30 lines are too few")

    def test_no_lines_are_no_lines(self):
        self.assertFalse(create_statement_lines(self.journal, []))

    def test_unusual_values_are_named(self):
        for vals, reason in (
            ({'line_ids': []}, "the value 'line_ids' asks for more than a column"),
            ({'counterpart_account_id': 1}, "the value 'counterpart_account_id' asks for more"),
            ({'name': 'X'}, "the value 'name' asks for more than a column"),
            ({'payment_ids': []}, "the value 'payment_ids' asks for more than a column"),
            ({'date': False}, "a line has no date"),
            ({'amount': 'ten'}, "an amount is not a number"),
            ({'amount': float('nan')}, "an amount is not finite"),
            ({'amount': 10.001}, "an amount has more decimals than its currency"),
            ({'amount_currency': 5.0}, "an amount in a foreign currency has no currency"),
            ({'partner_id': self.partners[0]}, "the value 'partner_id' is not the id of a record"),
            ({'sequence': '1'}, "a sequence is not a number"),
            ({'journal_id': self.company_data['default_journal_cash'].id}, "another journal"),
        ):
            with self.subTest(vals=vals):
                self.assertIn(reason, self.reason(**vals) or "")

    def test_a_statement_of_another_journal(self):
        line = self.env['account.bank.statement.line'].create({
            'journal_id': self.company_data['default_journal_cash'].id, 'date': '2025-01-01',
            'amount': 1.0, 'payment_ref': "Cash",
        })
        statement = self.env['account.bank.statement'].create({'line_ids': [(6, 0, line.ids)]})
        self.assertEqual(
            self.reason(statement_id=statement.id), "a statement belongs to another journal")

    def test_a_value_with_a_default_must_be_on_every_line(self):
        values = self.values()
        values[0]['partner_name'] = "Somebody"
        self.env['ir.default'].set('account.bank.statement.line', 'partner_name', "Default")
        self.assertIn('partner_name', reason_for_plain_create(self.journal, values))

    def test_an_unknown_module_that_redefines_the_creation(self):
        def post(original, records, soft=True):
            return original(records, soft=soft)

        with self.replaced('account.move', '_post', post, 'somebody_s_module'):
            reason = self.reason()
        self.assertEqual(reason, "somebody_s_module redefines account.move._post")

    def test_a_patched_method(self):
        with patch.object(self.env.registry['account.move.line'], 'create'):
            self.assertEqual(self.reason(), "unittest redefines account.move.line.create")

    def test_an_automation_rule(self):
        if 'base.automation' not in self.env:
            self.skipTest("base_automation is not installed")
        rule = self.env['base.automation'].create({
            'name': "Rule", 'model_id': self.env.ref('account.model_account_move').id,
            'trigger': 'on_create_or_write',
        })
        reason = self.reason()
        rule.unlink()  # takes its patches away, which no rollback does
        self.assertIn("base_automation redefines account.move.", reason)

    def test_a_trigger_in_the_database(self):
        self.env.cr.execute("""
            CREATE TRIGGER somebody_watches BEFORE UPDATE ON account_move
               FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
        """)
        self.assertEqual(self.reason(), "the trigger somebody_watches watches the tables")

    def test_a_rule_in_the_database(self):
        self.env.cr.execute("""
            CREATE RULE somebody_notices AS ON UPDATE TO account_move_line DO ALSO NOTIFY somebody
        """)
        self.assertEqual(self.reason(), "the rule somebody_notices watches the tables")

    def test_a_wrapper_that_bears_the_name_of_what_it_wraps(self):
        model = self.env.registry['account.move']
        somebody = {'__name__': 'odoo.addons.somebody_s_module.patches', 'wraps': wraps}
        exec(WRAPPER, somebody)  # noqa: S102 -- its code must lie in a module that doesn't exist
        with patch.object(model, '_post', somebody['wrapped'](model._post)):
            reason = self.reason()
        self.assertEqual(reason, "somebody_s_module redefines account.move._post")

    def test_an_unknown_module_that_names_entries_in_its_own_way(self):
        def prefix(original, records):
            return original(records)

        with self.replaced('account.move', '_get_starting_sequence', prefix, 'somebody_s_module'):
            reason = self.reason()
        self.assertEqual(reason, "somebody_s_module redefines account.move._get_starting_sequence")

    def test_a_server_that_doesn_t_count_rows(self):
        self.env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if not self.env.cr.fetchone()[0]:
            self.skipTest("only a superuser of PostgreSQL may switch its counters off")
        self.env.cr.execute("SET LOCAL track_counts = off")
        self.assertIn("creation adds 0 rows", self.logged_reason(self.values()))

    def test_a_branch_with_an_audit_trail(self):
        self.company.child_ids = [Command.create({
            'name': "Branch", 'restrictive_audit_trail': True})]
        self.env.user.company_ids += self.company.child_ids
        journal = self.journal.with_context(allowed_company_ids=self.company.child_ids.ids)
        self.assertEqual(
            reason_for_plain_create(journal, self.values()),
            "the company keeps a restrictive audit trail")

    def test_a_creation_that_fills_another_table(self):
        def post(original, records, soft=True):
            records.env['res.partner.category'].create({'name': "Made on the way"})
            return original(records, soft=soft)

        with self.replaced('account.move', '_post', post, 'account'):
            self.assertIn("res_partner_category", self.logged_reason(self.values()))

    def test_a_creation_that_waits_for_the_commit(self):
        def post(original, records, soft=True):
            records.env.cr.postcommit.add(self.test_no_lines_are_no_lines)
            return original(records, soft=soft)

        with self.replaced('account.move', '_post', post, 'account'):
            self.assertIn("test_no_lines_are_no_lines", self.logged_reason(self.values()))

    def test_a_column_that_does_not_follow_from_the_line(self):
        def post(original, records, soft=True):
            for record in records:
                record.invoice_origin = f"Origin {record.id}"
            return original(records, soft=soft)

        with self.replaced('account.move', '_post', post, 'account'):
            self.assertIn("account_move.invoice_origin", self.logged_reason(self.values()))

    def test_a_failed_attempt_leaves_names_and_hooks_as_they_were(self):
        first = create_statement_lines(self.journal, self.values(3))
        first.move_id[0].ref = "Tracked"
        with patch.object(insert.Inserter, 'insert', side_effect=UserError("Nothing")):
            self.assertIn("UserError: Nothing", self.logged_reason(self.values(3)))
        names = self.env['account.move'].search([
            ('journal_id', '=', self.journal.id), ('date', '=', '2025-03-01')]).mapped('name')
        self.assertEqual(sorted(names), [f'BNK1/2025/{number:05}' for number in range(1, 7)])
        self.assertEqual(first.move_id[0].ref, "Tracked")

    def test_who_may_not_create_lines_does_not(self):
        user = new_test_user(
            self.env, 'bulk_reader', groups='account.group_account_readonly',
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError), mute_logger('odoo.models'):
            create_statement_lines(self.journal.with_user(user), self.values())

    def test_a_partner_of_another_company_is_refused(self):
        other = self.setup_other_company(name="Other Company")['company']
        self.partners[3].company_id = other
        values = self.values()
        values[-1]['partner_id'] = self.partners[3].id
        values[0]['partner_id'] = values[1]['partner_id'] = self.partners[1].id
        with self.assertRaises(UserError):
            create_statement_lines(self.journal, values)

    def test_a_partner_that_does_not_exist_is_refused(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'):
            create_statement_lines(self.journal, self.values(partner_id=10**9))
