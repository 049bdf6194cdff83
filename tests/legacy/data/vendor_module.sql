-- Tables of another module of this name as an older series left them, with odd values.
INSERT INTO ir_module_module (name, state, latest_version) VALUES ('account_online_synchronization', 'installed', '18.0.2.0')
    ON CONFLICT (name) DO UPDATE SET state = 'installed', latest_version = '18.0.2.0';
CREATE TABLE account_online_link (
    id serial PRIMARY KEY, name varchar, client_id varchar, access_token varchar, refresh_token varchar, provider_data varchar,
    provider_type varchar, state varchar, auto_sync boolean, last_refresh timestamp, next_refresh timestamp,
    expiring_synchronization_date date, company_id int4, has_unlinked_accounts boolean);
CREATE TABLE account_online_account (
    id serial PRIMARY KEY, account_online_link_id int4, name varchar, account_number varchar, balance float8,
    online_identifier varchar, account_data varchar, last_sync date, currency_id int4, fetching_status varchar);
ALTER TABLE account_journal ADD COLUMN account_online_account_id int4, ADD COLUMN account_online_link_id int4,
    ADD COLUMN bank_statement_creation_groupby varchar, ADD COLUMN renewal_contact_email varchar;
ALTER TABLE account_bank_statement_line ADD COLUMN online_transaction_identifier varchar,
    ADD COLUMN online_account_id int4, ADD COLUMN online_partner_information varchar;
INSERT INTO account_online_link (name, client_id, access_token, refresh_token, provider_data, provider_type, state, auto_sync, next_refresh, company_id)
SELECT CASE WHEN n % 5 = 0 THEN NULL ELSE 'Vendor Bank ' || n END, 'client-' || n, 'vendor-access', 'vendor-refresh', 'vendor-data',
       'ponto', (ARRAY['connected', 'error', 'disconnected', NULL])[1 + n % 4], true, now(),
       CASE WHEN n % 11 = 0 THEN NULL ELSE (SELECT id FROM res_company ORDER BY id OFFSET n % 2 LIMIT 1) END
  FROM generate_series(1, 1200) n;
-- Each new consent cloned the account: the same number and identifier again and again.
INSERT INTO account_online_account (account_online_link_id, name, account_number, balance, online_identifier, account_data, last_sync)
SELECT 1 + n % 1200, CASE WHEN n % 5 = 0 THEN NULL ELSE 'Vendor account ' || n END, 'BE68 5390 0754 7034', n * 1.1,
       'same-identifier', 'vendor-data', '2025-01-01'::date + n % 300
  FROM generate_series(1, 2400) n;
UPDATE account_journal journal SET account_online_account_id = 1 + (numbered.n - 1) / 2, bank_statement_creation_groupby = 'bimonthly'
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM account_journal WHERE name->>'en_US' LIKE 'Old Bank%') numbered
 WHERE journal.id = numbered.id;
UPDATE account_bank_statement_line line
   SET online_transaction_identifier = 'vendor-' || line.id, online_account_id = journal.account_online_account_id,
       online_partner_information = 'kept as it is'
  FROM account_journal journal WHERE journal.id = line.journal_id AND line.id % 10 <> 0;
INSERT INTO ir_ui_view (name, model, type, arch_db, mode, active, priority)
VALUES ('vendor.link.form', 'res.partner', 'form', '{"en_US": "<form><field name=\"a_field_that_is_gone\"/></form>"}', 'primary', true, 16);
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'vendor_view', 'ir.ui.view', max(id), false FROM ir_ui_view;
INSERT INTO ir_ui_view (name, model, type, arch_db, mode, active, priority, inherit_id)
SELECT 'customer.view.on.vendor', 'res.partner', 'form', '{"en_US": "<data/>"}'::jsonb, 'extension', true, 16, max(id) FROM ir_ui_view;
INSERT INTO ir_act_server (name, model_id, state, usage, code, type, binding_type)
SELECT '{"en_US": "Vendor sync"}'::jsonb, (SELECT id FROM ir_model WHERE model = 'account.journal'), 'code', 'ir_cron',
       'model._cron_that_is_gone()', 'ir.actions.server', 'action';
INSERT INTO ir_cron (cron_name, ir_actions_server_id, user_id, active, interval_number, interval_type, nextcall, priority)
SELECT 'Vendor sync', max(id), 1, true, 12, 'hours', now(), 5 FROM ir_act_server;
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_synchronization', 'vendor_cron', 'ir.cron', max(id), true FROM ir_cron;
