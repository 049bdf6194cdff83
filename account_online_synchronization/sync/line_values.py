"""What a statement line takes over from a row of the feed."""

# Odoo sorts the lines of a day by descending sequence, the feed by ascending position.
LAST_POSITION = 1_000_000
KEPT = ('journal_id', 'sequence', 'partner_id', 'online_account_id', 'online_transaction_id')


def line_values(row, journal):
    """Values for a new statement line of a feed row.

    :param row: ``account.online.transaction`` record.
    """
    values = {
        'journal_id': journal.id,
        'date': row.booking_date or row.value_date,
        'amount': row.amount,
        'payment_ref': label_of(row),
        'partner_name': row.counterparty_name or False,
        'account_number': row.counterparty_account or False,
        'transaction_type': row.transaction_code or False,
        'sequence': max(LAST_POSITION - row.position, 0),
        'online_account_id': row.online_account_id.id,
        'online_transaction_id': row.id,
        'online_transaction_identifier': row.transaction_identifier or False,
        'online_value_date': row.value_date,
        'online_structured_reference': row.structured_reference or False,
        'online_end_to_end_reference': row.end_to_end_reference or False,
        'online_mandate_reference': row.mandate_reference or False,
        'online_creditor_reference': row.creditor_reference or False,
    }
    if row.is_own_transfer:
        values['partner_id'] = row.company_id.partner_id.id
    values.update(_foreign_values(row, journal))
    return values


def corrected_values(row, journal):
    """Values of a line that shall say what its feed row says now.

    Its place among the lines of the day, and who a person found the partner to be, stay.
    """
    values = {'foreign_currency_id': False, 'amount_currency': 0.0, **line_values(row, journal)}
    return {name: value for name, value in values.items() if name not in KEPT}


def label_of(row):
    """All remittance parts in the bank's order, on one line; never empty."""
    parts = (row.description or '').split('\n')
    text = " ".join(part.strip() for part in parts if part.strip())
    return (
        text or row.counterparty_name or row.structured_reference or row.transaction_code or '/'
    )


def _foreign_values(row, journal):
    """The original amount as the bank booked it; Odoo converts nothing when both are known."""
    if not row.foreign_amount or not row.foreign_currency_code or not row.amount:
        return {}
    currency = row.env['res.currency'].search([('name', '=', row.foreign_currency_code)], limit=1)
    if not currency or currency == journal._online_currency():
        return {}
    amount = currency.round(abs(row.foreign_amount))
    if not amount:
        return {}
    return {
        'foreign_currency_id': currency.id,
        'amount_currency': amount if row.amount > 0 else -amount,
    }
