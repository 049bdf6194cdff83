"""The one way connectors speak HTTP: send, time out, parse exactly, translate refusals by a table.

Nothing here logs, and no exception of ``requests`` leaves: their texts hold addresses, and some
addresses are secrets.
"""

from __future__ import annotations

import json as jsonlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests

from .addresses import checked_url
from .errors import ErrorCode, ProviderError
from .interface import Context, Revocation
from .nesting import is_deeper
from .refusals import (
    Refusal,
    RefusedError,
    code_of_status,
    is_good,
    masked,
    unreachable,
    worth_repeating,
)

USER_AGENT = 'account-online-synchronization-proxy/19.0'
BACK_OFF = (0.5, 2.0)  # seconds before the second and the third attempt of a safe call
TRANSIENT = frozenset({502, 503, 504})  # the request did not reach what answers it
DETAIL_LENGTH = 300
DEEPEST_ANSWER = 64  # levels
LONGEST_PAUSE = 7  # digits of seconds that a limit may last: some months

Authorize = Callable[[requests.PreparedRequest], requests.PreparedRequest]


class Api:
    """The HTTP side of one connector.

    A subclass brings its table of ``errors``, signs requests in :meth:`authorize` and reads
    refusals in :meth:`refusal`.
    """

    default_url: ClassVar[str] = ''
    media_type: ClassVar[str] = 'application/json'
    errors: ClassVar[Mapping[str, ErrorCode]] = {}
    stale: ClassVar[frozenset[str]] = frozenset()  # markers: our own access token is too old
    # Markers of limits that are of the account asked for; any other is of all that is asked.
    account_limits: ClassVar[frozenset[str]] = frozenset()
    gone: ClassVar[frozenset[str]] = frozenset()  # markers: what should end has ended
    pause: ClassVar[timedelta] = timedelta(hours=1)  # after a limit that names no time

    def __init__(self, context: Context):
        self.context = context
        self.base_url = checked_url(context.settings.get('base_url') or self.default_url)
        self.reference: str | None = None  # the provider's own id of the last good answer

    def authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request; it is complete and will not change any more."""
        return request

    def refusal(self, response: requests.Response, body: Any) -> Refusal:
        """What the answer says about the refusal; ``body`` is None when it is no JSON."""
        return Refusal()

    def request_id(self, response: requests.Response, body: Any) -> str | None:
        """The provider's own id of this exchange, which its support asks for."""
        return response.headers.get('X-Request-Id')

    def observe(self, response: requests.Response) -> None:
        """Look at a good answer, for limits told in its headers."""

    def forget_token(self) -> None:
        """Drop the cached access token, because the provider refused it."""

    def get(self, path: str, params: Any = None, **options) -> Any:
        """Read; repeated with back-off unless ``retry=False`` (reads that spend a bank's quota)."""
        return self.call('GET', path, params=params, **{'retry': True, **options})

    def post(self, path: str, json: Any = None, **options) -> Any:
        """Write; never repeated after a doubtful end unless ``retry=True``."""
        return self.call('POST', path, json=json, **options)

    def delete(self, path: str, **options) -> Any:
        """Delete; repeating it changes nothing, so it is safe."""
        return self.call('DELETE', path, **{'retry': True, **options})

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        authorize: Authorize | None = None,
        retry: bool = False,
        patience: float | None = None,
        text: bool = False,
        label: str | None = None,
        account_id: str | None = None,
    ) -> Any:
        """The parsed body of a successful answer, None when empty.

        :param path: below the base address, or a link of the provider that starts with it.
        :param authorize: signs instead of :meth:`authorize` (token calls).
        :param patience: seconds to wait for the answer, for calls that go through to the bank.
        :param text: the body is plain text.
        :param label: names the call in errors when the path itself is secret.
        :param account_id: the account that the call is about, for errors of that account only.
        """
        label = f'{method} {label or urlsplit(path).path}'
        # Serialized once, so that what is signed is what is sent.
        body = form if json is None else jsonlib.dumps(json).encode()
        request = requests.Request(
            method,
            self._address(path),
            headers={**self._headers(json), **(headers or {})},
            params=params,
            data=body,
            auth=authorize or self.authorize,
        )
        response = self._answer(request, label, retry, patience)
        if not is_good(response):
            detail = f'{label}: HTTP {response.status_code}'
            error = self._error(self._refusal(response), detail, response)
            error.account_id = account_id if self._is_of_account(error) else None
            raise error
        self.observe(response)
        answer = response.text if text else self._parsed(response, label)
        self.reference = self.request_id(response, answer)
        return answer

    def error(
        self,
        *markers: str,
        detail: str,
        until: datetime | None = None,
        account_id: str | None = None,
        reference: str | None = None,
    ) -> RefusedError:
        """The error for a failure that came inside a good answer, by the same table."""
        error = self._error(Refusal(markers, until=until), detail)
        error.account_id = account_id
        error.provider_reference = reference or self.reference
        return error

    def end(self, *calls: Callable[[], Any]) -> Revocation:
        """Run the calls that end a consent; what is gone already counts as ended."""
        if not calls:
            return Revocation(True, "There was nothing to end")
        for call in calls:
            try:
                call()
            except RefusedError as error:
                if not self.gone.intersection(error.markers):
                    return Revocation(False, error.detail, error.provider_reference)
            except ProviderError as error:
                return Revocation(False, error.detail)
        return Revocation(True, provider_reference=self.reference)

    def _is_of_account(self, error: RefusedError) -> bool:
        limited = error.code == ErrorCode.RATE_LIMITED
        return error.code == ErrorCode.ACCOUNT_CLOSED or (
            limited and bool(self.account_limits.intersection(error.markers)))

    def _refusal(self, response: requests.Response) -> Refusal:
        return self.refusal(response, _lenient_json(response))

    def _headers(self, json: Any) -> dict[str, str]:
        headers = {'User-Agent': USER_AGENT, 'Accept': self.media_type}
        return headers if json is None else {**headers, 'Content-Type': self.media_type}

    def _address(self, path: str) -> str:
        if path.startswith('/'):
            return self.base_url + path
        if path == self.base_url or path.startswith(self.base_url + '/'):
            return path
        # A link in an answer must not lead our credentials to another server.
        raise ProviderError(ErrorCode.PROVIDER_ERROR, "The provider links to a foreign address")

    def _answer(self, request, label, retry, patience) -> requests.Response:
        response = self._send(request, label, retry, patience)
        if not is_good(response) and self.stale.intersection(self._refusal(response).markers):
            self.forget_token()  # refused before anything was done: asking again is safe
            response = self._send(request, label, retry, patience)
        return response

    def _send(self, request, label, retry, patience) -> requests.Response:
        pauses = iter(BACK_OFF if retry else ())
        while True:
            try:
                response = self._send_once(request, patience)
            except requests.RequestException as error:
                if not worth_repeating(error) or not _sleep(pauses):
                    raise unreachable(error, label) from None
            else:
                if response.status_code not in TRANSIENT or not _sleep(pauses):
                    return response

    def _send_once(self, request, patience) -> requests.Response:
        session = self.context.session
        prepared = session.prepare_request(request)
        # The session's own authorities go before those of the environment.
        settings = session.merge_environment_settings(
            prepared.url, {}, None, session.verify, session.cert
        )
        connect, read = self.context.timeout
        # A redirect would take our credentials with it: it is a refusal like any other.
        return session.send(
            prepared, timeout=(connect, patience or read), allow_redirects=False, **settings
        )

    def _parsed(self, response, label) -> Any:
        if not response.content:
            return None
        try:
            return exact_json(response.content)
        except ValueError:
            detail = f'{label}: the answer is no JSON'
            raise ProviderError(ErrorCode.PROVIDER_ERROR, detail) from None

    def _error(self, refusal: Refusal, detail: str, response=None) -> RefusedError:
        known = [self.errors[marker] for marker in refusal.markers if marker in self.errors]
        code = known[0] if known else code_of_status(response)
        words = ' '.join(filter(None, (*refusal.markers[:1], refusal.message)))
        secrets = [self.context.settings, self.context.tokens]
        error = RefusedError(
            code,
            masked(f'{detail} {words}'.strip(), secrets)[:DETAIL_LENGTH],
            provider_reference=self._reference_of(response),
            until=self._until(refusal, response) if code == ErrorCode.RATE_LIMITED else None,
        )
        error.markers = refusal.markers
        return error

    def _reference_of(self, response) -> str | None:
        found = None if response is None else self.request_id(response, _lenient_json(response))
        return str(found) if found else None

    def _until(self, refusal: Refusal, response) -> datetime:
        seconds = response.headers.get('Retry-After', '') if response is not None else ''
        if refusal.until is None and re.fullmatch(rf'[0-9]{{1,{LONGEST_PAUSE}}}', seconds):
            return self.context.now() + timedelta(seconds=int(seconds))
        return refusal.until or self.context.now() + self.pause


def exact_json(content: bytes | str) -> Any:
    """Parse JSON without losing a digit: fractions become Decimal, NaN and infinities text.

    :raise ValueError: when it is none, or nested as no sensible answer is.
    """
    try:
        answer = jsonlib.loads(content, parse_float=Decimal, parse_constant=str)
    except RecursionError:
        raise ValueError('nested too deeply') from None
    if is_deeper(answer, DEEPEST_ANSWER):
        raise ValueError('nested too deeply')
    return answer


def _lenient_json(response: requests.Response) -> Any:
    try:
        return exact_json(response.content)
    except ValueError:
        return None


def _sleep(pauses: Iterator[float]) -> bool:
    pause = next(pauses, None)
    if pause is None:
        return False
    time.sleep(pause)
    return True
