from odoo import api, models
from odoo.http import request

from ..services.local_door import LocalDoor


class OnlineProxyService(models.AbstractModel):
    """The door of the proxy for the database it is installed in.

    A call behaves as one over HTTPS does: it has its own cursor, committed before it returns, also
    when the answer is an error. So it does not see what its caller has not committed, and must not
    be made while the caller has written to the proxy's own records.

    In a test, call it in ``with self.enter_registry_test_mode():`` (``HttpCase`` is always in that
    mode); the cursor is then a savepoint of the test's, and what the proxy stored is rolled back
    with the test.
    """

    _name = 'online.proxy.service'
    _description = 'Bank Proxy Service'

    @api.model
    def _handle(self, method, path, query=None, body=None, headers=None):
        """Answer one request of this database; see :meth:`LocalDoor.handle`."""
        return self._door().handle(method, path, query, body, headers)

    @api.model
    def _door(self):
        """What answers requests of this database, also in other threads than the caller's."""
        return LocalDoor(
            registry=self.env.registry,
            base_url=self._base_url(),
            lang=self.env.lang,
            remote_address=request.httprequest.remote_addr if request else None,
        )

    @api.model
    def _ping_local(self, link_id):
        """A bank of this very database has news: tell the addon that keeps the books, if any.

        :param link_id: the link's id at the proxy.
        """
        if 'account.online.link' in self.env:
            self.env['account.online.link']._note_news(link_id)

    @api.model
    def _tell_moved_clock(self, provider_code, seconds):
        """The pretend banks of this database live earlier or later now: so do their limits."""
        if 'account.online.link' in self.env:
            self.env['account.online.link']._note_moved_clock(provider_code, seconds)

    @api.model
    def _base_url(self):
        """Where browsers reach this proxy: the address the operator froze, else the one in use."""
        parameters = self.env['ir.config_parameter'].sudo()
        if request and not parameters.get_param('web.base.url.freeze'):
            return request.httprequest.host_url.rstrip('/')
        return parameters.get_param('web.base.url').rstrip('/')
