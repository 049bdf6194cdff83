"""What two machines said to each other that nobody else may read."""

import base64
import re
from urllib.parse import parse_qs

SECRET = re.compile(
    r'token|secret|passw|verifier|assertion|signature|^(access|refresh|mfa)',
    re.IGNORECASE,
)
HARMLESS = re.compile(r'token_type|access_(expires|valid|scope)|challenge_method|keyid|key_id')
SHORTEST = 8  # shorter values stand everywhere by chance


def secrets_of(exchanges):
    """Every key, token, code and password in what was asked and answered."""
    found = set()
    for exchange in exchanges:
        found |= set(_of_headers(exchange.headers))
        found |= set(_of_values(dict(exchange.query)))
        found |= set(_of_values(exchange.body)) | set(_of_values(exchange.answer))
        # Of OAuth; deeper down, a code is the name of a bank or of an error.
        body = exchange.body if isinstance(exchange.body, dict) else {}
        sent = {**dict(exchange.query), **body}.get('code')
        found |= {sent} if isinstance(sent, str) else set()
    return {text for text in found if len(text) >= SHORTEST}


def _of_headers(headers):
    for name, value in headers.items():
        if name.lower() == 'authorization':
            scheme, _space, credentials = value.partition(' ')
            yield credentials
            if scheme == 'Basic':
                yield from _decoded(credentials).split(':')
        elif SECRET.search(name.split('-')[-1]):
            yield value


def _decoded(credentials):
    try:
        return base64.b64decode(credentials).decode()
    except ValueError:  # an API key that only looks like them
        return ''


def _of_values(value, name=''):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _of_values(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _of_values(inner, name)
    elif isinstance(value, str) and SECRET.search(name) and not HARMLESS.search(name):
        yield value.removeprefix('Bearer ')
        for inner in parse_qs(value).values() if '=' in value else ():
            yield from (text.removeprefix('Bearer ') for text in inner)
