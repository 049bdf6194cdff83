from odoo import fields, models

DAYS = 7


class OnlineProxyHealth(models.AbstractModel):
    """How calls have gone of late, for what events name: a provider, an institution."""

    _name = 'online.proxy.health'
    _description = 'Health at the Bank Proxy'

    _health_field = None  # of the event, which leads here

    health_calls = fields.Integer(
        string='Calls', compute='_compute_health', help="Calls to the provider in the last 7 days.",
    )
    health_success = fields.Float(
        string='Success (%)', compute='_compute_health', help="Of the calls of the last 7 days.",
    )
    health_duration = fields.Integer(
        string='Duration (ms)', compute='_compute_health', help="On average, in the last 7 days.",
    )
    last_error_id = fields.Many2one('online.proxy.event', compute='_compute_health')
    last_error_at = fields.Datetime(compute='_compute_health')
    last_error_code = fields.Char(compute='_compute_health')

    def _compute_health(self):
        name, events = self._health_field, self.env['online.proxy.event']
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS)
        domain = [
            ('kind', '=', 'provider'), (name, 'in', self.ids), ('create_date', '>', since),
        ]
        recent = {
            record: numbers for record, *numbers in events._read_group(
                domain, [name], ['__count', 'success_rate:avg', 'duration:avg'],
            )
        }
        failed = dict(events._read_group(
            [*domain, ('success', '=', False)], [name], ['id:max'],
        ))
        for record in self:
            calls, success, duration = recent.get(record, (0, 0, 0))
            record.health_calls = calls
            record.health_success = success
            record.health_duration = round(duration or 0)
            error = events.browse(failed.get(record))
            record.last_error_id = error
            record.last_error_at = error.create_date
            record.last_error_code = error.error_code

    def action_open_health(self):
        """The calls behind the numbers, as a graph and one by one."""
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'account_online_synchronization_proxy.online_proxy_health_action'
        )
        domain = [('kind', '=', 'provider'), (self._health_field, 'in', self.ids)]
        return {**action, 'domain': domain}
