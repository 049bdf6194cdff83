"""Crons, actions, menus, views and rules of another module: what would call code that is gone."""

from odoo import release
from odoo.tools import SQL

PREVIOUS_MODULE = 'account_online_sync'
# Models whose scheduled actions can only be those of an older series.
PREVIOUS_MODELS = ('account.online.provider', 'account.online.journal')
ACTIONS = {
    'ir.actions.act_window': 'ir_act_window',
    'ir.actions.client': 'ir_act_client',
    'ir.actions.act_url': 'ir_act_url',
    'ir.actions.report': 'ir_act_report_xml',
    'ir.actions.server': 'ir_act_server',
}
OTHERS = {
    'ir.rule': 'ir_rule',
    'ir.model.access': 'ir_model_access',
    'ir.asset': 'ir_asset',
}
RETIRED_MODELS = ('ir.ui.menu', 'ir.ui.view', *ACTIONS, *OTHERS)


def stop_crons(cr, module, models):
    """Switch off every cron that ``module`` left behind, or that somebody copied from one of its.

    Those that the module of today brings are left alone. Returns how many were running.

    :param models: names of models whose scheduled actions are all meant.
    """
    cr.execute(
        SQL(
            r"""
        UPDATE ir_cron SET active = FALSE
         WHERE active AND (
               id IN %(owned)s
            OR ir_actions_server_id IN (
                   SELECT action.id
                     FROM ir_act_server action JOIN ir_model model ON model.id = action.model_id
                    WHERE action.id IN %(actions)s OR model.model IN %(models)s
                       OR model.model IN ('account.journal', 'account.bank.statement.line')
                          AND action.code ~ '\mmodel\.\w*cron\w*online'))
        """,
            owned=_records(module, 'ir.cron'),
            actions=_records(module, 'ir.actions.server'),
            models=tuple(models),
        )
    )
    return cr.rowcount


def retire_records(cr, module):
    """Remove what ``module`` showed and allowed; the module of today brings its own.

    The external ids of all the rest are renamed: Odoo would delete such records at the end of the
    update, and might meet one of its names on a record of another kind.
    """
    _retire_menus(cr, module)
    for model, table in ACTIONS.items():
        _forget_action(cr, module, model)
        still_used = SQL("SELECT ir_actions_server_id FROM ir_cron")
        cr.execute(
            SQL(
                "DELETE FROM %s WHERE id IN %s AND id NOT IN (%s)",
                SQL.identifier(table), _records(module, model),
                still_used if model == 'ir.actions.server' else SQL("SELECT 0"),
            )
        )
    for model, table in OTHERS.items():
        cr.execute(
            SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(table), _records(module, model))
        )
    _retire_views(cr, module)
    cr.execute(
        SQL(
            "DELETE FROM ir_model_data WHERE module = %s AND model IN %s", module, RETIRED_MODELS,
        )
    )
    cr.execute(
        SQL(
            """
        UPDATE ir_model_data SET name = 'former_' || name, noupdate = TRUE
         WHERE module = %s AND model NOT LIKE 'ir.model%%' AND name NOT LIKE 'former\\_%%'
        """,
            module,
        )
    )


def retire_previous_module(cr):
    """Do so with the previous module, as long as its own update to this series has not come."""
    cr.execute(
        SQL(
            "SELECT 1 FROM ir_module_module"
            " WHERE name = %s AND state IN ('installed', 'to upgrade')"
            "   AND COALESCE(latest_version, '') NOT LIKE %s",
            PREVIOUS_MODULE, f'{release.series}.%',
        )
    )
    if cr.fetchone():
        stop_crons(cr, PREVIOUS_MODULE, PREVIOUS_MODELS)
        retire_records(cr, PREVIOUS_MODULE)


def spare_unknown_fields(env, modules):
    """Keep Odoo from dropping the columns of fields, and the models, that nobody declares now.

    At the end of an update it deletes what has an external id of the module and was not loaded;
    with a field goes its column. Without an external id it leaves them alone.
    """
    env.cr.execute(
        SQL(
            """
        SELECT data.id, field.model, field.name
          FROM ir_model_data data JOIN ir_model_fields field ON field.id = data.res_id
         WHERE data.module IN %(modules)s AND data.model = 'ir.model.fields'
         UNION ALL
        SELECT data.id, model.model, NULL
          FROM ir_model_data data JOIN ir_model model ON model.id = data.res_id
         WHERE data.module IN %(modules)s AND data.model = 'ir.model'
        """,
            modules=tuple(modules),
        )
    )
    unknown = [
        data_id for data_id, model, field in env.cr.fetchall()
        if model not in env or (field and field not in env[model]._fields)
    ]
    env['ir.model.data'].browse(unknown).unlink()


def _records(module, model):
    return SQL("(SELECT res_id FROM ir_model_data WHERE module = %s AND model = %s)", module, model)


def _retire_menus(cr, module):
    """Delete the menus; one that has others' menus below it stays, and leads nowhere."""
    _delete_leaves(cr, 'ir_ui_menu', 'parent_id', _records(module, 'ir.ui.menu'))
    cr.execute(
        SQL(
            "UPDATE ir_ui_menu SET action = NULL WHERE id IN %s", _records(module, 'ir.ui.menu'),
        )
    )


def _forget_action(cr, module, model):
    """Menus and home pages of others no longer lead to an action that is about to go."""
    cr.execute(
        SQL(
            "UPDATE ir_ui_menu SET action = NULL WHERE action IN ("
            "SELECT %s || ',' || res_id FROM ir_model_data WHERE module = %s AND model = %s)",
            model, module, model,
        )
    )
    cr.execute(
        SQL(
            "UPDATE res_users SET action_id = NULL WHERE action_id IN %s", _records(module, model),
        )
    )


def _retire_views(cr, module):
    """Delete the views; where a customer built upon them, switch off the whole branch instead."""
    cr.execute(
        SQL(
            """
        WITH RECURSIVE branch AS (
            SELECT res_id AS id FROM ir_model_data
             WHERE module = %s AND model = 'ir.ui.view'
            UNION
            SELECT view.id FROM ir_ui_view view JOIN branch ON view.inherit_id = branch.id
        )
        UPDATE ir_ui_view SET active = FALSE WHERE id IN (SELECT id FROM branch)
        """,
            module,
        )
    )
    _delete_leaves(cr, 'ir_ui_view', 'inherit_id', _records(module, 'ir.ui.view'))


def _delete_leaves(cr, table, parent, records):
    """Delete those of the records that nothing else hangs on, and so on upwards."""
    while True:
        cr.execute(
            SQL(
                "DELETE FROM %(table)s leaf WHERE leaf.id IN %(records)s AND NOT EXISTS ("
                "SELECT 1 FROM %(table)s child WHERE child.%(parent)s = leaf.id)",
                table=SQL.identifier(table), parent=SQL.identifier(parent), records=records,
            )
        )
        if not cr.rowcount:
            break
