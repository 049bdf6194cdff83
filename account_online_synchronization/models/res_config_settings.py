from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    online_proxy_url = fields.Char(
        string="Bank Proxy", config_parameter='account_online_synchronization.proxy_url',
        help="Address of the operator's proxy. Empty when the proxy is installed in this database.",
    )
    online_subscription_code = fields.Char(
        string="Subscription Code",
        help="Given by the proxy's operator. Used once to register, and not kept.",
    )

    def action_online_register(self):
        """Register this database at the proxy with the subscription code."""
        self.check_access('write')
        self.set_values()
        return self.env['account.online.registration']._register_for_user(
            self.online_subscription_code
        )
