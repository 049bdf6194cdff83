"""Finding the addon among the apps, and installing it, as a person does."""

from tests.browser.visitor import wait_until

STATE = "SELECT state FROM ir_module_module WHERE name = 'account_online_synchronization'"
# As a database that was made before the addon came to the server: it has never heard of it.
FORGET = """
    WITH forgotten AS (
        DELETE FROM ir_module_module WHERE name LIKE 'account_online%' RETURNING id
    )
    DELETE FROM ir_model_data
     WHERE model = 'ir.module.module' AND res_id IN (SELECT id FROM forgotten) RETURNING id
"""


def install_from_apps(visitor):
    """Update the list of apps, search, install."""
    visitor.open('/odoo/apps?debug=1', '.o_kanban_record')
    visitor.page.get_by_role('menuitem', name='Update Apps List').click()
    visitor.page.get_by_role('dialog').get_by_role('button', name='Update').click()
    assert wait_until(lambda: visitor.site.query(STATE) == ['uninstalled'])
    visitor.open('/odoo/apps', '.o_kanban_record')
    visitor.page.get_by_role('searchbox').fill('Bank Synchronization')
    visitor.page.keyboard.press('Enter')
    card = visitor.page.locator('.o_kanban_record', has_text='Bank Synchronization').first
    with visitor.page.expect_navigation():  # the web client starts anew
        card.get_by_role('button', name='Activate').click()
    visitor.page.wait_for_selector('.o_main_navbar', timeout=60_000)
