"""A database of the previous module: installed by hand, connected anew, nothing comes twice."""

from datetime import date

import pytest

from tests.browser.apps import FORGET, STATE, install_from_apps
from tests.browser.visitor import Visitor
from tests.legacy.layouts import run
from tools.places import LOGS

JOURNAL = 'Old Bank of the House'
ADDED = ('account_online_synchronization_proxy', 'account_online_sync')
# What the former service imported: the very transactions of the sandbox's bank, in its own words.
# Whole days of them: the bank books by the hour, and the rest of a day begun is asked about.
FORMER_BOOKS = f"""
from datetime import datetime, timedelta, timezone
from odoo.addons.account_online_synchronization_proxy.providers.sandbox.consent import DEFAULT_SEED
from odoo.addons.account_online_synchronization_proxy.providers.sandbox.world import World
env.company.country_id = env.ref('base.be')
env.ref('base.EUR').active = True
env.company.currency_id = env.ref('base.EUR')
env['res.users'].search([]).odoobot_state = 'disabled'
now = datetime.now(timezone.utc)
account = World().accounts(DEFAULT_SEED, 'sandbox', 'BE', now, now)[0]
begin, end = now - timedelta(days=50), now - timedelta(days=15)
journal = env['account.journal'].create({{'name': '{JOURNAL}', 'code': 'OLD', 'type': 'bank'}})
env['account.bank.statement.line'].create([{{
    'journal_id': journal.id, 'date': row.booking_date, 'amount': float(row.amount),
    'payment_ref': f'FORMER SERVICE {{number}}',
}} for number, row in enumerate(World().booked(account, begin.date(), end))
    if row.booking_date < end.date().isoformat()])
env.cr.commit()
print('ENDING', account.iban[-4:])
"""
NAMED = """
    UPDATE account_online_provider SET name = 'Sandbox Bank' WHERE id = 1 RETURNING id
"""
NUMBERED = """
    UPDATE account_online_journal SET name = 'Current', account_number = 'xxxx-{ending}'
     WHERE id = 1 RETURNING id
"""
BOOKED = """
    SELECT move.date || ' ' || line.amount || ' ' || line.payment_ref
      FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
      JOIN account_journal journal ON journal.id = line.journal_id
     WHERE journal.code = 'OLD' ORDER BY line.id
"""
UNDECIDED = "SELECT id FROM account_online_transaction WHERE state = 'to_review'"


@pytest.fixture
def former(workshop):
    """A server on a database that the previous module filled and that knows no addon of ours.

    No scheduled action runs: Odoo installs nothing meanwhile.
    """
    database = workshop.new_database(addons=())
    server = workshop.new_server(database)
    ending = server.shell(FORMER_BOOKS).split('ENDING ')[1].split()[0]
    run(server, 'previous_module')
    server.query(NAMED)
    server.query(NUMBERED.format(ending=ending))
    server.query(FORGET)
    server.start()
    yield server
    server.stop()
    workshop.drop(database)


def test_connecting_anew_after_the_installation_doubles_nothing(chromium, former):
    visitor = Visitor(chromium, former, 'admin')
    before = former.query(BOOKED)
    assert former.query(STATE) == []
    install_from_apps(visitor)
    assert former.query(STATE) == ['installed']
    assert former.query(BOOKED) == before
    odoo = former.login()
    found = odoo.call('ir.module.module', 'search', [('name', 'in', ADDED)])
    odoo.call('ir.module.module', 'button_immediate_install', found)
    former.stop()
    former.start('--max-cron-threads=1')

    # The journal's card, the connection's page and the previous module all lead to the same door.
    visitor.dashboard()
    visitor.card(JOURNAL).get_by_role('button', name='Connect Anew').wait_for()
    look_at_previous_data(visitor)
    visitor.page.get_by_role('button', name='Connect Anew').click()
    option = visitor.page.locator('.o_institution_option', has_text='Sandbox Bank').first
    option.wait_for()
    assert visitor.page.get_by_role('combobox').first.input_value() == 'Sandbox Bank'
    visitor.pass_bank(visitor.click_to_bank(option))

    # The journal of before is preset; everything since its first transaction is asked for again.
    row = visitor.page.locator('.o_online_mapping .o_data_row', has_text=JOURNAL)
    row.wait_for()
    first, last = (date.fromisoformat(line.split()[0]) for line in (before[0], before[-1]))
    row.locator('[name=import_from]').click()
    edited = visitor.page.locator('.o_online_mapping .o_selected_row [name=import_from]')
    edited.locator('button, input').first.click()
    edited.locator('input').fill(first.strftime('%m/%d/%Y'))
    visitor.page.keyboard.press('Tab')
    visitor.page.get_by_role('button', name='Import Transactions').click()
    visitor.message('Sandbox Bank')
    after = former.query(BOOKED)
    assert after[:len(before)] == before
    new = [date.fromisoformat(line.split()[0]) for line in after[len(before):]]
    assert new
    assert min(new) >= last
    assert former.query(UNDECIDED) == []
    visitor.dashboard()
    assert not visitor.card(JOURNAL).get_by_role('button', name='Connect Anew').count()
    visitor.leave(LOGS / 'test_connecting_anew')


def look_at_previous_data(visitor):
    """From the former connection to what the previous module kept of it, and back."""
    visitor.connection('Sandbox Bank')
    visitor.page.get_by_text('synchronized by a former module').wait_for()
    visitor.page.get_by_role('button', name='Previous Data').click()
    visitor.page.get_by_text('no longer reaches the bank').wait_for()
    visitor.page.get_by_role('button', name='Open Online Synchronization').click()
    visitor.page.get_by_role('button', name='Previous Data').wait_for()
