"""The Salt Edge connector.

Surprises: the user's consent belongs to a customer that must be made first; a connection that no
longer works serves its old data as if they were fresh; transactions are paged by id, not by date.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from .. import misshapen, normalize, registry, webtokens
from ..addresses import BASE_URL
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Account,
    ConnectRequest,
    IdGrade,
    Institution,
    Page,
    Presence,
    Provider,
    Quota,
    Refreshed,
    Refreshing,
    Revocation,
    Setting,
    Step,
    WebhookEvent,
    WebhookRequest,
)
from ..words import _lt
from . import mapping
from .api import SaltEdgeApi
from .connect import Connect
from .reading import OVERLAP, Reading

PER_PAGE = '1000'


@registry.register
class SaltEdge(Provider):
    """Accounts of a connection that the user makes in Salt Edge's widget."""

    code = 'saltedge'
    name = 'Salt Edge'
    description = _lt("Banks of Europe and beyond; updated every day, or when you ask.")
    settings = (
        Setting(
            'app_id',
            _lt("App ID"),
            _lt("Dashboard › API keys: a key of the type Service."),
            secret=False,
        ),
        Setting('secret', _lt("App secret"), _lt("Of the same key.")),
        Setting(
            'private_key',
            _lt("Private key"),
            _lt("Whose public half is at the API key, in PEM form; a live client must sign."),
            required=False,
            multiline=True,
        ),
        Setting(
            'callback_key',
            _lt("Public key of callbacks"),
            _lt("Dashboard › Callbacks, in PEM form."),
            secret=False,
            required=False,
            multiline=True,
        ),
        BASE_URL,
    )
    setup_url = 'https://www.saltedge.com/clients/profile/secrets'
    id_grade = IdGrade.STRONG  # of posted rows; those of pending ones are not kept
    quota = Quota(minimum_pause=60)

    def __init__(self, context):
        super().__init__(context)
        self.api = SaltEdgeApi(context)
        self._connect = Connect(self.api, context)

    def test_connection(self) -> None:
        normalize.take(self.api.get('/countries'), 'data', list)

    def institutions(self) -> Iterator[Institution]:
        params = {} if self.context.production else {'include_sandboxes': 'true'}
        rows = self.api.listed('/providers', params)
        kept = (row for row in rows if row.get('status') != 'disabled')
        yield from misshapen.readable(mapping.institution, kept)

    def start(self, request: ConnectRequest) -> Step:
        return self._connect.begin(request)

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        return self._connect.finish(answer)

    def visited(self, request: ConnectRequest) -> Step:
        return self._connect.look()

    def accounts(self) -> list[Account]:
        self._active()
        params = {'connection_id': self._connect.connection_id()}
        return normalize.distinct(list(map(mapping.account, self.api.listed('/accounts', params))))

    def refresh(
        self, account_ids: tuple[str, ...], presence: Presence, job: str | None = None
    ) -> Refreshed | Refreshing:
        connection = self._active()
        attempt = normalize.part(connection, 'last_attempt')
        if job:
            return self._progress(attempt, json.loads(job))
        earliest = normalize.instant(connection.get('next_refresh_possible_at'))
        if earliest and earliest > self.context.now():
            # Salt Edge reads the bank by itself too: what it has can always be read.
            self.context.learn_quota(until=earliest)
            return Refreshed(normalize.instant(attempt.get('success_at')))
        answer = self._connect.ask_bank({})
        if answer.get('connect_url'):
            raise self.api.error('interactive', detail="The refresh needs the user:")
        return Refreshing(json.dumps(attempt.get('id')))

    def transactions(
        self, account_id: str, since: date | None, cursor: str | None, presence: Presence
    ) -> Page:
        attempt = normalize.part(self._active(), 'last_attempt')
        now = self.context.now()
        until = (normalize.instant(attempt.get('success_at')) or now).date()
        horizon, reading = until - OVERLAP, Reading.of(cursor, since)
        listed, following = self._posted(account_id, reading.start)
        listed = [row for row in listed if mapping.transaction_number(row) != reading.known]
        ids = map(mapping.transaction_number, listed)
        rows = [mapping.transaction(row) for row in listed]
        reading = reading.after(rows, ids, horizon)
        first_day = reading.first_day or ''
        shown = tuple(row for row in rows if (row.booking_date or first_day) >= first_day)
        if following:
            return Page(shown, reading.going_on(following), more=True)
        window = None if attempt.get('partial') else reading.window(until)
        return Page(
            (*shown, *self._suspected(account_id, first_day), *self._pending(account_id)),
            cursor=reading.finished(horizon),
            window=window,
            balance=self._balance(account_id),
        )

    def revoke(self) -> Revocation:
        tokens = self.context.tokens
        kinds = {'connections': tokens.get('connection'), 'customers': tokens.get('customer')}
        return self.api.end(
            *(
                lambda path=f'/{kind}/{key}': self.api.delete(path)
                for kind, key in kinds.items()
                if key
            )
        )

    def webhook(self, request: WebhookRequest) -> list[WebhookEvent]:
        self._check_signature(request)
        data = normalize.take(normalize.parsed(request.body), 'data', dict)
        connection_id = data.get('connection_id')
        kinds = {'finish': 'transactions', 'disconnect': 'consent'}
        kind = 'error' if data.get('error_class') else kinds.get(data.get('stage'))
        if not kind or not connection_id:
            return []  # other stages tell how far a fetch is; repeated callbacks are normal
        visit = normalize.text(normalize.part(data, 'custom_fields').get('state'))
        return [WebhookEvent(str(connection_id), kind, visit=visit)]

    def _active(self) -> Mapping:
        """The connection, if its data are still kept up to date."""
        connection = self._connect.connection(self._connect.connection_id())
        status = normalize.take(connection, 'status', str)
        if status == 'active':
            return connection
        attempt = normalize.part(connection, 'last_attempt')
        markers = (attempt.get('fail_error_class') or '', f'connection {status}')
        raise self.api.error(*markers, detail="The connection is not active:")

    def _progress(self, attempt: Mapping, before: str | None) -> Refreshed | Refreshing:
        stage = normalize.part(attempt, 'last_stage').get('name')
        if attempt.get('id') == before:
            return Refreshing(json.dumps(before))
        if attempt.get('fail_at'):
            raise self._connect.failure(attempt)
        if stage == 'interactive':
            raise self.api.error('interactive', detail="The bank asks the user:")
        if not attempt.get('finished'):
            return Refreshing(json.dumps(before))
        return Refreshed(normalize.instant(attempt.get('success_at')))

    def _posted(self, account_id: str, start: str | None) -> tuple[list, str | None]:
        params = {**self._of(account_id), 'pending': 'false', 'per_page': PER_PAGE}
        rows, following = self.api.page('/transactions', params, start, account_id=account_id)
        kept = [row for row in rows if _is_posted(row) and not mapping.is_suspected(row)]
        return kept, following

    def _suspected(self, account_id: str, first_day: str) -> list:
        """What Salt Edge takes for duplicates and keeps apart; it may be wrong."""
        params = {**self._of(account_id), 'duplicated': 'true', 'per_page': PER_PAGE}
        rows = [
            mapping.transaction(row) for row in self.api.listed('/transactions', params)
            if _is_posted(row) and mapping.is_suspected(row)
        ]
        return [row for row in rows if (row.booking_date or first_day) >= first_day]

    def _pending(self, account_id: str) -> list:
        params = {**self._of(account_id), 'pending': 'true'}
        rows = self.api.listed('/transactions', params)
        return [mapping.transaction({**row, 'status': 'pending'}) for row in rows]

    def _balance(self, account_id: str):
        for row in self.api.listed('/accounts', {'connection_id': self._connect.connection_id()}):
            if mapping.object_id(row, 'account_id') == account_id:
                return mapping.balance(row)
        detail = "The account is not in the connection any more"
        raise ProviderError(ErrorCode.ACCOUNT_CLOSED, detail, account_id=account_id)

    def _check_signature(self, request: WebhookRequest) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        signed = f'{self.context.webhook_url}|'.encode() + request.body
        pem = self.context.settings.get('callback_key', '')
        try:
            key = serialization.load_pem_public_key(pem.strip().encode())
            signature = base64.b64decode(headers.get('signature', ''), validate=True)
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError, binascii.Error):
            raise webtokens.not_genuine("the signature does not fit") from None

    def _of(self, account_id: str) -> dict[str, str]:
        return {'connection_id': self._connect.connection_id(), 'account_id': account_id}


def _is_posted(row: Mapping) -> bool:
    return row.get('status') != 'pending'
