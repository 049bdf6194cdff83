"""To the proxy that is installed in this very database."""

from __future__ import annotations

from .errors import OnlineSyncError


class InProcessTransport:
    """Behaves as HTTPS does: the proxy works in its own cursor, committed before it answers.

    :param door: of the proxy addon's ``online.proxy.service``; may be used in any thread.
    """

    host = None

    def __init__(self, door):
        self._door = door

    def send(self, method, path, query=None, body=None, headers=None):
        """One call; see :meth:`..https_transport.HttpsTransport.send`."""
        status, answer_headers, content = self._door.handle(method, path, query, body, headers)
        if status >= 300:
            raise OnlineSyncError.from_answer(status, answer_headers, content)
        return content or {}
