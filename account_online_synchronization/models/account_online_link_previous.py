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

    def _auto_init(self):
        legacy.prepare(self.env.cr)
        return super()._auto_init()

    @api.model
    def _adopt_previous_synchronizations(self):
        """Called at each installation and update of the module."""
        return legacy.adopt(self.env)

    def action_connect_anew(self):
        """Search the institution of a previous synchronization, with its journal preset."""
        self.check_access('write')
        self.ensure_one()
        return {
            'type': 'ir.actions.client',
            'tag': 'account_online_synchronization.search_institution',
            'name': self.env._("Connect Your Bank"),
            'params': {'query': self.name, 'journal_id': self.account_ids.journal_ids[:1].id},
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
