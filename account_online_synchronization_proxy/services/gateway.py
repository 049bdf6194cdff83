"""The one place where providers are called.

It opens what the provider needs (session, settings, tokens, clock), sees to it that no transaction
and no lock of the database is open while the network is waited for, stores tokens the moment a
provider changes them, turns every failure into a :class:`ProxyError` and writes the event.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import psycopg2.errors
import requests

from odoo import fields
from odoo.tools import SQL

from ..providers import registry
from ..providers.errors import CursorExpired, ErrorCode, ProviderError
from ..providers.interface import Context, Provider
from . import clock
from .call import Call
from .errors import ProxyError
from .masking import mask_text, secret_values
from .outgoing import RecordingSession
from .urls import is_local
from .vault import SealBroken

_logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=150)  # longer than a request may take
LEASE_PATIENCE = 15.0  # seconds to wait for another call on the same link
LEASE_POLL = 0.25  # seconds

Answer = TypeVar('Answer')


def token_scope(link) -> str:
    """Scope under which a link's tokens are sealed."""
    return f'link:{link.identifier}'


class Gateway:
    """Calls one provider, for one link or for none.

    :param call: the request on whose behalf the provider is called.
    :param provider: ``online.proxy.provider`` record.
    :param even_disabled: the operator tries the provider out before he offers it.
    """

    def __init__(self, call: Call, provider, link=None, *, even_disabled=False):
        self.call = call
        self.even_disabled = even_disabled
        self.provider = provider
        self.link = link if link is not None else call.env['online.proxy.link']

    def run(self, operation: str, function: Callable[[Provider], Answer]) -> Answer:
        """Let ``function`` use the provider.

        Two calls for one link never overlap, since providers replace tokens.
        :raise ProxyError: for every failure, except :class:`CursorExpired`, which passes.
        """
        provider_class = self._provider_class()
        with self._lease():
            context = self._context()  # in the lease: another call may have replaced the tokens
            hidden = secret_values([context.tokens, self._secret_settings(context)])
            self._commit()
            started = time.monotonic()
            error, detail = None, ''
            try:
                return function(provider_class(context))
            except CursorExpired:
                detail = "The cursor has expired"
                raise
            except ProviderError as failure:
                error, detail = ProxyError.from_provider(failure), failure.detail
            except requests.RequestException as failure:
                detail = f'{type(failure).__name__} while talking to the provider'
                error = ProxyError(ErrorCode.PROVIDER_ERROR, detail=detail)
            except Exception as failure:  # noqa: BLE001 -- a connector's defect stays inside
                self.call.env.cr.rollback()  # what failed may have left the transaction unusable
                hidden |= secret_values(context.tokens)
                trace = ''.join(traceback.format_exception(failure, limit=-5))
                detail = mask_text(trace, hidden)  # its text may quote what it failed on
                error = ProxyError(ErrorCode.INTERNAL, detail=detail)
                _logger.error(
                    "%s: %s of %s failed\n%s",
                    self.call.events.reference, operation, self.provider.code, detail,
                )
            finally:
                self._record(operation, context, started, error, detail, hidden)
        raise error

    def _provider_class(self) -> type[Provider]:
        provider_class = registry.get(self.provider.code)
        if provider_class is None or not (self.provider.enabled or self.even_disabled):
            raise ProxyError(
                ErrorCode.PROVIDER_ERROR,
                "This way to reach the bank is switched off at the proxy: contact its operator.",
                detail=f"Provider {self.provider.code} is not enabled",
            )
        return provider_class

    def _context(self) -> Context:
        settings = self.provider._settings(self.call.vault)
        return Context(
            session=RecordingSession(public_only=not is_local(settings.get('base_url'))),
            settings=settings,
            production=self.provider.production,
            tokens=self._tokens(),
            store=self._store,
            learn=self._learn,
            now=lambda: clock.now(self.provider),
            webhook_url=self.call.url(f'/webhook/{self.provider.code}'),
        )

    def _tokens(self) -> dict[str, Any]:
        if not self.link.tokens_encrypted:
            return {}
        try:
            return self.call.vault.open(token_scope(self.link), self.link.tokens_encrypted)
        except SealBroken as broken:
            raise ProxyError(
                ErrorCode.CONSENT_EXPIRED,
                "The proxy can no longer read its access to the bank: reconnect the bank.",
                detail="The tokens do not open with the configured keys",
            ) from broken

    def _secret_settings(self, context: Context) -> list[str]:
        secret = self.provider.setting_ids.filtered('secret').mapped('name')
        return [value for name, value in context.settings.items() if name in secret]

    def _store(self, tokens: dict[str, Any], link_key: str | None) -> None:
        self.link.write({
            'tokens_encrypted': self.call.vault.seal(token_scope(self.link), tokens),
            **({'link_key': link_key} if link_key else {}),
        })
        self._commit()

    def _learn(self, account_id: str | None, left: int | None, until: datetime | None) -> None:
        accounts = self.link.account_ids.filtered(
            lambda account: account_id in (None, account.external_id)
        )
        self.call.env['online.proxy.quota']._learn(accounts, left, until)
        self._commit()

    def _record(self, operation, context, started, error, detail, hidden) -> None:
        if operation == 'webhook' and error and not context.session.exchanges:
            return  # it was turned away before anybody was called: its own event says so
        hidden = hidden | secret_values(context.tokens)
        self.call.events.provider_call(
            operation,
            provider=self.provider,
            success=error is None,
            error_code=error and str(error.code),
            message=detail,
            provider_reference=error and error.provider_reference,
            duration=round((time.monotonic() - started) * 1000),
            answer=context.session.exchanges,
            secret_values=hidden,
        )
        self._commit()
        context.session.close()

    @contextmanager
    def _lease(self):
        """Reserve the link without keeping a lock in the database."""
        self._commit()
        until = self._take_lease() if self.link else None
        try:
            yield
        finally:
            if until:
                self.link.env.cr.execute(SQL(
                    "UPDATE online_proxy_link SET lease_until = NULL"
                    " WHERE id = %s AND lease_until = %s", self.link.id, until,
                ))
                self._commit()

    def _take_lease(self) -> datetime:
        patience = time.monotonic() + LEASE_PATIENCE
        while time.monotonic() < patience:
            now = fields.Datetime.now()
            if self._try_lease(now, now + LEASE):
                return now + LEASE
            time.sleep(LEASE_POLL)
        raise ProxyError(
            ErrorCode.RATE_LIMITED,
            "Another request for this bank is under way: wait a moment.",
            until=clock.now() + timedelta(seconds=30),
        )

    def _try_lease(self, now: datetime, until: datetime) -> bool:
        try:
            self.link.env.cr.execute(SQL(
                "UPDATE online_proxy_link SET lease_until = %s"
                " WHERE id = %s AND (lease_until IS NULL OR lease_until < %s)",
                until, self.link.id, now,
            ))
            taken = self.link.env.cr.rowcount == 1
            self._commit()
            return taken
        except psycopg2.errors.SerializationFailure:  # somebody else was first
            self.call.env.cr.rollback()
            return False

    def _commit(self) -> None:
        self.call.env.cr.commit()  # pylint: disable=invalid-commit  # the proxy's own cursor
