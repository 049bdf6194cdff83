-- The previous module as an older series left it: installed, its records in Odoo's own tables, its code gone.
INSERT INTO ir_module_module (name, state, latest_version) VALUES ('account_online_sync', 'installed', '13.0.2.0')
    ON CONFLICT (name) DO UPDATE SET state = 'installed', latest_version = '13.0.2.0';
INSERT INTO ir_model (model, name, state, "order")
SELECT model, jsonb_build_object('en_US', model), 'base', 'id' FROM unnest(ARRAY['account.online.provider', 'account.online.journal', 'account.online.wizard']) model;
CREATE TABLE account_online_wizard (id serial PRIMARY KEY, number_added int4, status varchar);
INSERT INTO account_online_wizard (number_added, status) VALUES (1, 'success');
INSERT INTO ir_model_fields (model, model_id, name, field_description, ttype, state, store)
SELECT model.model, model.id, column_name, jsonb_build_object('en_US', column_name), 'char', 'base', true
  FROM (VALUES ('account.online.provider', 'plaid_error_type'), ('account.online.provider', 'name'),
               ('account.journal', 'next_synchronization'), ('account.online.wizard', 'status')) wanted (model_name, column_name)
  JOIN ir_model model ON model.model = wanted.model_name;
ALTER TABLE account_journal ADD COLUMN next_synchronization timestamp;
UPDATE account_journal SET next_synchronization = now();
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_sync', 'model_' || replace(model, '.', '_'), 'ir.model', id, false FROM ir_model WHERE model LIKE 'account.online.%' AND model NOT LIKE 'account.online.link' AND model NOT LIKE 'account.online.account'
UNION ALL
SELECT 'account_online_sync', 'field_' || replace(model, '.', '_') || '__' || name, 'ir.model.fields', id, false FROM ir_model_fields
 WHERE name IN ('plaid_error_type', 'next_synchronization') OR model IN ('account.online.provider', 'account.online.wizard') AND name IN ('name', 'status');
INSERT INTO ir_act_window (name, type, res_model, view_mode, target, context, binding_type)
VALUES ('{"en_US": "Old providers"}', 'ir.actions.act_window', 'account.online.provider', 'tree,form', 'current', '{}', 'action');
INSERT INTO ir_ui_menu (name, parent_id, action, active, sequence)
SELECT '{"en_US": "Online Synchronization of old"}'::jsonb, data.res_id, 'ir.actions.act_window,' || (SELECT max(id) FROM ir_act_window), true, 1
  FROM ir_model_data data WHERE module = 'account' AND name = 'menu_finance_configuration';
INSERT INTO ir_ui_view (name, model, type, arch_db, mode, active, priority, inherit_id)
SELECT 'previous.journal.form', 'account.journal', 'form',
       '{"en_US": "<data><field name=\"name\" position=\"after\"><field name=\"next_synchronization\"/></field></data>"}'::jsonb,
       'extension', true, 16, res_id
  FROM ir_model_data WHERE module = 'account' AND name = 'view_account_journal_form';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_sync', 'action_online_provider_account', 'ir.actions.act_window', max(id), false FROM ir_act_window
UNION ALL
SELECT 'account_online_sync', 'menu_action_online_provider_account', 'ir.ui.menu', max(id), false FROM ir_ui_menu
UNION ALL
SELECT 'account_online_sync', 'view_account_journal_form_inherit_online_sync', 'ir.ui.view', max(id), false FROM ir_ui_view;
INSERT INTO ir_model_access (name, model_id, group_id, perm_read, perm_write, perm_create, perm_unlink, active)
SELECT 'everybody does everything', model.id, data.res_id, true, true, true, true, true
  FROM ir_model model, ir_model_data data WHERE model.model = 'account.online.provider' AND data.module = 'base' AND data.name = 'group_user';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_sync', 'access_everybody', 'ir.model.access', max(id), false FROM ir_model_access;
-- Rows that point to rows which are gone.
UPDATE account_online_provider SET company_id = 987654 WHERE id % 13 = 0;
UPDATE account_online_journal SET account_online_provider_id = 987654 WHERE id % 19 = 0;
UPDATE account_journal SET account_online_journal_id = 987654
 WHERE id = (SELECT max(id) FROM account_journal WHERE name->>'en_US' LIKE 'Old Bank%');
