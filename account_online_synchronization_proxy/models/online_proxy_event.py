from odoo import api, fields, models
from odoo.tools import SQL

from ..services import strangers

KEEP_PARAMETER = 'account_online_proxy.keep_events_days'
KEEP_DAYS = 180
GC_BATCH = 100_000


class OnlineProxyEvent(models.Model):
    """What happened: one row per request and per call to a provider, found by its reference."""

    _name = 'online.proxy.event'
    _description = 'Bank Proxy Event'
    _order = 'id desc'
    _rec_name = 'reference'

    reference = fields.Char(required=True, readonly=True)
    trace = fields.Char(
        required=True, readonly=True, index=True,
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
    success_rate = fields.Float(
        string='Success (%)', compute='_compute_success_rate', store=True, aggregator='avg',
    )
    related_ids = fields.One2many(
        'online.proxy.event', compute='_compute_related_ids', string='Same Request',
    )
    status = fields.Integer(string='HTTP Status')
    error_code = fields.Char()
    message = fields.Text()
    provider_reference = fields.Char(string="Provider's Reference")
    duration = fields.Integer(string='Duration (ms)', aggregator='avg')
    remote_address = fields.Char()
    times = fields.Integer(
        default=1, aggregator='sum',
        help="Failed requests of strangers are counted on one event when there are many.",
    )
    stranger_hour = fields.Integer(groups=fields.NO_ACCESS)
    stranger_kind = fields.Char(groups=fields.NO_ACCESS)
    request = fields.Text(help="Secrets are masked.")
    answer = fields.Text(help="Secrets are masked.")

    _reference_uniq = models.UniqueIndex('(reference)')
    _stranger_idx = models.Index(
        '(stranger_hour, stranger_kind) WHERE stranger_hour IS NOT NULL'
    )

    @api.model
    def _note(self, values):
        """Write one event. Every request waits for this: one INSERT, and nothing is read for it.

        :param values: as for ``create``; a client that is gone is left out.
        """
        values = {'times': 1, 'success': False, **values}
        values['success_rate'] = _success_rate(values['success'])
        columns = {
            name: self._fields[name].convert_to_column_insert(value, self)
            for name, value in values.items()
        }
        columns['client_id'] = SQL(
            "(SELECT id FROM online_proxy_client WHERE id = %s)", columns.get('client_id'),
        )
        self.env.cr.execute(SQL(
            "INSERT INTO online_proxy_event (create_uid, create_date, write_uid, write_date, %s)"
            " VALUES (%s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC', %s)",
            SQL(", ").join(map(SQL.identifier, columns)), self.env.uid, self.env.uid,
            SQL(", ").join(SQL("%s", value) for value in columns.values()),
        ))

    @api.depends('success')
    def _compute_success_rate(self):
        for event in self:
            event.success_rate = _success_rate(event.success)

    @api.depends('trace')
    def _compute_related_ids(self):
        for event in self:
            event.related_ids = self.search([('trace', '=', event.trace)]) - event

    @api.autovacuum
    def _gc_old(self):
        """Forget events after the time the operator keeps them."""
        days = int(self.env['ir.config_parameter'].sudo().get_param(KEEP_PARAMETER, KEEP_DAYS))
        now = fields.Datetime.now()
        limit = fields.Datetime.subtract(now, days=days)
        self.search([('create_date', '<', limit)], limit=GC_BATCH).unlink()
        limit = fields.Datetime.subtract(now, days=min(days, strangers.KEEP_DAYS))
        self.search(
            [('stranger_hour', '!=', False), ('create_date', '<', limit)], limit=GC_BATCH,
        ).unlink()


def _success_rate(success):
    """In percent, so that the mean over many is one, too."""
    return 100 if success else 0
