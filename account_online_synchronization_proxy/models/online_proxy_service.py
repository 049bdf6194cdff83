from odoo import models


class OnlineProxyService(models.AbstractModel):
    """The door of the proxy for the database it is installed in."""

    _name = 'online.proxy.service'
    _description = 'Bank Proxy Service'
