"""What the proxy does by itself or at an operator's button, outside any client's request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api

from .call import Call
from .errors import ProxyError
from .events import EventLog
from .link_access import revoke
from .vault import SealBroken

_logger = logging.getLogger(__name__)
RESEAL_BATCH = 500
ERASED = "(erased)"
FINGERPRINT_PARAMETER = 'account_online_proxy.key_fingerprint'
SEALED = {
    'online.proxy.client': (
        'secret_encrypted', 'next_secret_encrypted', 'previous_secret_encrypted', 'phone_encrypted',
    ),
    'online.proxy.code': ('phone_encrypted', 'code_encrypted'),
    'online.proxy.link': ('tokens_encrypted',),
    'online.proxy.provider.setting': ('value_encrypted',),
}


@contextmanager
def own_call(env, operation: str, kind: str = 'job'):
    """A call on a cursor of its own, for a button: it may commit without committing the button.

    What the button's user has written is seen only once it is committed, as a saved form is.
    """
    with env.registry.cursor() as cr:
        yield make_call(api.Environment(cr, SUPERUSER_ID, {}), operation, kind)


def make_call(env, operation: str, kind: str = 'job') -> Call:
    """A call on the cursor of a scheduled job, which may commit it."""
    base_url = env['online.proxy.service']._base_url()
    return Call(env=env, events=EventLog(env, kind, operation), base_url=base_url)


def attempt(
    env, operation: str, work: Callable[[Call], object], kind: str = 'job',
    remote_address: str | None = None,
) -> ProxyError | None:
    """Do ``work`` on a cursor of its own and write its event; the failure, if it failed."""
    with own_call(env, operation, kind) as call:
        call.events.remote_address = remote_address
        error = None
        try:
            work(call)
            call.env.cr.flush()
        except ProxyError as failure:
            call.env.cr.rollback()
            error = failure
            call.events.fail(error.code)
            _logger.info("%s: %s: %s", call.events.reference, operation, failure)
        call.events.close(
            success=error is None, error_code=error and str(error.code),
            message=error and (error.detail or error.message),
        )
        if error:
            error.reference = call.events.reference
        return error


def disconnect_link(call: Call, link, reason: str) -> None:
    """The operator ends a link: revoked at the provider, and the user reads the reason."""
    call.events.concern(client=link.client_id, link=link)
    revocation = revoke(call, link)
    link.consent_ids._finish('operator', revocation)
    link._disconnect(reason)


def erase_client(call: Call, client) -> None:
    """Delete what is known of a client, on its request.

    The ledger keeps that a consent was given and how it ended, without saying by whom.
    """
    for link in client.with_context(active_test=False).link_ids:
        if link.state != 'disconnected':
            link.consent_ids._finish('revoked', revoke(call, link))
        link._disconnect(False)
    consents = call.env['online.proxy.consent'].search([('client_id', '=', client.id)])
    consents.write({'client_name': ERASED, 'user_name': False})
    call.env['online.proxy.event'].search([('client_id', '=', client.id)]).unlink()
    call.events.client = client.browse()
    client.with_context(active_test=False).link_ids.unlink()
    client.unlink()


def reseal(call: Call) -> int:
    """Bring all that is encrypted under the key in use, after a change of keys; how many values."""
    parameters = call.env['ir.config_parameter']
    if parameters.get_param(FINGERPRINT_PARAMETER) == call.vault.fingerprint:
        return 0
    count = 0
    for model, names in SEALED.items():
        records = call.env[model].with_context(active_test=False).search([])
        for start in range(0, len(records), RESEAL_BATCH):
            batch = records[start:start + RESEAL_BATCH]
            count += sum(_reseal_record(call, record, names) for record in batch)
            call.env.cr.commit()  # pylint: disable=invalid-commit  # each batch stands by itself
    parameters.set_param(FINGERPRINT_PARAMETER, call.vault.fingerprint)
    return count


def _reseal_record(call: Call, record, names) -> int:
    resealed = {}
    for name in names:
        if record[name]:
            try:
                resealed[name] = call.vault.reseal(record[name])
            except SealBroken:
                _logger.warning(
                    "%s of %s does not open with the configured keys: is one missing?",
                    name, record,
                )
    if resealed:
        record.write(resealed)
    return len(resealed)
