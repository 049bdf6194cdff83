from odoo import fields, models


class OnlineProxyEvent(models.Model):
    """What happened: one row per request and per call to a provider, found by its reference."""

    _name = 'online.proxy.event'
    _description = 'Bank Proxy Event'
    _order = 'id desc'
    _rec_name = 'reference'

    reference = fields.Char(required=True, readonly=True)
    trace = fields.Char(
        string='Trace', required=True, readonly=True, index=True,
        help="Reference of the request that this event belongs to.",
    )
    kind = fields.Selection(
        [
            ('request', "Request of a Client"), ('page', "Page of a User"),
            ('provider', "Call to a Provider"), ('webhook', "Webhook"), ('job', "Scheduled Job"),
        ],
        required=True,
    )
    operation = fields.Char(required=True)
    client_id = fields.Many2one('online.proxy.client', ondelete='cascade', index='btree_not_null')
    link_id = fields.Many2one('online.proxy.link', ondelete='cascade', index='btree_not_null')
    provider_id = fields.Many2one(
        'online.proxy.provider', ondelete='cascade', index='btree_not_null',
    )
    institution_id = fields.Many2one(
        'online.proxy.institution', ondelete='set null', index='btree_not_null',
    )
    success = fields.Boolean()
    status = fields.Integer(string='HTTP Status')
    error_code = fields.Char()
    message = fields.Char()
    provider_reference = fields.Char(string="Provider's Reference")
    duration = fields.Integer(string='Duration (ms)', aggregator='avg')
    remote_address = fields.Char()
    request = fields.Text(help="Secrets are masked.")
    answer = fields.Text(help="Secrets are masked.")

    _reference_uniq = models.UniqueIndex('(reference)')
