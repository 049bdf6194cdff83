"""The plumbing that all connectors share."""

from datetime import timedelta
from decimal import Decimal

import pytest
from fakes.server import FakeServer, route
from helpers import failure_of
from providers.addresses import checked_url
from providers.errors import ErrorCode
from providers.http import Api, exact_json
from providers.refusals import Refusal
from werkzeug.wrappers import Response


class Fake(FakeServer):
    @route('GET', '/rows')
    def rows(self, request, body):
        return {'amount': '1'}

    @route('POST', '/rows', optional=('a',))
    def write(self, request, body):
        return {}

    @route('GET', '/cut')
    def cut(self, request, body):
        return Response('{"rows": [', headers={'Content-Length': '400'})

    @route('GET', '/elsewhere')
    def elsewhere(self, request, body):
        return Response('', 302, {'Location': 'https://thief.example/'})


class PlainApi(Api):
    errors = {'LIMIT': ErrorCode.RATE_LIMITED, 'OF_ACCOUNT': ErrorCode.RATE_LIMITED,
              'GONE': ErrorCode.ACCOUNT_CLOSED, 'DOWN': ErrorCode.INSTITUTION_UNAVAILABLE}
    account_limits = frozenset({'OF_ACCOUNT'})

    def refusal(self, response, body):
        body = body if isinstance(body, dict) else {}
        return Refusal((body.get('code', ''),), body.get('message', ''))

    def request_id(self, response, body):
        return body.get('request') if isinstance(body, dict) else None


@pytest.fixture
def fake():
    with Fake() as server:
        yield server


@pytest.fixture
def api(fake, make_context):
    return PlainApi(make_context(base_url=fake.url, secret='s3cret-value'))


def test_amounts_keep_every_digit():
    assert exact_json('{"a": 0.10, "b": NaN}') == {'a': Decimal('0.10'), 'b': 'NaN'}
    assert str(exact_json('[12345678901234567.10]')[0]) == '12345678901234567.10'


def test_a_read_is_repeated_when_the_gateway_fails(api, fake):
    fake.fail('/rows', 503, times=2)
    assert api.get('/rows') == {'amount': '1'}


def test_a_write_is_never_repeated(api, fake):
    fake.fail('/rows', 503)
    assert failure_of(lambda: api.post('/rows', {'a': 1})).code == ErrorCode.PROVIDER_ERROR
    assert len(fake.calls('/rows')) == 1


def test_a_read_that_costs_quota_is_not_repeated(api, fake):
    fake.fail('/rows', 503)
    failure_of(lambda: api.get('/rows', retry=False))
    assert len(fake.calls('/rows')) == 1


def test_a_cut_answer_is_an_error(api):
    assert failure_of(lambda: api.get('/cut')).code == ErrorCode.PROVIDER_ERROR


def test_an_answer_that_is_no_json_is_an_error(api, fake):
    fake.fail('/rows', 200, '<html>maintenance</html>')
    assert failure_of(lambda: api.get('/rows')).code == ErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize('levels', [100, 900, 50_000])
def test_an_answer_nested_too_deeply_is_an_error(api, fake, levels):
    fake.fail('/rows', 200, '[' * levels + ']' * levels)
    assert failure_of(lambda: api.get('/rows')).code == ErrorCode.PROVIDER_ERROR


def test_a_redirect_is_not_followed(api):
    assert failure_of(lambda: api.get('/elsewhere')).code == ErrorCode.PROVIDER_ERROR


def test_a_link_to_another_server_is_not_followed(api, fake):
    error = failure_of(lambda: api.get('https://thief.example/rows'))
    assert error.code == ErrorCode.PROVIDER_ERROR
    assert not fake.exchanges


def test_the_table_decides_before_the_status(api, fake):
    fake.fail('/rows', 400, {'code': 'DOWN', 'request': 'r-1'})
    error = failure_of(lambda: api.get('/rows'))
    assert (error.code, error.provider_reference) == (ErrorCode.INSTITUTION_UNAVAILABLE, 'r-1')


def test_a_failure_inside_a_good_answer_has_the_id_of_that_answer(api, fake):
    fake.fail('/rows', 200, {'state': 'down', 'request': 'r-2'})
    api.get('/rows')
    error = api.error('DOWN', detail="In the answer:")
    assert (error.code, error.provider_reference) == (ErrorCode.INSTITUTION_UNAVAILABLE, 'r-2')


def test_the_end_of_a_consent_is_proved_by_the_providers_id(api, fake):
    fake.fail('/rows', 200, {'request': 'r-3'})
    ended = api.end(lambda: api.get('/rows'))
    assert (ended.revoked, ended.provider_reference) == (True, 'r-3')
    assert api.end().detail == "There was nothing to end"


@pytest.mark.parametrize(
    ('status', 'code'),
    [
        (400, ErrorCode.INVALID_REQUEST),
        (401, ErrorCode.INVALID_REQUEST),
        (404, ErrorCode.INVALID_REQUEST),
        (408, ErrorCode.PROVIDER_ERROR),
        (429, ErrorCode.RATE_LIMITED),
        (500, ErrorCode.PROVIDER_ERROR),
    ],
)
def test_unknown_words_are_judged_by_the_status(api, fake, status, code):
    fake.fail('/rows', status, {'code': 'NEVER_SEEN'})
    assert failure_of(lambda: api.get('/rows')).code == code


def test_a_limit_names_the_moment_it_ends(api, fake, clock):
    fake.fail('/rows', 429, {}, Retry_After='90')
    assert failure_of(lambda: api.get('/rows')).until == clock() + timedelta(seconds=90)


def test_a_limit_without_a_moment_gets_one(api, fake, clock):
    fake.fail('/rows', 400, {'code': 'LIMIT'})
    assert failure_of(lambda: api.get('/rows')).until == clock() + PlainApi.pause


@pytest.mark.parametrize('moment', ['9' * 30, '-5', '1e9', 'soon', '\u00b2'])
def test_a_limit_with_a_moment_that_is_none_gets_one(api, fake, clock, moment):
    fake.fail('/rows', 429, {}, Retry_After=moment)
    error = failure_of(lambda: api.get('/rows'))
    assert (error.code, error.until) == (ErrorCode.RATE_LIMITED, clock() + PlainApi.pause)


@pytest.mark.parametrize(
    ('word', 'account'), [('OF_ACCOUNT', 'A1'), ('GONE', 'A1'), ('LIMIT', None), ('DOWN', None)],
)
def test_only_what_is_of_the_account_names_it(api, fake, word, account):
    fake.fail('/rows', 400, {'code': word})
    assert failure_of(lambda: api.get('/rows', account_id='A1')).account_id == account


def test_a_secret_that_the_provider_repeats_is_masked(api, fake):
    fake.fail('/rows', 400, {'code': 'X', 'message': 'wrong key s3cret-value'})
    assert 's3cret' not in str(failure_of(lambda: api.get('/rows')))


def test_a_server_that_is_not_there_is_a_provider_error(make_context):
    api = PlainApi(make_context(base_url='http://127.0.0.1:9'))
    error = failure_of(lambda: api.get('/rows'))
    assert error.code == ErrorCode.PROVIDER_ERROR
    assert error.__cause__ is None
    assert error.__suppress_context__


@pytest.mark.parametrize('url', ['http://bank.example', 'ftp://x', 'https://', 'file:///etc/x', ''])
def test_only_safe_addresses_are_called(url):
    assert failure_of(lambda: checked_url(url)).code == ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize('url', ['https://a.example/x/', 'http://127.0.0.1:1/', 'http://localhost'])
def test_safe_addresses_are_accepted(url):
    assert checked_url(url) == url.rstrip('/')
