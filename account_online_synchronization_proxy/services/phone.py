"""Phone numbers: asked at a client's first link, proved by a code, needed to lift a block.

A code has six digits, lives ten minutes and dies after a few wrong attempts; new ones are sent only
so often. So guessing is hopeless, and nobody can be flooded with messages.
"""

from __future__ import annotations

import logging
import re
import secrets
import uuid
from datetime import timedelta

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError

from . import contention
from .call import Call

_logger = logging.getLogger(__name__)

CODE_DIGITS = 6
LIFETIME = timedelta(minutes=10)
MOST_ATTEMPTS = 5  # wrong ones, per code
MOST_CODES = {timedelta(hours=1): 3, timedelta(days=1): 8}  # sent, per client
POLICY_PARAMETER = 'account_online_proxy.phone_policy'
DELIVERY_PARAMETER = 'account_online_proxy.code_delivery'
_NUMBER = re.compile(r'\+[1-9]\d{6,14}')


def is_needed(link) -> bool:
    """Whether the user of this link has to prove a phone number first.

    By default the databases of others do, at banks of real money: who runs the proxy for himself
    knows himself.
    """
    client = link.client_id
    policy = link.env['ir.config_parameter'].get_param(POLICY_PARAMETER, 'others')
    if client.phone_verified_at or policy == 'never':
        return False
    return policy == 'always' or not (client.is_local or link.provider_id.simulated)


def normalize(typed: str) -> str | None:
    """``"+32 470 12.34.56"`` → ``"+32470123456"``; None when it is no international number."""
    number = re.sub(r'[\s().\-/]', '', typed)
    if number.startswith('00'):
        number = f'+{number[2:]}'
    return number if _NUMBER.fullmatch(number) else None


def hint(number: str) -> str:
    """Enough of a number to recognise it, too little to call it."""
    return f'{number[:3]}••••{number[-2:]}'


def send(call: Call, client, purpose: str, number: str, *, simulated: bool) -> str:
    """Send a code; ``sent``, ``too_many`` or ``not_sent``.

    :param simulated: play money: the code is shown in the operator's console.
    """
    code = f'{secrets.randbelow(10 ** CODE_DIGITS):0{CODE_DIGITS}d}'
    delivery = 'console' if simulated else call.env['ir.config_parameter'].get_param(
        DELIVERY_PARAMETER, 'sms',
    )
    with contention.alone(call.env.cr, contention.CODES, client.id):  # it counts, before it is sent
        if _are_too_many(client):
            return 'too_many'
        _make(call, client, purpose, number, code, delivery)
    if delivery == 'sms' and not _send_sms(call, client, number, code):
        return 'not_sent'
    return 'sent'


def _are_too_many(client) -> bool:
    now = fields.Datetime.now()
    return any(
        client.env['online.proxy.code'].search_count([
            ('client_id', '=', client.id), ('create_date', '>', now - period),
        ]) >= most
        for period, most in MOST_CODES.items()
    )


def _make(call: Call, client, purpose: str, number: str, code: str, delivery: str) -> None:
    """Keep what is needed to check a new code; the ones before it are void."""
    codes = call.env['online.proxy.code']
    now = fields.Datetime.now()
    codes.search([('client_id', '=', client.id), ('used_at', '=', False)]).expires_at = now
    scope = f'code:{client.identifier}'
    record = codes.create({
        'client_id': client.id,
        'purpose': purpose,
        'phone_hint': hint(number),
        'phone_encrypted': call.vault.seal(scope, number),
        'expires_at': now + LIFETIME,
        'delivery': delivery,
        'code_encrypted': delivery == 'console' and call.vault.seal(scope, code),
    })
    record.code_mac = call.vault.sign(_statement(record, code))


def check(call: Call, client, purpose: str, typed: str) -> str:
    """``right``, ``wrong`` or ``spent`` (no code is open: a new one is needed)."""
    with contention.alone(call.env.cr, contention.CODES, client.id):
        return _check(call, client, purpose, typed)  # two guesses at once are two attempts


def _check(call: Call, client, purpose: str, typed: str) -> str:
    record = call.env['online.proxy.code'].search([
        ('client_id', '=', client.id), ('purpose', '=', purpose), ('used_at', '=', False),
        ('expires_at', '>', fields.Datetime.now()), ('attempts', '<', MOST_ATTEMPTS),
    ], limit=1)
    if not record:
        return 'spent'
    digits = re.sub(r'\D', '', typed)
    if not call.vault.is_signed(_statement(record, digits), record.code_mac):
        record.attempts += 1
        return 'wrong' if record.attempts < MOST_ATTEMPTS else 'spent'
    record.used_at = fields.Datetime.now()
    if purpose == 'verify':
        client.write({
            'phone_encrypted': record.phone_encrypted, 'phone_hint': record.phone_hint,
            'phone_verified_at': fields.Datetime.now(),
            'phone_simulated': record.delivery == 'console',
        })
    return 'right'


def number_of(call: Call, client) -> str:
    """The number that the client has proved."""
    return call.vault.open(f'code:{client.identifier}', client.phone_encrypted)


def _statement(record, code: str) -> str:
    return f'code:{record.id}:{code}'


def _send_sms(call: Call, client, number: str, code: str) -> bool:
    """Through Odoo's own service, without its queue: a queued message would keep the code."""
    company = call.env['res.company'].search([], limit=1)
    service = company._get_sms_api_class()(call.env)
    service._set_company(company)
    text = call.env._("%(code)s is your code for the bank synchronization.", code=code)
    message = {
        'content': text, 'numbers': [{'uuid': uuid.uuid4().hex, 'number': number}],
    }
    try:
        results = service._send_sms_batch([message])
    except (AccessError, UserError, requests.RequestException) as error:
        _logger.warning("A code for %s was not sent: %s", client, type(error).__name__)
        return False
    states = [result.get('state') for result in results or ()]
    if states == ['success'] or states == ['processing']:
        return True
    _logger.warning("A code for %s was not sent: %s", client, states)
    return False
