-- Tables of the previous module as an older series left them, with odd values.
CREATE TABLE account_online_provider (
    id serial PRIMARY KEY, name varchar, provider_type varchar, provider_identifier varchar,
    provider_account_identifier varchar, status varchar, status_code varchar, message varchar, action_required boolean,
    last_refresh timestamp, next_refresh timestamp, company_id int4, plaid_error_type varchar,
    plaid_access_token varchar, plaid_item_id varchar, yodlee_account_token text);
CREATE TABLE account_online_journal (
    id serial PRIMARY KEY, account_online_provider_id int4, name varchar, account_number varchar, balance float8,
    online_identifier varchar, provider_name varchar, last_sync date);
ALTER TABLE account_journal ADD COLUMN account_online_journal_id int4, ADD COLUMN bank_statement_creation varchar,
    ADD COLUMN synchronization_status varchar;
ALTER TABLE account_bank_statement_line ADD COLUMN online_identifier varchar,
    ADD COLUMN online_partner_vendor_name varchar, ADD COLUMN online_partner_bank_account varchar;
ALTER TABLE res_partner ADD COLUMN online_partner_vendor_name varchar, ADD COLUMN online_partner_bank_account varchar;
ALTER TABLE res_company ADD COLUMN plaid_user_id varchar, ADD COLUMN plaid_access_token varchar;

INSERT INTO account_online_provider (name, provider_type, last_refresh, company_id, plaid_access_token, plaid_item_id, yodlee_account_token)
SELECT CASE WHEN n % 7 = 0 THEN NULL WHEN n % 7 = 1 THEN '  ' ELSE 'Old Bank ' || n END,
       (ARRAY['plaid', 'yodlee', 'ponto', NULL])[1 + n % 4], '2020-10-01'::timestamp + n * interval '1 hour',
       CASE WHEN n % 11 = 0 THEN NULL ELSE (SELECT id FROM res_company ORDER BY id OFFSET n % 2 LIMIT 1) END,
       'access-sandbox-OLDPLAID', 'ITEM-OLDPLAID', 'yodlee-secret-token'
  FROM generate_series(1, 1200) n;
INSERT INTO account_online_journal (account_online_provider_id, name, account_number, balance, online_identifier, last_sync)
SELECT CASE WHEN n <= 4 THEN n ELSE 1 + n % 1200 END, CASE WHEN n % 5 = 0 THEN NULL ELSE 'Account ' || n END,
       (ARRAY['BE68 5390 0754 7034', 'xxxx-1234', NULL, ''])[1 + n % 4], n * 1.1, 'acc-' || n, '2020-10-01'
  FROM generate_series(1, 2400) n;
UPDATE account_journal journal SET account_online_journal_id = numbered.n, bank_statement_creation = 'bimonthly'
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM account_journal WHERE name->>'en_US' LIKE 'Old Bank%') numbered
 WHERE journal.id = numbered.id AND numbered.n <= 3;
UPDATE account_bank_statement_line SET online_identifier = 'old-' || id WHERE id % 10 <> 0;
UPDATE res_company SET plaid_access_token = 'company-plaid-token', plaid_user_id = 'company-plaid-token';
INSERT INTO ir_act_server (name, model_id, state, usage, code, type, binding_type)
SELECT '{"en_US": "Account: Journal online sync"}'::jsonb, (SELECT id FROM ir_model WHERE model = 'account.journal'), 'code', 'ir_cron',
       'model._cron_fetch_online_transactions()', 'ir.actions.server', 'action';
INSERT INTO ir_cron (cron_name, ir_actions_server_id, user_id, active, interval_number, interval_type, nextcall, priority)
SELECT 'Account: Journal online sync', max(id), 1, true, 12, 'hours', now(), 5 FROM ir_act_server;
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT 'account_online_sync', 'online_sync_cron', 'ir.cron', max(id), true FROM ir_cron;
