-- Thousands of lines without waiting for Odoo: copies of those that it made.
DO $$
DECLARE move_columns text; line_columns text; item_columns text;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ') INTO move_columns FROM information_schema.columns
     WHERE table_name = 'account_move' AND column_name NOT IN ('id', 'name', 'sequence_number', 'statement_line_id');
    SELECT string_agg(quote_ident(column_name), ', ') INTO line_columns FROM information_schema.columns
     WHERE table_name = 'account_bank_statement_line' AND column_name NOT IN ('id', 'move_id', 'internal_index');
    FOR copy IN 1..40 LOOP
        CREATE TEMP TABLE copied AS
            SELECT id AS old_id, nextval('account_move_id_seq') AS new_id FROM account_move
             WHERE statement_line_id IS NOT NULL AND name NOT LIKE 'COPY%';
        EXECUTE format('INSERT INTO account_move (id, name, sequence_number, %1$s)
            SELECT new_id, ''COPY/'' || new_id, new_id, %1$s FROM account_move JOIN copied ON id = old_id', move_columns);
        EXECUTE format('INSERT INTO account_bank_statement_line (move_id, internal_index, %1$s)
            SELECT new_id, internal_index || new_id, %1$s FROM account_bank_statement_line JOIN copied ON move_id = old_id', line_columns);
        DROP TABLE copied;
    END LOOP;
END $$;
UPDATE account_move move SET statement_line_id = line.id
  FROM account_bank_statement_line line WHERE line.move_id = move.id AND move.statement_line_id IS NULL;
