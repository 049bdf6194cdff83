"""Keep the addresses of connect flows out of the server's access log: they are capabilities."""

import logging
import re

_PAGE = re.compile(r'(/account_online/1/(?:connect|reactivate|callback/[^/ ?]+)/)[^/ ?]+')
_QUERY = re.compile(r'(/account_online/1/(?:connect|callback|webhook|links)/[^ ?]*)\?[^ ]*')
_SANDBOX = re.compile(r'(/account_online_sandbox/[^ ?]*)\?[^ ]*')


def mask(line: str) -> str:
    """The line without tokens, states and what providers put into callbacks."""
    line = _PAGE.sub(r'\1***', line)
    line = _QUERY.sub(r'\1?***', line)
    return _SANDBOX.sub(r'\1?***', line)


class _Filter(logging.Filter):
    def filter(self, record):
        message = record.getMessage()
        if '/account_online' in message:
            record.msg, record.args = mask(message), ()
        return True


def install() -> None:
    """Put the filter on the loggers that write requests; once."""
    for name in ('werkzeug', 'odoo.http', 'odoo.service.server', 'geventwebsocket'):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _Filter) for known in logger.filters):
            logger.addFilter(_Filter())
