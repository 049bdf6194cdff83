-- Lines that were imported before and that a new connection would import again.
SELECT line.id
  FROM account_bank_statement_line line
 WHERE TRIM(line.online_transaction_identifier) <> '' AND NOT EXISTS (
       SELECT 1
         FROM account_online_transaction row
         JOIN account_online_transaction_alias alias ON alias.transaction_id = row.id
        WHERE row.statement_line_id = line.id AND row.state = 'imported' AND row.amount = line.amount
          AND alias.key = 'v1:id:' || TRIM(line.online_transaction_identifier))
