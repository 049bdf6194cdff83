from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import legacy


class AccountOnlineLink(models.Model):
    """Connections of the previous module, or of another module of this name: shown, never used."""

    _inherit = 'account.online.link'

    is_previous = fields.Boolean(
        string="Previous Synchronization",
        readonly=True,
        copy=False,
        help="Made by a former bank synchronization. It cannot be connected again; a new connection"
        " to the same bank recognises what was imported here.",
    )
    previous_institution = fields.Char(
        readonly=True,
        copy=False,
        help="What the former synchronization called the bank; empty when it had no name for it.",
    )

    previous_provider_id = fields.Integer(
        readonly=True,
        copy=False,
        help="Identifies what the previous module kept of this synchronization, 0 for another one.",
    )
    previous_link_id = fields.Many2one(
        'account.online.link',
        string="Goes On For",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        help="The previous synchronization from which this connection was started.",
    )
    successor_ids = fields.One2many(
        'account.online.link', 'previous_link_id', string="Connected Anew As", readonly=True,
    )

    def _auto_init(self):
        legacy.prepare_table(self)
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a connection that starts from a previous synchronization goes on for it."""
        journals = self.env['account.journal'].sudo()
        for vals in vals_list:
            journal = journals.browse(vals.get('preferred_journal_id') or [])
            former = journal.account_online_account_id.account_online_link_id
            if former.is_previous and not vals.get('is_previous'):
                vals['previous_link_id'] = former.id
        return super().create(vals_list)

    @api.model
    def _adopt_previous_synchronizations(self):
        """Called at each installation and update of the module."""
        return legacy.adopt(self.env)

    def action_connect_anew(self):
        """Search the institution of a previous synchronization, with its journals preset."""
        self.check_access('write')
        self.ensure_one()
        journals = self.account_ids.journal_ids
        return {
            'type': 'ir.actions.client',
            'tag': 'account_online_synchronization.search_institution',
            'name': self.env._("Connect Your Bank"),
            'params': {
                'query': self.previous_institution or journals.bank_id[:1].name or '',
                'journal_id': journals[:1].id,
                'journal_type': journals[:1].type or 'bank',
            },
        }

    def action_open_previous_record(self):
        """What the previous module kept of this synchronization, for reading."""
        self.check_access('read')
        self.ensure_one()
        if 'account.online.provider' not in self.env:
            raise UserError(
                self.env._(
                    "The data of this synchronization belongs to the previous module"
                    " (account_online_sync), which is not installed here. An administrator can"
                    " install it from Apps to read it; nothing in it synchronizes any more."
                )
            )
        return {
            'type': 'ir.actions.act_window',
            'name': self.name,
            'res_model': 'account.online.provider',
            'res_id': self.previous_provider_id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def _connect_for_user(self, mode):
        """Override: a previous synchronization belongs to a service that no longer answers."""
        if previous := self.filtered('is_previous'):
            raise UserError(
                self.env._(
                    "“%(name)s” was connected by a former bank synchronization and cannot be"
                    " connected again. Use “Connect Anew”: search your bank once more and choose"
                    " the same journals. Transactions that were imported before are recognised"
                    " and not imported twice.",
                    name=previous[0].name,
                )
            )
        return super()._connect_for_user(mode)
