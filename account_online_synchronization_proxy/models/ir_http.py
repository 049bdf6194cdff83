from werkzeug.routing import BaseConverter

from odoo import models


class AnyPath(BaseConverter):
    """The rest of a path, whatever it holds: a plain path has no line breaks."""

    regex = '(?s:.+?)'
    part_isolating = False
    weight = 200  # every other address goes first


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @classmethod
    def _get_converters(cls):
        return {**super()._get_converters(), 'online_proxy_path': AnyPath}
