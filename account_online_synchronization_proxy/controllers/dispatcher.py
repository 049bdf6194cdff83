from odoo.http import HttpDispatcher


class RawBodyDispatcher(HttpDispatcher):
    """Leaves the body to the controller, which checks the signature of exactly what was sent.

    Odoo reads a form before any controller sees the request, and answers one that is too large
    with a page of its own.
    """

    routing_type = 'online_proxy'

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return self.request.registry['ir.http']._dispatch(endpoint)
