-- The same tables as another minor version may have made them: other types, columns missing.
ALTER TABLE account_online_link ALTER COLUMN company_id TYPE varchar USING company_id::varchar,
    ALTER COLUMN name TYPE jsonb USING CASE WHEN name IS NOT NULL THEN jsonb_build_object('en_US', name, 'fr_FR', 'x') END,
    ALTER COLUMN auto_sync TYPE varchar USING 'yes', ALTER COLUMN last_refresh TYPE varchar USING 'some day',
    ALTER COLUMN state TYPE int4 USING 3, DROP COLUMN next_refresh, DROP COLUMN expiring_synchronization_date;
ALTER TABLE account_online_account ALTER COLUMN account_online_link_id TYPE varchar USING account_online_link_id::varchar,
    ALTER COLUMN last_sync TYPE timestamp, ALTER COLUMN balance TYPE varchar USING CASE WHEN id % 2 = 0 THEN balance::varchar ELSE 'unknown' END,
    ALTER COLUMN online_identifier TYPE int4 USING id % 7, DROP COLUMN currency_id, DROP COLUMN account_number;
ALTER TABLE account_journal ALTER COLUMN account_online_account_id TYPE varchar USING account_online_account_id || '',
    DROP COLUMN renewal_contact_email, DROP COLUMN account_online_link_id;
ALTER TABLE account_bank_statement_line ALTER COLUMN online_account_id TYPE varchar USING online_account_id || '',
    ALTER COLUMN online_transaction_identifier TYPE int8 USING id;
