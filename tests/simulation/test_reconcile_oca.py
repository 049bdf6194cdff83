"""OCA's reconciliation picks up synchronized lines like any others.

Its module comes from the package index that pip is configured for, to be tested with, never to be
part of the project; where it cannot be had, the test is skipped and says so.
"""

import random
import subprocess

import pytest

from tests.matching.bank import Bank
from tests.simulation.connection import SimulatedConnection
from tests.simulation.serving import serving
from tools.places import PYTHON, STATE

FOLDER = STATE / 'oca-reconcile'
PACKAGES = (
    'odoo-addon-account_reconcile_oca==19.0.1.1.1',
    'odoo-addon-account_statement_base==19.0.1.0.1',
)

RECONCILE = """
from odoo.tests import Form
line = env['account.bank.statement.line'].search(
    [('journal_id.account_online_link_id', '=', {link}), ('amount', '>', 0)], limit=1)
partner = env['res.partner'].create({{'name': "Customer"}})
invoice = env['account.move'].create({{
    'move_type': 'out_invoice', 'partner_id': partner.id, 'invoice_date': line.date,
    'currency_id': line.currency_id.id,
    'invoice_line_ids': [(0, 0, {{'name': "Work", 'price_unit': line.amount, 'tax_ids': False}})],
}})
invoice.action_post()
receivable = invoice.line_ids.filtered(
    lambda item: item.account_id.account_type == 'asset_receivable')
with Form(line, view='account_reconcile_oca.bank_statement_line_form_reconcile_view') as form:
    form.add_account_move_line_id = receivable
line.reconcile_bank_line()
print('reconciled', line.is_reconciled, invoice.payment_state)
env.cr.commit()
"""
UNDO = """
line = env['account.bank.statement.line'].search(
    [('journal_id.account_online_link_id', '=', {link}), ('is_reconciled', '=', True),
     ('amount', '>', 0)])
line.unreconcile_bank_line()
print('undone', line.is_reconciled)
env.cr.commit()
"""


@pytest.fixture(scope='module')
def oca():
    """Folder with OCA's addons."""
    done = subprocess.run(
        [str(PYTHON), '-m', 'pip', 'install', '--quiet', '--no-deps', '--upgrade',
         '--target', str(FOLDER), *PACKAGES],
        capture_output=True, text=True, check=False,
    )
    if done.returncode:
        pytest.skip(f"OCA's account_reconcile_oca cannot be fetched: {done.stderr.strip()[-200:]}")
    return FOLDER / 'odoo' / 'addons'


def test_synchronized_lines_are_reconciled_undone_and_recognised_again(workshop, oca, world):
    chance = random.Random(7)
    bank = Bank(chance, 'strong', balances=True)
    bank.pass_days(20)
    with serving(workshop, 'account_reconcile_oca', folders=[oca]) as server:
        connection = SimulatedConnection(server, world, 'strong', 'USD')
        connection.show(bank, chance)
        connection.synchronize()
        lines = connection.lines()
        said = server.shell(RECONCILE.format(link=connection.link)).splitlines()
        assert said[-1] in ('reconciled True paid', 'reconciled True in_payment')
        connection.synchronize()
        assert connection.lines() == lines
        said = server.shell(UNDO.format(link=connection.link)).splitlines()
        assert said[-1] == 'undone False'
        connection.synchronize()
        assert connection.lines() == lines
