-- Rows that point to rows which are gone, and values that no calendar and no number knows.
UPDATE account_online_link SET company_id = 987654 WHERE id % 13 = 0;
UPDATE account_online_link SET last_refresh = 'infinity' WHERE id % 17 = 0;
UPDATE account_online_account SET account_online_link_id = 987654 WHERE id % 19 = 0;
UPDATE account_online_account SET currency_id = 987654, balance = 'NaN' WHERE id % 23 = 0;
UPDATE account_journal SET account_online_account_id = 987654, bank_statements_source = 'online_sync'
 WHERE id = (SELECT max(id) FROM account_journal WHERE name->>'en_US' LIKE 'Old Bank%');
UPDATE account_bank_statement_line SET online_account_id = 987654 WHERE id % 29 = 0;
UPDATE account_bank_statement_line SET online_account_id = NULL WHERE id % 31 = 0;
UPDATE account_bank_statement_line SET online_transaction_identifier = '  ' WHERE id % 37 = 0;
UPDATE account_bank_statement_line SET online_transaction_identifier = 'vendor-twice' WHERE id % 41 = 0;
UPDATE account_bank_statement_line SET online_transaction_identifier = (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) n)
 WHERE id = (SELECT min(id) FROM account_bank_statement_line WHERE online_transaction_identifier IS NOT NULL);
