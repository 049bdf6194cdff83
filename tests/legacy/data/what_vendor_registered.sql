-- What another module of this name leaves in Odoo's own tables when its code is gone.
INSERT INTO ir_model (model, name, state, "order")
SELECT model, jsonb_build_object('en_US', model), 'base', 'id' FROM unnest(ARRAY['account.online.link', 'account.online.account', 'account.link.wizard.of.old']) model;
CREATE TABLE account_link_wizard_of_old (id serial PRIMARY KEY, link_id int4 REFERENCES account_online_link ON DELETE CASCADE, note varchar);
INSERT INTO account_link_wizard_of_old (link_id, note) SELECT id, 'wizard' FROM account_online_link LIMIT 3;
INSERT INTO ir_model_fields (model, model_id, name, field_description, ttype, state, store)
SELECT model.model, model.id, column_name, jsonb_build_object('en_US', column_name), 'char', 'base', true
  FROM (VALUES ('account.online.link', 'has_unlinked_accounts'), ('account.online.link', 'state'), ('account.online.link', 'name'),
               ('account.online.account', 'fetching_status'), ('account.bank.statement.line', 'online_partner_information'),
               ('account.link.wizard.of.old', 'note')) wanted (model_name, column_name)
  JOIN ir_model model ON model.model = wanted.model_name;
INSERT INTO ir_model_fields_selection (field_id, value, name, sequence)
SELECT id, 'waiting_for_service', '{"en_US": "Waiting"}'::jsonb, 1 FROM ir_model_fields WHERE model = 'account.online.link' AND name = 'state';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'model_' || replace(model, '.', '_'), 'ir.model', id, false FROM ir_model
 WHERE model IN ('account.online.link', 'account.online.account', 'account.link.wizard.of.old')
UNION ALL
SELECT 'account_online_synchronization', 'field_' || replace(model, '.', '_') || '__' || name, 'ir.model.fields', id, false FROM ir_model_fields
 WHERE name IN ('has_unlinked_accounts', 'fetching_status', 'online_partner_information', 'note') OR model = 'account.online.link' AND name IN ('state', 'name')
UNION ALL
SELECT 'account_online_synchronization', 'selection__account_online_link__state__waiting', 'ir.model.fields.selection', id, false
  FROM ir_model_fields_selection WHERE value = 'waiting_for_service';

-- A window, the menu to it, a customer's menu below, and another customer's menu to the same window.
INSERT INTO ir_act_window (name, type, res_model, view_mode, target, context, binding_type)
VALUES ('{"en_US": "Vendor links"}', 'ir.actions.act_window', 'account.online.link', 'tree,form', 'current', '{}', 'action');
INSERT INTO ir_ui_menu (name, parent_id, action, active, sequence)
SELECT '{"en_US": "Vendor Synchronization"}'::jsonb, data.res_id, 'ir.actions.act_window,' || (SELECT max(id) FROM ir_act_window), true, 1
  FROM ir_model_data data WHERE module = 'account' AND name = 'menu_finance_configuration';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'action_online_link_form', 'ir.actions.act_window', max(id), false FROM ir_act_window
UNION ALL
-- The name is that of a view of ours: another kind of record bears it.
SELECT 'account_online_synchronization', 'account_online_link_view_list', 'ir.ui.menu', max(id), false FROM ir_ui_menu;
INSERT INTO ir_ui_menu (name, parent_id, action, active, sequence)
SELECT '{"en_US": "Below the vendor''s"}'::jsonb, id, 'ir.actions.act_window,' || (SELECT max(id) FROM ir_act_window), true, 1
  FROM ir_ui_menu WHERE name->>'en_US' = 'Vendor Synchronization';

-- Rights and rules that would win over ours.
INSERT INTO ir_model_access (name, model_id, group_id, perm_read, perm_write, perm_create, perm_unlink, active)
SELECT 'everybody does everything', model.id, data.res_id, true, true, true, true, true
  FROM ir_model model, ir_model_data data WHERE model.model = 'account.online.link' AND data.module = 'base' AND data.name = 'group_user';
INSERT INTO ir_rule (name, model_id, domain_force, active, global, perm_read, perm_write, perm_create, perm_unlink)
SELECT 'a rule on a field that is gone', id, '[(''a_field_that_is_gone'', ''='', 1)]', true, true, true, true, true, true
  FROM ir_model WHERE model = 'account.online.link';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'access_everybody', 'ir.model.access', max(id), false FROM ir_model_access
UNION ALL
SELECT 'account_online_synchronization', 'account_online_link_company_rule', 'ir.rule', max(id), true FROM ir_rule;

-- A view on Odoo's own form, with a field and a method that are gone.
INSERT INTO ir_ui_view (name, model, type, arch_db, mode, active, priority, inherit_id)
SELECT 'vendor.journal.form', 'account.journal', 'form',
       '{"en_US": "<data><field name=\"name\" position=\"after\"><button name=\"a_method_that_is_gone\" type=\"object\"/><field name=\"a_field_that_is_gone\"/></field></data>"}'::jsonb,
       'extension', true, 16, res_id
  FROM ir_model_data WHERE module = 'account' AND name = 'view_account_journal_form';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'vendor_journal_form', 'ir.ui.view', max(id), false FROM ir_ui_view;

-- A cron that a customer copied from one of the vendor's actions.
INSERT INTO ir_act_server (name, model_id, state, usage, code, type, binding_type)
SELECT '{"en_US": "Vendor action"}'::jsonb, id, 'code', 'ir_cron', 'model._another_that_is_gone()', 'ir.actions.server', 'action'
  FROM ir_model WHERE model = 'account.online.link';
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'vendor_action', 'ir.actions.server', max(id), false FROM ir_act_server;
INSERT INTO ir_cron (cron_name, ir_actions_server_id, user_id, active, interval_number, interval_type, nextcall, priority)
SELECT 'Vendor sync', max(id), 1, true, 1, 'hours', now(), 5 FROM ir_act_server;

-- An activity of the vendor's own type waits for somebody: the type can't be deleted.
INSERT INTO mail_activity_type (name, category, delay_count, delay_unit, delay_from, active, sequence, chaining_type)
VALUES ('{"en_US": "Renew consent"}', 'default', 0, 'days', 'current_date', true, 10, 'suggest');
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'vendor_activity_type', 'mail.activity.type', max(id), false FROM mail_activity_type;
INSERT INTO mail_activity (res_model_id, res_model, res_id, res_name, activity_type_id, user_id, date_deadline, active)
SELECT model.id, 'res.partner', 1, 'x', (SELECT max(id) FROM mail_activity_type), 2, now(), true FROM ir_model model WHERE model = 'res.partner';

-- Keys and tokens in the system parameters.
INSERT INTO ir_config_parameter (key, value) VALUES ('odoofin.client_secret', 'vendor-parameter'), ('yodlee_password', 'vendor-parameter');

-- Rules on values that ours do not keep.
ALTER TABLE account_online_link ADD CONSTRAINT vendor_state CHECK (state IN ('connected', 'error', 'disconnected', 'waiting_for_service'));
ALTER TABLE account_online_link ADD COLUMN vendor_mandatory varchar NOT NULL DEFAULT 'x';
ALTER TABLE account_online_link ALTER COLUMN vendor_mandatory DROP DEFAULT, ALTER COLUMN client_id SET NOT NULL;
ALTER TABLE account_online_account ADD CONSTRAINT vendor_account_uniq UNIQUE (id, online_identifier);
