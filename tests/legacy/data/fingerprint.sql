-- Changes with any change of what is booked.
SELECT md5(string_agg(content, '|' ORDER BY content)) FROM (
    SELECT 'M' || m.id || coalesce(m.name, '') || m.date || m.state || coalesce(m.amount_total::text, '') || m.write_date
           || coalesce(m.statement_line_id::text, '') AS content FROM account_move m
    UNION ALL
    SELECT 'I' || i.id || i.move_id || i.account_id || i.debit || i.credit || i.amount_currency || i.amount_residual
           || i.reconciled || i.write_date FROM account_move_line i
    UNION ALL
    SELECT 'L' || l.id || l.move_id || l.amount || coalesce(l.payment_ref, '') || l.is_reconciled || l.internal_index
           || coalesce(l.statement_id::text, '') || l.write_date FROM account_bank_statement_line l
) books
