from odoo import fields, models


class OnlineProxyShownOnce(models.TransientModel):
    """Shows a secret without storing it: the value comes in the context, nothing is saved."""

    _name = 'online.proxy.shown.once'
    _description = 'Secret Shown Once'

    value = fields.Char(store=False)
