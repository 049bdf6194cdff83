-- Pages without room, as in a table that has long been read only: a changed row moves to another page.
CLUSTER account_bank_statement_line USING account_bank_statement_line_pkey;
