"""Crons, actions and views of another module: what would call code that no longer exists."""

from odoo.tools import SQL

MODULE = 'account_online_synchronization'
PREVIOUS_MODULE = 'account_online_sync'
PREVIOUS_MODELS = ('account.online.provider', 'account.online.journal')

# In the order in which foreign keys allow it.
RETIRED_TABLES = {
    'ir.cron': 'ir_cron',
    'ir.actions.act_window': 'ir_act_window',
    'ir.actions.client': 'ir_act_client',
    'ir.actions.server': 'ir_act_server',
}


def stop_previous_crons(cr):
    """Switch off every cron of the previous module. Returns how many were running."""
    cr.execute(
        SQL(
            """
        UPDATE ir_cron SET active = FALSE
         WHERE active AND (
               ir_actions_server_id IN (
                   SELECT action.id
                     FROM ir_act_server action JOIN ir_model model ON model.id = action.model_id
                    WHERE model.model IN %(models)s)
            OR id IN (
                   SELECT res_id FROM ir_model_data
                    WHERE model = 'ir.cron' AND module = %(module)s))
        """,
            models=PREVIOUS_MODELS,
            module=PREVIOUS_MODULE,
        )
    )
    return cr.rowcount


def retire_records(cr):
    """Remove crons, actions and views of the module whose name and tables this one takes over.

    Their external ids are free afterwards for records of ours that are of another kind.
    """
    for model, table in RETIRED_TABLES.items():
        cr.execute(
            SQL(
                "DELETE FROM %s WHERE id IN %s",
                SQL.identifier(table),
                _records(model),
            )
        )
    _retire_views(cr)
    cr.execute(
        SQL(
            "DELETE FROM ir_model_data WHERE module = %s AND model IN %s",
            MODULE,
            ('ir.ui.view', *RETIRED_TABLES),
        )
    )


def _records(model):
    return SQL("(SELECT res_id FROM ir_model_data WHERE module = %s AND model = %s)", MODULE, model)


def _retire_views(cr):
    """Delete the views; where a customer built upon them, switch off the whole branch instead."""
    cr.execute(
        SQL(
            """
        WITH RECURSIVE branch AS (
            SELECT res_id AS id FROM ir_model_data
             WHERE module = %(module)s AND model = 'ir.ui.view'
            UNION
            SELECT view.id FROM ir_ui_view view JOIN branch ON view.inherit_id = branch.id
        )
        UPDATE ir_ui_view SET active = FALSE WHERE id IN (SELECT id FROM branch)
        """,
            module=MODULE,
        )
    )
    while True:
        cr.execute(
            SQL(
                """
            DELETE FROM ir_ui_view view
             WHERE view.id IN %s AND NOT EXISTS (
                   SELECT 1 FROM ir_ui_view child WHERE child.inherit_id = view.id)
            """,
                _records('ir.ui.view'),
            )
        )
        if not cr.rowcount:
            break
