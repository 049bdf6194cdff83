from odoo import fields, models

from ..services import phone
from .online_proxy_event import KEEP_DAYS, KEEP_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    online_proxy_phone_policy = fields.Selection(
        [
            ('others', "Of other databases, at real banks"), ('always', "Always"),
            ('never', "Never"),
        ],
        string='Ask for a Phone', default='others', required=True,
        config_parameter=phone.POLICY_PARAMETER,
    )
    online_proxy_code_delivery = fields.Selection(
        [('sms', "By SMS"), ('console', "Shown to the operator, who passes them on")],
        string='Codes', default='sms', required=True, config_parameter=phone.DELIVERY_PARAMETER,
    )
    online_proxy_keep_events_days = fields.Integer(
        string='Keep Events (Days)', default=KEEP_DAYS, config_parameter=KEEP_PARAMETER,
    )
