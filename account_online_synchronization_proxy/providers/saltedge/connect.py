"""How a user connects with Salt Edge: a customer of ours visits the widget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from .. import normalize
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Context,
    Redirect,
    Step,
    Wait,
)
from ..refusals import RefusedError
from . import mapping
from .api import SaltEdgeApi

USUAL_HISTORY = timedelta(days=90)
SCOPES = ['accounts', 'transactions']
FETCH_SCOPES = ['accounts', 'balance', 'transactions']  # without "balance" there is none


class Connect:
    """The customer, his visits to the widget, and the connection that comes of them."""

    def __init__(self, api: SaltEdgeApi, context: Context):
        self.api, self.context = api, context

    def begin(self, request: ConnectRequest) -> Redirect | Wait:
        """Send the user to the widget, to renew his connection where there is one."""
        if self.context.tokens.get('connection') and request.mode != ConnectMode.CONNECT:
            try:
                return self._again(request)
            except RefusedError as error:
                if not self.api.gone.intersection(error.markers):
                    raise
                self._save(connection=None)  # there is nothing left to renew
        answer = self.api.send('/connections/connect', {
            **self._visit(request),
            'customer_id': self._customer(request),
            'provider': {
                'code': request.institution_id,
                'include_sandboxes': not self.context.production,
            },
        })
        return _redirect(answer, request)

    def finish(self, answer: Mapping[str, str]) -> Step:
        """See what came of the visit, and wait for the first data."""
        if answer.get('error_class'):
            raise self.api.error(answer['error_class'], detail="The user came back with")
        connection_id = answer.get('connection_id') or self._known() or self._newest()
        if not connection_id:
            return Cancelled("no connection was made")
        attempt = normalize.part(self.connection(connection_id), 'last_attempt')
        if attempt.get('id') == self.context.tokens.get('last_attempt'):
            # The fetch begins before the user comes back; if it has not, he did nothing.
            is_named = bool(answer.get('connection_id'))
            return Wait() if is_named else Cancelled("the connection was left as it is")
        if attempt.get('fail_at') or attempt.get('fail_error_class'):
            raise self.failure(attempt)
        if not attempt.get('finished'):
            self._save(pending=connection_id)  # the connection is there before its data
            return Wait()
        return self._connected(connection_id)

    def look(self) -> Connected | Wait:
        """See whether a visit has led to data already; what failed may be tried again there."""
        connection_id = self._known() or self._newest()
        if connection_id:
            attempt = normalize.part(self.connection(connection_id), 'last_attempt')
            is_new = attempt.get('id') != self.context.tokens.get('last_attempt')
            if is_new and attempt.get('finished') and attempt.get('success_at'):
                return self._connected(connection_id)
        return Wait()

    def connection(self, connection_id: str) -> Mapping:
        """The connection, if it is our customer's: its id came through a browser."""
        connection = self.api.one(f'/connections/{connection_id}')
        if str(connection.get('customer_id')) != self.context.tokens.get('customer'):
            detail = "The connection is not of this customer"
            raise ProviderError(ErrorCode.INVALID_REQUEST, detail)
        return connection

    def connection_id(self) -> str:
        """The link's connection."""
        if not self.context.tokens.get('connection'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no connection")
        return self.context.tokens['connection']

    def ask_bank(self, attempt: Mapping) -> Mapping:
        """Begin a fetch; ``connect_url`` in the answer when the bank wants the user."""
        return self.api.send(f'/connections/{self.connection_id()}/refresh', {
            'attempt': {'fetch_scopes': FETCH_SCOPES, **attempt},
            'return_error_class': True,
        })

    def failure(self, attempt: Mapping) -> ProviderError:
        """The error of a fetch that failed."""
        kind = str(attempt.get('fail_error_class') or 'ProviderError')
        return self.api.error(kind, detail="The attempt failed:")

    def _again(self, request: ConnectRequest) -> Redirect | Wait:
        connection = self.connection(self.connection_id())
        before = normalize.part(connection, 'last_attempt').get('id')
        self._save(pending=self.connection_id(), last_attempt=before)
        if request.mode == ConnectMode.REFRESH:
            answer = self.ask_bank({'return_to': _return_to(request)})
            return _redirect(answer, request) if answer.get('connect_url') else Wait()
        path = f'/connections/{self.connection_id()}/reconnect'
        return _redirect(self.api.send(path, self._visit(request)), request)

    def _visit(self, request: ConnectRequest) -> dict:
        from_date = request.history_from or self.context.now().date() - USUAL_HISTORY
        return {
            'consent': {'scopes': SCOPES, 'from_date': from_date.isoformat()},
            'attempt': {
                'fetch_scopes': FETCH_SCOPES,
                'fetch_from_date': from_date.isoformat(),
                'return_to': _return_to(request),
                'custom_fields': {'state': request.state},
                'locale': request.lang[:2].lower(),
            },
            'return_connection_id': True,
            'return_error_class': True,
            'automatic_refresh': True,
        }

    def _customer(self, request: ConnectRequest) -> str:
        known = self.context.tokens.get('customer')
        if not known:
            known = self._new_customer(request.user_reference)
            self._save(customer=known)
        return known

    def _new_customer(self, identifier: str) -> str:
        try:
            row = self.api.send('/customers', {'identifier': identifier})
        except RefusedError as error:
            if 'DuplicatedCustomer' not in error.markers:
                raise
            rows = list(self.api.listed('/customers', {}))  # made before, but never remembered
            row = normalize.first_of(rows, 'identifier', [identifier]) or {}
        return str(row.get('customer_id') or normalize.take(row, 'id'))

    def _known(self) -> str | None:
        return self.context.tokens.get('pending') or self.context.tokens.get('connection')

    def _newest(self) -> str | None:
        """The connection that the user has just made, when the browser does not name it."""
        params = {'customer_id': self.context.tokens.get('customer', '')}
        rows = sorted(self.api.listed('/connections', params), key=lambda row: row['created_at'])
        return mapping.object_id(rows[-1], 'connection_id') if rows else None

    def _connected(self, connection_id: str) -> Connected:
        self._save(pending=None, last_attempt=None, connection=connection_id)
        return Connected(self._expires_at(connection_id))

    def _expires_at(self, connection_id: str) -> datetime | None:
        try:
            consents = list(self.api.listed('/consents', {'connection_id': connection_id}))
        except RefusedError as error:
            if error.code != ErrorCode.INVALID_REQUEST:
                raise
            return None  # version 6 may not tell; the end then shows as an inactive connection
        known = [normalize.instant(row.get('expires_at')) for row in consents]
        return max(filter(None, known), default=None)

    def _save(self, **changes) -> None:
        tokens = {**self.context.tokens, **changes}
        self.context.save_tokens(tokens, tokens.get('connection'))


def _redirect(answer: Mapping, request: ConnectRequest) -> Redirect:
    # Callbacks repeat the state, which is in the custom fields.
    return Redirect(normalize.take(answer, 'connect_url', str), visit=request.state)


def _return_to(request: ConnectRequest) -> str:
    return f'{request.callback_url}?{urlencode({"state": request.state})}'
