"""No transaction, however odd, stops the page that it stands in: the database quarantines it."""

import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from providers import basiq, enablebanking, gocardless, plaid, ponto, saltedge, simplefin, yodlee
from providers.http import exact_json
from providers.interface import Transaction

UTC = datetime.timezone.utc
MAPPINGS = {
    'basiq': basiq.mapping.transaction,
    'enablebanking': enablebanking.mapping.transaction,
    'gocardless': lambda row: gocardless.mapping.transaction(row, 'booked'),
    'plaid': plaid.mapping.transaction,
    'ponto': lambda row: ponto.mapping.transaction({'id': '1', 'attributes': row}, 'booked', UTC),
    'saltedge': saltedge.mapping.transaction,
    'simplefin': lambda row: simplefin.mapping.transaction(row, 'USD', opposite=True),
    'yodlee': yodlee.mapping.transaction,
}
KEYS = {
    'basiq': 'id status amount currency postDate transactionDate description reference balance '
             'paymentDetails bpay billerName crn enrich merchant businessName subClass code class',
    'enablebanking': 'entry_reference status transaction_amount amount currency booking_date '
                     'credit_debit_indicator value_date remittance_information note creditor '
                     'debtor name creditor_account debtor_account iban other identification '
                     'exchange_rate instructed_amount balance_after_transaction '
                     'bank_transaction_code code sub_code description reference_number',
    'gocardless': 'transactionId internalTransactionId bookingDate valueDate transactionAmount '
                  'amount currency remittanceInformationUnstructuredArray creditorName '
                  'remittanceInformationStructuredArray remittanceInformationStructured '
                  'creditorAccount debtorAccount iban bban currencyExchange sourceCurrency '
                  'exchangeRate balanceAfterTransaction balanceAmount endToEndId '
                  'remittanceInformationUnstructured additionalInformation debtorName',
    'plaid': 'transaction_id pending amount iso_currency_code date payment_meta payer payee '
             'reason counterparties account_numbers international iban bacs merchant_name name '
             'original_description pending_transaction_id transaction_code reference_number',
    'ponto': 'amount currency executionDate valueDate remittanceInformation counterpartName '
             'remittanceInformationType description additionalInformation counterpartReference '
             'endToEndId mandateId creditorId bankTransactionCode',
    'saltedge': 'id status amount currency_code made_on description extra payee payer '
                'account_number information additional posting_date original_amount exchange_rate '
                'original_currency_code account_balance_snapshot variable_code end_to_end_id type',
    'simplefin': 'id posted transacted_at amount description payee memo pending extra',
    'yodlee': 'CONTAINER id amount currency baseType status date transactionDate postDate name '
              'description original simple merchant checkNumber runningBalance typeAtSource type',
}
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text(max_size=12),
    st.floats().map(str), st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(['NaN', '1e400', '', ' ', '2026-02-30', '-0', '٣', '2026-03-01T25:00:00Z']),
)


def rows_of(name):
    """Rows with the provider's own fields, and anything at all in them."""
    keys = st.sampled_from(KEYS[name].split())
    values = st.recursive(
        ODD,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)
        ),
        max_leaves=8,
    )
    return st.dictionaries(keys, values, max_size=10)


@pytest.mark.parametrize('name', sorted(MAPPINGS))
def test_an_odd_row_travels_on(name):
    @settings(max_examples=60, deadline=None, database=None)
    @given(rows_of(name))
    def check(row):
        found = MAPPINGS[name](exact_json(json.dumps(row, default=str)))
        assert isinstance(found, Transaction)
        for text in (found.id, found.amount, found.currency, found.booking_date, found.code):
            assert text is None or isinstance(text, str)
        assert found.status in ('booked', 'pending')
        json.dumps(found.raw)

    check()
