from odoo import fields, models


class OnlineProxyQuota(models.Model):
    """How much of a provider's grant an account has used, and until when it must pause."""

    _name = 'online.proxy.quota'
    _description = 'Bank Refresh Quota'
    _order = 'account_id'

    account_id = fields.Many2one('online.proxy.account', required=True, ondelete='cascade')
    day = fields.Date(help="The day (UTC) the counts are of.")
    unattended_count = fields.Integer()
    attended_count = fields.Integer()
    last_refresh_at = fields.Datetime()
    limited_until = fields.Datetime(help="Said by the provider.")
    unattended_left = fields.Integer(help="Said by the provider; -1: not said.", default=-1)

    _account_uniq = models.Constraint('unique(account_id)', "One quota per account.")
