"""Between the matching's plain rows and the columns of the feed."""

from decimal import Decimal

from ..matching import Counterparty, InvalidRow, KnownRow, Source, State


def values_of(row):
    """Columns of what the bank said; for an invalid row, what of it can be shown.

    The counterparty is expected without the holder, see :func:`~..matching.party.without_holder`.
    """
    if isinstance(row, InvalidRow):
        return _invalid_values(row)
    return {
        'status': row.status.value,
        'transaction_identifier': row.transaction_id,
        'booking_date': row.booking_date,
        'value_date': row.value_date,
        'amount': float(row.amount),
        'currency_code': row.currency,
        'description': row.description,
        'counterparty_name': row.counterparty.name,
        'counterparty_account': row.counterparty.account_number,
        'counterparty_bank': row.counterparty.bank_code,
        'structured_reference': row.references.structured,
        'end_to_end_reference': row.references.end_to_end,
        'mandate_reference': row.references.mandate,
        'creditor_reference': row.references.creditor,
        'foreign_amount': float(row.foreign.amount) if row.foreign else 0.0,
        'foreign_currency_code': row.foreign.currency if row.foreign else False,
        'foreign_rate': str(row.foreign.rate) if row.foreign and row.foreign.rate else False,
        'balance_after': float(row.balance_after) if row.balance_after is not None else 0.0,
        'has_balance_after': row.balance_after is not None,
        'transaction_code': row.code,
        'raw': dict(row.raw),
    }


def _invalid_values(row):
    raw = row.raw
    status, description = raw.get('status'), raw.get('description')
    return {
        'status': status if status in ('booked', 'pending') else False,
        'transaction_identifier': row.transaction_id,
        'description': description if isinstance(description, str) else False,
        'booking_date': row.booking_date,
        'value_date': row.value_date,
        'amount': float(row.amount or 0),
        'raw': dict(raw),
    }


def review_values(row):
    """Columns of what the bank says now, beside what it said before."""
    return {
        'review_booking_date': row.date,
        'review_amount': float(row.amount),
        'review_description': row.description,
        'review_counterparty_name': row.counterparty.name,
        'review_raw': dict(row.raw),
    }


NO_REVIEW = {
    'review_kind': False, 'review_booking_date': False, 'review_amount': 0.0,
    'review_description': False, 'review_counterparty_name': False, 'review_raw': False,
    'review_candidate_ids': [(5,)], 'review_line_ids': [(5,)], 'review_for_now': False,
}


def known_row(record, keys):
    """What the database remembers of a feed row.

    :param keys: all its identity keys.
    """
    has_line = bool(record.statement_line_id)
    state = 'imported' if has_line and record.state == 'to_review' else record.state
    has_content = bool(record.status) and state != 'quarantined'
    return KnownRow(
        key=record.id,
        state=State(state),
        has_line=has_line,
        aliases=frozenset(keys),
        transaction_id=record.transaction_identifier or None,
        amount=decimal_of(record.amount) if has_content else None,
        currency=record.currency_code or '',
        booking_date=record.booking_date or None,
        value_date=record.value_date or None,
        description=record.description or '',
        counterparty=Counterparty(
            record.counterparty_name or '', record.counterparty_account or '',
            record.counterparty_bank or '',
        ),
        balance_after=decimal_of(record.balance_after) if record.has_balance_after else None,
        raised=frozenset(record.raised_reviews or ()),
        source=(
            Source(record.source_provider or '', record.source_consent or '')
            if record.source_provider or record.source_consent else None
        ),
        seen_date=record.seen_date or None,
        rank=record.position if record.has_position else None,
        for_now=record.review_for_now and record.state == 'to_review',
    )


def is_void(record):
    """Whether the row was held back in vain: the bank's list showed that it is none of its own."""
    return record.state == 'removed' and record.review_decision == 'settled'


def decimal_of(number):
    """The decimal that a stored amount stands for.

    The shortest text of the float is the text that was stored: amounts have at most 15
    significant digits.
    """
    return Decimal(repr(number))
