"""Every error that a provider documents, held against what the documentation says it means.

The connectors have tables of their own; these here were written down from the documentation.
"""

import pytest
from helpers import ATTENDED
from providers import basiq, enablebanking, gocardless, plaid, ponto, saltedge, simplefin, yodlee
from providers.errors import ErrorCode
from reader import DRIVERS, Reader

USER, CONSENT = ErrorCode.USER_ACTION_REQUIRED, ErrorCode.CONSENT_EXPIRED
LIMIT, DOWN = ErrorCode.RATE_LIMITED, ErrorCode.INSTITUTION_UNAVAILABLE
PROVIDER, CLOSED = ErrorCode.PROVIDER_ERROR, ErrorCode.ACCOUNT_CLOSED
INVALID, UNATTENDED = ErrorCode.INVALID_REQUEST, ErrorCode.UNATTENDED_REFUSED

# What comes as a refusal of a call: the names by status and meaning.
REFUSALS = {
    'plaid': {
        (400, USER): 'ITEM_LOGIN_REQUIRED ACCESS_NOT_GRANTED INVALID_CREDENTIALS INVALID_MFA'
                     ' INSUFFICIENT_CREDENTIALS ITEM_LOCKED PASSWORD_RESET_REQUIRED'
                     ' USER_SETUP_REQUIRED',
        (400, CONSENT): 'ITEM_NOT_FOUND ITEM_CONCURRENTLY_DELETED INVALID_ACCESS_TOKEN'
                        ' INVALID_UPDATED_USERNAME',
        (400, DOWN): 'INSTITUTION_DOWN INSTITUTION_NOT_RESPONDING INSTITUTION_NOT_AVAILABLE',
        (500, PROVIDER): 'INTERNAL_SERVER_ERROR',
        (503, PROVIDER): 'PLANNED_MAINTENANCE',
        (400, PROVIDER): 'PRODUCT_NOT_READY',
        (400, INVALID): 'INSTITUTION_NO_LONGER_SUPPORTED UNSUPPORTED_RESPONSE ITEM_NOT_SUPPORTED'
                        ' MFA_NOT_SUPPORTED PRODUCTS_NOT_SUPPORTED PRODUCT_NOT_ENABLED'
                        ' INVALID_API_KEYS INVALID_PRODUCT INVALID_FIELD UNAUTHORIZED_INSTITUTION'
                        ' INSTITUTION_REGISTRATION_REQUIRED INVALID_INSTITUTION INVALID_LINK_TOKEN',
        (400, CLOSED): 'NO_ACCOUNTS INVALID_ACCOUNT_ID',
    },
    'yodlee': {
        (401, INVALID): 'Y301 Y303 Y016 Y027 Y015 Y901 Y830 Y821',
        (401, CONSENT): 'Y004 Y005 Y006 Y305',
        (400, INVALID): 'Y400 Y800 Y801 Y802 Y803 Y804 Y805 Y806 Y809 Y812 Y816 Y820 Y823 Y824'
                        ' Y848',
        (404, INVALID): 'Y807',
        (400, LIMIT): 'Y825',
        (400, DOWN): 'Y868',
    },
    'saltedge': {
        (400, USER): 'InvalidInteractiveCredentials InteractiveTimeout CredentialsNotMatch'
                     ' ProviderAccessNotGranted ConnectionDisabled',
        (400, CONSENT): 'ConsentExpired ConsentRevoked AispConsentExpired AispConsentRevoked'
                        ' AispConsentAlreadyRevoked AispConsentNotFound DateOutOfAispConsentRange'
                        ' ConnectionNotFound CustomerNotFound CustomerLocked',
        (429, LIMIT): 'RateLimitExceeded TooManyRequests BackgroundFetchLimitExceeded',
        (406, LIMIT): 'ConnectionCannotBeRefreshed ConnectionAlreadyProcessing',
        (400, DOWN): 'ProviderError ProviderUnavailable ProviderInactive ConnectionFailed'
                     ' ConnectionLost ConnectionFetchingStopped FetchingTimeout ExecutionTimeout'
                     ' InteractiveAdapterTimeout',
        (500, PROVIDER): 'InternalServerError',
        (401, INVALID): 'ApiKeyNotFound AppIdNotProvided SecretNotProvided SignatureNotMatch'
                        ' MissingSignature MissingExpiresAt ExpiresAtInvalid RequestExpired'
                        ' PublicKeyNotProvided InvalidCredentials',
        (403, INVALID): 'ClientPending ClientRestricted ClientDisabled ActionNotAllowed'
                        ' ConnectionLimitReached',
        (400, INVALID): 'WrongRequestFormat JsonParseError ReturnURLInvalid ReturnURLTooLong'
                        ' RouteNotFound DuplicatedCustomer ProviderDisabled ProviderNotFound'
                        ' ConnectionDuplicated',
        (404, CLOSED): 'AccountNotFound',
    },
    'enablebanking': {
        (400, USER): 'ASPSP_PSU_ACTION_REQUIRED WRONG_CREDENTIALS_PROVIDED NO_ACCOUNTS_ADDED'
                     ' ALREADY_AUTHORIZED EXPIRED_AUTHORIZATION_CODE WRONG_AUTHORIZATION_CODE'
                     ' AUTHORIZATION_NOT_PROVIDED',
        (403, USER): 'ACCESS_DENIED',
        (401, CONSENT): 'EXPIRED_SESSION REVOKED_SESSION CLOSED_SESSION SESSION_DOES_NOT_EXIST'
                        ' WRONG_SESSION_STATUS',
        (429, LIMIT): 'ASPSP_RATE_LIMIT_EXCEEDED',
        (400, DOWN): 'ASPSP_ERROR',
        (408, DOWN): 'ASPSP_TIMEOUT',
        (404, CLOSED): 'ACCOUNT_DOES_NOT_EXIST ASPSP_ACCOUNT_NOT_ACCESSIBLE INVALID_ACCOUNT_ID',
        (422, INVALID): 'WRONG_REQUEST_PARAMETERS WRONG_ASPSP_PROVIDED WRONG_DATE_INTERVAL'
                        ' WRONG_TRANSACTIONS_PERIOD WRONG_CONTINUATION_KEY DATE_FROM_IN_FUTURE'
                        ' DATE_TO_WITHOUT_DATE_FROM PSU_HEADER_INVALID REDIRECT_URI_NOT_ALLOWED'
                        ' TRANSACTION_DOES_NOT_EXIST',
        (422, UNATTENDED): 'PSU_HEADER_NOT_PROVIDED',
        (401, INVALID): 'UNAUTHORIZED_ACCESS UNAUTHORIZED_IP INVALID_HOST',
        (418, INVALID): 'A_NEW_CODE',
        (500, PROVIDER): 'A_NEW_CODE',
    },
    'basiq': {
        (429, LIMIT): 'too-many-requests',
        (503, DOWN): 'service-unavailable maintenance-error',
        (500, PROVIDER): 'internal-server-error',
        (400, INVALID): 'parameter-not-supplied parameter-not-valid invalid-content'
                        ' institution-not-supported unsupported-accept',
        (403, INVALID): 'forbidden-access no-production-access access-denied',
        (410, INVALID): 'resource-no-longer-available',
    },
    'gocardless': {
        (401, CONSENT): 'AccessExpiredError',
        (401, CLOSED): 'AccountInactiveError',
        (403, USER): 'AccountAccessForbidden',
        (403, INVALID): 'AccountResourceUnavailable',
        (429, LIMIT): 'RateLimitError',
        (503, DOWN): 'ServiceError ConnectionError',
        (500, PROVIDER): 'UnknownRequestError',
    },
    'ponto': {
        (400, CONSENT): 'authorizationInvalid',
        (401, CONSENT): 'anything',
        (429, LIMIT): 'anything',
        (500, PROVIDER): 'anything',
        (404, CLOSED): 'resourceNotFound',
        (400, INVALID): 'anything',
    },
    'simplefin': {
        (402, USER): 'Payment',
        (403, CONSENT): 'Revoked',
        (429, LIMIT): 'Quota',
        (400, INVALID): 'Parameters',
        (500, PROVIDER): 'Server',
    },
}
# How each provider puts a name into a refusal, and where it tells its own id of the request.
BODIES = {
    'plaid': lambda name: {
        'error_type': 'A_KIND', 'error_code': name, 'error_message': 'x', 'request_id': 'ref-77',
    },
    'yodlee': lambda name: {
        'errorCode': name, 'errorMessage': 'x', 'referenceCode': 'ref-77',
    },
    'saltedge': lambda name: {'error': {'class': name, 'message': 'x'}},
    'enablebanking': lambda name: {'message': 'x', 'code': 400, 'error': name},
    'basiq': lambda name: {
        'type': 'list', 'correlationId': 'ref-77',
        'data': [{'type': 'error', 'code': name, 'title': 'x', 'detail': 'x'}],
    },
    'gocardless': lambda name: {'summary': 'x', 'detail': 'x', 'type': name},
    'ponto': lambda name: {'errors': [{'code': name, 'detail': 'x'}]},
    'simplefin': lambda name: {'errors': [name]},
}
HEADERS = {'ponto': {'ibanity_request_id': 'ref-77'}}
# Where transactions are asked for.
PATHS = {
    'plaid': '/transactions/sync', 'gocardless': '/transactions/', 'ponto': '/transactions',
    'simplefin': '/accounts',
}
CASES = [
    (provider, status, code, name)
    for provider, rows in REFUSALS.items()
    for (status, code), names in rows.items()
    for name in names.split()
]
# What stands inside good answers: states of a connection, steps of a job, errors of an attempt.
INSIDE = {
    yodlee: {
        USER: 'INCORRECT_CREDENTIALS CREDENTIALS_UPDATE_NEEDED ADDL_AUTHENTICATION_REQUIRED'
              ' INVALID_ADDL_INFO_PROVIDED NEW_AUTHENTICATION_REQUIRED INCORRECT_OAUTH_TOKEN'
              ' ACCOUNT_LOCKED USER_ACTION_NEEDED_AT_SITE ENROLLMENT_REQUIRED_FOR_DATASET'
              ' USER_INPUT_REQUIRED',
        CONSENT: 'CONSENT_REQUIRED CONSENT_EXPIRED CONSENT_REVOKED',
        DOWN: 'REQUEST_TIME_OUT SITE_BLOCKING_ERROR UNEXPECTED_SITE_ERROR SITE_UNAVAILABLE'
              ' SITE_SESSION_INVALIDATED MIGRATION_IN_PROGRESS',
        PROVIDER: 'TECH_ERROR DATA_RETRIEVAL_FAILED BETA_SITE_DEV_IN_PROGRESS',
        INVALID: 'SITE_NOT_SUPPORTED DATASET_NOT_SUPPORTED DATA_NOT_AVAILABLE'
                 ' PROPERTY_VALUE_NOT_AVAILABLE',
        CLOSED: 'TO_BE_CLOSED CLOSED',
    },
    basiq: {
        USER: 'invalid-credentials account-not-accessible-requires-user-action'
              ' user-action-required authorization-failed mfa-challenge',
        DOWN: 'service-unavailable system-unavailable maintenance connector-error'
              ' institution-not-available job-timed-out',
        PROVIDER: 'unknown-error',
        INVALID: 'institution-not-found institution-disabled',
    },
    saltedge: {USER: 'InvalidCredentials', CONSENT: 'ConsentExpired', DOWN: 'ProviderError'},
    ponto: {CONSENT: 'authorizationInvalid invalid_grant', INVALID: 'invalid_client'},
    plaid: {CONSENT: 'OAUTH_CONSENT_EXPIRED OAUTH_INVALID_TOKEN OAUTH_USER_REVOKED'},
    simplefin: {
        PROVIDER: 'gen. act. act.failed act.missingdata', INVALID: 'gen.api', CONSENT: 'gen.auth',
        DOWN: 'con.', USER: 'con.auth',
    },
    enablebanking: {DOWN: 'temporarily_unavailable', PROVIDER: 'server_error'},
    gocardless: {
        USER: 'SSNVerificationFailed RequisitionLinkReused', DOWN: 'InstitutionTechnicalError',
        PROVIDER: 'GoCardlessTechnicalError UnknownError',
    },
}


@pytest.fixture(scope='module')
def readers():
    """A connected user at each provider."""
    made = {name: Reader(DRIVERS[name]) for name in REFUSALS}
    for reader in made.values():
        reader.connect()
    yield made
    for reader in made.values():
        reader.driver.recover()
        reader.driver.close()


@pytest.mark.parametrize(('name', 'status', 'code', 'said'), CASES)
def test_a_documented_refusal_means_what_it_is_documented_to(readers, name, status, code, said):
    reader = readers[name]
    account_id, driver = reader.account().id, reader.driver
    driver.fake.fail(
        PATHS.get(name, '/transactions'), status, BODIES[name](said), times=1000,
        **HEADERS.get(name, {'X_Request_Id': 'ref-77'}),
    )
    try:
        error = reader.refused(reader.provider().transactions, account_id, None, None, ATTENDED)
    finally:
        driver.recover()
    assert error.code == code
    assert error.provider_reference == 'ref-77'
    assert (error.until is not None) == (code == LIMIT)


@pytest.mark.parametrize(
    ('package', 'code', 'said'),
    [(package, code, name) for package, rows in INSIDE.items()
     for code, names in rows.items() for name in names.split()],
)
def test_what_is_said_in_a_good_answer_means_what_it_is_documented_to(package, code, said):
    assert package.api.ERRORS[said] == code
